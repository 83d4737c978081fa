//! When materialized views are filled anew.

use serde::{Deserialize, Serialize};

/// When a materialized view is refreshed by itself: after a run, when everything is committed, in a transaction of its
/// own. The directive `refresh` in a file says it for the view, `Migrator::refresh_when` for all views whose files do not.
///
/// A run that finds nothing to do refreshes nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Refresh {
    /// After a run that changed what it stands on: made, replaced or rebuilt an object below it, ran a table migration that
    /// wrote rows into a table below it, or refreshed a materialized view below it. One that is not filled stays so. The
    /// default.
    ///
    /// Not seen: a migration's TRUNCATE with no INSERT after it, migrations outside of a transaction, tables that only the text
    /// of a function names, and whatever other sessions write; PostgreSQL does not say reliably whether a table changed.
    #[default]
    OnChange,
    /// After every run that did something, filled or not.
    OnRun,
    /// Never. That its rows are old is noted: `Migrator::refresh_stale` makes up for it.
    Manual,
}
