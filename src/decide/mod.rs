//! Deciding: pure functions from what was read to what is to be done. No connection, no clock.

pub mod attached;
pub mod compare;
pub mod plan;
pub mod refresh;
pub mod rehearsal;
pub mod releases;
#[cfg(feature = "tool")]
pub mod reviewed;
