//! What belongs to an object beside its definition: what its file states, what was applied last, and what is live.

pub mod attachments;
pub mod convert;
pub mod grants;
pub mod indexes;
pub mod ownership;
pub mod taken_back;
pub mod upkeep;
pub mod wanted;
pub mod wrong;
