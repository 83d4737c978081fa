//! The catalog: what is live.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::attached::{Attached, MadeOnCopies};
use super::facts::{Blocker, HeldLock, Live, Recorded, Shape, StrangeTrigger, ViewText};
use super::session::{Failure, OURS, SET_OURS, Session, Value, array, bind, decode, under};
use super::trusted::Trust;
use crate::read::address::Address;
use crate::read::dependent::Dependent;
use crate::set::project::Project;
use crate::words::identity::Identity;
use crate::words::name::identifier;

/// The search_path under which texts that are compared with recorded ones are deparsed.
pub const CANONICAL: &str = OURS;

/// The text that pins the settings which change what is stored or printed, with this search_path, up to the end of the
/// transaction.
pub fn pins(path: &str) -> String {
    format!("{}\n{}", pins_of_people(path), bind("no_timeout", &[("local", Value::Sql("true"))]))
}

/// Those of the pins that a script for people sets, too.
pub fn pins_of_people(path: &str) -> String {
    bind("pins", &[("path", Value::Sql(path))])
}

/// The addresses of the routines of these identities.
pub fn routines(
    session: &mut Session<'_>,
    project: &Project,
    identities: impl IntoIterator<Item = String>,
) -> Result<BTreeMap<String, Address>, Failure> {
    let identities: Vec<String> = identities.into_iter().collect();
    if identities.is_empty() {
        return Ok(BTreeMap::new());
    }
    let text = bind("routines", &[("identities", Value::Text(&array(identities)))]);
    session.ask(&under(&project.search_path(), &text))
}

/// The text that keeps the addresses of the routines of these identities for [`kept_routines`].
pub fn keep_routines(project: &Project, identities: &[String]) -> String {
    let identities = array(identities);
    let values = [("identities", Value::Text(identities.as_str())), ("routines", Value::File("routines"))];
    let keep = bind("found_routines", &values);
    under(&project.search_path(), &keep)
}

/// The expression for what was kept: identities and addresses as JSON.
pub fn kept_routines(any: bool) -> &'static str {
    if any { "pg_catalog.current_setting('viewkeeper.routines')::json" } else { "'{}'::json" }
}

/// What is there under the identities of the objects that need a look, or under the addresses that the ledger knows.
pub fn live(session: &mut Session<'_>, project: &Project, recorded: &Recorded) -> Result<Live, Failure> {
    let looked = recorded.objects.iter().filter_map(|seen| {
        let object = project.find(&seen.identity)?;
        let attached = !object.data().attachments.is_empty();
        Some((seen.identity.as_str(), object.identity(), seen.record.as_ref(), attached))
    });
    let looked: Vec<_> = looked.collect();
    // One of these may be what a file states something about under another name.
    let stated = looked.iter().any(|(_, _, record, attached)| record.is_none() && *attached);
    let others = recorded.others.iter();
    let others = others.map(|record| {
        (record.identity.as_str(), Identity::displayed(&record.identity), Some(record), stated)
    });
    let looked: Vec<_> = looked.into_iter().chain(others).collect();
    let routines = looked.iter().filter(|(_, identity, ..)| identity.arguments.is_some());
    let found = self::routines(session, project, routines.map(|(name, ..)| (*name).to_owned()))?;
    let wanted: Vec<_> = looked
        .into_iter()
        .map(|(name, identity, record, attached)| {
            json!({
                "identity": name,
                "schema": identity.schema,
                "name": identity.name,
                "table": identity.table,
                "address": record.map(|record| &record.address),
                "found": found.get(name),
                "attached": attached || record.is_some_and(|record| !record.stated.attachments.is_empty()),
                "alike": record.is_some_and(|record| record.likeness.is_some()),
            })
        })
        .collect();
    let (wanted, schemas) = (json!(wanted).to_string(), array(project.schemas()));
    let values = [("wanted", Value::Text(wanted.as_str())), ("schemas", Value::Text(&schemas))];
    let (text, attached) = (bind("live", &values), bind("attached", &values));
    let answers = session.send(&format!("{};\n{text};\n{attached}", pins(CANONICAL)))?;
    let attached: Vec<Attached> = decode(answers.last())?;
    let live: Live = decode(answers.first())?;
    let attached = attached.into_iter().map(|attached| (attached.address.clone(), attached)).collect();
    Ok(Live { attached, ..live })
}

/// The shapes of live objects and of the temporary shadows that `make` creates, in one message: first the live ones under
/// the project's schemas, then the shadows with pg_temp before them, so that equal objects have equal texts. Both lists are
/// what `sql/shapes.sql` wants.
pub fn shapes(
    session: &mut Session<'_>,
    project: &Project,
    live: &[serde_json::Value],
    make: &str,
    shadows: &[serde_json::Value],
) -> Result<(Vec<Shape>, Vec<Shape>), Failure> {
    let schemas = path_of(&project.schemas());
    shapes_under(session, (&schemas, live), make, (&format!("pg_temp, {schemas}"), shadows))
}

/// The shapes of live objects and of what `make` creates, each under a search_path of its own.
pub fn shapes_under(
    session: &mut Session<'_>,
    (path_of_live, live): (&str, &[serde_json::Value]),
    make: &str,
    (path_of_made, made): (&str, &[serde_json::Value]),
) -> Result<(Vec<Shape>, Vec<Shape>), Failure> {
    let read = |wanted: &[serde_json::Value]| {
        let wanted = json!(wanted).to_string();
        bind("shapes", &[("wanted", Value::Text(&wanted))])
    };
    let before = format!("{};\n", under(path_of_live, &read(live)));
    let after = format!(";\n{}", under(path_of_made, &read(made)));
    let answers =
        session.send_theirs(&format!("{before}{make}{after}")).map_err(|failure| failure.behind(&before))?;
    Ok((decode(answers.first())?, decode(answers.last())?))
}

/// What the server makes of the indexes and statistics that `make` creates on temporary copies of materialized views, by
/// the keys of `copies`, which is what `sql/index_shadows.sql` wants; and the statements that make anew what hangs on the copies,
/// and on `live`.
pub fn index_shadows(
    session: &mut Session<'_>,
    (asked, path, make): (&str, &str, &str),
    copies: &[serde_json::Value],
    live: &[serde_json::Value],
) -> Result<MadeOnCopies, Failure> {
    let made = json!(copies).to_string();
    let read = bind("index_shadows", &[("copies", Value::Text(&made))]);
    let (of_copies, of_live) = (index_texts(copies), index_texts(live));
    let text =
        format!("{asked}set local search_path to {path};\n{make}{SET_OURS}{read};\n{of_copies};\n{of_live}");
    let mut answers = session.send_theirs(&text)?.into_iter().rev();
    let (live, copies, made) = (answers.next(), answers.next(), answers.next());
    Ok(MadeOnCopies {
        made: decode(made.as_ref())?,
        of_copies: decode(copies.as_ref())?,
        of_live: decode(live.as_ref())?,
    })
}

/// The statements that make anew what hangs on these, which are what `sql/index_texts.sql` wants.
pub fn index_texts(relations: &[serde_json::Value]) -> String {
    bind("index_texts", &[("relations", Value::Text(&json!(relations).to_string()))])
}

/// A search_path of schemas.
pub fn path_of(schemas: &[String]) -> String {
    schemas.iter().map(|schema| identifier(schema)).collect::<Vec<_>>().join(", ")
}

/// The statement that ends the work where what rests on these, which are what `sql/trust_unchanged/again.sql` wants, would run something of
/// a stranger's by now.
pub fn unchanged(rests: &str) -> String {
    let trust = Trust::default();
    let [relid, means] = trust.values();
    bind("trust_unchanged", &[("rests", Value::Text(rests)), relid, means])
}

/// What must be dropped before these objects can be, each with how it is put back, those it stands on first. The
/// objects themselves are among them when `with_roots` says so. Triggers of `alone` are by themselves, not parts of their
/// views.
pub fn dependents(
    session: &mut Session<'_>,
    project: &Project,
    roots: &[Address],
    with_roots: bool,
    alone: &[Address],
) -> Result<Vec<Dependent>, Failure> {
    let (roots, alone) = (array(roots), array(alone));
    let with_roots = if with_roots { "true" } else { "false" };
    let trust = Trust::default();
    let [relid, means] = trust.values();
    let schemas = array(project.named_schemas());
    let values = [
        ("schemas", Value::Text(schemas.as_str())),
        ("roots", Value::Text(&roots)),
        ("with_roots", Value::Sql(with_roots)),
        ("by_itself", Value::Text(&alone)),
        relid,
        means,
    ];
    let text = bind("saved", &values);
    session.ask(&format!("{};\n{text}", pins(CANONICAL)))
}

/// What hangs on something, and CASCADE could take.
pub fn there(session: &mut Session<'_>) -> Result<BTreeSet<Address>, Failure> {
    session.ask_under_theirs(&bind("there", &[]))
}

/// The addresses that objects have now, by those that they had when they stepped aside.
pub fn successors(
    session: &mut Session<'_>,
    identities: &BTreeMap<Address, String>,
) -> Result<BTreeMap<Address, Address>, Failure> {
    let identities = json!(identities).to_string();
    session.ask(&bind("successors", &[("identities", Value::Text(&identities))]))
}

/// The texts of views, as they look under this search_path.
pub fn texts(session: &mut Session<'_>, path: &str, oids: &[u32]) -> Result<Vec<ViewText>, Failure> {
    let oids = array(oids.iter().map(u32::to_string));
    session.ask(&under(path, &bind("texts", &[("oids", Value::Text(&oids))])))
}

/// The owner of a schema, quoted, where that is no role whom we trust, and the role that works.
pub fn untrusted_owner(session: &mut Session<'_>, schema: &str) -> Result<Option<(String, String)>, Failure> {
    session.ask(&bind("schema_owner", &[("schema", Value::Text(schema))]))
}

/// The triggers on tables of the project's schemas that run what a role wrote which is not trusted.
pub fn strange_triggers(
    session: &mut Session<'_>,
    project: &Project,
) -> Result<Vec<StrangeTrigger>, Failure> {
    let schemas = array(project.schemas());
    session.ask(&bind("strange_triggers", &[("schemas", Value::Text(&schemas))]))
}

/// The sessions that hold locks on these relations, or on those that a text names.
pub fn blockers(session: &mut Session<'_>, relations: &[u32], text: &str) -> Result<Vec<Blocker>, Failure> {
    let relations = array(relations.iter().map(u32::to_string));
    session.ask(&bind("blockers", &[("relations", Value::Text(&relations)), ("text", Value::Text(text))]))
}

/// The text that gives each lock from here on this long, and less where the server looks for deadlocks early.
pub fn lock_timeout(milliseconds: &str) -> String {
    bind("lock_timeout", &[("milliseconds", Value::Sql(milliseconds))])
}

/// The names of all relations, by oid.
pub fn relations(session: &mut Session<'_>) -> Result<BTreeMap<String, String>, Failure> {
    session.ask(&format!("{};\n{}", pins(CANONICAL), bind("relations", &[])))
}

/// The locks of this transaction.
pub fn locks(session: &mut Session<'_>) -> Result<Vec<HeldLock>, Failure> {
    session.ask(&bind("locks", &[]))
}
