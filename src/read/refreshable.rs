//! What can be refreshed in a database, and how.

use serde::Deserialize;
use serde_json::json;

use super::session::{Failure, Session, Value, bind};
use crate::set::project::Project;

/// The answer of `sql/refreshable.sql`.
#[derive(Clone, Debug, Deserialize)]
pub struct Refreshable {
    pub server: u32,
    pub recovery: bool,
    pub read_only: bool,
    /// The server counts what a transaction writes.
    pub track_counts: bool,
    pub role: String,
    /// What may be done with the ledger's notes of old rows.
    pub stale: Notes,
    pub found: Vec<Filled>,
}

/// What may be done with the ledger's notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Notes {
    /// There are none, or we may not read them.
    #[serde(rename = "")]
    None,
    #[serde(rename = "r")]
    Read,
    #[serde(rename = "rw")]
    Write,
}

/// What stands under the name of a materialized view of the project.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Filled {
    /// The object, as an index.
    pub place: usize,
    pub oid: u32,
    /// As in `pg_class.relkind`.
    pub kind: String,
    pub populated: bool,
    /// It has a unique index with which the server refreshes concurrently.
    pub unique: bool,
    /// Its unique indexes with which the server does not.
    pub unfit: Vec<String>,
    /// Its owner may make temporary tables, which CONCURRENTLY does.
    pub temporary: bool,
    pub may_refresh: bool,
    pub may_read: bool,
    pub owner: String,
}

/// A materialized view that reads a table into which this transaction wrote; of `sql/written_below.sql`.
#[derive(Clone, Debug, Deserialize)]
pub struct Written {
    /// The view, as an index.
    pub place: usize,
    pub table: String,
}

/// Looks at some of the project's objects, in one round trip and no transaction.
pub fn refreshable(
    session: &mut Session<'_>,
    project: &Project,
    objects: &[usize],
    ledger: &str,
) -> Result<Refreshable, Failure> {
    let wanted = wanted(project, objects);
    let values = [("wanted", Value::Text(wanted.as_str())), ("ledger", Value::Text(ledger))];
    session.ask(&bind("refreshable", &values))
}

/// Which of these materialized views read tables into which the open transaction wrote.
pub fn written_below(
    session: &mut Session<'_>,
    project: &Project,
    objects: &[usize],
) -> Result<Vec<Written>, Failure> {
    let wanted = wanted(project, objects);
    session.ask(&bind("written_below", &[("wanted", Value::Text(&wanted))]))
}

fn wanted(project: &Project, objects: &[usize]) -> String {
    let wanted: Vec<_> = objects
        .iter()
        .map(|&place| {
            let name = project.object(place).name();
            json!({"place": place, "schema": name.schema, "name": name.name})
        })
        .collect();
    json!(wanted).to_string()
}
