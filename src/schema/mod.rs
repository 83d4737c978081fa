//! Two whole schemas, and how they differ.

pub mod creation;
pub mod differences;
