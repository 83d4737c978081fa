//! The run: probe, lock, probe again, migrations, objects, ledger, commit, and what is refreshed then.

pub mod attempt;
pub mod backoff;
pub mod ledger_and_schema;
pub mod lock;
pub mod look_only;
pub mod migrations;
pub mod mode;
pub mod objects;
pub mod preconditions;
pub mod refresh_after;
pub mod retry;
pub mod session_state;
pub mod step;
pub mod steps;
pub mod verdict;
pub mod warnings;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use log::info;

use self::attempt::Attempt;
use self::mode::Mode;
use self::preconditions::session::check_session;
use crate::decide::releases::current::other_than_ours;
use crate::decide::releases::trust::earlier;
use crate::read::advisory::Keys;
use crate::read::facts::{Blocker, LedgerAnswer, Probe};
use crate::read::ledger::Ledger;
use crate::read::session::Session;
use crate::set::project::Project;
use crate::words::error::Error;
use crate::words::options::Options;
use crate::words::read_only_reason::ReadOnlyReason;
use crate::words::report::{Outcome, Report};

/// A run in progress: what holds from its first message to its last.
pub struct Run<'b, 'c> {
    pub project: &'b Project,
    pub options: &'b Options,
    pub mode: Mode<'b>,
    pub ledger: Ledger<'b>,
    pub keys: Keys,
    pub session: Session<'c>,
    pub started: Instant,
    pub report: Report,
    pub committed: Committed,
    pub learned: Learned,
    pub attempt: Attempt,
}

/// What earlier transactions of this run committed.
#[derive(Debug, Default)]
pub struct Committed {
    /// For errors: the migrations, and parts of such.
    pub parts: Vec<String>,
    /// The routines that were made before the table migrations.
    pub routines: BTreeSet<String>,
    /// What migrations wrote into, by the materialized view that reads it.
    pub written: BTreeMap<usize, String>,
}

/// What earlier attempts of this run taught.
#[derive(Debug, Default)]
pub struct Learned {
    /// One transaction is impossible: commit after each migration.
    pub split: bool,
    /// The error of the attempt after which the project's schema is left to a migration.
    pub schema_left: Option<Error>,
    /// The objects that were not as they were recorded, before the first migration.
    pub drifted_before: Option<BTreeSet<String>>,
    /// The sessions that were last seen holding locks.
    pub blockers: Vec<Blocker>,
    /// All who were given way to, each as it was seen last.
    pub gave_way_to: Vec<Blocker>,
    /// How often something of a stranger's came between what was decided and what was done.
    pub came_between: usize,
}

/// Brings the database to the state of the project.
pub fn run(project: &Project, options: &Options, client: &mut postgres::Client) -> Result<Report, Error> {
    Run::new(project, options, client).bring()
}

impl<'b, 'c> Run<'b, 'c> {
    pub fn new(project: &'b Project, options: &'b Options, client: &'c mut postgres::Client) -> Self {
        let release = project.release();
        Run {
            project,
            options,
            mode: Mode::Run,
            ledger: Ledger::new(project, &options.ledger),
            keys: Keys::new(&options.ledger, project.name(), project.schema()),
            session: Session::new(client),
            started: Instant::now(),
            report: Report {
                outcome: Outcome::UpToDate,
                project: project.name().to_owned(),
                release: release.checksum.as_str().to_owned(),
                migrations: Vec::new(),
                objects: Vec::new(),
                foreign: Vec::new(),
                refreshed: Vec::new(),
                tiers: Vec::new(),
                managed: project.objects().len(),
                retries: 0,
                gave_way_to: Vec::new(),
                locked: None,
                pending: Vec::new(),
                warnings: Vec::new(),
                duration: Duration::ZERO,
            },
            committed: Committed::default(),
            learned: Learned::default(),
            attempt: Attempt::new(project),
        }
    }

    /// Brings the database to the state of the project.
    pub fn bring(mut self) -> Result<Report, Error> {
        let probe = self.probe_to_work()?;
        check_session(&mut self.session, &probe)?;
        if let Some(outcome) = self.settled(&probe)? {
            return Ok(self.finish(outcome));
        }
        match probe.unwritable() {
            Some(why) if matches!(probe.ledger, Some(LedgerAnswer::Earlier)) => Err(earlier(Some(why))),
            Some(why) => self.look_only(&probe, why),
            None => self.work(),
        }
    }

    pub fn finish(&mut self, outcome: Outcome) -> Report {
        self.report.outcome = outcome;
        self.report.duration = self.started.elapsed();
        self.report.gave_way_to =
            self.learned.gave_way_to.iter().map(|blocker| blocker.held("was")).collect();
        info!(target: "viewkeeper::run", "{}", self.report);
        self.report.clone()
    }

    /// A session that cannot write can still find that only fingerprints moved, and that everything is as it should be.
    fn look_only(&mut self, probe: &Probe, why: ReadOnlyReason) -> Result<Report, Error> {
        let error = why.refuses(&format!("project \"{}\" is not up to date, and ", self.project.name()));
        let other = other_than_ours(probe, self.project);
        if other.is_none() {
            self.open_to_look()?;
            self.attempt.ledger_lost = probe.ledger_lost();
            let mut facts = self.look_at_objects(true)?;
            self.may_run(probe, &facts)?;
            let decision = self.would_do(&mut facts)?;
            if decision.plan.is_empty() {
                return Ok(self.finish(Outcome::UpToDate));
            }
            return Err(decision.plan.actions_told().fold(error, Error::note));
        }
        Err(other.into_iter().fold(error, Error::note))
    }
}
