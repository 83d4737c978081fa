//! Releases: which stands, which yields, and what the ledger remembers of them.

pub mod current;
pub mod events;
pub mod history;
pub mod history_elsewhere;
pub mod history_renamed;
pub mod ledger_history;
pub mod superseded;
pub mod trust;
