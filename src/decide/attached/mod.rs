//! What belongs to an object beside its definition: what its file states, what was applied last, and what is live.

pub mod attachments;
pub mod convert;
pub mod desired;
pub mod grants;
pub mod indexes;
pub mod merge;
pub mod ownership;
pub mod reconcile;
pub mod reconciled;
pub mod target;
