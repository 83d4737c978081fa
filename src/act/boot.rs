//! The boot: probe, lock, probe again, migrations, objects, ledger, commit.

use std::time::{Duration, Instant};

use log::{debug, info, warn};

use super::aside::Aside;
use super::comparison::Purpose;
use super::migrations::unknown_warning;
use super::objects;
use super::rehearsal::Rehearsing;
use super::standing::{check_session, readable, unwritable};
use super::survey::{Survey, milliseconds, survey};
use super::tables;
use super::wait::Backoff;
use crate::decide::plan::Action;
use crate::read::advisory::Keys;
use crate::read::catalog;
use crate::read::facts::{Blocker, LedgerAnswer, Probe};
use crate::read::ledger::Ledger;
use crate::read::session::{Failure, Session};
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::name::identifier;
use crate::words::options::Options;
use crate::words::report::{AppliedObject, Outcome, PutBack, Report, count};

/// SQLSTATEs after which the whole work is done again: somebody held a lock, was chosen as a deadlock's victim, or
/// changed the same catalog row.
/// XX000 is "tuple concurrently updated", 42P06 a schema that another project's boot made.
const GIVE_WAY: [&str; 4] = ["55P03", "40P01", "XX000", "42P06"];

/// SQLSTATEs that mean "not in one transaction": a new enum value used at once, pending trigger events.
const SPLIT: [&str; 2] = ["55P04", "55006"];

/// A boot in progress.
pub(super) struct Boot<'b, 'c> {
    pub(super) project: &'b Project,
    pub(super) options: &'b Options,
    pub(super) ledger: Ledger<'b>,
    pub(super) keys: Keys,
    pub(super) session: Session<'c>,
    pub(super) started: Instant,
    pub(super) report: Report,
    /// Commit after each migration.
    pub(super) split: bool,
    /// What earlier transactions of this boot committed, for errors.
    pub(super) committed: Vec<String>,
    /// What stepped aside for the table migrations of this transaction.
    pub(super) aside: Aside,
    /// Everything is taken back at the end.
    pub(super) rehearsing: Option<Rehearsing>,
    /// The relations whose locks were wanted last.
    wanted: Vec<u32>,
    /// The sessions that were last seen holding them.
    blockers: Vec<Blocker>,
}

/// What one try came to.
pub(super) enum Step {
    Done,
    /// A part is committed, or somebody else has to finish first.
    Again,
}

/// A failed try: the error, and what the server called it.
struct Failed {
    error: Error,
    code: String,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        let code = error.code().unwrap_or_default().to_owned();
        Failed { error, code }
    }
}

/// Brings the database to the state of the project.
pub fn run(project: &Project, options: &Options, client: &mut postgres::Client) -> Result<Report, Error> {
    let mut boot = Boot::new(project, options, client);
    let probe = boot.probe()?;
    check_session(&probe)?;
    if let Some(outcome) = boot.settled(&probe)? {
        return Ok(boot.finish(outcome));
    }
    match unwritable(&probe) {
        Some(why) => boot.look_only(&probe, why),
        None => boot.work(),
    }
}

impl<'b, 'c> Boot<'b, 'c> {
    pub(super) fn new(project: &'b Project, options: &'b Options, client: &'c mut postgres::Client) -> Self {
        let release = project.release();
        Boot {
            project,
            options,
            ledger: Ledger::new(project, &options.ledger),
            keys: Keys::new(&options.ledger, project.name()),
            session: Session::new(client),
            started: Instant::now(),
            report: Report {
                outcome: Outcome::UpToDate,
                project: project.name().to_owned(),
                release: release.checksum.as_str().to_owned(),
                migrations: Vec::new(),
                objects: Vec::new(),
                foreign: Vec::new(),
                tiers: Vec::new(),
                managed: project.objects().len(),
                retries: 0,
                locked: None,
                warnings: Vec::new(),
                duration: Duration::ZERO,
            },
            split: false,
            committed: Vec::new(),
            aside: Aside::default(),
            rehearsing: None,
            wanted: Vec::new(),
            blockers: Vec::new(),
        }
    }

    pub(super) fn probe(&mut self) -> Result<Probe, Error> {
        let probe = self
            .ledger
            .probe(&mut self.session)
            .map_err(|failure| failure.while_(ErrorKind::Ledger, "cannot probe the database"))?;
        debug!(target: "viewkeeper::probe", "{probe:?}");
        if let Some(standing) = readable(&probe)
            && standing.format > Ledger::FORMAT
        {
            return Err(Error::new(
                ErrorKind::Ledger,
                format!(
                    "the ledger has format {}, and this version of viewkeeper knows {}",
                    standing.format,
                    Ledger::FORMAT
                ),
            )
            .note("nothing was changed")
            .help("upgrade viewkeeper in this application"));
        }
        if let Some(LedgerAnswer::Unreadable { missing }) = &probe.ledger {
            let schema = identifier(&self.options.ledger);
            return Err(Error::new(
                ErrorKind::Rights,
                format!("the role lacks {missing} on schema {schema}, where the ledger is"),
            )
            .note("nothing was changed")
            .help(format!("grant usage on schema {schema} to public;")));
        }
        Ok(probe)
    }

    pub(super) fn finish(&mut self, outcome: Outcome) -> Report {
        self.report.outcome = outcome;
        self.report.duration = self.started.elapsed();
        info!(target: "viewkeeper::boot", "{}", self.report);
        self.report.clone()
    }

    /// A session that cannot write can still find that only fingerprints moved, and that everything is as it should be.
    fn look_only(&mut self, probe: &Probe, why: &str) -> Result<Report, Error> {
        let release = self.project.release();
        let ours = readable(probe)
            .filter(|standing| !standing.history_changed && !standing.claimed)
            .and_then(|standing| standing.standing.as_ref())
            .is_some_and(|standing| standing.checksum == release.checksum.as_str());
        if ours {
            self.session
                .begin("begin isolation level read committed")
                .map_err(|failure| failure.while_(ErrorKind::Connection, "cannot open a transaction"))?;
            let survey = survey(&mut self.session, self.project, Some(&self.ledger), self.options)?;
            let (project, options) = (self.project, self.options);
            let decision = objects::decide(&mut self.session, project, &survey, options, Purpose::Look)?;
            if decision.plan.is_empty() {
                return Ok(self.finish(Outcome::UpToDate));
            }
        }
        Err(Error::new(
            ErrorKind::Rights,
            format!("project \"{}\" is not up to date, and {why}", self.project.name()),
        )
        .note("nothing was changed")
        .help("boot once on the primary, with a role that owns the objects and the ledger, in a session that can write")
        .help("a service with a role of its own can have a ledger of its own: migrator().ledger_schema(...)"))
    }

    /// Tries until it is done, gives way when somebody holds a lock, and commits after each migration when one
    /// transaction is impossible.
    pub(super) fn work(&mut self) -> Result<Report, Error> {
        let mut backoff: Option<Backoff> = None;
        loop {
            match self.attempt() {
                Ok(Step::Done) => {
                    let outcome = self.report.outcome;
                    return Ok(self.finish(outcome));
                }
                Ok(Step::Again) => {}
                Err(failed) => {
                    self.session.rollback();
                    self.report.migrations.retain(|migration| migration.alone);
                    if GIVE_WAY.contains(&failed.code.as_str()) {
                        self.look_who_blocks();
                        let (first, longest) = (Duration::from_millis(20), Duration::from_secs(1));
                        let backoff = backoff
                            .get_or_insert_with(|| Backoff::new(first, longest, self.options.retry_for));
                        let last = self.report.retries + 1 >= self.options.tries as usize;
                        if last || !backoff.pause() {
                            return Err(self.gave_up(failed.error));
                        }
                        debug!(target: "viewkeeper::apply", "gave way: {}", failed.error);
                        self.report.retries += 1;
                    } else if SPLIT.contains(&failed.code.as_str()) && !self.split {
                        self.split = true;
                        let why = format!(
                            "one transaction is impossible ({}), so each table migration is committed by itself",
                            failed.error
                        );
                        warn!(target: "viewkeeper::boot", "{why}");
                        self.report.warnings.push(why);
                    } else {
                        return Err(self.explain(failed.error));
                    }
                }
            }
        }
    }

    /// Who holds the locks that were not to be had. Asked after the rollback, because a failed transaction answers nothing;
    /// whoever let go in between was not in the way for long.
    fn look_who_blocks(&mut self) {
        if let Ok(blockers) = catalog::blockers(&mut self.session, &self.wanted)
            && !blockers.is_empty()
        {
            self.blockers = blockers;
        }
    }

    /// The error of the last try, with those who were in the way.
    fn gave_up(&self, error: Error) -> Error {
        let tries = match self.report.retries + 1 {
            1 => "1 try".to_owned(),
            more => format!("{more} tries"),
        };
        let mut error = error.busy(format!("gave way to other sessions in {tries}"));
        for blocker in self.blockers.iter().take(5) {
            error = error.note(blocker.to_string());
        }
        if let Some(blocker) = self.blockers.iter().find(|blocker| blocker.pid != 0) {
            let end = format!("end it with select pg_terminate_backend({})", blocker.pid);
            error = error.help(format!("{end}, or try longer: migrator().retry_for(...)"));
        }
        self.explain(error)
    }

    /// Says what an error left behind.
    fn explain(&self, error: Error) -> Error {
        if !self.committed.is_empty() {
            let committed = self.committed.join(", ");
            return error.without_unchanged().note(format!("committed before the error: {committed}"));
        }
        match error.kind() {
            ErrorKind::Connection => error.note("the server rolls back what was not committed"),
            _ => error.unchanged(),
        }
    }

    /// One transaction: lock, probe again, the next part of the work, commit.
    fn attempt(&mut self) -> Result<Step, Failed> {
        self.lock()?;
        self.aside = Aside::default();
        self.begin_rehearsal()?;
        let probe = self.probe()?;
        if let Some(standing) = readable(&probe)
            && standing.claimed
            && self.others_claim()?
        {
            return Ok(Step::Again);
        }
        if let Some(outcome) = self.settled(&probe)? {
            self.session.rollback();
            // What this boot committed before another one finished the work is its own.
            let worked = outcome == Outcome::UpToDate && !self.report.migrations.is_empty();
            self.report.outcome = if worked { Outcome::Applied } else { outcome };
            return Ok(Step::Done);
        }
        let (pending, unknown) = self.pending(&probe)?;
        if readable(&probe).is_none_or(|standing| standing.standing.is_none())
            && let Some(done) = self.newer_database(&probe, &unknown)?
        {
            return Ok(done);
        }
        for warning in unknown_warning(&unknown) {
            if !self.report.warnings.contains(&warning) {
                warn!(target: "viewkeeper::migrate", "{warning}");
                self.report.warnings.push(warning);
            }
        }
        if readable(&probe).is_none() {
            self.create_ledger()?;
        }
        self.ensure_schema(probe.schema, &pending)?;
        let migrations = &self.project.manifest().migrations;
        let table = match migrations.is_empty() {
            true => None,
            false => Some(self.history_home(&probe)?),
        };
        if let (Some(&first), Some(table)) = (pending.first(), &table) {
            if migrations[first].outside.is_some() {
                let why = format!(
                    "before {}, which runs outside of a transaction",
                    tables::label(&migrations[first])
                );
                if self.stops_rehearsal(why)? {
                    return Ok(Step::Done);
                }
                self.outside(first, table)?;
                return Ok(Step::Again);
            }
            let mut together: Vec<usize> =
                pending.iter().copied().take_while(|&index| migrations[index].outside.is_none()).collect();
            if self.split {
                together.truncate(1);
            }
            let alone = together.len() < pending.len() || self.split;
            self.migrate(&probe, &together, table, alone)?;
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

    fn create_ledger(&mut self) -> Result<(), Error> {
        info!(target: "viewkeeper::ledger", "making the ledger in schema {}", self.options.ledger);
        self.ledger.create(&mut self.session).map_err(|failure| {
            let schema = identifier(&self.options.ledger);
            let rights = failure.code() == "42501";
            let error = failure.while_(
                if rights { ErrorKind::Rights } else { ErrorKind::Ledger },
                format!("cannot make the ledger in schema {schema}"),
            );
            if rights {
                error.help("grant create on the database to the role, or boot once as its owner")
            } else {
                error
            }
        })
    }

    /// Makes the project's schema, unless a migration does.
    fn ensure_schema(&mut self, exists: bool, pending: &[usize]) -> Result<(), Error> {
        let schema = self.project.schema();
        if exists || (self.project.manifest().creates_schema && !pending.is_empty()) {
            return Ok(());
        }
        self.session.send(&format!("create schema {}", identifier(schema))).map(drop).map_err(|failure| {
            failure.while_(ErrorKind::Rights, format!("cannot create schema \"{schema}\""))
        })
    }

    /// The plan as far as it can be made before the migrations; it is made again after them.
    pub(super) fn forecast(&mut self, probe: &Probe) -> Result<(), Error> {
        if !log::log_enabled!(target: "viewkeeper::plan", log::Level::Debug) || readable(probe).is_none() {
            return Ok(());
        }
        let survey = survey(&mut self.session, self.project, Some(&self.ledger), self.options)?;
        let plan = objects::forecast(self.project, &survey)?;
        debug!(target: "viewkeeper::plan", "before the migrations: {plan}");
        Ok(())
    }

    /// Gives objects their names before anything else is read.
    fn rename(&mut self, renames: &[Action]) -> Result<(), Error> {
        let timeout = milliseconds(self.options.lock_timeout);
        let statements: Vec<&str> =
            renames.iter().flat_map(|action| &action.sql).map(String::as_str).collect();
        let text = format!("set local lock_timeout to {timeout};\n{}", statements.join(";\n"));
        let failed = |failure: Failure| failure.while_(ErrorKind::Object, "cannot rename the objects");
        self.session.send(&text).map(drop).map_err(failed)
    }

    /// What is recorded and what is there, after the migrations.
    fn survey(&mut self) -> Result<Survey, Error> {
        let mut survey = survey(&mut self.session, self.project, Some(&self.ledger), self.options)?;
        self.aside.hand_over(&mut survey.recorded);
        Ok(survey)
    }

    /// The objects and the ledger, and the commit of everything.
    fn objects(&mut self, probe: &Probe, table: Option<&str>) -> Result<Step, Failed> {
        let misfits = self.misfits()?;
        self.objects_past(probe, table).map_err(|failed| match misfits {
            Some(error) if self.aside.concerns(&failed.error) => Failed::from(error),
            _ => failed,
        })
    }

    fn objects_past(&mut self, probe: &Probe, table: Option<&str>) -> Result<Step, Failed> {
        let mut survey = self.survey()?;
        if let Some(schema) =
            survey.live.schemas.iter_mut().find(|schema| schema.name == self.project.schema())
        {
            self.ensure_schema(schema.exists, &[])?;
            (schema.create, schema.exists) = (schema.create || !schema.exists, true);
        }
        let mut decision =
            objects::decide(&mut self.session, self.project, &survey, self.options, Purpose::Apply)?;
        let renames = decision.renames_first();
        if !renames.is_empty() {
            self.rename(&renames)?;
            let survey = self.survey()?;
            decision =
                objects::decide(&mut self.session, self.project, &survey, self.options, Purpose::Apply)?;
            decision.plan.actions.splice(0..0, renames);
        }
        let plan = &decision.plan;
        debug!(target: "viewkeeper::plan", "{plan}");
        if !plan.missing_rights.is_empty() {
            let role = identifier(&survey.live.role);
            let missing = plan.missing_rights.join("; ");
            let error =
                Error::new(ErrorKind::Rights, format!("role {role} lacks what the work needs: {missing}"));
            return Err(error.note("nothing was changed, and no object was locked").into());
        }
        let rolled_back = self.report.migrations.iter().filter(|migration| !migration.alone).count();
        let note = |error: Error| match rolled_back {
            0 => error,
            many => error.note(format!(
                "nothing was changed; {} {} rolled back",
                count(many, "table migration"),
                if many == 1 { "was" } else { "were" }
            )),
        };
        self.wanted.clone_from(&decision.work.locked);
        let switch = Instant::now();
        let work = &decision.work;
        let tiers = objects::apply(&mut self.session, self.project, work, self.options).map_err(note)?;
        let record = objects::record_text(&self.ledger, &decision, table);
        if !self.end_rehearsal(&decision)? {
            self.session.commit(&record).map_err(|failure| match failure.code().get(..2) {
                // A deferred constraint that a migration left violated is checked only now.
                Some("23") => failure.while_(ErrorKind::Migration, "the commit was refused"),
                _ => failure.while_(ErrorKind::Ledger, "cannot write the ledger"),
            })?;
        }
        self.report.locked = (!work.locks.is_empty()).then(|| switch.elapsed());
        let plan = decision.plan;
        for action in &plan.actions {
            info!(target: "viewkeeper::apply", "{} {} {}: {}", action.verb.past(), action.kind, action.object, action.reason);
        }
        let stood = readable(probe)
            .and_then(|standing| standing.standing.as_ref())
            .is_some_and(|standing| standing.checksum == self.report.release);
        self.report.outcome = match (stood && self.report.migrations.is_empty(), plan.changes_nothing()) {
            (true, true) => Outcome::UpToDate,
            (true, false) => Outcome::Healed,
            (false, _) => Outcome::Applied,
        };
        self.report.tiers = tiers;
        self.report.warnings.extend(plan.warnings);
        self.report.objects = plan
            .actions
            .into_iter()
            .map(|action| AppliedObject {
                verb: action.verb,
                kind: action.kind,
                object: action.object,
                reason: action.reason,
                tier: action.tier,
            })
            .collect();
        self.report.foreign = plan
            .foreign
            .into_iter()
            .map(|foreign| PutBack { kind: foreign.kind, object: foreign.object, reason: foreign.reason })
            .collect();
        Ok(Step::Done)
    }
}
