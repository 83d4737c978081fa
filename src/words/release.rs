//! A release that was applied to a database.

use serde::{Deserialize, Serialize};

use super::moment;

/// An application of a release, as the ledger keeps it. Moments are in UTC, `2026-11-21T19:00:00Z`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AppliedRelease {
    /// Its number in the ledger.
    pub number: i64,
    /// The checksum of its files.
    pub checksum: String,
    /// When it was built; a year has more digits where it needs them.
    #[serde(deserialize_with = "moment::written")]
    pub built: String,
    /// When it was applied.
    pub applied_at: String,
    /// The role that applied it.
    pub applied_by: String,
    /// The application name of its session.
    pub application: String,
    /// The version of viewkeeper.
    pub viewkeeper: String,
}
