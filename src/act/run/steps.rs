//! The steps of one attempt.

use super::Run;
use crate::act::run::attempt::Attempt;
use crate::act::run::step::Step;
use crate::decide::releases::history::{Pending, unknown_warning};
use crate::read::facts::{LedgerAnswer, Probe};
use crate::words::error::{Error, ErrorKind};
use crate::words::report::Outcome;

impl Run<'_, '_> {
    /// One transaction: lock, probe again, the next part of the work, commit.
    pub fn attempt(&mut self) -> Result<Step, Error> {
        // 1. The project's lock.
        self.attempt = Attempt::new(self.project);
        self.lock()?;
        self.begin_rehearsal()?;
        // 2. Another process may have done the work meanwhile, or be at it.
        let probe = self.probe_under_lock()?;
        if let Some(step) = self.left_to_others(&probe)? {
            return Ok(step);
        }
        self.still_stands(&probe)?;
        // 3. What is to be done, and whether it may be.
        let pending = self.pending(&probe)?;
        if probe.readable().is_none_or(|standing| standing.standing.is_none())
            && let Some(step) = self.newer_database(&probe, pending.newest_unknown)?
        {
            return Ok(step);
        }
        self.begin(&probe, &pending)?;
        // 4. Where it is done: the ledger, the project's schema, the migration history.
        let table = self.ground(&probe, &pending.migrations)?;
        // 5. The table migrations.
        if let Some(step) = self.pending_migrations(&probe, &pending.migrations, table.as_deref())? {
            return Ok(step);
        }
        // 6. The objects, the ledger's rows, the commit.
        self.objects(&probe, table.as_deref())
    }

    /// Probes, and moves a ledger of an earlier format.
    fn probe_under_lock(&mut self) -> Result<Probe, Error> {
        let probe = self.probe_to_work()?;
        self.may_write(&probe)?;
        if !matches!(probe.ledger, Some(LedgerAnswer::Earlier)) {
            return Ok(probe);
        }
        self.move_ledger()?;
        self.probe()
    }

    /// What is left for this run where another process is at work, or nothing is to be done any more.
    fn left_to_others(&mut self, probe: &Probe) -> Result<Option<Step>, Error> {
        if let Some(standing) = probe.readable()
            && standing.claimed
            && self.others_claim()?
        {
            self.attempt.ledger_moved = false;
            return Ok(Some(Step::Again));
        }
        let Some(outcome) = self.settled(probe)? else { return Ok(None) };
        self.attempt.ledger_moved &= outcome == Outcome::UpToDate && !self.mode.is_rehearsal();
        match self.attempt.ledger_moved {
            true => self.session.commit("").map_err(|failure| {
                failure.while_(ErrorKind::Ledger, "cannot commit the ledger that was moved")
            })?,
            false => self.session.rollback(),
        }
        // What this run committed before another one finished the work is its own.
        let worked = outcome == Outcome::UpToDate && !self.report.migrations.is_empty();
        self.report.outcome = if worked { Outcome::Applied } else { outcome };
        Ok(Some(Step::Done))
    }

    /// Warns of what was found, and refuses what must not be done.
    fn begin(&mut self, probe: &Probe, pending: &Pending) -> Result<(), Error> {
        for warning in unknown_warning(&pending.unknown) {
            self.warn("viewkeeper::migrate", warning);
        }
        self.path_stands(&pending.migrations)?;
        if let Some(lost) = self.lost_rows(probe) {
            self.warn("viewkeeper::ledger", lost);
        }
        self.attempt.ledger_lost = probe.ledger_lost();
        self.may_begin(probe, &pending.migrations)
    }

    /// Makes what is missing of the ground, and gives the migration history, where there are migrations.
    fn ground(&mut self, probe: &Probe, pending: &[usize]) -> Result<Option<String>, Error> {
        if probe.readable().is_none() {
            self.create_ledger(probe)?;
        }
        self.ensure_schema(probe.schema, pending)?;
        match self.project.manifest().migrations.is_empty() {
            true => Ok(None),
            false => self.history_home(probe).map(Some),
        }
    }

    /// Notes what differs before the first migration, so that it is told from what the migrations do.
    fn note_drift(&mut self, probe: &Probe) -> Result<(), Error> {
        if self.learned.drifted_before.is_none() && probe.readable().is_some() {
            let drifted = self.ledger.drifted(&mut self.session).map_err(|failure| {
                failure.while_(ErrorKind::Ledger, "cannot read the state of the objects")
            })?;
            self.learned.drifted_before = Some(drifted.into_keys().collect());
        }
        Ok(())
    }

    /// Runs the pending migrations, as many as one transaction can hold. None where the objects come next in it.
    fn pending_migrations(
        &mut self,
        probe: &Probe,
        pending: &[usize],
        table: Option<&str>,
    ) -> Result<Option<Step>, Error> {
        let (Some(&first), Some(table)) = (pending.first(), table) else { return Ok(None) };
        self.note_drift(probe)?;
        let migrations = &self.project.manifest().migrations;
        self.warn_of_open_schemas();
        self.warn_of_triggers()?;
        self.migrations_mean(pending)?;
        let settings = self.settings(pending)?;
        self.early_routines()?;
        if migrations[first].outside.is_some() {
            let why = format!("before {}, which runs outside of a transaction", migrations[first].label());
            if self.stops_rehearsal(why)? {
                return Ok(Some(Step::Done));
            }
            self.outside(probe, first, table, &settings)?;
            return Ok(Some(Step::Again));
        }
        let mut together: Vec<usize> =
            pending.iter().copied().take_while(|&index| migrations[index].outside.is_none()).collect();
        if self.learned.split {
            together.truncate(1);
        }
        let alone = together.len() < pending.len() || self.learned.split;
        if let Err(error) = self.migrate(probe, &together, table, &settings, alone) {
            self.attempt.wanted.relations.clone_from(&self.attempt.displaced.wanted);
            return Err(error);
        }
        self.attempt.ran.clone_from(&together);
        if !alone {
            return Ok(None);
        }
        if self.stops_rehearsal("where table migrations are committed by themselves".to_owned())? {
            return Ok(Some(Step::Done));
        }
        self.commit_segment(&together)?;
        Ok(Some(Step::Again))
    }
}
