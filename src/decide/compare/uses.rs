//! What objects came to use: a question that ends the work where that is a neighbour's, for the message in which they are made.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::json;

use super::mention::words;
use crate::decide::plan::side_by_side::SideBySide;
use crate::read::session::{Value, array, bind, part};
use crate::read::trusted::{body_means, text_means, trusted_roles, type_is_apart};
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
    let Asked { objects, filled, calls, caller: _, query } = asked;
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
    let reached = if runs { reached(project, asked, &filled) } else { part("uses_unreached", &[]) };
    bind(
        "uses",
        &[
            ("schemas", Value::Text(&array(project.named_schemas()))),
            ("objects", Value::Text(&rows)),
            ("own", Value::Text(&own)),
            ("chosen", Value::Text(&chosen)),
            ("reached", Value::Sql(&reached)),
            trusted_roles(),
        ],
    )
}

/// The text of `sql/uses_reached.sql`.
fn reached(project: &Project, asked: &Asked<'_>, filled: &str) -> String {
    let Asked { calls, caller, query, .. } = asked;
    let words: BTreeSet<String> =
        words(query).map(|(word, _)| word).filter(|word| !word.contains('$')).collect();
    let schemas = format!("{}::pg_catalog.text[]", literal(&array(project.named_schemas())));
    // No dollar quote ends in it.
    let text = literal(&query.replace('$', "\u{1}"));
    let text = format!("pg_catalog.translate({text}, pg_catalog.chr(1), pg_catalog.chr(36))");
    let said_means = text_means(&text, &schemas, "trusted", "false");
    let body_means = body_means("trusted", &schemas);
    let words = array(&words);
    let apart = type_is_apart("trusted", &format!("{}::pg_catalog.name[]", literal(&words)));
    part(
        "uses_reached",
        &[
            ("filled", Value::Text(filled)),
            ("called", Value::Text(&array(&calls.functions))),
            ("caller", Value::Text(caller)),
            ("said_means", Value::Sql(&said_means)),
            ("body_means", Value::Sql(&body_means)),
            ("apart", Value::Sql(&apart)),
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
