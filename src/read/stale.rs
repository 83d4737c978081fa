//! What the ledger notes of materialized views whose rows are old.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::session::{Failure, Session, Value, bind};
use crate::set::project::Project;

/// A materialized view whose rows are old.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stale {
    pub identity: String,
    pub why: String,
}

/// The text that notes it.
pub fn note_text(project: &Project, ledger: &str, stale: &[Stale]) -> String {
    let stale = json!(stale).to_string();
    let schema = ("schema", Value::Text(project.schema()));
    bind("stale", &[ledger_of(ledger), of(project), schema, ("stale", Value::Text(&stale))])
}

/// The texts before and after a refresh that take out what was noted before it.
pub fn settling_texts(project: &Project, ledger: &str, identity: &str) -> (String, String) {
    let seen = [ledger_of(ledger), of(project), ("identity", Value::Text(identity))];
    (bind("stale_seen", &seen), bind("stale_settled", &[ledger_of(ledger)]))
}

/// What is noted.
pub fn noted(session: &mut Session<'_>, project: &Project, ledger: &str) -> Result<Vec<Stale>, Failure> {
    session.ask(&bind("stale_views", &[ledger_of(ledger), of(project)]))
}

fn ledger_of(ledger: &str) -> (&'static str, Value<'_>) {
    ("ledger", Value::Text(ledger))
}

fn of(project: &Project) -> (&'static str, Value<'_>) {
    ("project", Value::Text(project.name()))
}
