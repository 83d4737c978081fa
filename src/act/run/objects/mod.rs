//! The last part of a run: the objects, the ledger, and the commit of everything.

pub mod apply;
pub mod record;

use std::time::Instant;

use log::{debug, info};

use self::apply::{End, apply, thinking};
use self::record::record_text;
use crate::act::run::Run;
use crate::act::run::preconditions::first_privileges::lacking;
use crate::act::run::step::Step;
use crate::decide::decision::Decision;
use crate::decide::facts::Facts;
use crate::decide::next::forecast;
use crate::decide::plan::missing_edges::missing_edges;
use crate::decide::plan::value::{Action, ForeignAction, Plan};
use crate::look::answer::decision;
use crate::look::read_facts::{Questions, milliseconds, read_facts};
use crate::read::catalog::{CANONICAL, lock_timeout, pins};
use crate::read::facts::{Live, LiveSchema, Probe};
use crate::read::ledger::Written;
use crate::read::session::{Failure, decode};
use crate::words::error::{Error, ErrorKind, LeftBehind};
use crate::words::escape::Line;
use crate::words::options::Direction;
use crate::words::progress::Stage;
use crate::words::report::{AppliedObject, Outcome, PutBack};
use crate::words::temporary::TemporaryNames;

impl Run<'_, '_> {
    /// The plan as far as it can be made before the migrations; it is made again after them.
    pub fn forecast(&mut self, probe: &Probe) -> Result<(), Error> {
        if !log::log_enabled!(target: "viewkeeper::plan", log::Level::Debug) || probe.readable().is_none() {
            return Ok(());
        }
        let questions = self.questions_of_names(&[]);
        let facts = self.read_objects(&questions)?;
        let plan = forecast(self.project, &facts)?;
        debug!(target: "viewkeeper::plan", "before the migrations: {plan}");
        Ok(())
    }

    /// Gives objects their names before anything else is read.
    pub fn rename(&mut self, renames: &[String]) -> Result<(), Error> {
        let timeout = milliseconds(self.options.lock_timeout);
        // The types of a routine are written as the project names them.
        let path = self.project.search_path();
        let text =
            format!("{};\nset local search_path to {path};\n{}", lock_timeout(&timeout), renames.join(";\n"));
        let failed = |failure: Failure| failure.while_(ErrorKind::Object, "cannot rename the objects");
        self.session.hold(thinking(self.project));
        self.session.send_theirs(&text).map(drop).map_err(failed)
    }

    /// What is recorded and what is there, after the migrations.
    fn facts(&mut self) -> Result<Facts, Error> {
        let questions = self.questions_of_names(&self.attempt.ran);
        let mut facts = self.read_objects(&questions)?;
        facts.migrations.clone_from(&self.attempt.ran);
        facts.drifted_before.clone_from(&self.learned.drifted_before);
        if facts.drifted_before.is_some() {
            facts.recorded.unsettle_what_was_restored();
        }
        self.attempt.displaced.hand_over(&mut facts.recorded);
        Ok(facts)
    }

    fn read_objects(&mut self, questions: &Questions) -> Result<Facts, Error> {
        self.read_named(true, questions, (self.attempt.names.clone(), true))
    }

    /// `recorded`: there is a ledger that may be read. `names`: of what is made for a while, and whether something is done.
    pub fn read_named(
        &mut self,
        recorded: bool,
        questions: &Questions,
        names: (TemporaryNames, bool),
    ) -> Result<Facts, Error> {
        let ledger = recorded.then_some(&self.ledger);
        let displaced = &self.attempt.displaced.names;
        let asked = (self.options, questions);
        read_facts(&mut self.session, self.project, ledger, displaced, asked, self.attempt.ledger_lost, names)
    }

    fn decide(&mut self, facts: &mut Facts) -> Result<Decision, Error> {
        decision(&mut self.session, self.project, facts)
    }

    /// After the commit: warns where the server sees that an object stands on another one of which we did not know.
    fn warn_of_missing_edges(&mut self, plan: &Plan) {
        let made: Vec<String> = plan
            .actions
            .iter()
            .filter(|action| action.verb.makes())
            .map(|action| action.object.to_string())
            .collect();
        if made.is_empty() {
            return;
        }
        let text = format!("{};\n{}", pins(CANONICAL), self.ledger.edges_text(&made));
        let answers = self.session.transact("isolation level read committed read only", &text);
        self.session.rollback();
        match answers.and_then(|answers| decode::<Vec<(String, String)>>(answers.last())) {
            Ok(edges) => self.report.warnings.extend(missing_edges(self.project, &edges)),
            // What is committed is none the worse for it.
            Err(failure) => {
                debug!(target: "viewkeeper::apply", "cannot ask what stands on what: {failure:?}")
            }
        }
    }

    /// The objects and the ledger, and the commit of everything.
    pub fn objects(&mut self, probe: &Probe, table: Option<&str>) -> Result<Step, Error> {
        let misfits = self.misfits()?;
        self.objects_part(probe, table).map_err(|failed| match misfits {
            Some(error) if self.attempt.displaced.concerns(&failed) => error,
            _ => failed,
        })
    }

    fn objects_part(&mut self, probe: &Probe, table: Option<&str>) -> Result<Step, Error> {
        // 1. What is recorded, and what is there.
        let mut facts = self.facts_in_schema()?;
        // 2. Whether its names can be looked up where the project says.
        self.path_stands_now()?;
        // 3. What is to be done.
        self.options.observer.tell_of_all(Stage::Compare, facts.recorded.objects.len());
        let (mut decision, renamed) = self.decide_with_names(&mut facts)?;
        self.note_written()?;
        self.attempt.wanted.relations.clone_from(&decision.work.locked);
        self.check_early(&facts.live, &mut decision.work.changes);
        // 4. What is written down of it.
        let (due, stale) = self.due(&decision.plan);
        let text = self.ledger_text(probe, table, &decision, &stale);
        // 5. All of it in one message, with the commit.
        let end = End { text: &text, ledger: &self.options.ledger, migrations: &self.attempt.ran };
        let end = (!self.mode.is_rehearsal()).then_some(&end);
        let holds = !self.attempt.ran.is_empty() || renamed.is_some();
        let applied = apply(&mut self.session, self.project, &decision.work, self.options, (end, holds))
            .map_err(|error| self.with_rolled_back(error))?;
        let switch = renamed.unwrap_or(applied.switch);
        self.report.retries += applied.retries;
        self.end_rehearsal(&decision)?;
        self.report.locked = (!decision.work.locks.is_empty()).then(|| switch.elapsed());
        // 6. What comes after the commit.
        if !self.mode.is_rehearsal() {
            self.warn_of_missing_edges(&decision.plan);
        }
        self.refresh_after(due);
        self.report.tiers = applied.tiers;
        self.report_objects(probe, decision.plan);
        Ok(Step::Done)
    }

    /// What is recorded and what is there, after the migrations; the project's schema is made where none of them did.
    fn facts_in_schema(&mut self) -> Result<Facts, Error> {
        let mut facts = self.facts()?;
        let own = |schema: &&mut LiveSchema| schema.name == self.project.schema();
        if let Some(schema) = facts.live.schemas.iter_mut().find(own) {
            let there = self.ensure_schema(schema.exists, &[])?;
            (schema.create, schema.exists) = (schema.create || !schema.exists, there);
        }
        Ok(facts)
    }

    /// Decides; where names have to come first, they are given, and everything is read and decided anew. With the moment from
    /// which on these objects are locked.
    fn decide_with_names(&mut self, facts: &mut Facts) -> Result<(Decision, Option<Instant>), Error> {
        let mut decision = self.decide(facts)?;
        self.as_shown(&decision.plan)?;
        may(&facts.live, &decision.plan)?;
        let mut renamed = None;
        let renames = decision.renames_first();
        if !renames.is_empty() {
            renamed = Some(Instant::now());
            self.rename(&decision.work.renames)?;
            *facts = self.facts()?;
            decision = self.decide(facts)?;
            decision.plan.actions.splice(0..0, renames);
        }
        self.tell_early(&mut decision.plan.actions);
        if decision.plan.actions.iter().any(|action| action.verb.makes()) {
            self.warn_of_open_schemas();
        }
        debug!(target: "viewkeeper::plan", "{}", decision.plan);
        may(&facts.live, &decision.plan)?;
        Ok((decision, renamed))
    }

    /// The text that writes the ledger.
    fn ledger_text(&self, probe: &Probe, table: Option<&str>, decision: &Decision, stale: &str) -> String {
        let standing = probe.readable();
        let moves = |schema: &str| schema != self.project.schema();
        let written = Written {
            history: table,
            keep_history: self.options.direction == Direction::Back,
            lost: self.attempt.ledger_lost,
            follow: standing.and_then(|standing| standing.schema.as_deref()).is_some_and(moves),
        };
        let record = record_text(&self.ledger, self.project, decision, written);
        if stale.is_empty() { record } else { format!("{record};\n{stale}") }
    }

    /// Says of an error how many migrations were rolled back with the objects.
    fn with_rolled_back(&self, error: Error) -> Error {
        match self.report.migrations.iter().filter(|migration| !migration.alone).count() {
            0 => error,
            // Where the connection broke in the commit, the server may have done it.
            _ if error.kind() == ErrorKind::Connection && error.left_behind().is_none() => error,
            many => error.left(LeftBehind::RolledBack(many)),
        }
    }

    /// Puts into the report what was done to objects.
    fn report_objects(&mut self, probe: &Probe, plan: Plan) {
        for action in &plan.actions {
            let done = format!("{} {} {}: {}", action.verb.past(), action.kind, action.object, action.reason);
            info!(target: "viewkeeper::apply", "{}", Line(done));
        }
        let standing = probe.readable().and_then(|standing| standing.standing.as_ref());
        let stood = standing.is_some_and(|standing| standing.checksum == self.report.release);
        self.report.outcome = match (stood && self.report.migrations.is_empty(), plan.changes_nothing()) {
            (true, true) => Outcome::UpToDate,
            (true, false) => Outcome::Healed,
            (false, _) => Outcome::Applied,
        };
        self.report.warnings.extend(plan.warnings);
        let applied = |action: Action| AppliedObject {
            verb: action.verb,
            kind: action.kind,
            object: action.object,
            reason: action.reason,
            tier: action.tier,
        };
        self.report.objects = plan.actions.into_iter().map(applied).collect();
        let put_back = |foreign: ForeignAction| PutBack {
            kind: foreign.kind,
            object: foreign.object,
            reason: foreign.reason,
        };
        self.report.foreign = plan.foreign.into_iter().map(put_back).collect();
    }
}

/// Refuses work for which rights are missing.
fn may(live: &Live, plan: &Plan) -> Result<(), Error> {
    match plan.missing_rights.is_empty() {
        true => Ok(()),
        false => Err(lacking(&live.role, &plan.missing_rights)),
    }
}
