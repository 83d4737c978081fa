//! Tests against a real PostgreSQL.

mod support;

mod background;
mod command_line;
mod crash;
mod healing;
mod layers;
mod no_op;
mod releases;
mod segments;
mod storm;
mod taking_over;
mod wrong;
