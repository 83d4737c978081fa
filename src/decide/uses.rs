//! What objects came to use: a question that ends the work where that is a neighbour's, for the message in which they are made.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::json;

use super::beside::Beside;
use super::mention::words;
use crate::read::session::{Value, array, bind, part};
use crate::read::trusted::trusted_roles;
use crate::set::bundle::Calls;
use crate::set::project::Project;
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
    /// The function whose body in quotes names it: `function public.helper(text)`
    pub body: Option<String>,
    /// Of a table, what the server would run of it.
    pub runs: Option<String>,
}

/// The statement that asks about these objects, where they are made.
pub fn question(project: &Project, objects: &[usize], beside: &Beside) -> String {
    asking(project, &Asked { objects, ..Asked::default() }, beside)
}

/// The same before some of them are filled.
pub fn question_of_filling(
    project: &Project,
    objects: &[usize],
    filled: &[usize],
    beside: &Beside,
) -> String {
    asking(project, &Asked { objects, filled, ..Asked::default() }, beside)
}

/// The statement that asks about what a text calls before it runs: the index of an object, or a query of a file, whose text
/// it is.
pub fn question_before(project: &Project, calls: &Calls, caller: &str, query: &str) -> String {
    asking(project, &Asked { calls: calls.clone(), caller, query, ..Asked::default() }, &Beside::default())
}

/// What is asked about.
#[derive(Default)]
struct Asked<'a> {
    objects: &'a [usize],
    filled: &'a [usize],
    calls: Calls,
    caller: &'a str,
    query: &'a str,
}

fn asking(project: &Project, asked: &Asked<'_>, beside: &Beside) -> String {
    let Asked { objects, filled, calls, caller, query } = asked;
    let runs = !filled.is_empty() || !calls.is_empty() || !query.is_empty();
    let rows = objects.iter().map(|&index| {
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
    let (rows, own) = (undollared(&rows.collect::<Vec<_>>()), undollared(&own.collect::<Vec<_>>()));
    let chosen: BTreeSet<_> = project.objects().flat_map(|object| &object.data().written).collect();
    let chosen = undollared(&chosen.into_iter().map(|name| json!(name)).collect::<Vec<_>>());
    let words: BTreeSet<(String, bool)> = words(query).filter(|(word, _)| !word.contains('$')).collect();
    let unqualified = array(words.iter().filter(|(_, dotted)| !dotted).map(|(word, _)| word));
    let words = array(words.iter().map(|(word, _)| word).collect::<BTreeSet<_>>());
    let filled = array(filled.iter().map(|&index| project.object(index).key()));
    let (called, operators) = (array(&calls.functions), calls.operators.to_string());
    let names = [
        ("filled", Value::Text(&filled)),
        ("called", Value::Text(&called)),
        ("unqualified", Value::Text(&unqualified)),
        ("words", Value::Text(&words)),
        ("operators", Value::Sql(&operators)),
        ("caller", Value::Text(caller)),
    ];
    let reached = part(if runs { "uses_reached" } else { "uses_unreached" }, &names);
    let [_, called, unqualified, _, operators, caller] = names;
    bind(
        "uses",
        &[
            ("schemas", Value::Text(&array(project.named_schemas()))),
            ("objects", Value::Text(&rows)),
            called,
            unqualified,
            operators,
            caller,
            ("own", Value::Text(&own)),
            ("chosen", Value::Text(&chosen)),
            ("reached", Value::Sql(&reached)),
            trusted_roles(),
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
