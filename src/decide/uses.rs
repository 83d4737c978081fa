//! What objects came to use: a question that ends the work where that is a neighbour's, for the message in which they are made.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::json;

use super::beside::Beside;
use crate::read::session::{Value, array, bind};
use crate::set::bundle::Calls;
use crate::set::project::Project;
use crate::set::source::statement;
use crate::words::name::identifier;

/// The SQLSTATE of its error.
pub const CODE: &str = "VK001";

/// A row of the detail of its error.
#[derive(Clone, Debug, Deserialize)]
pub struct Untrusted {
    pub identity: String,
    /// `function public.upper(character varying)`
    pub what: String,
    /// Its owner, quoted.
    pub owner: String,
}

/// The statement that asks about these objects, where they are made.
pub fn question(project: &Project, objects: &[usize], beside: &Beside) -> String {
    asking(project, objects, beside, &Calls::default(), "")
}

/// The statement that asks about what a text calls before it runs: the index of an object, or a query of a file.
pub fn question_before(project: &Project, calls: &Calls, caller: &str) -> String {
    asking(project, &[], &Beside::default(), calls, caller)
}

fn asking(project: &Project, objects: &[usize], beside: &Beside, calls: &Calls, caller: &str) -> String {
    let asked = objects.iter().map(|&index| {
        let object = project.object(index);
        let identity = object.identity();
        let name = beside.name(object);
        json!({
            "identity": object.key(),
            "schema": name.schema,
            "name": identity.name,
            "table": identity.table,
            "written": object.data().written,
        })
    });
    // Whose those of the project are is asked elsewhere.
    let needed = objects.iter().flat_map(|&index| &project.object(index).data().needs);
    let own: BTreeSet<usize> = objects.iter().chain(needed).copied().collect();
    let own = own.into_iter().map(|index| {
        let identity = project.object(index).identity();
        let arguments = identity.arguments.map(|types| plain(&types, project.schema()));
        json!({"schema": identity.schema, "name": identity.name, "arguments": arguments})
    });
    let (asked, own) = (asked.collect::<Vec<_>>(), own.collect::<Vec<_>>());
    let (called, operators) = (array(&calls.functions), calls.operators.to_string());
    let (asked, own) = (undollared(&asked), undollared(&own));
    bind(
        "uses",
        &[
            ("schemas", Value::Text(&array(project.named_schemas()))),
            ("objects", Value::Text(&asked)),
            ("called", Value::Text(&called)),
            ("operators", Value::Sql(&operators)),
            ("caller", Value::Text(caller)),
            ("own", Value::Text(&own)),
            ("trusted", Value::Sql(statement("trusted_roles"))),
        ],
    )
}

/// Types without this schema.
fn plain(types: &str, schema: &str) -> String {
    let own = format!("{}.", identifier(schema));
    let types = types.split(',').map(|one| one.strip_prefix(own.as_str()).unwrap_or(one));
    types.collect::<Vec<_>>().join(",")
}

/// JSON that ends no dollar quote.
fn undollared(rows: &[serde_json::Value]) -> String {
    json!(rows).to_string().replace('$', "\\u0024")
}
