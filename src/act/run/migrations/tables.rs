//! Table migrations through refinery: its Runner, its checks and its history format, on our transaction.
//! The only module that knows refinery.
//!
//! refinery's own driver for `postgres::Client` commits a migration and its history row in two transactions, so a crash
//! between them runs the migration twice. Its traits are implemented here for a session with an open transaction: a
//! migration and its row go in one message, and everything commits together.

use super::stopped::Stopped;
use std::hash::{Hash, Hasher};
use std::time::{Duration, Instant};

use refinery_core::traits::sync::{Migrate, Query, Transaction};
use refinery_core::{Error as RefineryError, Migration, Runner, SchemaVersion};
use siphasher::sip::SipHasher13;

use super::pinpoint::{File, Found, pinpoint};
use super::stepwise::{Way, may_pass};
use crate::act::run::session_state::custom_settings::may_set;
use crate::act::run::session_state::mark::Mark;
use crate::act::run::session_state::stand_ins::StandIns;
use crate::decide::releases::history::{Applied, Known};
use crate::read::catalog::{CANONICAL, pins};
use crate::read::facts::AppliedRow;
use crate::read::session::{Failure, SET_OURS, Session, Value, bind, part};
use crate::set::bundle::{self, Manifest};
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::name::literal;
use crate::words::progress::Stage;

/// The savepoint before a migration.
const SAVEPOINT: &str = "viewkeeper_migration";

/// True when refinery was built with versions of 8 bytes.
pub const INT8_VERSIONS: bool = size_of::<SchemaVersion>() == 8;

/// Refuses a project whose versions this build cannot hold. Some of them may fit; the next one would be lost.
pub fn fits(project: &Project) -> Result<(), Error> {
    if INT8_VERSIONS || project.manifest().versions == bundle::Versions::Int4 {
        return Ok(());
    }
    let line = concat!(
        "viewkeeper = { version = \"",
        env!("CARGO_PKG_VERSION_MAJOR"),
        ".",
        env!("CARGO_PKG_VERSION_MINOR"),
        "\", features = [\"int8-versions\"] }"
    );
    Err(Error::new(
        ErrorKind::History,
        "viewkeeper.toml says versions = \"int8\", and this program was built without viewkeeper's cargo feature \"int8-versions\"",
    )
    .note("nothing was changed")
    .help(format!("write into Cargo.toml, under [dependencies]: {line}")))
}

/// The project's migrations as the comparison with the history needs them.
pub fn known(project: &Project) -> Vec<Known<'_>> {
    project
        .manifest()
        .migrations
        .iter()
        .map(|migration| Known {
            version: migration.version,
            name: &migration.name,
            unordered: migration.unordered,
            checksums: checksums(migration, project.text(&migration.file)),
        })
        .collect()
}

/// Every checksum under which refinery may have recorded a text: with either line ending, and with a version of
/// either width, since both go into its hash.
fn checksums(migration: &bundle::Migration, text: &str) -> Vec<u64> {
    let crlf = text.replace('\n', "\r\n");
    let mut checksums = Vec::with_capacity(4);
    for text in [text, &crlf] {
        if let Ok(version) = i32::try_from(migration.version) {
            checksums.push(checksum(&migration.name, version, text));
        }
        checksums.push(checksum(&migration.name, migration.version, text));
    }
    checksums
}

/// refinery's checksum.
fn checksum(name: &str, version: impl Hash, text: &str) -> u64 {
    let mut hasher = SipHasher13::new();
    name.hash(&mut hasher);
    version.hash(&mut hasher);
    text.hash(&mut hasher);
    hasher.finish()
}

/// What makes the history table, where there is none, for nobody else to write.
pub fn history_text(project: &Project, table: &str) -> String {
    let width = match project.manifest().versions {
        bundle::Versions::Int4 => "int4",
        bundle::Versions::Int8 => "int8",
    };
    let made = bind("history_table", &[("table", Value::Sql(table)), ("width", Value::Sql(width))]);
    let which = format!("c.oid = {}::pg_catalog.regclass", literal(table));
    format!("{made};\n{}", bind("tables_alone", &[("which", Value::Sql(&which))]))
}

/// What writes a migration's row into the history, for whoever runs a script.
pub fn row_text(project: &Project, index: usize, table: &str) -> String {
    let migration = &project.manifest().migrations[index];
    let text = project.text(&migration.file);
    let checksum = match (project.manifest().versions, i32::try_from(migration.version)) {
        (bundle::Versions::Int4, Ok(version)) => checksum(&migration.name, version, text),
        _ => checksum(&migration.name, migration.version, text),
    };
    let (version, checksum) = (migration.version.to_string(), checksum.to_string());
    let values = [
        ("table", Value::Sql(table)),
        ("version", Value::Sql(&version)),
        ("name", Value::Text(&migration.name)),
        ("checksum", Value::Text(&checksum)),
    ];
    part("history_row", &values)
}

/// Reads the history.
pub fn applied(session: &mut Session<'_>, table: &str) -> Result<Vec<Applied>, Error> {
    let rows: Vec<AppliedRow> =
        session.ask(&bind("history", &[("table", Value::Sql(table))])).map_err(|failure| {
            failure.while_(ErrorKind::History, format!("cannot read the migration history \"{table}\""))
        })?;
    rows.into_iter()
        .map(|row| {
            let version = row.version.parse().ok();
            let checksum = row.checksum.as_deref().and_then(|checksum| checksum.parse().ok());
            match (version, checksum) {
                (Some(version), Some(checksum)) => {
                    let narrow = row.kind == "integer";
                    Ok(Applied { version, narrow, name: row.name.unwrap_or_default(), checksum })
                }
                _ => Err(Error::new(
                    ErrorKind::History,
                    format!("the row of version {} in \"{table}\" is not one of refinery's: its checksum is not a number", row.version),
                )
                .note("nothing was changed")),
            }
        })
        .collect()
}

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

/// Runs migrations in the open transaction, by refinery's Runner. Without a way their history rows are written and nothing
/// else.
pub fn run(
    session: &mut Session<'_>,
    project: &Project,
    table: &str,
    indexes: &[usize],
    around: Around<'_>,
    way: Option<Way<'_>>,
) -> Result<Vec<Ran>, Stopped> {
    // By itself, because a message is read as a whole before its first statement runs, and how strings are read is pinned.
    let deadline = around.lock_timeout.as_ref();
    let deadline = deadline.map(|wait| format!(";\nset local lock_timeout to {wait}")).unwrap_or_default();
    let pins = format!("{}{deadline}", pins(CANONICAL));
    session.send(&pins).map_err(Stopped::History)?;
    let migrations = &project.manifest().migrations;
    let texts: Vec<&str> = indexes.iter().map(|&index| project.text(&migrations[index].file)).collect();
    let pending = indexes
        .iter()
        .zip(&texts)
        .map(|(&index, text)| understood(&migrations[index].label(), text))
        .collect::<Result<Vec<Migration>, Stopped>>()?;
    let mut history =
        History { session, project, pins, around, way, indexes, ran: Vec::new(), stopped: None };
    let mut runner =
        Runner::new(&pending).set_grouped(true).set_abort_divergent(false).set_abort_missing(false);
    runner.set_migration_table_name(table);
    match runner.run(&mut history) {
        Ok(_) => Ok(history.ran),
        Err(error) => {
            Err(history.stopped.unwrap_or_else(|| Stopped::History(Failure::Answer(error.to_string()))))
        }
    }
}

/// A migration as refinery reads it. The build checked its name, so that this fails only where the two disagree; then nothing
/// may run, because refinery passes over what it does not understand.
fn understood(label: &str, text: &str) -> Result<Migration, Stopped> {
    Migration::unapplied(label, text).map_err(|error| {
        Stopped::Refused(
            Error::new(
                ErrorKind::History,
                format!("refinery does not understand the name of migration {label}: {error}"),
            )
            .object(label)
            .note("nothing was changed"),
        )
    })
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
struct History<'s, 'c> {
    session: &'s mut Session<'c>,
    project: &'s Project,
    /// Our pins, and the deadline for locks.
    pins: String,
    around: Around<'s>,
    way: Option<Way<'s>>,
    indexes: &'s [usize],
    ran: Vec<Ran>,
    stopped: Option<Stopped>,
}

/// refinery wants an error type of ours; the failure itself waits in [`History::stopped`].
#[derive(Debug)]
struct Refused;

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
        if way.aside.pending.is_empty() {
            let statements = &way.project.manifest().migrations[index].statements;
            let sent = stand_ins.of_file(text, statements);
            let answer = self.session.send_theirs(&format!("{}\n;\n{record}", sent.text));
            match answer.map_err(|failure| sent.in_file(failure)) {
                Ok(_) => return Ok(Vec::new()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_checksum_is_refinerys() {
        let migration = bundle::Migration {
            file: "migrations/V12__add_x.sql".into(),
            version: 12,
            name: "add_x".into(),
            unordered: false,
            statements: Vec::new(),
            compares: Vec::new(),
            calls: Vec::new(),
            rights: Vec::new(),
            outside: None,
        };
        let text = "alter table t add x int;\n";
        let lf = Migration::unapplied("V12__add_x", text).unwrap().checksum();
        let crlf = Migration::unapplied("V12__add_x", "alter table t add x int;\r\n").unwrap().checksum();
        let all = checksums(&migration, text);
        assert!(all.contains(&lf) && all.contains(&crlf));
        assert!(
            !all.contains(
                &Migration::unapplied("V12__add_x", "alter table t add y int;\n").unwrap().checksum()
            )
        );
    }
}
