//! When materialized views are filled anew.

use serde::{Deserialize, Serialize};

/// When a materialized view is refreshed by itself: after a boot, when everything is committed, in a transaction of its
/// own. The directive `refresh` in a file says it for the view, `Migrator::refresh_when` for all views whose files do not.
///
/// A boot that finds nothing to do refreshes nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Refresh {
    /// After a boot that made, replaced or rebuilt something that it stands on, or refreshed a materialized view that it
    /// stands on. One that is not filled stays so. The default.
    ///
    /// What other sessions, or the table migrations of the boot, did to the rows of its tables is not seen: PostgreSQL does
    /// not say reliably whether a table changed since.
    #[default]
    OnChange,
    /// After every boot that did something, filled or not.
    OnBoot,
    /// Never.
    Manual,
}
