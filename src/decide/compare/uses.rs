//! What objects came to use: a question that ends the work where that is a neighbour's, for the message in which they are made.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::json;

use super::mention::words;
use crate::decide::plan::side_by_side::SideBySide;
use crate::read::session::{Value, array, bind};
use crate::read::trusted::Reached;
use crate::set::bundle::Calls;
use crate::set::project::Project;
use crate::words::name::{identifier, literal};

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
pub fn question(project: &Project, objects: &[usize], beside: &SideBySide) -> String {
    asking(project, &Asked { objects, ..Asked::default() }, beside)
}

/// The same before some of them are filled.
pub fn question_of_filling(
    project: &Project,
    objects: &[usize],
    filled: &[usize],
    beside: &SideBySide,
) -> String {
    asking(project, &Asked { objects, filled, ..Asked::default() }, beside)
}

/// The statement that asks about what a text calls before it runs: the index of an object, or a query of a file, whose text
/// it is.
pub fn question_before(project: &Project, calls: &Calls, caller: &str, query: &str) -> String {
    asking(
        project,
        &Asked { calls: calls.clone(), caller, query, ..Asked::default() },
        &SideBySide::default(),
    )
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

fn asking(project: &Project, asked: &Asked<'_>, beside: &SideBySide) -> String {
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
    let filled = array(filled.iter().map(|&index| project.object(index).key()));
    let schemas = array(project.named_schemas());
    let mut values = vec![
        ("schemas", Value::Text(schemas.as_str())),
        ("objects", Value::Text(&rows)),
        ("own", Value::Text(&own)),
        ("chosen", Value::Text(&chosen)),
    ];
    let called = array(&calls.functions);
    let reached = runs.then(|| reached(query, &schemas));
    match &reached {
        Some(reached) => values.extend(reached.values().into_iter().chain([
            ("filled", Value::Text(filled.as_str())),
            ("called", Value::Text(&called)),
            ("caller", Value::Text(caller)),
        ])),
        None => values.push(("reached", Value::File("uses/unreached"))),
    }
    bind("uses", &values)
}

/// What `sql/uses/reached.sql` asks of a query's text, in the schemas of this array.
fn reached(query: &str, schemas: &str) -> Reached {
    let words: BTreeSet<String> =
        words(query).map(|(word, _)| word).filter(|word| !word.contains('$')).collect();
    let schemas = format!("{}::pg_catalog.text[]", literal(schemas));
    // No dollar quote ends in it.
    let text = literal(&query.replace('$', "\u{1}"));
    let text = format!("pg_catalog.translate({text}, pg_catalog.chr(1), pg_catalog.chr(36))");
    Reached::new(&text, &schemas, &format!("{}::pg_catalog.name[]", literal(&array(&words))))
}

/// Types without this schema.
pub fn plain(types: &str, schema: &str) -> String {
    let own = format!("{}.", identifier(schema));
    let types = types.split(',').map(|one| one.strip_prefix(own.as_str()).unwrap_or(one));
    types.collect::<Vec<_>>().join(",")
}

/// JSON that ends no dollar quote.
fn undollared(rows: &[serde_json::Value]) -> String {
    json!(rows).to_string().replace('$', "\\u0024")
}
