//! What a run does where it is a rehearsal.

use super::rehearsing::failed;
use crate::act::run::Run;
use crate::decide::compare::uses::question;
use crate::decide::decision::Decision;
use crate::decide::plan::side_by_side::SideBySide;
use crate::look::server_error::refusal::of_commit;
use crate::look::server_error::uses::untrusted;
use crate::read::catalog;
use crate::read::session::Failure;
use crate::words::error::{Error, ErrorKind};

impl Run<'_, '_> {
    /// At the start of a try.
    pub fn begin_rehearsal(&mut self) -> Result<(), Error> {
        if let Some(rehearsing) = self.mode.rehearsal() {
            rehearsing.names = catalog::relations(&mut self.session).map_err(failed)?;
        }
        Ok(())
    }

    /// Whether this is a rehearsal, which goes no further than to something that has to be committed.
    pub fn stops_rehearsal(&mut self, why: String) -> Result<bool, Error> {
        let Some(rehearsing) = self.mode.rehearsal() else { return Ok(false) };
        rehearsing.stopped = Some(why);
        rehearsing.take_locks(&mut self.session)?;
        self.session.rollback();
        Ok(true)
    }

    /// Ends a rehearsal where a run writes the ledger and commits. The ledger's sequences would not go back, so it is not
    /// written; what a commit would check is checked, and what the objects use.
    pub fn end_rehearsal(&mut self, decision: &Decision) -> Result<(), Error> {
        let Some(rehearsing) = self.mode.rehearsal() else { return Ok(()) };
        let used = question(self.project, &decision.objects(), &SideBySide::default());
        self.session.send(&used).map_err(|failure| {
            let other =
                |failure: Failure| failure.while_(ErrorKind::Ledger, "cannot read what the objects use");
            untrusted(self.project, &failure).unwrap_or_else(|| other(failure))
        })?;
        self.session
            .send("set constraints all immediate")
            .map_err(|failure| failure.while_(ErrorKind::Migration, "the commit would be refused"))
            .map_err(|error| of_commit(self.project, &self.attempt.ran, error))?;
        rehearsing.plan = decision.plan.clone();
        rehearsing.take_locks(&mut self.session)?;
        self.session.rollback();
        Ok(())
    }
}
