//! What belongs to an object beside its definition: what its file states, what was applied last, and what is live.

pub mod attachments;
pub mod building;
pub mod grants;
pub mod of_file;
pub mod of_kind;
pub mod taken_back;
pub mod upkeep;
pub mod wanted;
pub mod wrong;
