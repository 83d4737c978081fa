//! A rehearsal: everything that a boot does, in a transaction that is rolled back.

use super::boot::Boot;
use super::objects::Decision;
use super::refusal::of_commit;
use super::rehearsing::{Rehearsing, failed};
use super::session::check_session;
use super::uses::untrusted;
use crate::decide::beside::Beside;
use crate::decide::plan::Plan;
use crate::decide::rehearsal::Rehearsal;
use crate::decide::trust::earlier;
use crate::decide::uses::question;
use crate::read::catalog;
use crate::read::facts::LedgerAnswer;
use crate::read::session::Failure;
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
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

impl Boot<'_, '_> {
    /// At the start of a try.
    pub(super) fn begin_rehearsal(&mut self) -> Result<(), Error> {
        if let Some(rehearsing) = &mut self.rehearsing {
            rehearsing.names = catalog::relations(&mut self.session).map_err(failed)?;
        }
        Ok(())
    }

    /// Whether this is a rehearsal, which goes no further than to something that has to be committed.
    pub(super) fn stops_rehearsal(&mut self, why: String) -> Result<bool, Error> {
        let Some(rehearsing) = &mut self.rehearsing else { return Ok(false) };
        rehearsing.stopped = Some(why);
        rehearsing.take_locks(&mut self.session)?;
        self.session.rollback();
        Ok(true)
    }

    /// Ends a rehearsal where a boot writes the ledger and commits. The ledger's sequences would not go back, so it is not
    /// written; what a commit would check is checked, and what the objects use.
    pub(super) fn end_rehearsal(&mut self, decision: &Decision) -> Result<(), Error> {
        let Some(rehearsing) = &mut self.rehearsing else { return Ok(()) };
        let used = question(self.project, &decision.objects(), &Beside::default());
        self.session.send(&used).map_err(|failure| {
            let other =
                |failure: Failure| failure.while_(ErrorKind::Ledger, "cannot read what the objects use");
            untrusted(self.project, &failure).unwrap_or_else(|| other(failure))
        })?;
        self.session
            .send("set constraints all immediate")
            .map_err(|failure| failure.while_(ErrorKind::Migration, "the commit would be refused"))
            .map_err(|error| of_commit(self.project, &self.ran, error))?;
        rehearsing.plan = decision.plan.clone();
        rehearsing.take_locks(&mut self.session)?;
        self.session.rollback();
        Ok(())
    }
}
