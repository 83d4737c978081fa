//! The table migrations of a boot: what is pending, and running it inside or outside of the transaction.

use std::collections::BTreeMap;

use log::info;

use super::boot::Boot;
use super::{outside, tables};
use crate::decide::history::{self, Conflict};
use crate::read::catalog::pins;
use crate::read::facts::Probe;
use crate::read::session::{Failure, bind};
use crate::words::error::{Error, ErrorKind};
use crate::words::report::{AppliedMigration, Outcome, count};

impl Boot<'_, '_> {
    /// What is pending, and what is applied that we do not know.
    pub(super) fn pending(&mut self, probe: &Probe) -> Result<(Vec<usize>, Vec<String>), Error> {
        let applied = match &probe.history {
            Some(table) => tables::applied(&mut self.session, table)?,
            None => Vec::new(),
        };
        let known = tables::known(self.project);
        history::pending(&known, &applied)
            .map(|pending| (pending.migrations, pending.unknown))
            .map_err(|conflict| self.history_conflict(conflict, applied.len()))
    }

    fn history_conflict(&self, conflict: Conflict, applied: usize) -> Error {
        let migrations = &self.project.manifest().migrations;
        let (index, message, help) = match &conflict {
            Conflict::Divergent { index, applied } => (
                *index,
                format!(
                    "migration {} was changed after it was applied as {applied}",
                    tables::label(&migrations[*index])
                ),
                "give the file its old text back, and write the change as a new migration".to_owned(),
            ),
            Conflict::Late { index, newest } => (
                *index,
                format!(
                    "migration {} is not applied, and {newest} is already",
                    tables::label(&migrations[*index])
                ),
                format!(
                    "rename it to V{}__{}.sql, so that it runs after the applied ones",
                    newest + 1,
                    migrations[*index].name
                ),
            ),
        };
        Error::new(ErrorKind::History, message)
            .object(tables::label(&migrations[index]))
            .at(self.project.place(&migrations[index].file, 0))
            .help(help)
            .note(format!("nothing was changed; {} are applied", count(applied, "migration")))
    }

    /// Runs migrations in the open transaction.
    pub(super) fn migrate(
        &mut self,
        indexes: &[usize],
        table: Option<String>,
        alone: bool,
    ) -> Result<Option<String>, Error> {
        let table = table.unwrap_or_else(|| self.history_home());
        let before = pins(&self.project.search_path());
        let failed =
            |failure: Failure| failure.while_(ErrorKind::Migration, "cannot read the session's settings");
        let settings: BTreeMap<String, String> = self.session.ask(&bind("settings", &[])).map_err(failed)?;
        let ran = tables::run(&mut self.session, self.project, &table, indexes, &before, false)
            .map_err(|stopped| self.migration_failed(stopped))?;
        for ran in &ran {
            let name = tables::label(&self.project.manifest().migrations[ran.index]);
            info!(target: "viewkeeper::migrate", "{name} in {:?}", ran.duration);
            self.report.migrations.push(AppliedMigration { name, duration: ran.duration, alone });
        }
        self.restore_settings(&settings)?;
        Ok(Some(table))
    }

    /// Where a new history table goes: beside the objects, or to public while the project's schema is not there yet.
    fn history_home(&self) -> String {
        let histories = self.project.histories();
        let late = self.project.manifest().creates_schema;
        histories[if late { histories.len() - 1 } else { 0 }].clone()
    }

    /// Takes back what migrations SET for the session, so that the application finds it as it left it.
    fn restore_settings(&mut self, before: &BTreeMap<String, String>) -> Result<(), Error> {
        let failed =
            |failure: Failure| failure.while_(ErrorKind::Migration, "cannot restore the session's settings");
        let now: BTreeMap<String, String> = self.session.ask(&bind("settings", &[])).map_err(failed)?;
        let mut sql = String::new();
        for (name, value) in &now {
            match before.get(name) {
                Some(old) if old == value => {}
                Some(old) => {
                    sql.push_str(&format!("set session {name} to {};", crate::words::name::literal(old)))
                }
                None => sql.push_str(&format!("reset {name};")),
            }
        }
        if !sql.is_empty() {
            self.session.send(&sql).map_err(failed)?;
        }
        Ok(())
    }

    fn migration_failed(&self, stopped: tables::Stopped) -> Error {
        let migration = &self.project.manifest().migrations[stopped.index];
        let label = tables::label(migration);
        let text = self.project.text(&migration.file);
        let position = match &stopped.failure {
            Failure::Server(server) => server.position,
            _ => None,
        };
        let byte = position
            .and_then(|position| position.checked_sub(stopped.skipped.saturating_add(1)))
            .and_then(|position| text.char_indices().nth(position))
            .map_or(0, |(byte, _)| byte);
        let code = stopped.failure.code().to_owned();
        let error = stopped
            .failure
            .while_(ErrorKind::Migration, format!("migration {label} failed"))
            .object(label)
            .at(self.project.place(&migration.file, byte));
        match code.as_str() {
            "25001" => error.help("put `-- viewkeeper: no-transaction` at the top of the file"),
            _ => error,
        }
    }

    /// Commits migrations without the objects.
    pub(super) fn commit_segment(&mut self, indexes: &[usize]) -> Result<(), Error> {
        self.session
            .commit("")
            .map_err(|failure| failure.while_(ErrorKind::Migration, "cannot commit the migrations"))?;
        let migrations = &self.project.manifest().migrations;
        self.committed.extend(indexes.iter().map(|&index| tables::label(&migrations[index])));
        self.report.outcome = Outcome::Applied;
        Ok(())
    }

    /// A migration outside of a transaction: claim, commit; its statements; its history row, unclaim, commit.
    pub(super) fn outside(&mut self, index: usize, table: Option<String>) -> Result<(), Error> {
        let migration = &self.project.manifest().migrations[index];
        let label = tables::label(migration);
        let failed = |failure: Failure| {
            failure.while_(ErrorKind::Migration, format!("cannot record migration {label}"))
        };
        let claim = self.ledger.claim_text("claim", migration.version, &label);
        self.session.commit(&claim).map_err(failed)?;
        let ran = outside::run(&mut self.session, self.project, migration);
        let unclaim = self.ledger.claim_text("unclaim", migration.version, &label);
        let duration = match ran {
            Ok(duration) => duration,
            Err(error) => {
                // The claim of a failed run would only make others wait; when this fails too, its session is gone and
                // they take it over.
                let _ = self.session.send(&unclaim);
                self.committed.push(format!("the statements of {label} before the failed one"));
                return Err(error);
            }
        };
        self.lock()?;
        let table = table.unwrap_or_else(|| self.history_home());
        let before = pins(&self.project.search_path());
        tables::run(&mut self.session, self.project, &table, &[index], &before, true)
            .map_err(|stopped| self.migration_failed(stopped))?;
        self.session.commit(&unclaim).map_err(failed)?;
        self.committed.push(label.clone());
        self.report.outcome = Outcome::Applied;
        self.report.migrations.push(AppliedMigration { name: label, duration, alone: true });
        Ok(())
    }
}

/// What to say of applied migrations that the project does not hold.
pub fn unknown_warning(unknown: &[String]) -> Vec<String> {
    if unknown.is_empty() {
        return Vec::new();
    }
    vec![format!("the database has migrations that this project does not hold: {}", unknown.join(", "))]
}
