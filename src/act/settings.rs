//! The session's settings: what the caller made of them, and how they become that again.

use std::collections::BTreeMap;

use crate::read::catalog::pins;
use crate::read::session::{Failure, Session, bind, decode};
use crate::words::name::{identifier, literal};

/// The settings that the caller made for the session.
pub struct Settings(BTreeMap<String, String>);

impl Settings {
    /// Reads them; before anything of ours is pinned, because a pin looks like one of them.
    pub fn read(session: &mut Session<'_>) -> Result<Self, Failure> {
        session.ask(&bind("settings", &[])).map(Settings)
    }

    /// The role that is set.
    pub fn role(&self) -> &str {
        self.0.get("role").map_or("none", String::as_str)
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

/// The settings of a moment in the middle of a migration, which our own work there replaces.
pub struct Moment(BTreeMap<String, String>);

impl Moment {
    /// Puts ours in their place: the pins with a search_path, under which a materialized view may be filled, the role that
    /// called us, a deadline for locks.
    pub fn enter(session: &mut Session<'_>, path: &str, role: &str, deadline: &str) -> Result<Self, Failure> {
        let role = if role == "none" { role.to_owned() } else { identifier(role) };
        let now = bind("momentary", &[]);
        let pins = pins(path);
        let ours =
            format!("{now};\n{pins};\nset local role to {role};\nset local lock_timeout to {deadline}");
        let answers = session.send(&ours)?;
        decode(answers.first()).map(Moment)
    }

    /// Puts those of the migration back.
    pub fn leave(self, session: &mut Session<'_>) -> Result<(), Failure> {
        let sets = self.0.iter().map(|(name, value)| {
            format!("select pg_catalog.set_config({}, {}, true);\n", literal(name), literal(value))
        });
        session.send(&sets.collect::<String>()).map(drop)
    }
}
