//! Table migrations through refinery: its Runner, its checks and its history format, on our transaction.
//! The only module that knows refinery.
//!
//! refinery's own driver for `postgres::Client` commits a migration and its history row in two transactions, so a crash
//! between them runs the migration twice. Its traits are implemented here for a session with an open transaction: a
//! migration and its row go in one message, and everything commits together.

pub mod checksum;
pub mod history;
pub mod history_table;

use refinery_core::{Migration, Runner};

pub use self::checksum::{INT8_VERSIONS, fits, known};
use self::history::History;
pub use self::history::{Around, Ran};
pub use self::history_table::{applied, history_text, row_text};
use crate::act::run::migrations::stepwise::Way;
use crate::act::run::migrations::stopped::Stopped;
use crate::read::catalog::{CANONICAL, pins};
use crate::read::session::{Failure, Session};
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};

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
            .unchanged(),
        )
    })
}
