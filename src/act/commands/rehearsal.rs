//! A rehearsal: everything that a run does, in a transaction that is rolled back.

use crate::act::run::Run;
use crate::act::run::mode::Mode;
use crate::act::run::mode::rehearsing::Rehearsing;
use crate::act::run::preconditions::session::check_session;
use crate::decide::plan::value::Plan;
use crate::decide::rehearsal::Rehearsal;
use crate::decide::releases::trust::earlier;
use crate::read::facts::LedgerAnswer;
use crate::set::project::Project;
use crate::words::error::Error;
use crate::words::options::Options;

/// Does everything and takes it back.
pub fn rehearse(
    project: &Project,
    options: &Options,
    client: &mut postgres::Client,
) -> Result<Rehearsal, Error> {
    let mut run = Run::new(project, options, client);
    run.mode = Mode::Rehearsal(Box::new(Rehearsing {
        plan: Plan { project: project.name().to_owned(), ..Plan::default() },
        ..Rehearsing::default()
    }));
    let probe = run.probe_to_work()?;
    check_session(&mut run.session, &probe)?;
    if let Some(why) = probe.unwritable() {
        if matches!(probe.ledger, Some(LedgerAnswer::Earlier)) {
            return Err(earlier(Some(why)));
        }
        return Err(why.refuses("cannot rehearse: "));
    }
    let report = match run.settled(&probe)? {
        Some(outcome) => run.finish(outcome),
        None => run.work()?,
    };
    let seen = run.mode.rehearsal().map(std::mem::take).unwrap_or_default();
    Ok(Rehearsal { plan: seen.plan, report, locks: seen.locks, stopped: seen.stopped })
}
