//! The one way to ledger and migration history: first what they are and whose, then what they say.

use log::debug;

use super::session::check_session;
use crate::act::run::Run;
use crate::act::run::migrations::tables;
use crate::decide::facts::Facts;
use crate::decide::releases::trust::{Access, earlier};
use crate::read::facts::{LedgerAnswer, Probe};
use crate::read::ledger::{Care, Ledger};
use crate::read::session::Failure;
use crate::words::error::{Error, ErrorKind};
use crate::words::name::identifier;
use crate::words::read_only_reason::ReadOnlyReason;
use crate::words::sqlstate::INSUFFICIENT_PRIVILEGE;

impl Run<'_, '_> {
    /// Asks where the database stands. What is not trusted is not read, and is an error; a ledger of an earlier format, too.
    pub fn probe(&mut self) -> Result<Probe, Error> {
        let probe = self.probe_to_work()?;
        match probe.ledger {
            Some(LedgerAnswer::Earlier) => Err(earlier(ReadOnlyReason::of(probe.recovery, probe.read_only))),
            _ => Ok(probe),
        }
    }

    /// The same for a run, which moves a ledger of an earlier format.
    pub fn probe_to_work(&mut self) -> Result<Probe, Error> {
        tables::fits(self.project)?;
        self.keep_apart()?;
        let mut probe = self.look_at_ledger(Care::Quick)?;
        let history = self.history(&probe);
        if probe.looked.in_doubt(history.as_deref(), Access::Read) {
            probe = self.look_at_ledger(Care::Exact)?;
            let history = self.history(&probe);
            if let Some(error) = probe.looked.refused(history.as_deref(), Access::Read) {
                if !self.session.is_open() {
                    // A caller's own transaction gets its path back.
                    check_session(&mut self.session, &probe)?;
                }
                return Err(error);
            }
        }
        self.understood(&probe)?;
        if let Some(warning) = probe.looked.warning() {
            self.warn("viewkeeper::run", warning);
        }
        Ok(probe)
    }

    /// Before ledger or history is written, or a text that the ledger holds is run.
    pub fn may_write(&mut self, probe: &Probe) -> Result<(), Error> {
        let history = self.history(probe);
        if !probe.looked.in_doubt(history.as_deref(), Access::Write) {
            return Ok(());
        }
        let refused = match probe.looked.refusals {
            Some(_) => probe.looked.refused(history.as_deref(), Access::Write),
            None => self.look_at_ledger(Care::Exact)?.looked.refused(history.as_deref(), Access::Write),
        };
        refused.map_or(Ok(()), Err)
    }

    /// What was taken away for a migration is made, if only to compare, by statements that the ledger holds.
    pub fn may_run(&mut self, probe: &Probe, facts: &Facts) -> Result<(), Error> {
        if facts.recorded.aside.is_empty() { Ok(()) } else { self.may_write(probe) }
    }

    fn look_at_ledger(&mut self, care: Care) -> Result<Probe, Error> {
        let probe = self.ledger.probe(&mut self.session, care).map_err(unprobed)?;
        debug!(target: "viewkeeper::probe", "{probe:?}");
        Ok(probe)
    }

    /// The project's objects and the ledger are never in one schema.
    fn keep_apart(&self) -> Result<(), Error> {
        let ledger = &self.options.ledger;
        if !self.project.schemas().contains(ledger) {
            return Ok(());
        }
        let message = format!(
            "schema \"{ledger}\" is the ledger's, and project \"{}\" has it, too",
            self.project.name()
        );
        Err(Error::new(ErrorKind::Conflict, message)
            .unchanged()
            .help(format!(
                "another schema for the project: schema = \"...\" in {}",
                self.project.shown("viewkeeper.toml")
            ))
            .help("or another one for the ledger: migrator().ledger_schema(\"...\")"))
    }

    /// What the ledger is, is something that this version can read.
    fn understood(&self, probe: &Probe) -> Result<(), Error> {
        let schema = identifier(&self.options.ledger);
        match &probe.ledger {
            Some(LedgerAnswer::Readable(standing)) if standing.format.is_some_and(|format| format > Ledger::FORMAT) => {
                let format = standing.format.unwrap_or_default();
                Err(Error::new(
                    ErrorKind::Ledger,
                    format!("the ledger has format {format}, and this version of viewkeeper knows {}", Ledger::FORMAT),
                )
                .unchanged()
                .help("upgrade viewkeeper in this application"))
            }
            Some(LedgerAnswer::Unreadable { missing }) => {
                Err(Error::new(ErrorKind::Rights, format!("the role lacks {missing}, where the ledger is"))
                    .unchanged()
                    .help(match missing.starts_with("USAGE") {
                        true => format!("grant usage on schema {schema} to public;"),
                        false => format!("grant {} to public;", missing.replacen("SELECT", "select", 1)),
                    }))
            }
            Some(LedgerAnswer::Incomplete { absent }) => {
                Err(Error::new(ErrorKind::Ledger, format!("the ledger's table \"{absent}\" is gone"))
                    .unchanged()
                    .help("restore it from a backup")
                    .help(format!(
                        "or drop schema {schema} cascade; the next run makes the ledger anew, without what it remembers, and \
                         takes over the objects that are there"
                    )))
            }
            Some(LedgerAnswer::Doubtful) => {
                Err(Error::new(ErrorKind::Ledger, "the ledger was changed while it was looked at")
                    .unchanged()
                    .help("run again"))
            }
            _ => Ok(()),
        }
    }

    /// Moves a ledger of format 1, in the open transaction.
    pub fn move_ledger(&mut self) -> Result<(), Error> {
        let schema = identifier(&self.options.ledger);
        log::info!(target: "viewkeeper::ledger", "moving the ledger in schema {schema} to format {}", Ledger::FORMAT);
        let timeout = crate::look::read_facts::milliseconds(self.options.lock_timeout);
        self.ledger.move_from_1(&mut self.session, &timeout).map_err(|failure| {
            let rights = failure.code() == INSUFFICIENT_PRIVILEGE;
            let error = failure.while_(
                if rights { ErrorKind::Rights } else { ErrorKind::Ledger },
                format!("cannot move the ledger in schema {schema} to format {}", Ledger::FORMAT),
            );
            if rights { error.help("run once as the role that owns the ledger") } else { error }
        })?;
        self.attempt.ledger_moved = true;
        Ok(())
    }

    /// After the commit of what moved the ledger. When it fails the next probes take a message more, until autovacuum was there.
    pub fn tidy_ledger(&mut self) {
        if std::mem::take(&mut self.attempt.ledger_moved)
            && !self.mode.is_rehearsal()
            && let Err(failure) = self.session.send_alone(&self.ledger.vacuum_text())
        {
            debug!(target: "viewkeeper::ledger", "the moved ledger was not tidied: {failure:?}");
        }
    }

    /// What to say of a ledger that lost rows.
    pub fn lost_rows(&self, probe: &Probe) -> Option<String> {
        let lost = self.what_is_lost(probe)?;
        Some(format!("{lost}, as after a dump without its data; a run fills it anew with what is there"))
    }

    /// `the ledger in schema viewkeeper is empty`.
    pub fn what_is_lost(&self, probe: &Probe) -> Option<String> {
        let standing = probe.readable().filter(|standing| standing.lost())?;
        let schema = identifier(&self.options.ledger);
        Some(match standing.format {
            None => format!("the ledger in schema {schema} is empty"),
            Some(_) => format!("the ledger in schema {schema} lost rows of: {}", standing.holed.join(", ")),
        })
    }
}

/// The probe is a block in PL/pgSQL. The server translates its messages, and names no language in another way.
fn unprobed(failure: Failure) -> Error {
    if failure.code() == INSUFFICIENT_PRIVILEGE
        && failure.refusal().is_some_and(|server| server.message.contains("plpgsql"))
    {
        let error = failure.while_(ErrorKind::Rights, "cannot probe the database");
        return error
            .help("grant usage on language plpgsql to the role: what viewkeeper asks is written in it");
    }
    failure.while_(ErrorKind::Ledger, "cannot probe the database")
}
