//! Looking back: what the ledger remembers, and forgetting.

use crate::act::run::Run;
use crate::act::run::preconditions::session::check_session;
use crate::decide::releases::events::{self, is_called, lives};
use crate::read::ledger_history::{self, LedgerHistory};
use crate::read::session::Failure;
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::history::{Forgotten, History};
use crate::words::name::identifier;
use crate::words::nearest::nearest;
use crate::words::options::Options;
use crate::words::sqlstate::INSUFFICIENT_PRIVILEGE;

/// What became of all objects, or of those that are called so.
pub fn history(
    project: &Project,
    options: &Options,
    client: &mut postgres::Client,
    object: Option<&str>,
) -> Result<History, Error> {
    let mut run = Run::new(project, options, client);
    let past = remembered(&mut run)?;
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
    let texts = ledger_history::texts(&mut run.session, &options.ledger, project.name(), ids)
        .map_err(|f| unread(f, options))?;
    let objects: Vec<_> = lives.iter().map(|(_, life)| events::history(&past, life, &texts)).collect();
    Ok(History {
        project: project.name().to_owned(),
        releases: events::releases(&past, &objects),
        objects,
        warnings: run.report.warnings,
        of_objects: object.is_some(),
    })
}

/// Forgets the texts that only releases before this one held.
pub fn forget(
    project: &Project,
    options: &Options,
    client: &mut postgres::Client,
    before: &str,
) -> Result<Forgotten, Error> {
    let mut run = Run::new(project, options, client);
    let probe = run.probe()?;
    run.may_write(&probe)?;
    let past = remembered(&mut run)?;
    let before = past.find(before)?.applied.number;
    let texts =
        ledger_history::forget(&mut run.session, &options.ledger, project.name(), past.outlived(before))
            .map_err(|failure| failure.while_(ErrorKind::Ledger, "cannot forget earlier texts"))?;
    Ok(Forgotten { project: project.name().to_owned(), before, texts })
}

/// What the ledger remembers of the project.
pub fn remembered(run: &mut Run<'_, '_>) -> Result<LedgerHistory, Error> {
    let probe = run.probe()?;
    check_session(&mut run.session, &probe)?;
    let lost = run.lost_rows(&probe);
    if probe.readable().and_then(|standing| standing.standing.as_ref()).is_none() {
        if let Some(lost) = lost {
            return Err(Error::new(ErrorKind::Ledger, lost).unchanged());
        }
        let message = format!("no release of project \"{}\" was applied here", run.project.name());
        return Err(Error::new(ErrorKind::Unknown, message));
    }
    run.report.warnings.extend(lost);
    let (ledger, name) = (&run.options.ledger, run.project.name());
    ledger_history::read(&mut run.session, ledger, name).map_err(|failure| unread(failure, run.options))
}

/// The texts are their owner's.
pub fn unread(failure: Failure, options: &Options) -> Error {
    if failure.code() != INSUFFICIENT_PRIVILEGE {
        return failure.while_(ErrorKind::Ledger, "cannot read what the ledger remembers");
    }
    let table = format!("{}.definition", identifier(&options.ledger));
    failure
        .while_(ErrorKind::Rights, "the role may not read the texts of earlier definitions")
        .unchanged()
        .help(format!("connect as the ledger's owner, or let it: grant select on {table} to the role"))
}
