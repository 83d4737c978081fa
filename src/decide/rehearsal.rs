//! What a rehearsal gives: what really happened before it was taken back.

use std::fmt;

use serde::Serialize;

use super::plan::value::Plan;
use crate::words::escape::row;
use crate::words::report::Report;

/// A run that was rolled back. It prints itself, and serialises.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Rehearsal {
    /// What was decided, after the migrations.
    pub plan: Plan,
    /// What was done, with its times.
    pub report: Report,
    /// The strongest lock above AccessShare that was taken on each relation that was there before; a run holds them to
    /// its commit.
    pub locks: Vec<TakenLock>,
    /// Where it could go no further, because something has to be committed there.
    pub stopped: Option<String>,
}

/// A lock that was really taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TakenLock {
    /// The relation.
    pub object: String,
    /// As the server calls it: `AccessExclusiveLock`.
    pub mode: String,
}

impl fmt::Display for Rehearsal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n\nrehearsed and rolled back:\n{}", self.plan, self.report)?;
        for lock in &self.locks {
            row!(f, "  locked    {} in {}", lock.object, lock.mode)?;
        }
        if let Some(why) = &self.stopped {
            row!(f, "  stopped   {why}")?;
        }
        Ok(())
    }
}
