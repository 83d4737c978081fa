//! Trying again: giving way to other sessions, and doing in parts what cannot be done in one transaction.

use std::time::Duration;

use log::{debug, warn};

use super::boot::{Boot, Step};
use super::wait::Backoff;
use crate::read::catalog;
use crate::read::facts::Blocker;
use crate::words::error::{Error, ErrorKind};
use crate::words::escape::Line;
use crate::words::report::Report;

/// SQLSTATEs after which the whole work is done again: somebody held a lock, was chosen as a deadlock's victim, or
/// changed the same catalog row.
/// XX000 is "tuple concurrently updated", 42P06 a schema that another project's boot made.
pub(super) const GIVE_WAY: [&str; 4] = ["55P03", "40P01", "XX000", "42P06"];

/// SQLSTATEs that mean "not in one transaction": a new enum value used at once, pending trigger events.
const SPLIT: [&str; 2] = ["55P04", "55006"];

/// A failed try: the error, and what the server called it.
pub(super) struct Failed {
    pub(super) error: Error,
    code: String,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        let code = error.code().unwrap_or_default().to_owned();
        Failed { error, code }
    }
}

impl Boot<'_, '_> {
    /// Tries until it is done, gives way when somebody holds a lock, and commits after each migration when one
    /// transaction is impossible.
    pub(super) fn work(&mut self) -> Result<Report, Error> {
        let mut backoff: Option<Backoff> = None;
        loop {
            match self.attempt() {
                Ok(Step::Done) => {
                    self.tidy_ledger();
                    let outcome = self.report.outcome;
                    return Ok(self.finish(outcome));
                }
                Ok(Step::Again) => self.tidy_ledger(),
                Err(failed) => {
                    self.session.rollback();
                    self.moved = false;
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
                        warn!(target: "viewkeeper::boot", "{}", Line(&why));
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
        self.explain(busy(error, self.report.retries + 1, &self.blockers))
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
}

/// The error of the last of some tries, with those who were in the way.
pub(super) fn busy(error: Error, tries: usize, blockers: &[Blocker]) -> Error {
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
