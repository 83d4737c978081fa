//! A rehearsal: everything that a boot does, in a transaction that is rolled back.

use crate::act::run::boot::Boot;
use crate::act::run::rehearsing::Rehearsing;
use crate::act::run::session::check_session;
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
    let mut boot = Boot::new(project, options, client);
    boot.rehearsing = Some(Rehearsing {
        plan: Plan { project: project.name().to_owned(), ..Plan::default() },
        ..Rehearsing::default()
    });
    let probe = boot.probe_to_work()?;
    check_session(&mut boot.session, &probe)?;
    if let Some(why) = probe.unwritable() {
        if matches!(probe.ledger, Some(LedgerAnswer::Earlier)) {
            return Err(earlier(Some(why)));
        }
        return Err(why.refuses("cannot rehearse: "));
    }
    let report = match boot.settled(&probe)? {
        Some(outcome) => boot.finish(outcome),
        None => boot.work()?,
    };
    let seen = boot.rehearsing.take().unwrap_or_default();
    Ok(Rehearsal { plan: seen.plan, report, locks: seen.locks, stopped: seen.stopped })
}
