//! What a check found.

use std::fmt;

use serde::Serialize;

use super::baseline::{Baseline, plain};
use super::escape::{Line, code, markdown, row, said};
use super::identity::Identity;
use super::object::Kind;
use crate::words::amount::count;
use crate::words::serialized::{display, words};

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
    /// The differences that a [`Baseline`] accepts, as it names them; they are in none of the lists above.
    pub known: Vec<String>,
    /// The objects that are as their files say, in dependency order.
    pub in_sync: Vec<InSync>,
    /// What the caller should know.
    pub warnings: Vec<String>,
}

/// An object that is as its file says.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct InSync {
    /// The object's kind.
    pub kind: Kind,
    /// The object.
    #[serde(serialize_with = "display")]
    pub object: Identity,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

words!(
    State:
    Missing => "missing", Outdated => "outdated", Altered => "altered", Extra => "extra",
    NotComparable => "not-comparable"
);

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

    /// Everything that was found, to be accepted from now on.
    pub fn baseline(&self) -> Baseline {
        self.differences().chain(self.known.iter().cloned()).collect()
    }

    /// The differences, one a line without their reasons, as a [`Baseline`] names them.
    pub fn differences(&self) -> impl Iterator<Item = String> + '_ {
        let pending = self.pending.iter().map(|migration| pending(migration));
        pending
            .chain(self.findings.iter().map(Finding::line))
            .chain(self.assertions.iter().map(Assertion::line))
    }

    /// Takes the differences that are known from the lists of those that are not, and warns of what the baseline holds and
    /// nobody finds any more.
    #[must_use]
    pub fn without(mut self, baseline: &Baseline) -> Self {
        let found: Vec<String> = self.differences().map(|line| plain(&line)).collect();
        self.pending.retain(|migration| !baseline.contains(&pending(migration)));
        self.findings.retain(|finding| !baseline.contains(&finding.line()));
        self.assertions.retain(|assertion| !baseline.contains(&assertion.line()));
        for line in baseline.lines() {
            match found.contains(line) {
                true => self.known.push(line.clone()),
                false => {
                    self.warnings.push(format!("the baseline's \"{line}\" is true no more: take it out"))
                }
            }
        }
        self
    }

    /// A summary in Markdown, for the page of a CI run.
    pub fn markdown(&self) -> String {
        let mark = if self.in_sync() { "✅" } else { "❌" };
        let mut text = format!("### {mark} {}\n", markdown(&self.headline()));
        let mut rows = Vec::new();
        rows.extend(
            self.pending.iter().map(|migration| ("pending".to_owned(), markdown(migration), String::new())),
        );
        rows.extend(self.findings.iter().map(|finding| {
            let object = format!("{} {}", finding.kind, code(&finding.object.to_string()));
            (finding.state.to_string(), object, finding.reason.clone())
        }));
        rows.extend(self.assertions.iter().map(|assertion| {
            let why = assertion.error.clone().unwrap_or_else(|| count(assertion.rows.len(), "row"));
            ("failed".to_owned(), code(&assertion.file), why)
        }));
        rows.extend(self.known.iter().map(|line| ("known".to_owned(), markdown(line), String::new())));
        if !rows.is_empty() {
            text.push_str("\n| | | |\n|---|---|---|\n");
        }
        for (state, what, why) in rows {
            text.push_str(&format!("| {state} | {what} | {} |\n", markdown(&why)));
        }
        for warning in &self.warnings {
            text.push_str(&format!("\n> {}\n", markdown(warning)));
        }
        text
    }

    /// `app: 3 differences (1 pending, 2 missing)`.
    fn headline(&self) -> String {
        let known = match self.known.len() {
            0 => String::new(),
            known => format!(", {} known", count(known, "difference")),
        };
        if self.in_sync() {
            return format!("{}: in sync, {}{known}", self.project, count(self.objects, "object"));
        }
        let mut parts = Vec::new();
        let mut part = |number: usize, word: &str| {
            if number > 0 {
                parts.push(format!("{number} {word}"));
            }
        };
        part(self.pending.len(), "pending");
        for state in [State::Missing, State::Outdated, State::Altered, State::Extra, State::NotComparable] {
            part(self.findings.iter().filter(|finding| finding.state == state).count(), &state.to_string());
        }
        part(self.assertions.len(), "failed");
        part(self.in_sync.len(), "in sync");
        let number = self.pending.len() + self.findings.len() + self.assertions.len();
        format!("{}: {} ({}){known}", self.project, count(number, "difference"), parts.join(", "))
    }
}

fn pending(migration: &str) -> String {
    format!("pending {}", Line(migration))
}

impl Finding {
    fn line(&self) -> String {
        format!("{} {} {}", self.state, self.kind, Line(&self.object))
    }
}

impl Assertion {
    fn line(&self) -> String {
        format!("failed {}", Line(&self.file))
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            State::NotComparable => "not comparable",
            state => state.word(),
        })
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        said!(f, "{}", self.headline())?;
        for migration in &self.pending {
            row!(f, "  pending   {migration}")?;
        }
        for Finding { state, kind, object, reason } in &self.findings {
            row!(f, "  {:<9} {kind} {object}: {reason}", state.to_string())?;
        }
        for assertion in &self.assertions {
            match &assertion.error {
                Some(error) => row!(f, "  failed    {error}")?,
                None => {
                    row!(f, "  failed    {}: {}", assertion.file, count(assertion.rows.len(), "row"))?;
                }
            }
            for row in assertion.rows.iter().take(10) {
                row!(f, "              {}", row.join(", "))?;
            }
            if assertion.rows.len() > 10 {
                row!(f, "              and {} more", assertion.rows.len() - 10)?;
            }
        }
        for known in &self.known {
            row!(f, "  known     {known}")?;
        }
        for warning in &self.warnings {
            row!(f, "  warning: {warning}")?;
        }
        Ok(())
    }
}
