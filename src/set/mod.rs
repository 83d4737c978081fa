//! The project: from files to a checked, ordered set.

pub mod bundle;
pub mod graph;
#[cfg(feature = "run")]
pub mod project;
#[cfg(feature = "run")]
pub mod source;
