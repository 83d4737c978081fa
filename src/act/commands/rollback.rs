//! Going back: an earlier release put together from the ledger, and applied as it was shown.

use std::time::{SystemTime, UNIX_EPOCH};

use super::ledger_history::{remembered, unread};
use super::preview;
use crate::act::run::Run;
use crate::act::run::mode::Mode;
use crate::act::run::mode::shown::Shown;
use crate::decide::plan::value::{Plan, RollbackPlan};
use crate::decide::releases::ledger_history::named;
use crate::read::ledger_history::{self, HistoryDefinition, HistoryRelease, LedgerHistory};
use crate::set::kept::{self, KeptObject, KeptRelease};
use crate::set::project::Project;
use crate::words::checksum::{Checksum, short};
use crate::words::error::{Error, ErrorKind};
use crate::words::moment::in_the_future;
use crate::words::options::{Direction, Options, Prune};
use crate::words::release::AppliedRelease;
use crate::words::report::Report;

/// An earlier release as a project that is built now, and how it is applied.
struct Earlier {
    project: Project,
    options: Options,
    number: i64,
    stood: i64,
}

/// Brings the objects back to what they were in an earlier release.
pub fn rollback(
    project: &Project,
    options: &Options,
    client: &mut postgres::Client,
    to: &str,
) -> Result<Report, Error> {
    let earlier = earlier(project, options, client, |past| past.find(to))?;
    earlier.apply(client, None)
}

/// The same, as it was shown.
pub fn as_planned(
    project: &Project,
    options: &Options,
    client: &mut postgres::Client,
    shown: &RollbackPlan,
) -> Result<Report, Error> {
    let earlier = earlier(project, options, client, |past| past.numbered(shown.to))?;
    Earlier { stood: shown.stood, ..earlier }.apply(client, Some(&shown.plan))
}

/// What going back would do.
pub fn plan(
    project: &Project,
    options: &Options,
    client: &mut postgres::Client,
    to: &str,
) -> Result<RollbackPlan, Error> {
    let Earlier { project, options, number, stood } =
        earlier(project, options, client, |past| past.find(to))?;
    let plan = preview::plan(&project, &options, client).map_err(of_objects_only)?;
    Ok(RollbackPlan { release: project.release().checksum.as_str().to_owned(), plan, to: number, stood })
}

impl Earlier {
    fn apply(&self, client: &mut postgres::Client, plan: Option<&Plan>) -> Result<Report, Error> {
        let mut run = Run::new(&self.project, &self.options, client);
        run.mode = Mode::Rollback(Shown { stood: self.stood, plan });
        run.bring().map_err(of_objects_only)
    }
}

fn earlier(
    project: &Project,
    options: &Options,
    client: &mut postgres::Client,
    which: impl Fn(&LedgerHistory) -> Result<&HistoryRelease, Error>,
) -> Result<Earlier, Error> {
    let mut run = Run::new(project, options, client);
    let probe = run.probe()?;
    // What is put together from the ledger is run, if only to compare.
    run.may_write(&probe)?;
    let past = remembered(&mut run)?;
    let release = which(&past)?;
    let kept = put_together(&mut run, &past, release)?;
    let project = kept::project(kept, moment(&past)).map_err(|why| {
        Error::new(ErrorKind::Ledger, format!("{} cannot be put together: {why}", named(release))).unchanged()
    })?;
    // Going back takes away what came since: a trigger of the later release would go on to fire.
    let prune = if options.prune == Prune::Never { Prune::Never } else { Prune::Now };
    let options = Options { prune, direction: Direction::Back, ..options.clone() };
    let stood = past.standing().map_or(release.applied.number, |standing| standing.applied.number);
    Ok(Earlier { project, options, number: release.applied.number, stood })
}

/// A release built now: the binary that it takes the place of must be the older one, whatever clock built it.
fn moment(past: &LedgerHistory) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let now = u64::try_from(now).unwrap_or_default();
    // One that has not come yet counts for nothing, and would be handed on from here.
    let stands = past.standing().filter(|release| !in_the_future(release.moment, now));
    stands.map_or(now, |release| now.max(release.moment + 1))
}

fn put_together(
    run: &mut Run<'_, '_>,
    past: &LedgerHistory,
    release: &HistoryRelease,
) -> Result<KeptRelease, Error> {
    let state = past.state(release.applied.number);
    if let Some(error) = not_kept(past, release, &state) {
        return Err(error.unchanged().help("deploy a build of that release's files"));
    }
    let ids = state.iter().map(|definition| definition.id);
    let mut texts = ledger_history::texts(&mut run.session, &run.options.ledger, run.project.name(), ids)
        .map_err(|f| unread(f, run.options))?;
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
        project: run.project.name().to_owned(),
        checksum: Checksum::written(release.applied.checksum.clone()),
        schema: release.schema.clone(),
        objects: objects.collect(),
    })
}

/// Why a release cannot be put together. What nothing tells to be missing would be dropped as what came later.
fn not_kept(past: &LedgerHistory, release: &HistoryRelease, state: &[&HistoryDefinition]) -> Option<Error> {
    let AppliedRelease { number, checksum, .. } = &release.applied;
    let named = |which: fn(&HistoryDefinition) -> bool| {
        let names = state.iter().filter(|definition| which(definition));
        names.map(|definition| format!("\"{}\"", definition.identity)).collect::<Vec<_>>().join(", ")
    };
    let (forgotten, lost) = (named(|definition| definition.forgotten), named(|definition| definition.lost));
    let checksum = short(checksum);
    if !forgotten.is_empty() {
        let message = format!("the ledger has forgotten texts of release {checksum}: {forgotten}");
        return Some(Error::new(ErrorKind::Unknown, message));
    }
    if !lost.is_empty() {
        let message = format!("the ledger has lost texts of release {checksum}: {lost}");
        return Some(Error::new(ErrorKind::Ledger, message));
    }
    (!past.keeps(*number)).then(|| {
        let message = format!("the ledger has lost texts of release {checksum} (number {number})");
        let rows = "rows of its table \"definition\" are missing, as after a dump without its data";
        Error::new(ErrorKind::Ledger, message).note(rows)
    })
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
