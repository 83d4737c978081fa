//! Comparing the whole schema with what the project makes of an empty database.

use crate::read::scratch::Scratch;
use std::collections::BTreeSet;

use postgres::Client;

use super::discover::discover;
use super::path_made::{self, PathSchema};
use super::scratch::ScratchDatabase;
use crate::act::run;
use crate::read::session::{Failure, Session, bind};
use crate::schema::differences::{differences, without_rewritten};
use crate::set::project::Project;
use crate::words::attribute::Attribute;
use crate::words::differences::{Differences, Mismatch};
use crate::words::error::{Error, ErrorKind};
use crate::words::ignore::Ignore;
use crate::words::item_kind::ItemKind;
use crate::words::name::identifier;
use crate::words::options::Options;
use crate::words::snapshot::{Item, Snapshot};

/// How a database differs from what the project makes of an empty one.
pub fn validate(
    project: &Project,
    options: &Options,
    client: &mut Client,
    scratch: Scratch<'_>,
    ignore: &Ignore,
) -> Result<Differences, Error> {
    let mut warnings = Vec::new();
    let path = path_made::found(project, client)?;
    let applied = |empty: &mut Client| Expected::read(project, options, &path, empty);
    let connect = if let Scratch::Beside(connect) = &scratch { Some(*connect) } else { None };
    let expected = match scratch {
        Scratch::Given(empty) => applied(empty)?,
        Scratch::Throwaway(empty) => {
            make_roles(client, empty)?;
            applied(empty)?
        }
        Scratch::Beside(connect) => beside(project, client, connect, &mut warnings, applied)?,
    };
    warnings.extend(expected.lacking);
    let found = discover(project, options, &expected.schemas, client)?;
    let mut differences = differences(&expected.compared, &found, ignore);
    if let Some(connect) = connect {
        let mut made = |of: &Snapshot| {
            beside(project, client, connect, &mut warnings, |empty| restored(project, options, of, empty))
        };
        settle_rewritten(&mut differences, &expected.whole, &found, &mut made);
    }
    differences.warnings.extend(warnings);
    Ok(differences)
}

/// How many databases are made at most to find out whether the server only writes the same in other words.
const TRIES: usize = 8;

/// Takes out what the server only writes in other words. `made`: what becomes of definitions in an empty database. What cannot
/// be made tells nothing, and its mismatches stay.
fn settle_rewritten(
    differences: &mut Differences,
    expected: &Snapshot,
    found: &Snapshot,
    made: &mut impl FnMut(&Snapshot) -> Result<Snapshot, Error>,
) {
    if differences.mismatched.is_empty() {
        return;
    }
    // 1. What the expected definitions become, as in a restored dump.
    let restored = made(expected).ok();
    let restored = restored.as_ref().unwrap_or(expected);
    let all = differences.mismatched.iter().map(|told| told.id.clone()).collect();
    without_rewritten(differences, &all, [expected, restored], found);
    // 2. What those become that are found: where one of them cannot be made, halves of them.
    let rest = differences.mismatched.clone();
    let mut groups = vec![rest.iter().filter(|told| is_rewritten(told)).collect::<Vec<&Mismatch>>()];
    for _ in 1..TRIES {
        let Some(group) = groups.pop() else { break };
        if group.is_empty() {
            continue;
        }
        match made(&expected.with_definitions_of(found, &group)) {
            Ok(again) => {
                let some = group.iter().map(|told| told.id.clone()).collect();
                without_rewritten(differences, &some, [expected, restored], &again);
            }
            Err(_) if group.len() > 1 => {
                let (front, back) = group.split_at(group.len() / 2);
                groups.extend([back.to_vec(), front.to_vec()]);
            }
            Err(_) => {}
        }
    }
}

/// Whether all that differs is what the server may write in other words, so that making it again tells. What somebody wrote in a language
/// is not among it, because something else that is made with it would run it.
fn is_rewritten(told: &Mismatch) -> bool {
    use Attribute as Of;
    use ItemKind as Kind;
    let whole = matches!(
        told.id.kind,
        Kind::Constraint
            | Kind::Index
            | Kind::Statistics
            | Kind::View
            | Kind::MaterializedView
            | Kind::Default
            | Kind::Rule
            | Kind::Trigger
            | Kind::Policy
            | Kind::Domain
    );
    told.attributes.iter().all(|told| match told.attribute {
        Of::Default | Of::Generated => true,
        Of::Definition | Of::Expression | Of::Predicate | Of::Using | Of::Check | Of::Columns => whole,
        _ => false,
    })
}

/// How a database differs from a snapshot.
pub fn validate_snapshot(
    project: &Project,
    options: &Options,
    client: &mut Client,
    snapshot: &Snapshot,
    ignore: &Ignore,
) -> Result<Differences, Error> {
    let found = discover(project, options, &snapshot.schemas, client)?;
    Ok(differences(snapshot, &found, ignore))
}

/// What the project makes of an empty database.
struct Expected {
    /// All that is there then.
    whole: Snapshot,
    /// What of it is compared.
    compared: Snapshot,
    /// The schemas that are compared.
    schemas: Vec<String>,
    /// What the path finds in the validated database, and could not be made here.
    lacking: Vec<String>,
}

impl Expected {
    fn read(
        project: &Project,
        options: &Options,
        path: &[PathSchema],
        empty: &mut Client,
    ) -> Result<Self, Error> {
        must_be_empty(&discover(project, options, &[], empty)?)?;
        let made = path_made::make(path, empty)?;
        let ran = run::run(project, options, empty);
        ran.map_err(|error| {
            made.explain(
                error.note(
                    "this happened in the scratch database; the one that was to be validated is as it was",
                ),
            )
        })?;
        let whole = discover(project, options, &[], empty)?;
        let mut schemas = schemas(project, &whole);
        // What only the path finds there is somebody else's.
        schemas.retain(|schema| !made.schemas.contains(schema) || holds(&whole, schema));
        let compared = match made.schemas.is_empty() {
            true => whole.clone(),
            false => discover(project, options, &schemas, empty)?,
        };
        Ok(Expected { whole, compared, schemas, lacking: made.lacking })
    }
}

/// Whether something of the project is in a schema.
fn holds(snapshot: &Snapshot, schema: &str) -> bool {
    let there = |item: &Item| item.id.name.is_object() && item.id.schema() == Some(schema);
    snapshot.items.iter().any(|item| there(item) && item.id.kind != ItemKind::Schema)
}

fn must_be_empty(before: &Snapshot) -> Result<(), Error> {
    // What is said of the schema that every database has makes it no fuller.
    let objects: Vec<&Item> = before.items.iter().filter(|item| item.id.name.is_object()).collect();
    let Some(first) = objects.first() else { return Ok(()) };
    let more = match objects.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Err(Error::new(ErrorKind::Conflict, format!("the scratch database is not empty: {}{more}", first.id))
        .help("give a database that was just created from template0")
        .unchanged())
}

/// What becomes of the expected schema when its definitions are sent as the server writes them, as a restored dump's are: the
/// server does not always write the same again (`in ('a', 'b')` over a varchar is one that it writes in two ways).
fn restored(
    project: &Project,
    options: &Options,
    expected: &Snapshot,
    empty: &mut Client,
) -> Result<Snapshot, Error> {
    let script: Vec<&str> = expected.in_order().into_iter().filter_map(Item::in_script).collect();
    let script = format!("set local check_function_bodies to off;\n{}", script.join(";\n"));
    let failed = |failure: Failure| failure.while_(ErrorKind::Connection, "cannot make the schema anew");
    Session::new(empty).send_theirs(&script).map_err(failed)?;
    discover(project, options, &[], empty)
}

/// The function that connects to a database of this name on the same server.
type Connect<'s> = &'s dyn Fn(&str) -> Result<Client, postgres::Error>;

/// Runs something with an empty database beside this one, which goes afterwards.
fn beside<T>(
    project: &Project,
    client: &mut Client,
    connect: Connect<'_>,
    warnings: &mut Vec<String>,
    run: impl FnOnce(&mut Client) -> Result<T, Error>,
) -> Result<T, Error> {
    let database = ScratchDatabase::create(client, project.name())?;
    let mut empty = connect(database.name()).map_err(|error| {
        Error::new(ErrorKind::Connection, format!("cannot connect to \"{}\"", database.name()))
            .caused_by(error)
            .help("give an empty database (--scratch-url, Scratch::Given) where a pooler knows no new ones")
    })?;
    let made = run(&mut empty)?;
    drop(empty);
    let name = database.name().to_owned();
    if let Err(failure) = database.finish() {
        let what = format!("cannot drop the scratch database \"{name}\"");
        warnings.push(failure.while_(ErrorKind::Connection, what).to_string());
    }
    Ok(made)
}

/// The schemas that the project is about. What is in another one is somebody else's.
fn schemas(project: &Project, expected: &Snapshot) -> Vec<String> {
    let mut schemas: BTreeSet<String> = project.schemas().into_iter().collect();
    schemas.extend(expected.items.iter().filter_map(|item| item.id.schema()).map(str::to_owned));
    schemas.into_iter().collect()
}

/// Makes the roles of one server on another.
fn make_roles(from: &mut Client, to: &mut Client) -> Result<(), Error> {
    let failed = |failure: Failure| {
        failure.while_(ErrorKind::Connection, "cannot make the roles of the scratch database")
    };
    let text = bind("roles", &[]);
    let wanted: Vec<String> = Session::new(from).ask(&text).map_err(failed)?;
    let mut session = Session::new(to);
    let there: Vec<String> = session.ask(&text).map_err(failed)?;
    let missing: Vec<String> = wanted
        .iter()
        .filter(|role| !there.contains(role))
        .map(|role| format!("create role {}", identifier(role)))
        .collect();
    session.send(&missing.join(";\n")).map(drop).map_err(failed)
}
