//! What a refresh did.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::escape::{row, said};
use super::name::Name;
use crate::words::amount::{count, human};
use crate::words::serialized::{display, milliseconds};

/// The result of a refresh. It prints itself.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Refreshed {
    /// The project's name.
    pub project: String,
    /// The materialized views that were refreshed, in order, each committed by itself.
    pub views: Vec<RefreshedView>,
    /// Those that were not.
    pub skipped: Vec<SkippedView>,
    /// How often a refresh was given up because another session held a lock, and done again.
    pub retries: usize,
    /// What the caller should know.
    pub warnings: Vec<String>,
    /// From the first message to the last.
    #[serde(rename = "milliseconds", serialize_with = "milliseconds")]
    pub duration: Duration,
}

/// A materialized view that was filled anew.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RefreshedView {
    /// The view.
    #[serde(serialize_with = "display")]
    pub object: Name,
    /// Its rows now; none where the role may refresh the view, and not read it.
    pub rows: Option<u64>,
    /// From the lock to the commit.
    #[serde(rename = "milliseconds", serialize_with = "milliseconds")]
    pub duration: Duration,
    /// Whether readers went on meanwhile.
    #[serde(flatten)]
    pub mode: RefreshMode,
    /// Why, where a run refreshed it: `view app.gene_scores was replaced`.
    pub reason: Option<String>,
}

/// How a materialized view is refreshed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "mode")]
#[non_exhaustive]
pub enum RefreshMode {
    /// With CONCURRENTLY: its readers go on, and only rows that differ are written.
    #[serde(rename = "concurrently")]
    Concurrently,
    /// As a whole: its readers wait until it is done.
    #[non_exhaustive]
    #[serde(rename = "exclusively")]
    Exclusively {
        /// Why CONCURRENTLY was not possible: `it is not filled yet`.
        because: String,
    },
}

/// A materialized view of the project that was not refreshed.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SkippedView {
    /// The view.
    #[serde(serialize_with = "display")]
    pub object: Name,
    /// Why: `it is not there`.
    pub reason: String,
}

impl fmt::Display for RefreshMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RefreshMode::Concurrently => f.write_str("concurrently"),
            RefreshMode::Exclusively { because } => write!(f, "not concurrently: {because}"),
        }
    }
}

impl fmt::Display for RefreshedView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RefreshedView { object, rows, duration, mode, reason } = self;
        said!(f, "refreshed {object}: ")?;
        if let Some(rows) = rows.and_then(|rows| usize::try_from(rows).ok()) {
            write!(f, "{} in ", count(rows, "row"))?;
        }
        said!(f, "{}, {mode}", human(*duration))?;
        match reason {
            Some(reason) => said!(f, " ({reason})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Refreshed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (project, views) = (&self.project, count(self.views.len(), "materialized view"));
        said!(f, "{project}: {views} refreshed ({})", human(self.duration))?;
        for view in &self.views {
            row!(f, "  {view}")?;
        }
        for SkippedView { object, reason } in &self.skipped {
            row!(f, "  skipped   {object}: {reason}")?;
        }
        if self.retries > 0 {
            row!(f, "  gave way to other sessions {}", count(self.retries, "time"))?;
        }
        for warning in &self.warnings {
            row!(f, "  warning: {warning}")?;
        }
        Ok(())
    }
}
