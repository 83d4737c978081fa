//! The plan: what is done to each object, in what order, and with which statements.

pub mod as_script;
pub mod dependents;
pub mod do_body;
pub mod emit;
pub mod findings;
pub mod first_privileges;
pub mod locks;
pub mod missing_edges;
pub mod needed_rights;
pub mod object_decision;
pub mod obstacle;
pub mod order;
pub mod plan_changed;
pub mod planner;
pub mod privileges;
pub mod pruning;
pub mod rests_on;
pub mod retirement;
pub mod script;
pub mod side_by_side;
pub mod splice;
pub mod statements;
pub mod value;
