//! The plan: what will be done to each object, why, with which SQL and under which lock.

use std::fmt;

use serde::Serialize;

use crate::words::name::Name;
use crate::words::object::Kind;
use crate::words::report::{Verb, count, display};

/// What a boot would do. It prints itself, and serialises.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Plan {
    /// The project's name.
    pub project: String,
    /// The table migrations that are pending, in order.
    pub migrations: Vec<PlannedMigration>,
    /// What will be done to objects, in order. While migrations are pending this is what can be said before them; the
    /// plan is made again after them.
    pub actions: Vec<Action>,
    /// Rights that the work needs and the role does not have; a boot fails while there are any.
    pub missing_rights: Vec<String>,
    /// What the caller should know.
    pub warnings: Vec<String>,
}

/// A pending table migration.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PlannedMigration {
    /// `V1__create_genes`.
    pub name: String,
    /// Its file.
    pub file: String,
    /// False for the directive `no-transaction`.
    pub transactional: bool,
}

/// What will be done to one object.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Action {
    /// What.
    pub verb: Verb,
    /// The object's kind.
    pub kind: Kind,
    /// The object.
    #[serde(serialize_with = "display")]
    pub object: Name,
    /// Why.
    pub reason: String,
    /// True when a person changed or dropped it.
    pub drift: bool,
    /// The lock on what exists.
    pub lock: Option<&'static str>,
    /// The statements, in order.
    pub sql: Vec<String>,
    /// The object's tier.
    pub tier: usize,
    #[serde(skip)]
    pub(crate) index: Option<usize>,
}

impl Plan {
    /// True when carrying it out changes no object.
    pub(crate) fn changes_nothing(&self) -> bool {
        self.actions.iter().all(|action| matches!(action.verb, Verb::Record | Verb::Leave))
    }

    /// True when a boot would do nothing that changes the database.
    pub fn is_empty(&self) -> bool {
        self.migrations.is_empty() && self.actions.iter().all(|action| action.verb == Verb::Record)
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.migrations.is_empty() && self.actions.is_empty() {
            write!(f, "{}: nothing to do", self.project)?;
        } else {
            write!(
                f,
                "{}: {}, {}",
                self.project,
                count(self.migrations.len(), "table migration"),
                count(self.actions.len(), "object action")
            )?;
        }
        for migration in &self.migrations {
            let how = if migration.transactional { "" } else { " (outside of a transaction)" };
            write!(f, "\n\nmigrate {}{how}\n  {}", migration.name, migration.file)?;
        }
        if !self.migrations.is_empty() && !self.actions.is_empty() {
            write!(f, "\n\nwhat follows is decided again after the migrations")?;
        }
        for action in &self.actions {
            write!(f, "\n\n{} {} {}\n  because: {}", action.verb, action.kind, action.object, action.reason)?;
            if let Some(lock) = action.lock {
                write!(f, "\n  lock: {lock} on {}", action.object)?;
            }
            for sql in &action.sql {
                write!(f, "\n  {};", sql.trim().replace('\n', "\n  "))?;
            }
        }
        for right in &self.missing_rights {
            write!(f, "\n\nmissing right: {right}")?;
        }
        for warning in &self.warnings {
            write!(f, "\n\nwarning: {warning}")?;
        }
        Ok(())
    }
}
