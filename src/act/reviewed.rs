//! What a start would do to objects, as a migration that people review: what it needs to know of the database.

use std::collections::{BTreeMap, BTreeSet};

use super::boot::Boot;
use super::comparison::Purpose;
use super::objects;
use super::standing::{check_session, readable};
use super::survey::{Survey, survey};
use crate::decide::reviewed::{Pending, Reviewed, changes};
use crate::read::facts::Address;
use crate::read::session::Failure;
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::object::Kind;
use crate::words::options::Options;
use crate::words::report::Verb;

/// The pending changes of objects as a migration and its reverse. `created`: the objects that a migration creates.
///
/// # Errors
///
/// Nothing is to be done, table migrations are pending, an object was renamed, or the database cannot be read.
pub fn reviewed(
    project: &Project,
    options: &Options,
    client: &mut postgres::Client,
    created: &BTreeSet<String>,
) -> Result<Reviewed, Error> {
    let mut boot = Boot::new(project, options, client);
    let probe = boot.probe()?;
    check_session(&probe)?;
    if boot.settled(&probe)?.is_some() {
        return Err(nothing(project));
    }
    let failed = |failure: Failure| failure.while_(ErrorKind::Connection, "cannot open a transaction");
    boot.session.begin("begin isolation level read committed").map_err(failed)?;
    let (pending, _) = boot.pending(&probe)?;
    if let Some(&first) = pending.first() {
        let file = project.shown(&project.manifest().migrations[first].file);
        return Err(refused(format!("{} table migrations are pending, the first is {file}", pending.len()))
            .help("apply them first: what the plan says of objects is decided after them"));
    }
    let ledger = readable(&probe).map(|_| &boot.ledger);
    let survey = survey(&mut boot.session, project, ledger, &boot.aside.names, options)?;
    let decision = objects::decide(&mut boot.session, project, &survey, options, Purpose::Look)?;
    let plan = &decision.plan;
    if !plan.actions.iter().any(changes) {
        return Err(nothing(project));
    }
    if let Some(renamed) = plan.actions.iter().find(|action| action.verb == Verb::Rename) {
        return Err(refused(format!("{} \"{}\" is renamed", renamed.kind, renamed.object)).help(
            "a renaming in a file is no review of statements: apply it, or write the migration by hand",
        ));
    }
    let managed = addresses(project, &survey);
    let changed = plan.actions.iter().filter(|action| changes(action)).filter_map(|action| action.index);
    let changed: BTreeSet<usize> = changed.collect();
    let dropped: BTreeSet<String> = plan
        .actions
        .iter()
        .filter(|action| action.verb == Verb::Drop)
        .map(|action| action.object.to_string())
        .collect();
    let gone = survey.recorded.gone.iter().filter(|gone| dropped.contains(&gone.identity));
    let gone: BTreeSet<Address> = gone.map(|gone| gone.address.clone()).collect();
    let roots = managed.iter().filter(|(_, index)| changed.contains(index)).map(|(address, _)| address);
    let roots = roots.chain(&gone);
    let triggers = survey.recorded.managed.iter().filter(|managed| managed.kind == Kind::Trigger);
    let alone: Vec<&Address> = triggers.map(|managed| &managed.address).collect();
    let saved = objects::hanging_on(&mut boot.session, roots, &alone)?;
    boot.session.rollback();
    Ok(Reviewed::of(&Pending { project, plan, created, saved: &saved, managed: &managed, gone: &gone }))
}

/// The project's objects that are there, by address.
fn addresses(project: &Project, survey: &Survey) -> BTreeMap<Address, usize> {
    let recorded =
        survey.recorded.managed.iter().map(|managed| (&managed.address, managed.identity.as_str()));
    let live = survey.live.objects.iter().map(|live| (&live.address, live.wanted.as_str()));
    recorded
        .chain(live)
        .filter_map(|(address, identity)| Some((address.clone(), project.find(identity)?.index())))
        .collect()
}

fn nothing(project: &Project) -> Error {
    let message = format!("the objects of project \"{}\" are as their files say", project.name());
    refused(message).help("change a file first: the migration is made of what `plan` would do")
}

fn refused(message: String) -> Error {
    Error::new(ErrorKind::Refused, format!("there is no migration to write: {message}"))
        .note("nothing was written")
}
