//! Deciding: pure functions from what was read to what is to be done. No connection, no clock.

pub mod superseded;

pub mod history;

pub mod as_script;
pub mod attachments;
pub mod beside;
pub mod building;
pub mod compare;
pub mod creation;
pub mod difference;
pub mod differences;
pub mod due;
pub mod events;
pub mod export;
pub mod grants;
pub mod hanging;
pub mod index_twins;
pub mod locks;
pub mod making;
pub mod missing_edges;
pub mod moved;
pub mod needs;
pub mod of_file;
pub mod of_kind;
pub mod order;
pub mod past;
pub mod picture;
pub mod plan;
pub mod planner;
pub mod refresh;
pub mod rehearsal;
#[cfg(feature = "tool")]
pub mod renamed;
pub mod retired;
#[cfg(feature = "tool")]
pub mod reviewed;
pub mod rights;
pub mod script;
pub mod splice;
pub mod statements;
pub mod taken_back;
pub mod twins;
pub mod upkeep;
pub mod wanted;
pub mod wrong;
