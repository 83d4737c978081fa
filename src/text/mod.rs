//! Texts: places in files, and what the statements in them say.

pub mod diagnostic;
#[cfg(feature = "build")]
pub mod parse;

#[cfg(feature = "build")]
pub use crate::words::nearest;
