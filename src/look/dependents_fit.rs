//! Whether views that are not ours still fit when the ones below them change: they are made as temporary views on the
//! shadows of these, before anything is locked.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::decide::compare::shadows::Shadows;
use crate::decide::plan::rests_on::question;
use crate::read::address::Address;
use crate::read::catalog;
use crate::read::dependent::Dependent;
use crate::read::facts::ViewText;
use crate::read::session::{Failure, SET_OURS, Session};
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::identity::Identity;
use crate::words::name::{Name, identifier};
use crate::words::sqlstate::is_of_the_moment;

/// The views among `foreign` that the server refuses on the shadows, with its words.
pub fn misfits(
    session: &mut Session<'_>,
    project: &Project,
    shadows: &Shadows,
    taken: &[String],
    foreign: &[&Dependent],
) -> Result<BTreeMap<Address, String>, Error> {
    let calling = calling(foreign);
    let views: BTreeMap<u32, &Dependent> = foreign
        .iter()
        .filter(|dependent| dependent.impossible.is_none() && dependent.untrusted.is_empty())
        .filter(|dependent| !calling.contains(&dependent.id))
        .filter(|dependent| dependent.kind.ends_with("view"))
        .filter_map(|dependent| Some((dependent.relation?, *dependent)))
        .collect();
    if views.is_empty() {
        return Ok(BTreeMap::new());
    }
    let path = path(project, views.values().copied());
    let oids: Vec<u32> = views.keys().copied().collect();
    let texts: HashMap<u32, ViewText> = catalog::texts(session, &path, &oids)
        .map_err(failed)?
        .into_iter()
        .map(|text| (text.oid, text))
        .collect();
    let mut names: BTreeSet<&str> = taken.iter().chain(shadows.names.values()).map(String::as_str).collect();
    // As a temporary view it would hide another relation of its name from those that come after it; the server decides about
    // it when it is made.
    let texts = foreign.iter().filter_map(|dependent| {
        let text = texts.get(&dependent.relation?)?;
        (text.alone && names.insert(&text.name)).then_some((*dependent, text))
    });
    let of_each = |session: &mut Session<'_>| {
        let make = format!("set local search_path to {};\n{}", project.search_path(), shadows.script.text());
        session.send_theirs(&make).map_err(failed)?;
        let mut misfits = BTreeMap::new();
        // In the order in which they stand on each other.
        for (dependent, text) in texts {
            if let Some(why) = misfit(session, dependent, text, &path)? {
                misfits.insert(dependent.id.clone(), why);
            }
        }
        Ok(misfits)
    };
    session.taken_back(of_each).map_err(failed)?
}

/// The routines among these, and what stands on such: a routine that takes the rows of what changes is none of the shadow's, so the
/// server decides about these when they are made.
fn calling(foreign: &[&Dependent]) -> BTreeSet<Address> {
    let mut calling = BTreeSet::new();
    // In the order in which they stand on each other.
    for dependent in foreign {
        let routine = Identity::displayed(&dependent.identity).arguments.is_some();
        if routine || dependent.needs.iter().any(|below| calling.contains(below)) {
            calling.insert(dependent.id.clone());
        }
    }
    calling
}

/// Why the server refuses a view; one that it takes stays for those that stand on it.
fn misfit(
    session: &mut Session<'_>,
    dependent: &Dependent,
    text: &ViewText,
    path: &str,
) -> Result<Option<String>, Error> {
    let columns: Vec<String> = text.columns.iter().map(|column| identifier(column)).collect();
    let asked = match question(&dependent.rests) {
        Some(question) => format!("{SET_OURS}{question};\n"),
        None => String::new(),
    };
    let sql = format!(
        "savepoint viewkeeper_fit;\n{asked}set local search_path to pg_temp, {path};\ncreate temporary view {} ({}) as {}",
        identifier(&text.name),
        columns.join(", "),
        text.text
    );
    match session.send_theirs(&sql) {
        Ok(_) => Ok(None),
        Err(Failure::Server(server)) if !is_of_the_moment(&server) => {
            session.back_to("viewkeeper_fit").map_err(failed)?;
            Ok(Some(format!("it no longer fits: {} ({})", server.message, server.code)))
        }
        Err(failure) => Err(failed(failure)),
    }
}

fn failed(failure: Failure) -> Error {
    failure.while_(ErrorKind::Ledger, "cannot tell whether views on the changed ones still fit")
}

/// Every schema that these views and the project are in, so that a text names what is in them without a schema, which a
/// temporary view comes before.
fn path<'s>(project: &Project, views: impl Iterator<Item = &'s Dependent>) -> String {
    let mut schemas = project.schemas();
    for dependent in views {
        let schema = Name::displayed(&dependent.identity).schema;
        if !schemas.contains(&schema) {
            schemas.push(schema);
        }
    }
    catalog::path_of(&schemas)
}
