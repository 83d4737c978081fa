//! The face: what applications call.

pub mod background;
#[cfg(feature = "cli")]
pub mod cli;
mod comparing;
#[cfg(feature = "cli")]
mod connect;
mod graph;
pub mod migrator;
#[cfg(feature = "tool")]
mod reviewed;
