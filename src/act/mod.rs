//! Acting: carrying out what was decided.

pub mod boot;
pub mod preview;

mod lock;
mod migrations;
mod objects;
mod outside;
mod settings;
mod standing;
pub mod tables;
mod wait;
