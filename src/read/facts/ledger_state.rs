//! What the ledger says in the shortest form.

use serde::Deserialize;

/// What the ledger says in the shortest form.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct LedgerState {
    /// None in a ledger that lost its rows.
    pub format: Option<u32>,
    /// The schema in which the project is kept.
    pub schema: Option<String>,
    /// The release that stands, if the project was ever applied.
    pub standing: Option<CurrentRelease>,
    /// Our release was applied at some time.
    pub seen_before: bool,
    /// The history table that was recorded.
    pub history: Option<String>,
    /// Its oid then.
    pub history_oid: Option<u32>,
    /// What told that state of it from others.
    pub history_hash: Option<String>,
    /// It is not as it was recorded.
    #[serde(skip)]
    pub history_changed: bool,
    /// The history tables of other projects.
    pub foreign_histories: Vec<String>,
    /// A migration outside of a transaction is running or was interrupted.
    pub claimed: bool,
    /// We may write the ledger.
    pub writable: bool,
    /// The tables of the ledger that lost rows of the project.
    pub holed: Vec<String>,
    pub drifted: bool,
    pub shifted: bool,
}

impl LedgerState {
    /// The ledger lost all its rows, or some of the project's.
    pub fn lost(&self) -> bool {
        self.format.is_none() || !self.holed.is_empty()
    }
}

/// The release that stands in the database.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CurrentRelease {
    pub id: i64,
    pub checksum: String,
    pub built: u64,
}
