//! Releases: which stands, which yields, and what the ledger remembers of them.

pub mod events;
pub mod history;
pub mod history_elsewhere;
pub mod past;
pub mod standing;
pub mod superseded;
pub mod trust;
