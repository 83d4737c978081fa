//! Looking without doing: how a plan, a reviewed migration and a start that cannot write begin, in a transaction that is rolled
//! back.

use log::debug;

use super::Run;
use crate::act::run::migrations::tables;
use crate::act::run::preconditions::first_privileges::{Aim, lacking};
use crate::act::run::preconditions::session::check_session;
use crate::decide::decision::Decision;
use crate::decide::facts::Facts;
use crate::decide::plan::needed_rights::Missing;
use crate::decide::releases::history::Pending;
use crate::look::answer::decision;
use crate::read::path::PathHere;
use crate::read::session::Failure;
use crate::words::error::{Error, ErrorKind};
use crate::words::name::identifier;
use crate::words::sqlstate::INSUFFICIENT_PRIVILEGE;
use crate::words::temporary::TemporaryNames;

/// What was seen.
pub struct Seen {
    /// The places of the table migrations that are pending.
    pub pending: Vec<usize>,
    /// The names of applied ones that the project does not hold.
    pub unknown: Vec<String>,
    pub facts: Facts,
    /// The rights that the role lacks, as far as that is known before the objects are compared.
    pub missing: Missing,
    /// The migration history, where migrations are pending.
    pub history: Option<String>,
    /// What a start makes before the migrations.
    pub before: Vec<String>,
    /// There is a ledger that may be read.
    #[cfg(feature = "tool")]
    recorded: bool,
}

impl Run<'_, '_> {
    /// Opens the transaction and looks; none where nothing is to be done.
    pub fn look(&mut self) -> Result<Option<Seen>, Error> {
        let probe = self.probe()?;
        check_session(&mut self.session, &probe)?;
        if self.settled(&probe)?.is_some() {
            return Ok(None);
        }
        self.attempt.ledger_lost = probe.ledger_lost();
        self.report.warnings.extend(self.lost_rows(&probe));
        self.open_to_look()?;
        let Pending { migrations: pending, unknown, .. } = self.pending(&probe)?;
        let recorded = probe.readable().is_some();
        let (role, missing) = self.missing_beforehand(&probe, &pending, Aim::Look)?;
        self.path_stands(&pending)?;
        self.migrations_mean(&pending)?;
        // What may not even be looked at is said as a run says it.
        let unseen = |error: Error| match error.code() {
            Some(INSUFFICIENT_PRIVILEGE) if !missing.rights.is_empty() => lacking(&role, &missing.rights),
            _ => error,
        };
        let facts = self.look_at_objects(recorded).map_err(unseen)?;
        self.may_run(&probe, &facts)?;
        let history = if pending.is_empty() { None } else { Some(self.history_home(&probe)?) };
        let mut before = Vec::new();
        if !probe.schema && !self.migrations_make_schema() {
            before.push(format!("create schema {}", identifier(self.project.schema())));
        }
        if let Some(table) = history.as_ref().filter(|_| self.history(&probe).is_none()) {
            before.push(tables::history_text(self.project, table));
        }
        Ok(Some(Seen {
            history,
            before,
            pending,
            unknown,
            facts,
            missing,
            #[cfg(feature = "tool")]
            recorded,
        }))
    }

    /// Everything that a decision about the objects is made on, whatever comes of it.
    pub fn known(&mut self) -> Result<Facts, Error> {
        let probe = self.probe()?;
        check_session(&mut self.session, &probe)?;
        self.attempt.ledger_lost = probe.ledger_lost();
        self.open_to_look()?;
        let Pending { migrations: pending, .. } = self.pending(&probe)?;
        let mut facts = self.look_at_objects(probe.readable().is_some())?;
        // What is asked after an error is not known; the error is the plan's.
        if pending.is_empty() && self.would_do(&mut facts).is_err() {
            debug!(target: "viewkeeper::read", "the facts end with an error");
        }
        self.session.rollback();
        Ok(facts)
    }

    /// For a reviewed migration: looks at the objects again, after something was tried in the transaction.
    #[cfg(feature = "tool")]
    pub fn look_again(&mut self, seen: Seen) -> Result<Seen, Error> {
        Ok(Seen { facts: self.look_at_objects(seen.recorded)?, ..seen })
    }

    pub fn open_to_look(&mut self) -> Result<(), Error> {
        let failed = |failure: Failure| failure.while_(ErrorKind::Connection, "cannot open a transaction");
        let question = PathHere::question(self.project, self.session.found_path());
        let answers = self.session.begin("isolation level read committed", &question).map_err(failed)?;
        self.attempt.path = PathHere::read(self.project, &answers).map_err(failed)?;
        Ok(())
    }

    /// `recorded`: there is a ledger that may be read.
    pub fn look_at_objects(&mut self, recorded: bool) -> Result<Facts, Error> {
        let questions = self.questions_of_names(&[]);
        // A plan names what is made for a while in the same way in every session.
        self.read_named(recorded, &questions, (TemporaryNames::shown(self.project.name()), false))
    }

    /// What would be done to the objects.
    pub fn would_do(&mut self, facts: &mut Facts) -> Result<Decision, Error> {
        decision(&mut self.session, self.project, facts).map_err(|error| self.found_elsewhere(error))
    }
}
