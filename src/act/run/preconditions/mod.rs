//! What has to be so before a run does anything: whose the ledger is, what the role may, what the path and the names mean.

pub mod first_privileges;
pub mod path;
pub mod questions_of_names;
pub mod session;
pub mod trust;
