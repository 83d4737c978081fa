//! What people ask for beside a run.

pub mod discover;
pub mod export;
pub mod goes_along;
pub mod ledger_history;
pub mod path_made;
pub mod preview;
pub mod refresh;
pub mod rehearsal;
#[cfg(feature = "tool")]
pub mod reviewed;
pub mod rollback;
pub mod scratch;
pub mod status;
pub mod validate;
