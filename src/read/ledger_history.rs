//! What the ledger remembers of a project: its releases, and every definition that an object ever had.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::session::{Failure, Session, Value, array, bind};
use crate::words::object::Kind;
use crate::words::release::AppliedRelease;

/// The answer of `sql/past.sql`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct LedgerHistory {
    /// In order.
    pub releases: Vec<HistoryRelease>,
    /// In order.
    pub definitions: Vec<HistoryDefinition>,
    /// The objects whose definition is not there.
    pub unfounded: Vec<Unfounded>,
    /// How many objects the project has, by its own row.
    pub objects: i64,
}

/// An object of the ledger whose definition is not there.
#[derive(Clone, Debug, Deserialize)]
pub struct Unfounded {
    /// The id that is missing.
    pub definition: i64,
    pub identity: String,
    /// The release that no longer held the object.
    pub retired: Option<i64>,
}

/// An application of a release.
#[derive(Clone, Debug, Deserialize)]
pub struct HistoryRelease {
    #[serde(flatten)]
    pub applied: AppliedRelease,
    pub schema: String,
    /// When it was built, in milliseconds since 1970.
    pub moment: u64,
    pub stands: bool,
}

/// A definition of an object.
#[derive(Clone, Debug, Deserialize)]
pub struct HistoryDefinition {
    pub id: i64,
    pub identity: String,
    pub kind: Kind,
    pub checksum: String,
    /// The release that recorded it.
    pub release: i64,
    /// The definition whose place it took.
    pub follows: Option<i64>,
    /// The release that no longer held the object.
    pub retired: Option<i64>,
    /// The release that dropped it.
    pub dropped: Option<i64>,
    pub recorded_at: String,
    pub recorded_by: String,
    pub application: String,
    pub forgotten: bool,
    /// It has no text, and nobody forgot it.
    pub lost: bool,
    /// Its id is that of the one before it and 1.
    pub counted: bool,
}

/// A definition's text and its entry of the manifest.
#[derive(Clone, Debug, Deserialize)]
pub struct PastText {
    id: i64,
    pub text: String,
    pub entry: serde_json::Value,
}

/// Reads what is remembered, without the texts.
pub fn read(session: &mut Session<'_>, ledger: &str, project: &str) -> Result<LedgerHistory, Failure> {
    session.ask(&bind("past", &[("ledger", Value::Text(ledger)), ("project", Value::Text(project))]))
}

/// Reads the texts of definitions, by their ids.
pub fn texts(
    session: &mut Session<'_>,
    ledger: &str,
    project: &str,
    ids: impl IntoIterator<Item = i64>,
) -> Result<BTreeMap<i64, PastText>, Failure> {
    let ids = array(ids.into_iter().map(|id| id.to_string()));
    let values =
        [("ledger", Value::Text(ledger)), ("project", Value::Text(project)), ("ids", Value::Text(&ids))];
    let texts: Vec<PastText> = session.ask(&bind("past_texts", &values))?;
    Ok(texts.into_iter().map(|text| (text.id, text)).collect())
}

/// Forgets the texts of definitions, and says of how many; those that stand are left out.
pub fn forget(
    session: &mut Session<'_>,
    ledger: &str,
    project: &str,
    ids: impl IntoIterator<Item = i64>,
) -> Result<usize, Failure> {
    let ids = array(ids.into_iter().map(|id| id.to_string()));
    let values =
        [("ledger", Value::Text(ledger)), ("project", Value::Text(project)), ("ids", Value::Text(&ids))];
    session.ask(&bind("forget", &values))
}
