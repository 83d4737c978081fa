//! The plan: what will be done to each object, why, with which SQL and under which lock.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::words::amount::count;
use crate::words::escape::{block, row, said};
use crate::words::identity::Identity;
use crate::words::object::Kind;
use crate::words::serialized::display;
use crate::words::verb::Verb;

/// What a run would do. It prints itself, and serialises.
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
    /// Objects of no file of the project that hang on rebuilt ones: dropped with them and put back, in order.
    pub foreign: Vec<ForeignAction>,
    /// Rights that the work needs and the role does not have; a run fails while there are any.
    pub missing_rights: Vec<String>,
    /// This binary's table migrations that are not applied, where a start leaves the database alone.
    pub pending: Vec<String>,
    /// What the caller should know.
    pub warnings: Vec<String>,
    #[serde(skip)]
    pub(crate) script: String,
    /// Of a rollback: by identity, what each object that needed a look was when the plan was made, as a text to compare.
    #[serde(skip)]
    pub(crate) seen: BTreeMap<String, String>,
}

/// What going back to an earlier release would do, and where the database stood when that was found out. It prints itself, and
/// serialises.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RollbackPlan {
    /// The checksum of the release that it goes back to.
    pub release: String,
    /// What would be done.
    #[serde(flatten)]
    pub plan: Plan,
    /// The ledger's number of that release.
    #[serde(skip)]
    pub(crate) to: i64,
    /// The ledger's number of the release that stood.
    #[serde(skip)]
    pub(crate) stood: i64,
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
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Action {
    /// What.
    pub verb: Verb,
    /// The object's kind.
    pub kind: Kind,
    /// The object.
    #[serde(serialize_with = "display")]
    pub object: Identity,
    /// Why.
    pub reason: String,
    /// True when a person changed or dropped it.
    pub drift: bool,
    /// Of what was found and is replaced: how the server prints what is there, and what the file makes, as a diff.
    pub diff: Option<String>,
    /// The lock on what exists, held from the switch to the commit.
    pub lock: Option<&'static str>,
    /// The statements that make it beside the old one, before anything is locked.
    pub builds: Vec<String>,
    /// The statements, in order.
    pub sql: Vec<String>,
    /// The statements that put back what somebody else put on the object.
    pub puts_back: Vec<String>,
    /// What replicas of the release that stands now will miss: a column or an object that is gone or another.
    pub breaks: Option<String>,
    /// The object's tier.
    pub tier: usize,
    #[serde(skip)]
    pub(crate) index: Option<usize>,
    /// A materialized view that was found without rows, and whose file does not want it so.
    #[serde(skip)]
    pub(crate) unfilled: bool,
}

/// What will be done to an object of no file of the project.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ForeignAction {
    /// Its kind, as the server calls it: `materialized view`, `policy`.
    pub kind: String,
    /// The object, as the server names it: `bi.totals`, `p on app.samples`.
    pub object: String,
    /// Why.
    pub reason: String,
    /// The statement that takes the exclusive lock which its DROP needs.
    pub lock: Option<String>,
    /// The statement that drops it.
    pub drop: String,
    /// The statements that create it anew.
    pub sql: Vec<String>,
    /// The statements that put back what belongs to it.
    pub puts_back: Vec<String>,
}

impl Plan {
    /// True when carrying it out changes no object.
    pub(crate) fn changes_nothing(&self) -> bool {
        self.actions.iter().all(|action| matches!(action.verb, Verb::Record | Verb::Leave))
    }

    /// What is not as the files say, a line each; the rest of very many as one.
    pub(crate) fn actions_told(&self) -> impl Iterator<Item = String> {
        let told = self.actions.iter().filter(|action| action.verb != Verb::Record);
        let rest = told.clone().count().saturating_sub(TOLD);
        let lines =
            told.take(TOLD).map(|action| format!("{} {}: {}", action.kind, action.object, action.reason));
        lines.chain((rest > 0).then(|| format!("and {}", count(rest, "other object"))))
    }

    /// The statements as one script, in the order in which they would be sent, without those that write the ledger; empty
    /// when there are none. While migrations are pending, it is their files and what can be said of the objects before them.
    pub fn script(&self) -> &str {
        &self.script
    }

    /// True when a run would do nothing that changes the database.
    pub fn is_empty(&self) -> bool {
        self.migrations.is_empty() && self.actions.iter().all(|action| action.verb == Verb::Record)
    }
}

impl fmt::Display for RollbackPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.plan.fmt(f)
    }
}

/// As many objects as an error names.
const TOLD: usize = 8;

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.migrations.is_empty() && self.actions.is_empty() {
            said!(f, "{}: nothing to do", self.project)?;
        } else {
            said!(
                f,
                "{}: {}, {}",
                self.project,
                count(self.migrations.len(), "table migration"),
                count(self.actions.len(), "object action")
            )?;
        }
        for migration in &self.migrations {
            let how = if migration.transactional { "" } else { " (outside of a transaction)" };
            row!(f, "")?;
            row!(f, "migrate {}{how}", migration.name)?;
            row!(f, "  {}", migration.file)?;
        }
        if !self.migrations.is_empty() && !self.actions.is_empty() {
            row!(f, "")?;
            row!(f, "what follows is decided again after the migrations")?;
        }
        for action in &self.actions {
            row!(f, "")?;
            row!(f, "{} {} {}", action.verb, action.kind, action.object)?;
            row!(f, "  because: {}", action.reason)?;
            if let Some(diff) = &action.diff {
                row!(f, "  what is there, and what the file makes:")?;
                f.write_str(&block("    ", diff))?;
            }
            if let Some(lock) = action.lock {
                row!(f, "  lock: {lock} on {}, from the switch to the commit", action.object)?;
            }
            if let Some(breaks) = &action.breaks {
                row!(f, "  breaks the release that stands now: {breaks}")?;
            }
            statements(f, "made beside the old one, before anything is locked", &action.builds)?;
            statements(f, "", &action.sql)?;
            statements(f, "restores what the file does not state", &action.puts_back)?;
        }
        self.foreign.iter().try_for_each(|foreign| put_back(f, foreign))?;
        for right in &self.missing_rights {
            row!(f, "")?;
            row!(f, "missing right: {right}")?;
        }
        for warning in &self.warnings {
            row!(f, "")?;
            row!(f, "warning: {warning}")?;
        }
        Ok(())
    }
}

/// What is put back of another one's.
fn put_back(f: &mut fmt::Formatter<'_>, foreign: &ForeignAction) -> fmt::Result {
    row!(f, "")?;
    row!(f, "put back {} {} (of no file of this project)", foreign.kind, foreign.object)?;
    row!(f, "  because: {}", foreign.reason)?;
    if foreign.lock.is_some() {
        row!(f, "  lock: access exclusive, from the switch to the commit")?;
    }
    statements(f, "", std::slice::from_ref(&foreign.drop))?;
    statements(f, "", &foreign.sql)?;
    statements(f, "restores what belongs to it", &foreign.puts_back)
}

/// Statements, each on lines of their own.
fn statements(f: &mut fmt::Formatter<'_>, title: &str, statements: &[String]) -> fmt::Result {
    if !title.is_empty() && !statements.is_empty() {
        row!(f, "  {title}:")?;
    }
    let indent = if title.is_empty() { "  " } else { "    " };
    for statement in statements {
        write!(f, "{};", block(indent, statement.trim()))?;
    }
    Ok(())
}
