//! The run: probe, lock, probe again, migrations, objects, ledger, commit, and what is refreshed then.

pub mod apply;
pub mod backoff;
pub mod before_migrations;
pub mod custom_settings;
pub mod displaced;
pub mod evaluated;
pub mod finish;
pub mod first_privileges;
pub mod lock;
pub mod look;
pub mod meaning;
pub mod migrations;
pub mod outside;
pub mod own_session;
pub mod path;
pub mod pinpoint;
pub mod put_back;
pub mod recheck;
pub mod record;
pub mod refresh_after;
pub mod rehearse;
pub mod rehearsing;
pub mod reset_all;
pub mod retry;
pub mod session;
pub mod session_mark;
pub mod settings;
pub mod shown;
pub mod standing;
pub mod step;
pub mod stepwise;
pub mod stopped;
pub mod tables;
pub mod trust;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use log::{info, warn};

use self::displaced::Displaced;
use self::rehearsing::Rehearsing;
use self::session::check_session;
use self::session_mark::Mark;
use self::shown::Shown;
use self::step::Step;
use crate::decide::compare::adopting::of_stranger;
use crate::decide::releases::history::Pending;
use crate::decide::releases::history::unknown_warning;
use crate::decide::releases::standing::other_than_ours;
use crate::decide::releases::trust::earlier;
use crate::read::advisory::Keys;
use crate::read::catalog;
use crate::read::facts::{Blocker, LedgerAnswer, Probe, Standing};
use crate::read::ledger::Ledger;
use crate::read::path::PathHere;
use crate::read::session::Session;
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::escape::Line;
use crate::words::name::identifier;
use crate::words::options::Options;
use crate::words::read_only_reason::ReadOnlyReason;
use crate::words::report::{Outcome, Report};
use crate::words::sqlstate::INSUFFICIENT_PRIVILEGE;
use crate::words::temporary::TemporaryNames;

/// A run in progress.
pub struct Run<'b, 'c> {
    pub project: &'b Project,
    pub options: &'b Options,
    pub ledger: Ledger<'b>,
    pub keys: Keys,
    /// The names of what is made for a while.
    pub names: TemporaryNames,
    /// The migrations, by place, that this transaction ran.
    pub ran: Vec<usize>,
    /// The project's path as it is here.
    pub path: PathHere,
    pub session: Session<'c>,
    pub started: Instant,
    pub report: Report,
    /// Commit after each migration.
    pub split: bool,
    /// What earlier transactions of this run committed, for errors.
    pub committed: Vec<String>,
    /// What stepped aside for the table migrations of this transaction.
    pub aside: Displaced,
    /// The routines that this transaction made before the table migrations.
    pub early: BTreeSet<String>,
    /// Everything is taken back at the end.
    pub rehearsing: Option<Rehearsing>,
    /// What migrations wrote into, by the materialized view that reads it.
    pub written: BTreeMap<usize, String>,
    /// The relations whose locks were wanted last.
    pub wanted: Vec<u32>,
    /// The migration that wanted locks last, where it was one.
    pub wanted_by: Option<usize>,
    /// The sessions that were last seen holding them.
    pub blockers: Vec<Blocker>,
    /// The project's schema was made by this transaction, before the migrations.
    pub made_schema: bool,
    /// The error of the try after which the project's schema is left to a migration.
    pub schema_left: Option<Error>,
    /// What a rollback was decided on.
    pub shown: Option<Shown<'b>>,
    /// The open transaction moved the ledger to another format, or the last one did.
    pub moved: bool,
    /// The ledger lost rows, so every object is looked at.
    pub lost: bool,
    /// The moment before the first migration; none where what they made is committed.
    pub mark: Option<Mark>,
    /// There is a migration history, and no row is in it.
    pub empty_history: bool,
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
            ledger: Ledger::new(project, &options.ledger),
            keys: Keys::new(&options.ledger, project.name(), project.schema()),
            names: TemporaryNames::shown(project.name()),
            ran: Vec::new(),
            path: PathHere::default(),
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
            split: false,
            committed: Vec::new(),
            aside: Displaced::default(),
            came_between: 0,
            early: BTreeSet::new(),
            rehearsing: None,
            written: BTreeMap::new(),
            wanted: Vec::new(),
            wanted_by: None,
            blockers: Vec::new(),
            made_schema: false,
            schema_left: None,
            shown: None,
            moved: false,
            lost: false,
            mark: None,
            empty_history: false,
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
        info!(target: "viewkeeper::run", "{}", self.report);
        self.report.clone()
    }

    /// A session that cannot write can still find that only fingerprints moved, and that everything is as it should be.
    fn look_only(&mut self, probe: &Probe, why: ReadOnlyReason) -> Result<Report, Error> {
        let error = why.refuses(&format!("project \"{}\" is not up to date, and ", self.project.name()));
        let other = other_than_ours(probe, self.project);
        if other.is_none() {
            self.open_to_look()?;
            self.lost = probe.readable().is_some_and(Standing::lost);
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

    /// One transaction: lock, probe again, the next part of the work, commit.
    pub fn attempt(&mut self) -> Result<Step, Error> {
        self.lock()?;
        self.aside = Displaced::default();
        (self.wanted_by, self.made_schema) = (None, false);
        self.ran = Vec::new();
        self.begin_rehearsal()?;
        let mut probe = self.probe_to_work()?;
        self.may_write(&probe)?;
        if matches!(probe.ledger, Some(LedgerAnswer::Earlier)) {
            self.move_ledger()?;
            probe = self.probe()?;
        }
        if let Some(standing) = probe.readable()
            && standing.claimed
            && self.others_claim()?
        {
            self.moved = false;
            return Ok(Step::Again);
        }
        if let Some(outcome) = self.settled(&probe)? {
            self.moved &= outcome == Outcome::UpToDate && self.rehearsing.is_none();
            match self.moved {
                true => self.session.commit("").map_err(|failure| {
                    failure.while_(ErrorKind::Ledger, "cannot commit the ledger that was moved")
                })?,
                false => self.session.rollback(),
            }
            // What this run committed before another one finished the work is its own.
            let worked = outcome == Outcome::UpToDate && !self.report.migrations.is_empty();
            self.report.outcome = if worked { Outcome::Applied } else { outcome };
            return Ok(Step::Done);
        }
        self.still_stands(&probe)?;
        let Pending { migrations: pending, unknown, newest_unknown } = self.pending(&probe)?;
        if probe.readable().is_none_or(|standing| standing.standing.is_none())
            && let Some(done) = self.newer_database(&probe, newest_unknown)?
        {
            return Ok(done);
        }
        for warning in unknown_warning(&unknown) {
            if !self.report.warnings.contains(&warning) {
                warn!(target: "viewkeeper::migrate", "{}", Line(&warning));
                self.report.warnings.push(warning);
            }
        }
        self.path_stands(&pending)?;
        if let Some(lost) = self.lost_rows(&probe)
            && !self.report.warnings.contains(&lost)
        {
            warn!(target: "viewkeeper::ledger", "{}", Line(&lost));
            self.report.warnings.push(lost);
        }
        self.lost = probe.readable().is_some_and(Standing::lost);
        self.may_begin(&probe, &pending)?;
        if probe.readable().is_none() {
            self.create_ledger(&probe)?;
        }
        self.ensure_schema(probe.schema, &pending)?;
        let migrations = &self.project.manifest().migrations;
        let table = match migrations.is_empty() {
            true => None,
            false => Some(self.history_home(&probe)?),
        };
        if let (Some(&first), Some(table)) = (pending.first(), &table) {
            self.warn_of_open_schemas();
            self.warn_of_triggers()?;
            self.migrations_mean(&pending)?;
            let settings = self.settings(&pending)?;
            self.early_routines()?;
            if migrations[first].outside.is_some() {
                let why =
                    format!("before {}, which runs outside of a transaction", migrations[first].label());
                if self.stops_rehearsal(why)? {
                    return Ok(Step::Done);
                }
                self.outside(&probe, first, table, &settings)?;
                return Ok(Step::Again);
            }
            let mut together: Vec<usize> =
                pending.iter().copied().take_while(|&index| migrations[index].outside.is_none()).collect();
            if self.split {
                together.truncate(1);
            }
            let alone = together.len() < pending.len() || self.split;
            if let Err(error) = self.migrate(&probe, &together, table, &settings, alone) {
                self.wanted.clone_from(&self.aside.wanted);
                return Err(error);
            }
            self.ran.clone_from(&together);
            if alone {
                if self.stops_rehearsal("where table migrations are committed by themselves".to_owned())? {
                    return Ok(Step::Done);
                }
                self.commit_segment(&together)?;
                return Ok(Step::Again);
            }
        }
        self.objects(&probe, table.as_deref())
    }

    fn create_ledger(&mut self, probe: &Probe) -> Result<(), Error> {
        info!(target: "viewkeeper::ledger", "making the ledger in schema {}", Line(&self.options.ledger));
        let home = probe.looked.home.as_ref();
        self.ledger.create(&mut self.session, home).map_err(|failure| {
            let schema = identifier(&self.options.ledger);
            let rights = failure.code() == INSUFFICIENT_PRIVILEGE;
            // What the server refuses us itself has no context; with one, somebody's event trigger was refused something.
            let own = failure.refusal().is_some_and(|server| server.context.is_none());
            let error = failure.while_(
                if rights { ErrorKind::Rights } else { ErrorKind::Ledger },
                format!("cannot make the ledger in schema {schema}"),
            );
            if rights && own {
                match home {
                    Some(_) => error.help(format!("grant create, usage on schema {schema} to the role")),
                    None => error
                        .help("grant create on the database to the role, or run once as its owner")
                        .help(format!(
                            "or let somebody make the schema: create schema {schema} authorization ...;"
                        )),
                }
            } else {
                error
            }
        })
    }

    /// Migrations make tables in the project's schema, before the objects are looked at.
    fn check_schema(&mut self) -> Result<(), Error> {
        let found = catalog::untrusted_owner(&mut self.session, self.project.schema());
        let found = found.map_err(|failure| {
            failure.while_(ErrorKind::Ledger, "cannot read whose the project's schema is")
        })?;
        match found {
            Some((owner, role)) => Err(of_stranger(self.project, &owner, &role)),
            None => Ok(()),
        }
    }

    /// Makes the project's schema, unless a migration does.
    pub fn ensure_schema(&mut self, exists: bool, pending: &[usize]) -> Result<(), Error> {
        let schema = self.project.schema();
        if exists && !pending.is_empty() {
            return self.check_schema();
        }
        if exists || (self.migrations_make_schema() && !pending.is_empty()) {
            return Ok(());
        }
        self.session.send(&format!("create schema {}", identifier(schema))).map_err(|failure| {
            let rights = failure.code() == INSUFFICIENT_PRIVILEGE;
            let kind = if rights { ErrorKind::Rights } else { ErrorKind::Object };
            failure.while_(kind, format!("cannot create schema \"{schema}\""))
        })?;
        self.made_schema = !pending.is_empty();
        Ok(())
    }

    /// Whether a migration makes the project's schema: its text says so, or it was seen to.
    pub fn migrations_make_schema(&self) -> bool {
        self.project.manifest().creates_schema || self.schema_left.is_some()
    }
}
