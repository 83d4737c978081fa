//! Materialized views whose rows are old.

pub mod asked;
pub mod stale;
