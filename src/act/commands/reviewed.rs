//! What a start would do to objects, as a migration that people review: what it needs to know of the database.

use std::collections::{BTreeMap, BTreeSet};

use crate::act::run::Run;
use crate::decide::decision::Decision;
use crate::decide::facts::Facts;
use crate::decide::plan::value::Plan;
use crate::decide::reviewed::migration::{Pending, Reviewed, changes};
use crate::decide::reviewed::renamed::Renamed;
use crate::look::read_facts::dependents_of;
use crate::read::address::Address;
use crate::read::session::Failure;
use crate::set::project::Project;
use crate::words::amount::count;
use crate::words::error::{Error, ErrorKind, LeftBehind};
use crate::words::options::Options;
use crate::words::verb::Verb;

/// The pending changes of objects as a migration and its reverse; none where there are none. `created`: the objects that a migration
/// creates.
///
/// # Errors
///
/// A later release stands, table migrations are pending, or the database cannot be read; or an object is to be renamed and the role
/// may not do that.
pub fn reviewed(
    project: &Project,
    options: &Options,
    client: &mut postgres::Client,
    created: &BTreeSet<String>,
) -> Result<Option<Reviewed>, Error> {
    let mut run = Run::new(project, options, client);
    let Some(mut seen) = run.look()? else {
        // With a warning, this binary leaves the database to another release.
        return match run.report.warnings.is_empty() {
            true => Ok(None),
            false => Err(run.report.warnings.into_iter().fold(nothing(project), Error::note)),
        };
    };
    none_pending(project, &seen.pending)?;
    let mut decision = run.would_do(&mut seen.facts)?;
    if !decision.plan.actions.iter().any(changes) {
        return Ok(None);
    }
    let renamed = renamed(&seen.facts, &decision)?;
    if !renamed.is_empty() {
        // What else is to be done is told under the new names, as a start does it.
        run.session.mark("savepoint viewkeeper_names").map_err(unread)?;
        run.rename(&decision.work.renames)?;
        seen = run.look_again(seen)?;
        decision = run.would_do(&mut seen.facts)?;
    }
    let (plan, facts) = (&decision.plan, &seen.facts);
    let managed = addresses(project, facts);
    let gone = dropped(plan, facts);
    let changed = plan.actions.iter().filter(|action| changes(action)).filter_map(|action| action.index);
    let changed: BTreeSet<usize> = changed.collect();
    let roots = managed.iter().filter(|(_, index)| changed.contains(index)).map(|(address, _)| address);
    let roots: Vec<Address> = roots.chain(&gone).cloned().collect();
    let alone = facts.recorded.triggers();
    let dependents = dependents_of(&mut run.session, run.project, &roots, &alone)?;
    let before = match renamed.is_empty() {
        true => dependents.clone(),
        false => {
            run.session.back_to("viewkeeper_names").map_err(unread)?;
            dependents_of(&mut run.session, run.project, &roots, &alone)?
        }
    };
    run.session.rollback();
    let (renamed, managed, gone) = (&renamed, &managed, &gone);
    let (dependents, before) = (&dependents, &before);
    let pending = Pending { project, renamed, plan, created, dependents, before, managed, gone };
    Ok(Some(Reviewed::of(&pending)))
}

/// What a plan says of objects is decided after the table migrations.
fn none_pending(project: &Project, pending: &[usize]) -> Result<(), Error> {
    let Some(&first) = pending.first() else { return Ok(()) };
    let file = project.shown(&project.manifest().migrations[first].file);
    let are = if pending.len() == 1 { "is" } else { "are" };
    let pending = count(pending.len(), "table migration");
    Err(refused(format!("{pending} {are} pending, the first is {file}"))
        .help("apply them first: what the plan says of objects is decided after them"))
}

/// The addresses of what the plan drops because its file is gone.
fn dropped(plan: &Plan, facts: &Facts) -> BTreeSet<Address> {
    let drops = plan.actions.iter().filter(|action| action.verb == Verb::Drop);
    let dropped: BTreeSet<String> = drops.map(|action| action.object.to_string()).collect();
    let gone = facts.recorded.gone.iter().filter(|gone| dropped.contains(&gone.identity));
    gone.map(|gone| gone.address.clone()).collect()
}

fn unread(failure: Failure) -> Error {
    failure.while_(ErrorKind::Connection, "cannot look at the renamed objects")
}

/// What the plan renames, with the names that it has.
fn renamed(facts: &Facts, decision: &Decision) -> Result<Vec<Renamed>, Error> {
    let renames = decision.plan.actions.iter().filter(|action| action.verb == Verb::Rename);
    let renamed = renames.map(|action| {
        let to = action.object.to_string();
        let from = decision.renamed.iter().find(|(_, renamed)| *renamed == to).map_or(&to, |(from, _)| from);
        let mut asked = facts.live.objects.iter().filter(|live| live.wanted == *from);
        let live = asked.find(|live| live.identity != action.object);
        let found = live.and_then(|live| {
            let (action, from) = (action.clone(), live.identity.clone());
            Some(Renamed { kind: live.managed_kind()?, action, from })
        });
        found.ok_or_else(|| {
            let (kind, object, reason) = (action.kind, &action.object, &action.reason);
            refused(format!("columns of {kind} \"{object}\" have other names here: {reason}"))
                .help("only this database has others: `apply` gives them their names back")
        })
    });
    renamed.collect()
}

/// The project's objects that are there, by address.
fn addresses(project: &Project, facts: &Facts) -> BTreeMap<Address, usize> {
    let recorded = facts.recorded.managed.iter().map(|managed| (&managed.address, managed.identity.as_str()));
    let live = facts.live.objects.iter().map(|live| (&live.address, live.wanted.as_str()));
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
        .left(LeftBehind::NoFile)
}
