//! Deciding: pure functions from what was read to what is to be done. No connection, no clock.

pub mod attached;
#[cfg(all(test, feature = "build", feature = "run"))]
mod cases;
pub mod compare;
pub mod decision;
pub mod facts;
pub mod facts_file;
pub mod lock;
pub mod next;
pub mod plan;
pub mod question;
pub mod reason;
pub mod reasons;
pub mod refresh;
pub mod rehearsal;
pub mod releases;
#[cfg(feature = "tool")]
pub mod reviewed;
