//! Which migrations are pending, by the history.

use super::tables;
use crate::act::run::Run;
use crate::decide::releases::history::{Conflict, Pending};
use crate::decide::releases::{history, history_elsewhere, history_renamed};
use crate::read::facts::Probe;
use crate::read::history_elsewhere::histories_elsewhere;
use crate::words::amount::count;
use crate::words::error::{Error, ErrorKind};

impl Run<'_, '_> {
    /// What is pending, and what is applied that we do not know.
    pub fn pending(&mut self, probe: &Probe) -> Result<Pending, Error> {
        if let Some(gone) = self.lost_history(probe)? {
            return Err(gone);
        }
        let table = self.history(probe);
        if table.is_none()
            && let Some(error) = self.history_elsewhere(probe)?
        {
            return Err(error);
        }
        let applied = match &table {
            Some(table) => tables::applied(&mut self.session, table)?,
            None => Vec::new(),
        };
        self.attempt.empty_history = table.is_some() && applied.is_empty();
        if let (Some(table), true) = (&table, self.attempt.empty_history)
            && let Some(emptied) = self.emptied_history(probe, table)
        {
            return Err(emptied);
        }
        let known = tables::known(self.project);
        history::pending(&known, &applied).map_err(|conflict| {
            self.history_conflict(&conflict, table.as_deref().unwrap_or_default(), applied.len())
        })
    }

    /// The ledger knows of a history that is not there any more, or not under its name.
    fn lost_history(&mut self, probe: &Probe) -> Result<Option<Error>, Error> {
        let Some((recorded, oid)) =
            probe.readable().and_then(|ledger| Some((ledger.history.as_ref()?, ledger.history_oid)))
        else {
            return Ok(None);
        };
        if self.project.manifest().migrations.is_empty() || self.history(probe).is_some() {
            return Ok(None);
        }
        let now = match oid {
            Some(oid) => self.ledger.history_now(&mut self.session, oid).map_err(|failure| {
                failure.while_(ErrorKind::History, "cannot look for the migration history")
            })?,
            None => None,
        };
        Ok(Some(history_renamed::error(self.project, recorded, now.as_ref())))
    }

    /// The ledger lost rows, and the history has none: every migration would run again, on tables that are there.
    fn emptied_history(&self, probe: &Probe, table: &str) -> Option<Error> {
        let lost = self.what_is_lost(probe)?;
        let message = format!("the migration history \"{table}\" has no rows, and {lost}");
        let error = Error::new(ErrorKind::History, message)
            .note("the table migrations would run again, as in an empty database")
            .unchanged();
        Some(ways_out_of_emptied(error, table))
    }

    /// Where there is no history under the project's names, one in another schema of the session's search_path is that of the same
    /// tables as likely as not: refinery itself found it there. Without it every migration would run a second time.
    pub fn history_elsewhere(&mut self, probe: &Probe) -> Result<Option<Error>, Error> {
        let ledger = probe.readable();
        if self.project.manifest().migrations.is_empty()
            || ledger.is_some_and(|ledger| ledger.standing.is_some())
        {
            return Ok(None);
        }
        let mut found = histories_elsewhere(&mut self.session, self.project)
            .map_err(|failure| failure.while_(ErrorKind::History, "cannot look for the migration history"))?;
        found.retain(|found| ledger.is_none_or(|ledger| !ledger.foreign_histories.contains(&found.relation)));
        Ok(found.first().map(|found| history_elsewhere::error(self.project, found)))
    }

    fn history_conflict(&self, conflict: &Conflict, table: &str, applied: usize) -> Error {
        let migrations = &self.project.manifest().migrations;
        let (index, message, help) = match conflict {
            Conflict::Divergent { index, applied } => (
                *index,
                format!(
                    "migration {} was changed after it was applied as {applied}",
                    migrations[*index].label()
                ),
                "give the file its old text back, and write the change as a new migration".to_owned(),
            ),
            Conflict::Late { index, newest } => (
                *index,
                format!("migration {} is not applied, and {newest} is already", migrations[*index].label()),
                format!(
                    "rename it to V{}__{}.sql, so that it runs after the applied ones",
                    newest + 1,
                    migrations[*index].name
                ),
            ),
            Conflict::Wide { index } => (
                *index,
                format!(
                    "the version of migration {} does not fit into the migration history, whose versions have 4 bytes",
                    migrations[*index].label()
                ),
                format!("widen it, as its owner: alter table {table} alter column version type bigint;"),
            ),
        };
        Error::new(ErrorKind::History, message)
            .object(migrations[index].label())
            .at(self.project.place(&migrations[index].file, 0))
            .help(help)
            .note(format!("the history holds {}", count(applied, "migration")))
            .unchanged()
    }

    /// The project's history table, if there is one. One that another project keeps is not ours, whatever its name.
    pub fn history(&self, probe: &Probe) -> Option<String> {
        let ours = |table: &&String| {
            probe.readable().is_none_or(|standing| !standing.foreign_histories.contains(table))
        };
        probe.histories.iter().find(ours).filter(|_| !self.project.manifest().migrations.is_empty()).cloned()
    }

    /// The history table, or where a new one goes: beside the objects, or to public while the project's schema is not
    /// there yet.
    pub fn history_home(&self, probe: &Probe) -> Result<String, Error> {
        if let Some(table) = self.history(probe) {
            return Ok(table);
        }
        let histories = self.project.histories();
        let late = self.migrations_make_schema() && !probe.schema;
        let home = histories[if late { histories.len() - 1 } else { 0 }].to_string();
        if probe.readable().is_some_and(|standing| standing.foreign_histories.contains(&home)) {
            let name = self.project.name().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
            return Err(Error::new(
                ErrorKind::Conflict,
                format!("the migration history \"{home}\" belongs to another project"),
            )
            .unchanged()
            .help(format!(
                "give this one a history of its own: history = \"refinery_schema_history_{name}\" in {}",
                self.project.shown("viewkeeper.toml")
            ))
            .help("or a schema of its own: schema = \"...\" in the same file"));
        }
        Ok(home)
    }
}

/// What a person can do about a history that lost its rows.
pub fn ways_out_of_emptied(error: Error, table: &str) -> Error {
    error
        .help(format!(
            "after a dump without data: bring the history's rows over from the database that was dumped, with \
             pg_dump --data-only --table='{table}'; the next run fills the ledger anew"
        ))
        .help("where the tables are to be made anew: begin with an empty database")
}
