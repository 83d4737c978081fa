//! The table migrations of a run: what is pending, and running it inside or outside of the transaction.

pub mod before_migrations;
pub mod cascade;
pub mod displaced;
pub mod outside;
pub mod pending;
pub mod pinpoint;
pub mod put_back;
pub mod remembered;
pub mod stepwise;
pub mod stopped;
pub mod tables;
pub mod taken;
pub mod target;

use log::info;

use self::pending::ways_out_of_emptied;
use self::remembered::Remembered;
use self::stepwise::Way;
use self::stopped::Stopped;
use self::tables::Ran;
use self::taken::reaches_beyond_names;
use crate::act::run::Run;
use crate::act::run::objects::apply::thinking;
use crate::act::run::session_state::settings::Settings;
use crate::look::read_facts::milliseconds;
use crate::look::server_error::refusal::of_commit;
use crate::read::catalog::there;
use crate::read::facts::{Blocker, Probe};
use crate::read::session::Failure;
use crate::words::error::{Error, ErrorKind};
use crate::words::escape::Line;
use crate::words::name::identifier;
use crate::words::progress::Stage;
use crate::words::report::{AppliedMigration, Outcome};
use crate::words::sqlstate::{ACTIVE_TRANSACTION, INSUFFICIENT_PRIVILEGE, is_there_already};

impl Run<'_, '_> {
    /// The session's settings, before these migrations run, and all else of it that they may change for good.
    pub fn settings(&mut self, pending: &[usize]) -> Result<Settings, Error> {
        let migrations = &self.project.manifest().migrations;
        let texts = pending.iter().map(|&index| self.project.text(&migrations[index].file));
        let (settings, mark) = Settings::read(&mut self.session, texts)
            .map_err(|failure| failure.while_(ErrorKind::Migration, "cannot read the session's settings"))?;
        self.attempt.mark = Some(mark);
        Ok(settings)
    }

    /// Runs migrations in the open transaction.
    pub fn migrate(
        &mut self,
        probe: &Probe,
        indexes: &[usize],
        table: &str,
        settings: &Settings,
        alone: bool,
    ) -> Result<(), Error> {
        if !alone {
            self.forecast(probe)?;
        }
        let restore = settings.restore();
        self.note_what_stands(probe, indexes)?;
        // Their locks are held to the commit.
        self.session.hold(thinking(self.project));
        let around = tables::Around {
            // What a migration makes without naming its schema goes nowhere else while the project's is not there yet.
            path: match &self.learned.schema_left {
                Some(_) => identifier(self.project.schema()),
                None => self.project.search_path(),
            },
            restore: &restore,
            // Readers queue behind whoever waits for an exclusive lock.
            lock_timeout: Some(milliseconds(self.options.migration_lock_timeout)),
            makes_history: self.history(probe).is_none(),
        };
        let way = Way {
            project: self.project,
            ledger: &self.ledger,
            options: self.options,
            role: settings.role(),
            aside: &mut self.attempt.displaced,
        };
        let ran = tables::run(&mut self.session, self.project, table, indexes, around, Some(way)).map_err(
            |stopped| {
                self.attempt.wanted.migration = stopped.migration();
                let there = stopped.refusal().is_some_and(is_there_already);
                let error = self.stopped(stopped);
                match self.attempt.empty_history && there {
                    true => ways_out_of_emptied(
                        error.note(format!("the migration history \"{table}\" is there, and has no rows")),
                        table,
                    ),
                    false => error,
                }
            },
        )?;
        ran.into_iter().for_each(|ran| self.report_migration(ran, alone));
        Ok(())
    }

    /// Notes what stands before the first migration, where one of these may take away what it does not name.
    fn note_what_stands(&mut self, probe: &Probe, indexes: &[usize]) -> Result<(), Error> {
        let failed = |failure: Failure| {
            failure.while_(ErrorKind::Migration, "cannot read what the migrations may take away")
        };
        // The first migrations of a database make what their code works on.
        let first = self.history(probe).is_none() || self.attempt.empty_history;
        if indexes.iter().any(|&index| reaches_beyond_names(self.project, index, !first)) {
            self.attempt.displaced.before = there(&mut self.session).map_err(failed)?;
        }
        let ledger = self.learned.drifted_before.as_ref().map(|_| &self.ledger);
        self.attempt.displaced.remembered =
            Remembered::read(&mut self.session, self.project, ledger, indexes).map_err(failed)?;
        Ok(())
    }

    fn report_migration(&mut self, mut ran: Ran, alone: bool) {
        let taken = self.attempt.displaced.taken.iter().filter(|taken| taken.migration == ran.index);
        ran.aside.retain(|name| !taken.clone().any(|taken| taken.object == *name));
        let taken: Vec<String> = taken.map(ToString::to_string).collect();
        let name = self.project.manifest().migrations[ran.index].label();
        info!(target: "viewkeeper::migrate", "{} in {:?}", Line(&name), ran.duration);
        let Ran { duration, aside, .. } = ran;
        self.report.migrations.push(AppliedMigration { name, duration, alone, aside, taken });
    }

    fn stopped(&self, stopped: Stopped) -> Error {
        let (index, failure) = match stopped {
            Stopped::Migration { index, failure } => (index, failure),
            Stopped::Record { index, failure } => {
                let label = self.project.manifest().migrations[index].label();
                let message = format!("cannot record migration {label} in the history");
                return failure.while_(ErrorKind::History, message).object(label);
            }
            Stopped::Refused(error) => return error,
            Stopped::History(failure) => {
                let kind = if failure.code() == INSUFFICIENT_PRIVILEGE {
                    ErrorKind::Rights
                } else {
                    ErrorKind::History
                };
                return failure.while_(kind, "cannot make the migration history");
            }
        };
        let migration = &self.project.manifest().migrations[index];
        let label = migration.label();
        let position = match &failure {
            Failure::Server(server) => server.position.and_then(|position| position.checked_sub(1)),
            _ => None,
        };
        let text = self.project.text(&migration.file);
        let code = failure.code().to_owned();
        let error = failure.while_(ErrorKind::Migration, format!("migration {label} failed")).object(label);
        let error = match (position, migration.statements.as_slice()) {
            (None, [_, _, ..]) => error
                .in_file(self.project.shown(&migration.file))
                .note("which of its statements failed is not known"),
            (position, _) => {
                let found = position.and_then(|position| text.char_indices().nth(position));
                error.at(self.project.place(&migration.file, found.map_or(0, |(byte, _)| byte)))
            }
        };
        match code.as_str() {
            ACTIVE_TRANSACTION => error.help("put `-- viewkeeper: no-transaction` at the top of the file"),
            _ => error,
        }
    }

    /// The error about what stepped aside, is not the project's and does not fit any more.
    pub fn misfits(&mut self) -> Result<Option<Error>, Error> {
        if self.attempt.displaced.pending.is_empty() {
            return Ok(None);
        }
        let recorded = self.ledger.owned(&mut self.session).map_err(|failure| {
            failure.while_(ErrorKind::Ledger, "cannot read which objects are the project's")
        })?;
        Ok(self.attempt.displaced.misfits(self.project, &recorded))
    }

    /// Commits migrations without the objects.
    pub fn commit_segment(&mut self, indexes: &[usize]) -> Result<(), Error> {
        let mut last = String::new();
        if !self.attempt.displaced.is_empty() {
            if let Some(error) = self.misfits()? {
                return Err(error
                    .note("each table migration is committed by itself, so everything has to fit after it"));
            }
            last = self.ledger.aside_text(&self.attempt.displaced.kept());
        }
        self.note_written()?;
        self.session
            .commit(&last)
            .map_err(|failure| failure.while_(ErrorKind::Migration, "cannot commit the migrations"))
            .map_err(|error| of_commit(self.project, indexes, error))?;
        self.hand_over();
        let migrations = &self.project.manifest().migrations;
        self.committed.parts.extend(indexes.iter().map(|&index| migrations[index].label()));
        self.report.outcome = Outcome::Applied;
        Ok(())
    }

    /// What this attempt made before the objects is committed.
    fn hand_over(&mut self) {
        self.committed.routines.append(&mut self.attempt.routines);
        self.committed.written.append(&mut self.attempt.written);
    }

    /// A migration outside of a transaction: claim, commit; its statements; its history row, unclaim, commit.
    pub fn outside(
        &mut self,
        probe: &Probe,
        index: usize,
        table: &str,
        settings: &Settings,
    ) -> Result<(), Error> {
        let migration = &self.project.manifest().migrations[index];
        let label = migration.label();
        let failed = |failure: Failure| {
            failure.while_(ErrorKind::Migration, format!("cannot record migration {label}"))
        };
        let claim = self.ledger.claim_text("claim", migration.version, &label);
        self.session.commit(&claim).map_err(failed)?;
        self.hand_over();
        self.options.observer.tell(Stage::Migrate, &label, (1, 1));
        let ran = outside::run(&mut self.session, self.project, self.options, migration, settings);
        let unclaim = self.ledger.claim_text("unclaim", migration.version, &label);
        let ran = match ran {
            Ok(ran) => ran,
            Err(error) => {
                // The claim of a failed run would only make others wait; when this fails too, its session is gone and
                // they take it over.
                let _ = self.session.tidy(&unclaim);
                self.committed.parts.push(format!("the statements of {label} before the failed one"));
                return Err(error);
            }
        };
        self.report.retries += ran.retries;
        Blocker::add(&mut self.learned.gave_way_to, &ran.blockers);
        self.lock()?;
        let around = tables::Around {
            path: self.project.search_path(),
            restore: "",
            lock_timeout: None,
            makes_history: self.history(probe).is_none(),
        };
        tables::run(&mut self.session, self.project, table, &[index], around, None)
            .map_err(|stopped| self.stopped(stopped))?;
        self.session.commit(&unclaim).map_err(failed)?;
        self.committed.parts.push(label.clone());
        self.report.outcome = Outcome::Applied;
        self.report.migrations.push(AppliedMigration {
            name: label,
            duration: ran.duration,
            alone: true,
            aside: Vec::new(),
            taken: Vec::new(),
        });
        Ok(())
    }
}
