//! The face: what applications call.

pub mod background;
pub mod migrator;
