//! The plan: what is done to each object, in what order, and with which statements.

pub mod as_script;
pub mod beside;
pub mod do_body;
pub mod first_rights;
pub mod hanging;
pub mod leaving;
pub mod locks;
pub mod making;
pub mod missing_edges;
pub mod moved;
pub mod needs;
pub mod order;
pub mod planner;
pub mod rests;
pub mod retired;
pub mod rights;
pub mod script;
pub mod splice;
pub mod statements;
pub mod value;
