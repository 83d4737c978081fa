//! Migration histories in other schemas of the session's search_path, and whose they are.

use serde::Deserialize;

use super::session::{Failure, SET_OURS, Session, Value, array, bind};
use crate::set::project::Project;

/// A relation with the name of refinery's history. Names are not quoted but `relation`.
#[derive(Clone, Debug, Deserialize)]
pub struct FoundHistory {
    /// Quoted, with its schema.
    pub relation: String,
    /// As DROP names it.
    pub kind: String,
    pub schema: String,
    pub owner: String,
    pub owner_is_trusted: bool,
    pub schema_owner: String,
    pub schema_owner_is_trusted: bool,
    /// Roles that are not trusted and may do more than read it.
    pub writers: Vec<String>,
    /// The role that logged in.
    pub login: String,
    pub database: String,
    /// The other schemas that the session searches.
    pub rest: Vec<String>,
}

/// Those of the search_path that the session had, in its order.
pub fn histories_elsewhere(
    session: &mut Session<'_>,
    project: &Project,
) -> Result<Vec<FoundHistory>, Failure> {
    let histories = project.histories();
    let Some(first) = histories.first() else { return Ok(Vec::new()) };
    let schemas = array(histories.iter().map(|history| &history.schema));
    let path = session.found_path().to_owned();
    let values = [
        ("path", Value::Text(path.as_str())),
        ("history", Value::Text(&first.name)),
        ("schemas", Value::Text(&schemas)),
    ];
    session.ask(&format!("{};\n{SET_OURS}", bind("history_elsewhere", &values)))
}
