//! The session's settings: what the caller made of them, and how they become that again.

use std::collections::BTreeMap;

use crate::read::catalog::pins;
use crate::read::session::{Failure, Session, bind};
use crate::words::name::literal;

/// The settings that the caller made for the session.
pub struct Settings(BTreeMap<String, String>);

impl Settings {
    /// Reads them; before anything of ours is pinned, because a pin looks like one of them.
    pub fn read(session: &mut Session<'_>) -> Result<Self, Failure> {
        session.ask(&bind("settings", &[])).map(Settings)
    }

    /// The text that sets the session back to them, whatever a migration SET.
    pub fn restore(&self) -> String {
        let sets = self.0.iter().map(|(name, value)| {
            format!(";\nselect pg_catalog.set_config({}, {}, false)", literal(name), literal(value))
        });
        std::iter::once("reset all".to_owned()).chain(sets).collect()
    }
}

/// The pins of a transaction, for a session that has none open: to be taken back with [`Settings::restore`].
pub fn session_pins(path: &str) -> String {
    pins(path).replace("set local ", "set ")
}
