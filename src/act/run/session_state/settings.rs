//! The session's settings: what the caller made of them, and how they become that again.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::custom_settings::custom_names;
use super::mark::Mark;
use crate::read::catalog::{CANONICAL, lock_timeout, pins};
use crate::read::session::{Failure, Session, Value, array, bind, decode, part};
use crate::words::name::{identifier, literal};

/// The settings that the caller made for the session.
pub struct Settings {
    made: Made,
    /// Those that our transaction began to replace before these were read.
    replaced: BTreeMap<String, String>,
    /// The names of settings that no library defined, and that the migrations may set.
    custom: Vec<String>,
}

/// The answer of `sql/settings.sql`.
#[derive(Deserialize)]
struct Made {
    values: BTreeMap<String, String>,
    role: String,
    authorization: String,
}

impl Settings {
    /// Reads them in the open transaction; before anything of ours is pinned but what its beginning did, because a pin looks like
    /// one of them. `texts`: what is going to run. The same message marks what else the session holds.
    pub fn read<'t>(
        session: &mut Session<'_>,
        texts: impl IntoIterator<Item = &'t str>,
    ) -> Result<(Self, Mark), Failure> {
        let custom: BTreeSet<String> = texts.into_iter().flat_map(custom_names).collect();
        let custom: Vec<String> = custom.into_iter().collect();
        let replaced = session.found().clone();
        let (names, ours) = (array(&custom), array(replaced.keys()));
        let settings = bind("settings", &[("custom", Value::Text(&names)), ("ours", Value::Text(&ours))]);
        let answers = session.send(&format!("{settings};\n{}", Mark::question()))?;
        let made = decode(answers.first())?;
        Ok((Settings { made, replaced, custom }, Mark::read(answers.get(1))?))
    }

    /// The role that is set.
    pub fn role(&self) -> &str {
        &self.made.role
    }

    /// The statements that set the session back to them, whatever was SET. They begin under our search_path, and end under the
    /// session's.
    pub fn restore(&self) -> String {
        let set = |name: &str, value: &str| {
            format!("select pg_catalog.set_config({}, {}, false);\n", literal(name), literal(value))
        };
        let Made { values, role, authorization } = &self.made;
        let mut text = set("session_authorization", authorization) + &set("role", role);
        values.iter().for_each(|(name, value)| text.push_str(&set(name, value)));
        let (kept, custom) = (array(values.keys().chain(self.replaced.keys())), array(&self.custom));
        text.push_str(&bind(
            "settings_back",
            &[("kept", Value::Text(&kept)), ("custom", Value::Text(&custom))],
        ));
        text.push_str(";\n");
        for (name, value) in &self.replaced {
            let values =
                [("setting", Value::Sql(name)), ("name", Value::Text(name)), ("value", Value::Text(value))];
            text.push_str(&(part("setting_back", &values) + ";\n"));
        }
        text
    }
}

/// The pins of a session that has no transaction open: to be taken back with [`Settings::restore`].
pub fn session_pins(path: &str) -> String {
    pins(path).replace("set local ", "set ").replace("'0', true)", "'0', false)")
}

/// What takes back what a text may have SET, in a script that somebody else runs: nobody knows his settings, so that all are as at
/// the beginning of his session, but those that no library defined and the text does not name.
pub fn reset(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let roles = ["role", "authorization"].iter().any(|word| lower.contains(word));
    let back = taken_back(&custom_names(text));
    format!("{}{back};\n", if roles { "reset session authorization;\nreset role;\n" } else { "" })
}

/// The statement that takes back what was SET, and of what no library defined these. It is to be read under our search_path.
pub fn taken_back(custom: &BTreeSet<String>) -> String {
    part("settings_back", &[("kept", Value::Text("{}")), ("custom", Value::Text(&array(custom)))])
}

/// The settings of a moment in the middle of a migration, which our own work there replaces.
pub struct Moment {
    path: String,
    others: BTreeMap<String, String>,
}

impl Moment {
    /// Puts ours in their place: the pins, the role that called us, a deadline for locks.
    pub fn enter(session: &mut Session<'_>, role: &str, deadline: &str) -> Result<Self, Failure> {
        let role = if role == "none" { role.to_owned() } else { identifier(role) };
        let now = bind("momentary", &[]);
        let pins = pins(CANONICAL);
        let ours = format!("{now};\n{pins};\nset local role to {role};\n{}", lock_timeout(deadline));
        let (path, answers) = session.borrow(&ours)?;
        Ok(Moment { path, others: decode(answers.first())? })
    }

    /// Puts those of the migration back.
    pub fn leave(self, session: &mut Session<'_>) -> Result<(), Failure> {
        let others = self.others.iter().map(|(name, value)| (name.as_str(), value));
        let sets = others.chain([("search_path", &self.path)]).map(|(name, value)| {
            format!("select pg_catalog.set_config({}, {}, true);\n", literal(name), literal(value))
        });
        session.send_theirs(&sets.collect::<String>()).map(drop)
    }
}
