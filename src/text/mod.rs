//! Texts: places in files, and what the statements in them say.

pub mod diagnostic;
#[cfg(feature = "build")]
pub mod parse;
