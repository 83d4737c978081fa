//! The catalog: what is live.

use std::collections::BTreeMap;

use serde_json::json;

use super::attached::Attached;
use super::facts::{Address, Blocker, HeldLock, Live, Recorded, Saved, Shape, ViewText};
use super::session::{Failure, Session, Value, array, bind, decode};
use crate::set::project::Project;
use crate::set::source::statement;
use crate::words::name::{Name, identifier};

/// The search_path under which texts that are compared with recorded ones are deparsed.
pub const CANONICAL: &str = "pg_catalog";

/// The text that pins the settings which change what is stored or printed, with this search_path, up to the end of the
/// transaction.
pub fn pins(path: &str) -> String {
    bind("pins", &[("path", Value::Sql(path))])
}

/// What is there under the names of the objects that need a look, or under the oids that the ledger knows.
pub fn live(session: &mut Session<'_>, project: &Project, recorded: &Recorded) -> Result<Live, Failure> {
    let wanted: Vec<_> = recorded
        .objects
        .iter()
        .filter_map(|seen| {
            let object = project.find(&seen.identity)?;
            let name = object.name();
            let record = seen.record.as_ref();
            let oid = record.map(|record| record.oid);
            let old = record.map(|record| Name::displayed(&record.identity));
            let (old_schema, old_name) = old.map(|old| (old.schema, old.name)).unzip();
            let attached = !object.data().attachments.is_empty()
                || record.is_some_and(|record| !record.stated.attachments.is_empty());
            Some(json!({
                "identity": seen.identity,
                "schema": name.schema,
                "name": name.name,
                "old_schema": old_schema,
                "old_name": old_name,
                "oid": oid,
                "attached": attached,
            }))
        })
        .collect();
    let (wanted, schemas) = (json!(wanted).to_string(), array(project.schemas()));
    let text = bind("live", &[("wanted", Value::Text(&wanted)), ("schemas", Value::Text(&schemas))]);
    let attached = bind("attached", &[("wanted", Value::Text(&wanted))]);
    let answers = session.send(&format!("{};\n{text};\n{attached}", pins(CANONICAL)))?;
    let attached: Vec<Attached> = decode(answers.last())?;
    let live: Live = decode(answers.first())?;
    Ok(Live { attached: attached.into_iter().map(|attached| (attached.oid, attached)).collect(), ..live })
}

/// The shapes of live views and of the temporary twins that `make` creates, in one message: first the live ones under
/// the project's schemas, then the twins with pg_temp before them, so that equal views have equal texts.
pub fn shapes(
    session: &mut Session<'_>,
    project: &Project,
    oids: &[u32],
    make: &str,
    twins: &[String],
) -> Result<(Vec<Shape>, Vec<Shape>), Failure> {
    let schemas = project.schemas().iter().map(|schema| identifier(schema)).collect::<Vec<_>>().join(", ");
    let read = |oids: &[u32], twins: &[String]| {
        let (oids, twins) = (array(oids.iter().map(u32::to_string)), array(twins));
        bind("columns", &[("oids", Value::Text(&oids)), ("temporary", Value::Text(&twins))])
    };
    let before = format!("set local search_path to {schemas};\n{};\n", read(oids, &[]));
    let after = format!(";\nset local search_path to pg_temp, {schemas};\n{}", read(&[], twins));
    let answers =
        session.send(&format!("{before}{make}{after}")).map_err(|failure| shift(failure, &before))?;
    Ok((decode(answers.first())?, decode(answers.last())?))
}

/// Counts a position from the start of the part that was put behind `before`.
fn shift(mut failure: Failure, before: &str) -> Failure {
    if let Failure::Server(server) = &mut failure {
        let skipped = before.chars().count();
        server.position = server.position.and_then(|position| position.checked_sub(skipped));
    }
    failure
}

/// The parts of `sql/saved.sql` that are files of their own.
const SAVED_STEPS: [&str; 10] = [
    "items",
    "names",
    "relations",
    "routines",
    "parts",
    "indexes",
    "grants",
    "attached",
    "drops",
    "hindrances",
];

/// What must be dropped before these objects can be, each with how it is put back, those it stands on first. The
/// objects themselves are among them when `with_roots` says so.
pub fn saved(session: &mut Session<'_>, roots: &[Address], with_roots: bool) -> Result<Vec<Saved>, Failure> {
    let roots = array(roots);
    let with_roots = if with_roots { "true" } else { "false" };
    let steps = SAVED_STEPS.map(|step| (step, statement(&format!("saved_{step}"))));
    let mut values: Vec<_> = steps.iter().map(|&(step, text)| (step, Value::Sql(text))).collect();
    values.extend([("roots", Value::Text(roots.as_str())), ("with_roots", Value::Sql(with_roots))]);
    let text = bind("saved", &values);
    session.ask(&format!("{};\n{text}", pins(CANONICAL)))
}

/// The oids that relations have now, by those that they had when they stepped aside.
pub fn successors(
    session: &mut Session<'_>,
    names: &BTreeMap<u32, String>,
) -> Result<BTreeMap<u32, u32>, Failure> {
    let names = json!(names).to_string();
    session.ask(&bind("successors", &[("names", Value::Text(&names))]))
}

/// The texts of views, as they look under this search_path.
pub fn texts(session: &mut Session<'_>, path: &str, oids: &[u32]) -> Result<Vec<ViewText>, Failure> {
    let oids = array(oids.iter().map(u32::to_string));
    session
        .ask(&format!("set local search_path to {path};\n{}", bind("texts", &[("oids", Value::Text(&oids))])))
}

/// The sessions that hold locks on these relations.
pub fn blockers(session: &mut Session<'_>, relations: &[u32]) -> Result<Vec<Blocker>, Failure> {
    let relations = array(relations.iter().map(u32::to_string));
    session.ask(&bind("blockers", &[("relations", Value::Text(&relations))]))
}

/// The names of all relations, by oid.
pub fn relations(session: &mut Session<'_>) -> Result<BTreeMap<String, String>, Failure> {
    session.ask(&format!("{};\n{}", pins(CANONICAL), bind("relations", &[])))
}

/// The locks of this transaction.
pub fn locks(session: &mut Session<'_>) -> Result<Vec<HeldLock>, Failure> {
    session.ask(&bind("locks", &[]))
}

/// The address of a relation.
pub fn relation(oid: u32) -> Address {
    // pg_class is the class 1259 in every database.
    format!("1259/{oid}/0")
}
