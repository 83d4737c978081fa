//! Acting: carrying out what was decided.

pub mod boot;
pub mod preview;
pub mod rehearsal;

mod comparison;
mod fit;
mod lock;
mod migrations;
mod objects;
mod outside;
mod refusal;
mod settings;
mod standing;
mod survey;
pub mod tables;
mod wait;
