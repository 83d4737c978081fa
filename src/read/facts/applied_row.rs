//! A row of the migration history.

use serde::Deserialize;

/// A row of refinery's history.
#[derive(Clone, Debug, Deserialize)]
pub struct AppliedRow {
    pub version: String,
    /// The type of the versions, `integer` or `bigint`.
    #[serde(rename = "type")]
    pub kind: String,
    pub name: Option<String>,
    pub checksum: Option<String>,
}
