//! The face: what applications call.

pub mod background;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
mod connect;
mod graph;
pub mod migrator;
#[cfg(feature = "tool")]
mod reviewed;
mod whole_schema;
