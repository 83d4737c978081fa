//! Whether there is anything to do for this binary at all: up to date, or superseded.

use std::time::{SystemTime, UNIX_EPOCH};

use super::Run;
use crate::act::run::migrations::tables;
use crate::act::run::step::Step;
use crate::decide::releases::history::not_applied;
use crate::decide::releases::superseded::{self, Clock, Verdict};
use crate::read::facts::Probe;
use crate::read::session::{Failure, bind};
use crate::read::status;
use crate::set::bundle::Migration;
use crate::words::checksum::short;
use crate::words::error::{Error, ErrorKind};
use crate::words::options::{Direction, Superseded};
use crate::words::report::Outcome;

impl Run<'_, '_> {
    /// What it comes to when nothing is to be done.
    pub fn settled(&mut self, probe: &Probe) -> Result<Option<Outcome>, Error> {
        let Some(standing) = probe.readable() else { return Ok(None) };
        let Some(release) = &standing.standing else { return Ok(None) };
        let back = self.options.direction == Direction::Back;
        if release.checksum == self.project.release().checksum.as_str() {
            let quiet = !standing.drifted
                && !standing.shifted
                && (back || !standing.history_changed)
                && !standing.claimed
                && !standing.lost();
            return Ok(quiet.then_some(Outcome::UpToDate));
        }
        let verdict = self.verdict(probe, None)?;
        self.obey(verdict, probe)
    }

    /// What a verdict comes to: nothing where the work goes on.
    fn obey(&mut self, verdict: Verdict, probe: &Probe) -> Result<Option<Outcome>, Error> {
        let (why, outcome) = match verdict {
            Verdict::Proceed { warning: None } => return Ok(None),
            Verdict::Proceed { warning: Some(why) } => (why, None),
            Verdict::Leave(why) => (why, Some(Outcome::Superseded)),
            Verdict::Refuse(why) => {
                return Err(Error::new(ErrorKind::Refused, format!("superseded: {why}"))
                    .unchanged()
                    .help(format!("set {}=leave or {0}=restore", superseded::VARIABLE)));
            }
        };
        self.warn("viewkeeper::run", why);
        if outcome.is_some() {
            self.not_healed(probe);
            self.left_out(probe);
        }
        Ok(outcome)
    }

    /// Says what is not as the release that stands made it, and who heals that: not this binary, which does not hold its files.
    fn not_healed(&mut self, probe: &Probe) {
        let Some(standing) = probe.readable().filter(|standing| standing.drifted) else { return };
        let Some(release) = standing.standing.as_ref().map(|release| short(&release.checksum).to_owned())
        else {
            return;
        };
        let warning = match self.ledger.drifted(&mut self.session) {
            Ok(drifted) if drifted.is_empty() => return,
            Ok(drifted) => superseded::not_healed(&drifted, &release),
            Err(failure) => {
                let what = format!("what is not as release {release} made it is unknown");
                failure.while_(ErrorKind::Ledger, what).to_string()
            }
        };
        self.warn("viewkeeper::run", warning);
    }

    /// Says which of our migrations are not applied where we leave the database alone. By their versions: what stands in them is
    /// for the release that stands. We leave also where we may not read the history.
    fn left_out(&mut self, probe: &Probe) {
        let migrations = &self.project.manifest().migrations;
        if migrations.is_empty() {
            return;
        }
        let applied = match self.history(probe).map(|table| tables::applied(&mut self.session, &table)) {
            None => Vec::new(),
            Some(Ok(applied)) => applied,
            Some(Err(error)) => {
                return self.warn(
                    "viewkeeper::run",
                    format!("whether table migrations of this binary are not applied is unknown: {error}"),
                );
            }
        };
        let is_applied = |version| applied.iter().any(|row| row.version == version);
        let missing = migrations.iter().filter(|migration| !is_applied(migration.version));
        self.report.pending = missing.map(Migration::label).collect();
        if !self.report.pending.is_empty() {
            self.warn("viewkeeper::run", not_applied(&self.report.pending));
        }
    }

    pub fn verdict(&mut self, probe: &Probe, newest_applied: Option<i64>) -> Result<Verdict, Error> {
        let option = match self.options.direction {
            Direction::Back => return Ok(Verdict::Proceed { warning: None }),
            Direction::Compare => Superseded::Restore,
            Direction::Forward => self.option_or_operators()?,
        };
        let newest_known = self.project.manifest().migrations.last().map(|migration| migration.version);
        let (ours, standing) = (self.project.release(), probe.readable());
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let now = u64::try_from(now).unwrap_or_default();
        let clock = match superseded::ahead(&ours, standing, now) {
            true => self.clock()?,
            false => Clock { now, applied: None },
        };
        Ok(superseded::decide(&ours, standing, newest_applied, newest_known, option, &clock))
    }

    /// The option, unless the operator says another word.
    fn option_or_operators(&self) -> Result<Superseded, Error> {
        match std::env::var(superseded::VARIABLE).unwrap_or_default().as_str() {
            "" => Ok(self.options.superseded),
            "leave" => Ok(Superseded::Leave),
            "refuse" => Ok(Superseded::Refuse),
            "restore" => Ok(Superseded::Restore),
            other => {
                let message = format!(
                    "{} is \"{other}\", which is none of leave, refuse and restore",
                    superseded::VARIABLE
                );
                Err(Error::new(ErrorKind::Refused, message).unchanged())
            }
        }
    }

    /// The server's, since a moment that has not come may be due to ours.
    fn clock(&mut self) -> Result<Clock, Error> {
        let failed = |failure: Failure| {
            failure.while_(ErrorKind::Ledger, "cannot read when the release that stands was applied")
        };
        let seconds: f64 = self.session.ask(&bind("clock", &[])).map_err(failed)?;
        let text = self.ledger.status_text();
        let answer: status::Answer = self.session.ask(&text).map_err(failed)?;
        // Before 1970 a float becomes 0.
        Ok(Clock {
            now: (seconds * 1000.0) as u64,
            applied: answer.standing.map(|standing| standing.applied_at),
        })
    }

    /// Without a release in the ledger, an applied migration above our highest means that a newer application has been
    /// here with refinery alone.
    pub fn newer_database(&mut self, probe: &Probe, newest: Option<i64>) -> Result<Option<Step>, Error> {
        let verdict = self.verdict(probe, newest)?;
        let Some(outcome) = self.obey(verdict, probe)? else { return Ok(None) };
        self.report.outcome = outcome;
        self.session.rollback();
        Ok(Some(Step::Done))
    }
}
