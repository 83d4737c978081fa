//! What a check found.

use std::fmt;

use serde::Serialize;

use super::identity::Identity;
use super::object::Kind;
use super::report::{count, display};

/// How a database differs from a project. It prints itself.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Check {
    /// The project's name.
    pub project: String,
    /// How many objects the project holds.
    pub objects: usize,
    /// The table migrations that are not applied.
    pub pending: Vec<String>,
    /// The objects that are not as their files say.
    pub findings: Vec<Finding>,
    /// The queries of `checks/` that returned rows. They are not run while migrations are pending.
    pub assertions: Vec<Assertion>,
    /// What the caller should know.
    pub warnings: Vec<String>,
}

/// An object that is not as its file says.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// How it differs.
    pub state: State,
    /// The object's kind.
    pub kind: Kind,
    /// The object.
    #[serde(serialize_with = "display")]
    pub object: Identity,
    /// Why we say so.
    pub reason: String,
}

/// How an object differs from its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum State {
    /// It is not there.
    Missing,
    /// The file is newer.
    Outdated,
    /// A person changed it.
    Altered,
    /// Its file is gone.
    Extra,
    /// This session cannot find out.
    NotComparable,
}

/// A query of `checks/` that returned rows.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Assertion {
    /// The query's file.
    pub file: String,
    /// What it returned, each row as `column=value` texts.
    pub rows: Vec<Vec<String>>,
    /// Why it could not be run, with its place.
    pub error: Option<String>,
}

impl Check {
    /// True when nothing differs.
    pub fn in_sync(&self) -> bool {
        self.pending.is_empty() && self.findings.is_empty() && self.assertions.is_empty()
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            State::Missing => "missing",
            State::Outdated => "outdated",
            State::Altered => "altered",
            State::Extra => "extra",
            State::NotComparable => "not comparable",
        })
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.in_sync() {
            write!(f, "{}: in sync, {}", self.project, count(self.objects, "object"))?;
        } else {
            let number = self.pending.len() + self.findings.len() + self.assertions.len();
            write!(f, "{}: {}", self.project, count(number, "difference"))?;
        }
        for migration in &self.pending {
            write!(f, "\n  pending   {migration}")?;
        }
        for Finding { state, kind, object, reason } in &self.findings {
            write!(f, "\n  {:<9} {kind} {object}: {reason}", state.to_string())?;
        }
        for assertion in &self.assertions {
            match &assertion.error {
                Some(error) => write!(f, "\n  failed    {error}")?,
                None => {
                    write!(f, "\n  failed    {}: {}", assertion.file, count(assertion.rows.len(), "row"))?;
                }
            }
            for row in assertion.rows.iter().take(10) {
                write!(f, "\n              {}", row.join(", "))?;
            }
            if assertion.rows.len() > 10 {
                write!(f, "\n              and {} more", assertion.rows.len() - 10)?;
            }
        }
        for warning in &self.warnings {
            write!(f, "\n  warning: {warning}")?;
        }
        Ok(())
    }
}
