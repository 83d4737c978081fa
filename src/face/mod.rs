//! The face: what applications call.

pub mod background;
#[cfg(feature = "cli")]
pub mod cli;
pub mod migrator;
