//! Acting: carrying out what was decided.

pub mod apply;
pub mod boot;
pub mod discover;
pub mod encoding;
pub mod export;
pub mod past;
pub mod preview;
pub mod refresh;
pub mod rehearsal;
pub mod rollback;

mod aside;
mod comparison;
mod early;
mod evaluated;
mod finish;
mod first_rights;
mod fit;
mod index_twins;
mod lock;
mod look;
mod meaning;
mod migrations;
mod objects;
mod outside;
mod own_session;
mod path;
mod path_made;
mod pinpoint;
mod put_back;
mod refresh_after;
mod refusal;
mod reset_all;
mod retry;
#[cfg(feature = "tool")]
pub mod reviewed;
mod scratch;
mod settings;
mod standing;
pub mod status;
mod stepwise;
mod survey;
pub mod tables;
mod trust;
mod uses;
pub mod validate;
mod wait;
