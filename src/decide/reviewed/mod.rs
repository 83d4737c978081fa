//! The pending changes of objects as a table migration that people review.

pub mod existence;
#[cfg(feature = "tool")]
pub mod migration;
#[cfg(feature = "tool")]
pub mod renamed;
