//! The project: from files to a checked, ordered set.

pub mod bundle;
#[cfg(feature = "build")]
pub mod collect;
pub mod graph;
#[cfg(all(feature = "run", any(test, feature = "testing")))]
pub mod head;
#[cfg(feature = "run")]
pub mod kept;
#[cfg(feature = "run")]
pub mod project;
#[cfg(feature = "run")]
pub mod source;
#[cfg(all(test, feature = "run"))]
mod style;
