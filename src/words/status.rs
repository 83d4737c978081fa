//! Where a database stands.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::checksum::short;
use super::escape::{row, said};
use super::release::AppliedRelease;
use crate::words::amount::count;

/// Where a database stands with a project: which release, applied by whom and when, what is pending, and who is at work. It
/// prints itself.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Status {
    /// The project's name.
    pub project: String,
    /// The checksum of this binary's release.
    pub release: String,
    /// The release that stands in the database, if the project was ever applied and the ledger may be read.
    pub standing: Option<AppliedRelease>,
    /// Why a start of this binary would leave the database alone, or would refuse to start.
    pub superseded: Option<String>,
    /// How many table migrations are applied.
    pub migrations: usize,
    /// The newest of them, `V8__fix_gene_norm_log`.
    pub newest: Option<String>,
    /// Those that are not applied.
    pub pending: Vec<String>,
    /// Those that are applied and in no file of the project.
    pub unknown: Vec<String>,
    /// How many recorded objects are in each state: `in sync`, `altered`, `missing`, `retired`.
    pub objects: BTreeMap<String, usize>,
    /// Materialized views whose rows are known to be old.
    pub stale: Vec<StaleView>,
    /// Migrations that run outside of a transaction, or were interrupted.
    pub outside: Vec<OutsideMigration>,
    /// Who holds the project's lock at this moment.
    pub holder: Option<Holder>,
    /// What the caller should know.
    pub warnings: Vec<String>,
}

/// A materialized view whose rows are known to be old.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StaleView {
    /// The view.
    pub object: String,
    /// What made them old.
    pub why: String,
    /// Since when.
    pub since: String,
}

/// A migration that runs outside of a transaction, or was interrupted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OutsideMigration {
    /// The migration.
    pub migration: String,
    /// The server process that runs it, or ran it.
    pub pid: i32,
    /// Whether that process still lives.
    pub running: bool,
    /// Since when.
    pub since: String,
}

/// Who holds a project's lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Holder {
    /// The server process.
    pub pid: i32,
    /// The application name of its session.
    pub application: String,
    /// The age of its transaction.
    pub seconds: i64,
}

impl Status {
    /// True when a start of this binary would find nothing to do, as far as the ledger can tell.
    pub fn is_settled(&self) -> bool {
        self.standing.as_ref().is_some_and(|standing| standing.checksum == self.release)
            && self.pending.is_empty()
            && self.outside.is_empty()
            && !["altered", "missing"].iter().any(|state| self.objects.contains_key(*state))
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.standing {
            None => said!(f, "{}: no release stands here", self.project)?,
            Some(standing) => {
                let which = match standing.checksum == self.release {
                    true => "which is this one".to_owned(),
                    false => format!("and this one is {}", short(&self.release)),
                };
                said!(f, "{}: release {} stands, {which}", self.project, short(&standing.checksum))?;
                let application = match standing.application.as_str() {
                    "" => String::new(),
                    application => format!(" ({application})"),
                };
                row!(f, "  built     {}", standing.built)?;
                row!(
                    f,
                    "  applied   {} by {}{application}, with viewkeeper {}",
                    standing.applied_at,
                    standing.applied_by,
                    standing.viewkeeper
                )?;
            }
        }
        if let Some(why) = &self.superseded {
            row!(f, "  superseded: {why}")?;
            if !self.pending.is_empty() {
                let are = if self.pending.len() == 1 { "is" } else { "are" };
                let pending = count(self.pending.len(), "table migration");
                row!(f, "  {pending} of this binary {are} not applied")?;
            }
        }
        let newest = self.newest.as_ref().map_or(String::new(), |newest| format!(", the newest is {newest}"));
        row!(f, "  tables    {} applied{newest}", count(self.migrations, "migration"))?;
        for pending in &self.pending {
            row!(f, "  pending   {pending}")?;
        }
        for unknown in &self.unknown {
            row!(f, "  unknown   {unknown}: applied, and in no file of this project")?;
        }
        if !self.objects.is_empty() {
            let states: Vec<String> =
                self.objects.iter().map(|(state, number)| format!("{number} {state}")).collect();
            row!(f, "  objects   {}", states.join(", "))?;
        }
        for StaleView { object, why, since } in &self.stale {
            row!(f, "  stale     {object} since {since}: {why}")?;
        }
        for OutsideMigration { migration, pid, running, since } in &self.outside {
            let state = if *running { "running" } else { "interrupted" };
            row!(f, "  {state:<9} {migration}, outside of a transaction, by pid {pid} since {since}")?;
        }
        if let Some(Holder { pid, application, seconds }) = &self.holder {
            row!(f, "  locked    by pid {pid} ({application:?}) for {seconds} s")?;
        }
        for warning in &self.warnings {
            row!(f, "  warning: {warning}")?;
        }
        Ok(())
    }
}
