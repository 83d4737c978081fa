//! What a run did, why, and how long it took.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::words::amount::{count, human};
use crate::words::serialized::{display, milliseconds, some_milliseconds, words};
use crate::words::verb::Verb;

use crate::words::checksum::short;
use crate::words::escape::{row, said};
use crate::words::identity::Identity;
use crate::words::object::Kind;
use crate::words::refreshed::RefreshedView;

/// The result of a run. It prints itself.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// What came of it.
    pub outcome: Outcome,
    /// The project's name.
    pub project: String,
    /// The checksum of this binary's release.
    pub release: String,
    /// The table migrations that were applied, in order.
    pub migrations: Vec<AppliedMigration>,
    /// What was done to objects, in order.
    pub objects: Vec<AppliedObject>,
    /// Objects of no file of the project that hung on rebuilt ones and were put back, in order.
    pub foreign: Vec<PutBack>,
    /// The materialized views that were refreshed after the commit, in order, one transaction each.
    pub refreshed: Vec<RefreshedView>,
    /// How long the tiers took; the statements of a tier go together.
    pub tiers: Vec<TierTime>,
    /// How many objects the project holds.
    pub managed: usize,
    /// How often the work was given up because another session held a lock, and done again.
    pub retries: usize,
    /// Those who held the locks that were given way for, as far as they were still there to be seen: relation, process,
    /// user, application, age and state of the transaction.
    pub gave_way_to: Vec<String>,
    /// From the message that takes the first exclusive lock on an object to the commit; none where no lock was needed.
    #[serde(rename = "locked_milliseconds", serialize_with = "some_milliseconds")]
    pub locked: Option<Duration>,
    /// The table migrations of this binary that are not applied, because another release stands and it left the database alone.
    pub pending: Vec<String>,
    /// What the caller should know.
    pub warnings: Vec<String>,
    /// From the first message to the last.
    #[serde(rename = "milliseconds", serialize_with = "milliseconds")]
    pub duration: Duration,
}

/// What came of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Nothing was to be done.
    UpToDate,
    /// The database was brought to this release.
    Applied,
    /// This release stood already, and what a person had changed was brought back.
    Healed,
    /// A release built later stands; nothing was changed.
    Superseded,
}

words!(
    Outcome:
    UpToDate => "up-to-date", Applied => "applied", Healed => "healed", Superseded => "superseded"
);

/// A table migration that this run applied.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct AppliedMigration {
    /// `V1__create_genes`.
    pub name: String,
    /// How long its statements took.
    #[serde(rename = "milliseconds", serialize_with = "milliseconds")]
    pub duration: Duration,
    /// True when it was committed by itself instead of together with everything else.
    pub alone: bool,
    /// The objects that stood in the way of its statements, each with its kind: `view app.totals`. They were dropped
    /// before the statement and put back after it.
    pub aside: Vec<String>,
    /// What its statements took away with CASCADE and does not come back, with the reason: `view bi.totals (column "a" does not
    /// exist, 42703)`.
    pub taken: Vec<String>,
}

/// What this run did to one object.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct AppliedObject {
    /// What was done.
    pub verb: Verb,
    /// The object's kind.
    pub kind: Kind,
    /// The object.
    #[serde(serialize_with = "display")]
    pub object: Identity,
    /// Why.
    pub reason: String,
    /// Its tier.
    pub tier: usize,
}

/// An object of no file of the project that was dropped and put back.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PutBack {
    /// Its kind, as the server calls it: `materialized view`, `policy`.
    pub kind: String,
    /// The object, as the server names it: `bi.totals`, `p on app.samples`.
    pub object: String,
    /// Why.
    pub reason: String,
}

/// How long the objects of a tier took.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TierTime {
    /// The tier.
    pub tier: usize,
    /// How many objects of it were made.
    pub objects: usize,
    /// By the server's clock.
    #[serde(rename = "milliseconds", serialize_with = "milliseconds")]
    pub duration: Duration,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = human(self.duration);
        let release = short(&self.release);
        match self.outcome {
            Outcome::UpToDate => {
                said!(f, "{}: up to date, {} ({time})", self.project, count(self.managed, "object"))?;
            }
            Outcome::Healed => {
                said!(f, "{}: healed ({time})", self.project)?;
            }
            Outcome::Superseded => {
                said!(f, "{}: superseded, nothing was changed ({time})", self.project)?;
            }
            Outcome::Applied => {
                said!(f, "{}: release {release} applied ({time})", self.project)?;
            }
        }
        for migration in &self.migrations {
            let alone = if migration.alone { ", committed by itself" } else { "" };
            row!(f, "  migrated  {} ({}{alone})", migration.name, human(migration.duration))?;
            if !migration.aside.is_empty() {
                row!(f, "            {}", stepped_aside(&migration.aside))?;
            }
            if !migration.taken.is_empty() {
                let objects = count(migration.taken.len(), "object");
                row!(f, "            its CASCADE took {objects} away: {}", first_of(&migration.taken))?;
            }
        }
        for object in &self.objects {
            row!(f, "  {:<9} {} {}: {}", object.verb.past(), object.kind, object.object, object.reason)?;
        }
        for foreign in &self.foreign {
            row!(f, "  put back  {} {}: {}", foreign.kind, foreign.object, foreign.reason)?;
        }
        for view in &self.refreshed {
            row!(f, "  {view}")?;
        }
        for tier in &self.tiers {
            let objects = count(tier.objects, "object");
            row!(f, "  tier {}: {objects} in {}", tier.tier, human(tier.duration))?;
        }
        if let Some(locked) = self.locked {
            row!(f, "  exclusive locks were held for at most {}", human(locked))?;
        }
        if self.retries > 0 {
            row!(f, "  gave way to other sessions {}", count(self.retries, "time"))?;
        }
        for holder in &self.gave_way_to {
            row!(f, "            {holder}")?;
        }
        for warning in &self.warnings {
            row!(f, "  warning: {warning}")?;
        }
        Ok(())
    }
}

/// `2 objects stepped aside and were put back: view app.a, view app.b`; the first few of many by name.
fn stepped_aside(objects: &[String]) -> String {
    let were = if objects.len() == 1 { "was" } else { "were" };
    format!("{} stepped aside and {were} put back: {}", count(objects.len(), "object"), first_of(objects))
}

/// The first few by name, and how many more there are.
fn first_of(objects: &[String]) -> String {
    const NAMED: usize = 10;
    let names = objects.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match objects.len().saturating_sub(NAMED) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}
