//! What a fingerprint does not tell of the project's objects.

use serde::Deserialize;
use serde_json::json;

use super::catalog;
use super::session::{Failure, Session};
use super::statement::{Value, bind};
use crate::set::project::Project;

/// A row of the answer of `sql/beside.sql`.
#[derive(Debug, Deserialize)]
pub struct Beside {
    /// The object, as an index.
    pub place: usize,
    /// The extension that it is a member of.
    pub extension: Option<String>,
    /// The statement by which it is none any more.
    pub drop: Option<String>,
    /// A materialized view that is not filled.
    pub empty: bool,
}

/// Asks of all objects.
pub fn beside(session: &mut Session<'_>, project: &Project) -> Result<Vec<Beside>, Failure> {
    // Their types mean what they mean under the project's path.
    let routines = project.objects().filter(|object| object.kind().is_routine()).map(|object| object.key());
    let found = catalog::routines(session, project, routines)?;
    let wanted: Vec<_> = project
        .objects()
        .map(|object| {
            let (name, identity) = (object.name(), object.identity());
            let routine = object.kind().is_routine().then(|| object.key());
            json!({
                "place": object.index(), "schema": name.schema, "name": name.name, "table": identity.table,
                "routine": routine, "found": routine.as_ref().and_then(|routine| found.get(routine))
            })
        })
        .collect();
    session.ask(&bind("beside", &[("wanted", Value::Text(&json!(wanted).to_string()))]))
}
