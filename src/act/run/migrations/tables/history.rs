//! The session as refinery sees it: a migration and its row go in one message.

use std::time::{Duration, Instant};

use refinery_core::traits::sync::{Migrate, Query, Transaction};
use refinery_core::{Error as RefineryError, Migration};

use super::checksum::{INT8_VERSIONS, checksum};
use super::history_table::history_text;
use crate::act::run::migrations::cascade::file_within;
use crate::act::run::migrations::pinpoint::{File, Found, pinpoint};
use crate::act::run::migrations::stepwise::{Way, may_pass};
use crate::act::run::migrations::stopped::Stopped;
use crate::act::run::session_state::custom_settings::may_set;
use crate::act::run::session_state::mark::Mark;
use crate::act::run::session_state::stand_ins::StandIns;
use crate::read::session::{Failure, SET_OURS, Session};
use crate::set::bundle;
use crate::set::bundle::Manifest;
use crate::set::project::Project;
use crate::words::progress::Stage;

/// The savepoint before a migration.
const SAVEPOINT: &str = "viewkeeper_migration";

/// A migration that was run.
#[derive(Clone, Debug)]
pub struct Ran {
    pub index: usize,
    pub duration: Duration,
    /// What stepped aside for it.
    pub aside: Vec<String>,
}

/// What is set around migrations, beside our pins.
pub struct Around<'a> {
    /// Under which search_path they run.
    pub path: String,
    /// Sent behind each, it sets back what it may have set.
    pub restore: &'a str,
    /// How many milliseconds each lock may be waited for.
    pub lock_timeout: Option<String>,
    /// There is no history yet.
    pub makes_history: bool,
}

/// refinery's INSERT of a history row, with the checksum that a refinery of the project's width gives: a version's bytes go into
/// it, and a program may have been built for the other width.
fn recorded(project: &Project, index: usize, insert: &str) -> Result<String, Stopped> {
    let Manifest { migrations, versions, .. } = project.manifest();
    if !INT8_VERSIONS || *versions == bundle::Versions::Int8 {
        return Ok(insert.to_owned());
    }
    let migration = &migrations[index];
    let text = project.text(&migration.file);
    let wide = checksum(&migration.name, migration.version, text);
    let narrow = i32::try_from(migration.version).map(|version| checksum(&migration.name, version, text));
    match (insert.strip_suffix(&format!("'{wide}')")), narrow) {
        (Some(head), Ok(narrow)) => Ok(format!("{head}'{narrow}')")),
        _ => Err(Stopped::History(Failure::Answer(format!(
            "refinery's row of {} is not as it was expected: {insert}",
            migration.label()
        )))),
    }
}

/// The session as refinery sees it.
pub struct History<'s, 'c> {
    pub session: &'s mut Session<'c>,
    pub project: &'s Project,
    /// Our pins, and the deadline for locks.
    pub pins: String,
    pub around: Around<'s>,
    pub way: Option<Way<'s>>,
    pub indexes: &'s [usize],
    pub ran: Vec<Ran>,
    pub stopped: Option<Stopped>,
}

/// refinery wants an error type of ours; the failure itself waits in [`History::stopped`].
#[derive(Debug)]
pub struct Refused;

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a migration failed")
    }
}

impl std::error::Error for Refused {}

impl Transaction for History<'_, '_> {
    type Error = Refused;

    /// Grouped, the Runner hands over all migrations at once, each followed by the INSERT of its history row.
    fn execute<'q, T: Iterator<Item = &'q str>>(&mut self, mut queries: T) -> Result<usize, Refused> {
        while let Some(text) = queries.next() {
            let insert = queries.next().unwrap_or_default();
            let index = self.indexes[self.ran.len()];
            let insert = recorded(self.project, index, insert).map_err(|stopped| {
                self.stopped = Some(stopped);
                Refused
            })?;
            if let Some(way) = &self.way {
                let name = way.project.manifest().migrations[index].label();
                way.options.observer.tell(Stage::Migrate, name, (self.ran.len() + 1, self.indexes.len()));
            }
            let started = Instant::now();
            match self.migrate(index, text, &insert) {
                Ok(aside) => self.ran.push(Ran { index, duration: started.elapsed(), aside }),
                Err(stopped) => {
                    self.stopped = Some(stopped);
                    return Err(Refused);
                }
            }
        }
        Ok(self.ran.len())
    }
}

impl History<'_, '_> {
    /// A migration and its row go in one message, the text first, so that positions are those of the text; the newline
    /// guards a comment at its end. The row is written under our own settings, whatever the migration set. Only when
    /// something is in the way it is done again, statement by statement.
    fn migrate(&mut self, index: usize, text: &str, insert: &str) -> Result<Vec<String>, Stopped> {
        let aside = self.migrate_and_record(index, text, insert)?;
        let last = self.ran.len() + 1 == self.indexes.len();
        if let (Some(way), true) = (&mut self.way, last) {
            way.settle(self.session, index)?;
        }
        Ok(aside)
    }

    fn migrate_and_record(&mut self, index: usize, text: &str, insert: &str) -> Result<Vec<String>, Stopped> {
        let failed = |failure| Stopped::Migration { index, failure };
        let unrecorded = |failure| Stopped::Record { index, failure };
        let last = self.ran.len() + 1 == self.indexes.len();
        let restore = if last || may_set(text) { self.around.restore } else { "" };
        let (pins, path) = (&self.pins, &self.around.path);
        let record = format!(
            "{SET_OURS}{restore}{pins};\n{insert};\nset local search_path to {path};\n\
             release savepoint {SAVEPOINT};\nsavepoint {SAVEPOINT}"
        );
        let stand_ins = StandIns::new(
            text,
            &format!("{pins};\nset local search_path to {path}"),
            self.around.lock_timeout.as_deref(),
        );
        let Some(way) = &mut self.way else {
            return self.session.send_theirs(&record).map(|_| Vec::new()).map_err(unrecorded);
        };
        let mark = Mark::before(self.session, text).map_err(failed)?;
        // What waits for its place may be missed, and is tried again.
        if !way.aside.waits() {
            let statements = &way.project.manifest().migrations[index].statements;
            let within = file_within(text, statements);
            let sent = stand_ins.of_file(&within, statements);
            let watched = way.is_watched(index);
            let whole = match watched {
                true => sent.text.to_string(),
                false => format!("{}\n;\n{record}", sent.text),
            };
            let answer = self.session.send_theirs(&whole);
            match answer.map_err(|failure| sent.in_file(failure)) {
                Ok(_) if !watched => return Ok(Vec::new()),
                Ok(_) if way.all_stands(self.session).map_err(failed)? => {
                    return self.session.send_theirs(&record).map(|_| Vec::new()).map_err(unrecorded);
                }
                Ok(_) => Mark::back_to(self.session, SAVEPOINT, mark.as_ref()).map_err(failed)?,
                Err(failure) if !may_pass(&failure) => {
                    let file = File { text, statements, stand_ins: &stand_ins, mark: mark.as_ref() };
                    return Err(match pinpoint(self.session, &file, SAVEPOINT, failure) {
                        Found::At(failure) | Found::AsItWas(failure) => at_most_in(index, text, failure),
                        Found::Nowhere(first) => match self.session.send_theirs(&record) {
                            Ok(_) => failed(first),
                            Err(failure) => unrecorded(failure),
                        },
                    });
                }
                Err(_) => Mark::back_to(self.session, SAVEPOINT, mark.as_ref()).map_err(failed)?,
            };
        }
        let aside = way.run(self.session, index, &stand_ins)?;
        self.session.send_theirs(&record).map_err(unrecorded)?;
        Ok(aside)
    }
}

/// Behind the text of a migration stands the row of the history.
fn at_most_in(index: usize, text: &str, failure: Failure) -> Stopped {
    match failure.refusal().and_then(|server| server.position) {
        Some(position) if position > text.chars().count() => Stopped::Record { index, failure },
        _ => Stopped::Migration { index, failure },
    }
}

impl Query<Vec<Migration>> for History<'_, '_> {
    /// What is applied was compared before, tolerant of line endings; the Runner is given what is pending only.
    fn query(&mut self, _query: &str) -> Result<Vec<Migration>, Refused> {
        Ok(Vec::new())
    }
}

impl Migrate for History<'_, '_> {
    fn assert_migrations_table(&mut self, table: &str) -> Result<usize, RefineryError> {
        let path = &self.around.path;
        let savepoint = format!("set local search_path to {path};\nsavepoint {SAVEPOINT}");
        let text = match self.around.makes_history {
            true => format!("{SET_OURS}{};\n{savepoint}", history_text(self.project, table)),
            false => savepoint,
        };
        let made = self.session.send_theirs(&text).map(|_| 0).map_err(|failure| {
            self.stopped = Some(Stopped::History(failure));
            Refused
        });
        refinery_core::error::WrapMigrationError::migration_err(made, "cannot make the history table", None)
    }
}
