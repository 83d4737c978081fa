//! Trying again: giving way to other sessions, and doing in parts what cannot be done in one transaction.

use log::info;

use super::Run;
use crate::act::run::backoff::Backoff;
use crate::act::run::step::Step;
use crate::look::server_error::uses::came_between;
use crate::read::catalog;
use crate::read::facts::Blocker;
use crate::words::error::{Error, ErrorKind, LeftBehind, ServerError};
use crate::words::escape::Line;
use crate::words::name::identifier;
use crate::words::progress::Stage;
use crate::words::report::Report;
use crate::words::sqlstate::{DUPLICATE_SCHEMA, INVALID_SCHEMA, gives_way, is_missing, splits};

/// How often what is put back is looked at anew.
const LOOKS: usize = 3;

impl Run<'_, '_> {
    /// Tries until it is done, gives way when somebody holds a lock, and commits after each migration when one
    /// transaction is impossible.
    pub fn work(&mut self) -> Result<Report, Error> {
        let mut backoff: Option<Backoff> = None;
        loop {
            let error = match self.attempt() {
                Ok(Step::Done) => {
                    self.keep_session(!self.mode.is_rehearsal());
                    self.tidy_ledger();
                    let outcome = self.report.outcome;
                    return Ok(self.finish(outcome));
                }
                Ok(Step::Again) => {
                    self.keep_session(true);
                    self.tidy_ledger();
                    continue;
                }
                Err(error) => error,
            };
            self.session.rollback();
            self.keep_session(false);
            self.attempt.ledger_moved = false;
            self.report.migrations.retain(|migration| migration.alone);
            if error.kind() == ErrorKind::Busy {
                // Whoever gave up had the time and the tries that there are.
                return Err(self.explain(error));
            } else if error.server_error().is_some_and(gives_way) {
                self.give_way(error, &mut backoff)?;
            } else if error.server_error().is_some_and(splits) && !self.learned.split {
                self.learned.split = true;
                let why = format!(
                    "one transaction is impossible ({error}), so each table migration is committed by itself"
                );
                self.warn("viewkeeper::run", why);
            } else if let Some(named) = came_between(&error) {
                // A new look tells whose it is, and what of it hangs on what.
                self.learned.came_between += 1;
                if self.learned.came_between > LOOKS {
                    return Err(self.explain(named));
                }
                info!(target: "viewkeeper::run", "looks again: {}", Line(&named));
                self.report.retries += 1;
            } else if self.schema_is_a_migrations(&error) {
                info!(target: "viewkeeper::run", "the project's schema is left to the migrations: {}", Line(&error));
                self.learned.schema_left = Some(error);
            } else {
                let error = self.first_of_schema(error);
                let error = self.found_elsewhere(error);
                return Err(self.explain(error));
            }
        }
    }

    /// Settles what migrations made in the session: it outlives their transaction, also one that was taken back.
    fn keep_session(&mut self, kept: bool) {
        let Some(mark) = self.attempt.mark.take().filter(|_| !kept) else { return };
        // Where the connection is lost, so is all of it.
        if let Err(failure) = self.session.send(&mark.back()) {
            info!(target: "viewkeeper::migrate", "what was prepared or locked stays: {}", Line(format!("{failure:?}")));
        }
    }

    /// Waits for those who are in the way, and says who they are; or gives up.
    fn give_way(&mut self, error: Error, backoff: &mut Option<Backoff>) -> Result<(), Error> {
        self.look_who_blocks();
        let backoff = backoff.get_or_insert_with(|| match self.attempt.wanted.migration {
            // Those who queue behind a migration get a longer turn than it had.
            Some(_) => Backoff::between_turns(self.options.migration_lock_timeout, self.options.retry_for),
            None => Backoff::of_moments(self.options.retry_for),
        });
        let last = self.report.retries + 1 >= self.options.tries as usize;
        if last {
            return Err(self.gave_up(error));
        }
        let who: Vec<String> = self.learned.blockers.iter().map(Blocker::to_string).collect();
        info!(target: "viewkeeper::apply", "gives way: {}; {}", Line(&error), Line(who.join("; ")));
        if let Some(first) = who.first() {
            self.options.observer.tell(Stage::Wait, first, (1, 1));
        }
        if !backoff.pause() {
            return Err(self.gave_up(error));
        }
        self.report.retries += 1;
        Ok(())
    }

    /// Who holds the locks that were not to be had. Asked after the rollback, because a failed transaction answers nothing;
    /// whoever let go in between was not in the way for long.
    fn look_who_blocks(&mut self) {
        let migrations = &self.project.manifest().migrations;
        let text =
            self.attempt.wanted.migration.map_or("", |index| self.project.text(&migrations[index].file));
        let mut blockers =
            catalog::blockers(&mut self.session, &self.attempt.wanted.relations, "").unwrap_or_default();
        if !text.is_empty() && (self.attempt.wanted.relations.is_empty() || blockers.is_empty()) {
            blockers = catalog::blockers(&mut self.session, &[], text).unwrap_or_default();
        }
        if !blockers.is_empty() {
            Blocker::add(&mut self.learned.gave_way_to, &blockers);
            self.learned.blockers = blockers;
        }
    }

    /// Whether a migration makes the project's schema in a way that its text does not show, and failed because we had
    /// made it before.
    fn schema_is_a_migrations(&self, error: &Error) -> bool {
        let named = |server: &ServerError| {
            server.code == DUPLICATE_SCHEMA && server.message.contains(self.project.schema())
        };
        self.attempt.made_schema
            && self.learned.schema_left.is_none()
            && error.kind() == ErrorKind::Migration
            && error.server_error().is_some_and(named)
    }

    /// Where the migrations need the schema before one of them makes it, that one has to do without.
    fn first_of_schema(&mut self, error: Error) -> Error {
        let missing = |server: &ServerError| is_missing(server) || server.code == INVALID_SCHEMA;
        match self.learned.schema_left.take() {
            Some(first) if error.server_error().is_some_and(missing) => {
                let schema = identifier(self.project.schema());
                first
                    .note("the project's schema is made before the migrations, which need it from the first one on")
                    .help(format!("write create schema if not exists {schema}"))
            }
            _ => error,
        }
    }

    /// The error of the last try, with those who were in the way.
    fn gave_up(&self, error: Error) -> Error {
        self.explain(busy(error, self.report.retries + 1, &self.learned.blockers))
    }

    /// Says what an error left behind.
    fn explain(&self, error: Error) -> Error {
        match error.kind() {
            _ if !self.committed.parts.is_empty() => {
                error.left(LeftBehind::Committed(self.committed.parts.clone()))
            }
            ErrorKind::Connection => error.or_left(LeftBehind::Uncommitted),
            _ => error.unchanged(),
        }
    }
}

/// The error of the last of some tries, with those who were in the way.
pub fn busy(error: Error, tries: usize, blockers: &[Blocker]) -> Error {
    let tries = match tries {
        1 => "1 try".to_owned(),
        more => format!("{more} tries"),
    };
    let mut error = error.busy(format!("gave way to other sessions in {tries}"));
    for blocker in blockers.iter().take(5) {
        error = error.note(blocker.to_string());
    }
    match blockers.iter().find(|blocker| blocker.pid != 0) {
        Some(blocker) => {
            let pid = blocker.pid;
            let end = format!("end it with select pg_terminate_backend({pid})");
            error
                .help(format!("select query from pg_stat_activity where pid = {pid} shows what it runs"))
                .help(format!("{end}, or try longer: migrator().retry_for(...)"))
        }
        None => error,
    }
}
