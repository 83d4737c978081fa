//! The last part of a run: the objects, the ledger, and the commit of everything.

use std::time::Instant;

use log::{debug, info};

use super::Run;
use super::apply::{End, apply, thinking};
use super::first_privileges::lacking;
use super::record::record_text;
use super::step::Step;
use crate::decide::decision::Decision;
use crate::decide::facts::Facts;
use crate::decide::next::forecast;
use crate::decide::plan::missing_edges::missing_edges;
use crate::decide::plan::value::{Action, Plan};
use crate::look::answer::decision;
use crate::look::survey::{Questions, milliseconds, survey};
use crate::read::catalog::{CANONICAL, lock_timeout, pins};
use crate::read::facts::Probe;
use crate::read::ledger::Written;
use crate::read::session::{Failure, decode};
use crate::words::amount::count;
use crate::words::error::{Error, ErrorKind};
use crate::words::escape::Line;
use crate::words::options::Direction;
use crate::words::progress::Stage;
use crate::words::report::{AppliedObject, Outcome, PutBack};

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
    pub fn rename(&mut self, renames: &[Action]) -> Result<(), Error> {
        let timeout = milliseconds(self.options.lock_timeout);
        // Dependents first, as readers lock.
        let statements: Vec<&str> =
            renames.iter().rev().flat_map(|action| &action.sql).map(String::as_str).collect();
        // The types of a routine are written as the project names them.
        let path = self.project.search_path();
        let text = format!(
            "{};\nset local search_path to {path};\n{}",
            lock_timeout(&timeout),
            statements.join(";\n")
        );
        let failed = |failure: Failure| failure.while_(ErrorKind::Object, "cannot rename the objects");
        self.session.hold(thinking(self.project));
        self.session.send_theirs(&text).map(drop).map_err(failed)
    }

    /// What is recorded and what is there, after the migrations.
    fn facts(&mut self) -> Result<Facts, Error> {
        let questions = self.questions_of_names(&self.ran);
        let mut facts = self.read_objects(&questions)?;
        self.aside.hand_over(&mut facts.recorded);
        Ok(facts)
    }

    fn read_objects(&mut self, questions: &Questions) -> Result<Facts, Error> {
        let seen = (self.options, questions);
        let names = (self.names.clone(), true);
        let ledger = Some(&self.ledger);
        survey(&mut self.session, self.project, ledger, &self.aside.names, seen, self.lost, names)
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
        self.objects_past(probe, table).map_err(|failed| match misfits {
            Some(error) if self.aside.concerns(&failed) => error,
            _ => failed,
        })
    }

    fn objects_past(&mut self, probe: &Probe, table: Option<&str>) -> Result<Step, Error> {
        let mut facts = self.facts()?;
        if let Some(schema) =
            facts.live.schemas.iter_mut().find(|schema| schema.name == self.project.schema())
        {
            self.ensure_schema(schema.exists, &[])?;
            (schema.create, schema.exists) = (schema.create || !schema.exists, true);
        }
        self.path_stands_now()?;
        self.may_be_parsed(&facts)?;
        self.objects_mean(&facts)?;
        self.options.observer.tell_of_all(Stage::Compare, facts.recorded.objects.len());
        let mut decision = self.decide(&mut facts)?;
        let role = facts.live.role.clone();
        let may = |plan: &Plan| -> Result<(), Error> {
            if plan.missing_rights.is_empty() {
                return Ok(());
            }
            Err(lacking(&role, &plan.missing_rights))
        };
        self.as_shown(&decision.plan)?;
        may(&decision.plan)?;
        let mut switch = None;
        let renames = decision.renames_first();
        if !renames.is_empty() {
            switch = Some(Instant::now());
            self.rename(&renames)?;
            facts = self.facts()?;
            decision = self.decide(&mut facts)?;
            decision.plan.actions.splice(0..0, renames);
        }
        self.tell_early(&mut decision.plan.actions);
        if decision.plan.actions.iter().any(|action| action.verb.makes()) {
            self.warn_of_open_schemas();
        }
        let plan = &decision.plan;
        debug!(target: "viewkeeper::plan", "{plan}");
        may(plan)?;
        let rolled_back = self.report.migrations.iter().filter(|migration| !migration.alone).count();
        let note = |error: Error| match rolled_back {
            0 => error,
            many => error.note(format!(
                "nothing was changed; {} {} rolled back",
                count(many, "table migration"),
                if many == 1 { "was" } else { "were" }
            )),
        };
        self.note_written()?;
        self.wanted.clone_from(&decision.work.locked);
        self.check_early(&facts.live, &mut decision.work.changes);
        let written = Written {
            history: table,
            keep_history: self.options.direction == Direction::Back,
            lost: self.lost,
            follow: probe
                .readable()
                .and_then(|standing| standing.schema.as_deref())
                .is_some_and(|schema| schema != self.project.schema()),
        };
        let record = record_text(&self.ledger, self.project, &decision, written);
        let (due, stale) = self.due(&decision.plan);
        let text = if stale.is_empty() { record } else { format!("{record};\n{stale}") };
        let end = End { text: &text, ledger: &self.options.ledger, migrations: &self.ran };
        let end = self.rehearsing.is_none().then_some(&end);
        let work = &decision.work;
        let applied = apply(&mut self.session, self.project, work, self.options, end).map_err(note)?;
        let switch = switch.unwrap_or(applied.switch);
        self.report.retries += applied.retries;
        self.end_rehearsal(&decision)?;
        self.report.locked = (!work.locks.is_empty()).then(|| switch.elapsed());
        let plan = decision.plan;
        if self.rehearsing.is_none() {
            self.warn_of_missing_edges(&plan);
        }
        self.refresh_after(due);
        for action in &plan.actions {
            let done = format!("{} {} {}: {}", action.verb.past(), action.kind, action.object, action.reason);
            info!(target: "viewkeeper::apply", "{}", Line(done));
        }
        let stood = probe
            .readable()
            .and_then(|standing| standing.standing.as_ref())
            .is_some_and(|standing| standing.checksum == self.report.release);
        self.report.outcome = match (stood && self.report.migrations.is_empty(), plan.changes_nothing()) {
            (true, true) => Outcome::UpToDate,
            (true, false) => Outcome::Healed,
            (false, _) => Outcome::Applied,
        };
        self.report.tiers = applied.tiers;
        self.report.warnings.extend(plan.warnings);
        self.report.objects = plan
            .actions
            .into_iter()
            .map(|action| AppliedObject {
                verb: action.verb,
                kind: action.kind,
                object: action.object,
                reason: action.reason,
                tier: action.tier,
            })
            .collect();
        self.report.foreign = plan
            .foreign
            .into_iter()
            .map(|foreign| PutBack { kind: foreign.kind, object: foreign.object, reason: foreign.reason })
            .collect();
        Ok(Step::Done)
    }
}
