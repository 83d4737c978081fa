//! Acting: carrying out what was decided.

pub mod commands;
pub mod run;
