//! Looking back and going back: what the ledger remembers, an earlier release put together from it, and forgetting.

use std::time::{SystemTime, UNIX_EPOCH};

use super::boot::{self, Boot};
use super::preview;
use super::standing::{check_session, readable};
use crate::decide::events::{self, is_called, lives};
use crate::decide::past::named;
use crate::decide::plan::Plan;
use crate::read::past::{self, Past, PastRelease};
use crate::read::session::Failure;
use crate::set::kept::{self, KeptObject, KeptRelease};
use crate::set::project::Project;
use crate::words::checksum::{Checksum, short};
use crate::words::error::{Error, ErrorKind};
use crate::words::history::{Forgotten, History};
use crate::words::name::identifier;
use crate::words::nearest::nearest;
use crate::words::options::{Direction, Options, Prune};
use crate::words::report::Report;

/// What became of all objects, or of those that are called so.
pub fn history(
    project: &Project,
    options: &Options,
    client: &mut postgres::Client,
    object: Option<&str>,
) -> Result<History, Error> {
    let mut boot = Boot::new(project, options, client);
    let past = remembered(&mut boot)?;
    let lives = lives(&past);
    let mut lives: Vec<_> = lives.into_iter().collect();
    if let Some(name) = object {
        let schema = past.standing().map_or(project.schema(), |release| release.schema.as_str());
        let names: Vec<&str> = lives.iter().map(|(name, _)| *name).collect();
        let near = nearest(name, names).map(str::to_owned);
        lives.retain(|(_, life)| is_called(life, name, schema));
        if lives.is_empty() {
            let error = Error::new(
                ErrorKind::Unknown,
                format!("no object of project \"{}\" is or was called \"{name}\"", project.name()),
            );
            return Err(match near {
                Some(near) => error.help(format!("did you mean \"{near}\"?")),
                None => error,
            });
        }
    }
    let ids = lives.iter().flat_map(|(_, life)| life.iter().map(|definition| definition.id));
    let texts = past::texts(&mut boot.session, &options.ledger, ids).map_err(|f| unread(f, options))?;
    let objects: Vec<_> = lives.iter().map(|(_, life)| events::history(&past, life, &texts)).collect();
    Ok(History {
        project: project.name().to_owned(),
        releases: events::releases(&past, &objects),
        objects,
        of_objects: object.is_some(),
    })
}

/// Brings the objects back to what they were in an earlier release.
pub fn rollback(
    project: &Project,
    options: &Options,
    client: &mut postgres::Client,
    to: &str,
) -> Result<Report, Error> {
    let (earlier, options) = earlier(project, options, client, to)?;
    boot::run(&earlier, &options, client).map_err(of_objects_only)
}

/// What going back would do.
pub fn plan(
    project: &Project,
    options: &Options,
    client: &mut postgres::Client,
    to: &str,
) -> Result<Plan, Error> {
    let (earlier, options) = earlier(project, options, client, to)?;
    preview::plan(&earlier, &options, client).map_err(of_objects_only)
}

/// Forgets the texts that only releases before this one held.
pub fn forget(
    project: &Project,
    options: &Options,
    client: &mut postgres::Client,
    before: &str,
) -> Result<Forgotten, Error> {
    let mut boot = Boot::new(project, options, client);
    let past = remembered(&mut boot)?;
    let before = past.find(before)?.number;
    let texts = past::forget(&mut boot.session, &options.ledger, project.name(), past.outlived(before))
        .map_err(|failure| failure.while_(ErrorKind::Ledger, "cannot forget earlier texts"))?;
    Ok(Forgotten { project: project.name().to_owned(), before, texts })
}

/// An earlier release as a project that is built now, and the options under which it is applied.
fn earlier(
    project: &Project,
    options: &Options,
    client: &mut postgres::Client,
    to: &str,
) -> Result<(Project, Options), Error> {
    let mut boot = Boot::new(project, options, client);
    let past = remembered(&mut boot)?;
    let release = past.find(to)?;
    let kept = put_together(&mut boot, &past, release)?;
    let earlier = kept::project(kept, moment(&past)).map_err(|why| {
        Error::new(ErrorKind::Ledger, format!("{} cannot be put together: {why}", named(release)))
            .note("nothing was changed")
    })?;
    // Going back takes away what came since: a trigger of the later release would go on to fire.
    let prune = if options.prune == Prune::Never { Prune::Never } else { Prune::Now };
    Ok((earlier, Options { prune, direction: Direction::Back, ..options.clone() }))
}

/// A release built now: the binary that it takes the place of must be the older one, whatever clock built it.
fn moment(past: &Past) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let now = u64::try_from(now).unwrap_or_default();
    past.standing().map_or(now, |release| now.max(release.built + 1))
}

fn put_together(boot: &mut Boot<'_, '_>, past: &Past, release: &PastRelease) -> Result<KeptRelease, Error> {
    let state = past.state(release.number);
    let lost: Vec<String> = state
        .iter()
        .filter(|definition| definition.forgotten)
        .map(|definition| format!("\"{}\"", definition.identity))
        .collect();
    if !lost.is_empty() {
        let lost = lost.join(", ");
        let message =
            format!("the ledger has forgotten texts of release {}: {lost}", short(&release.checksum));
        return Err(Error::new(ErrorKind::Unknown, message)
            .note("nothing was changed")
            .help("deploy a build of that release's files"));
    }
    let ids = state.iter().map(|definition| definition.id);
    let mut texts =
        past::texts(&mut boot.session, &boot.options.ledger, ids).map_err(|f| unread(f, boot.options))?;
    let renamed = past.renamed(&state);
    let objects = state.iter().filter_map(|definition| {
        let text = texts.remove(&definition.id)?;
        Some(KeptObject {
            identity: definition.identity.clone(),
            text: text.text,
            entry: text.entry,
            now: renamed.get(definition.identity.as_str()).map(|now| (*now).to_owned()),
        })
    });
    Ok(KeptRelease {
        project: boot.project.name().to_owned(),
        checksum: Checksum::written(release.checksum.clone()),
        schema: release.schema.clone(),
        objects: objects.collect(),
    })
}

/// What the ledger remembers of the project.
fn remembered(boot: &mut Boot<'_, '_>) -> Result<Past, Error> {
    let probe = boot.probe()?;
    check_session(&probe)?;
    if readable(&probe).and_then(|standing| standing.standing.as_ref()).is_none() {
        let message = format!("no release of project \"{}\" was applied here", boot.project.name());
        return Err(Error::new(ErrorKind::Unknown, message));
    }
    let (ledger, name) = (&boot.options.ledger, boot.project.name());
    past::past(&mut boot.session, ledger, name).map_err(|failure| unread(failure, boot.options))
}

/// The texts are their owner's.
fn unread(failure: Failure, options: &Options) -> Error {
    if failure.code() != "42501" {
        return failure.while_(ErrorKind::Ledger, "cannot read what the ledger remembers");
    }
    let table = format!("{}.definition", identifier(&options.ledger));
    failure
        .while_(ErrorKind::Rights, "the role may not read the texts of earlier definitions")
        .note("nothing was changed")
        .help(format!("connect as the ledger's owner, or let it: grant select on {table} to the role"))
}

/// Adds what a rollback does not bring back, where an object does not fit.
fn of_objects_only(error: Error) -> Error {
    if error.kind() != ErrorKind::Object {
        return error;
    }
    error.help(
        "the tables are as later releases left them: going back restores objects and no tables, so a release \
         whose objects need what a migration took away has to be built anew",
    )
}
