//! Routines that tables need in a default, a check or a generated column: made before the table migrations.

use std::collections::BTreeMap;

use log::info;

use crate::act::run::Run;
use crate::decide::compare::adopting::check_made;
use crate::decide::compare::parsed::refuse;
use crate::decide::compare::uses::question;
use crate::decide::plan::script::{Script, Sql};
use crate::decide::plan::side_by_side::SideBySide;
use crate::decide::plan::statements::create;
use crate::decide::plan::value::Action;
use crate::decide::reason::Reason;
use crate::look::server_error::refusal::of_object;
use crate::look::server_error::uses::untrusted;
use crate::read::address::Address;
use crate::read::catalog::{live, pins, routines};
use crate::read::evaluated::{Evaluated, evaluated_text};
use crate::read::facts::{Live, Recorded, RecordedObject};
use crate::read::session::Failure;
use crate::set::project::Object;
use crate::words::error::{Error, ErrorKind};
use crate::words::escape::Line;
use crate::words::name::literal;
use crate::words::verb::Verb;

impl Run<'_, '_> {
    /// Makes those that are not there. One that is there is brought to what its file says with the other objects.
    pub fn early_routines(&mut self) -> Result<(), Error> {
        let project = self.project;
        let early = project.objects().filter(|object| is_early(*object));
        let early: Vec<Object<'_>> = early.collect();
        let failed = |failure: Failure| failure.while_(ErrorKind::Ledger, "cannot find the routines");
        let there =
            routines(&mut self.session, project, early.iter().map(|object| object.key())).map_err(failed)?;
        self.early_made(&early, &there)?;
        let missing: Vec<Object<'_>> =
            early.into_iter().filter(|object| !there.contains_key(&object.key())).collect();
        if !missing.is_empty() {
            self.may_be_parsed_early(&missing)?;
        }
        for object in missing {
            info!(target: "viewkeeper::migrate", "making {} {}", object.kind(), Line(object.identity()));
            let head =
                format!("{};\nset local check_function_bodies to off;\n", pins(&project.search_path()));
            let sql = create(object, false);
            let asked = question(project, &[object.index()], &SideBySide::default());
            self.session.send_theirs(&format!("{head}{}\n;\n{asked}", sql.text())).map_err(|failure| {
                if let Some(error) = untrusted(project, &failure) {
                    return error;
                }
                let place = match &failure {
                    Failure::Server(server) => server
                        .position
                        .and_then(|position| position.checked_sub(head.chars().count()))
                        .and_then(|position| sql.locate(position)),
                    _ => None,
                };
                let start = place.unwrap_or(object.data().statement.start);
                of_object(failure, object).at(object.place(start))
            })?;
            self.attempt.routines.insert(object.key());
        }
        Ok(())
    }

    /// Refuses those whose texts cannot be parsed without harm.
    fn may_be_parsed_early(&mut self, objects: &[Object<'_>]) -> Result<(), Error> {
        let text = evaluated_text(self.project.named_schemas());
        let evaluated: Vec<Evaluated> = self.session.ask(&text).map_err(|failure: Failure| {
            failure.while_(ErrorKind::Ledger, "cannot read what the project's names mean")
        })?;
        refuse(self.project, objects.iter().copied(), &evaluated)
    }

    /// Refuses those that an untrusted role made: a migration would call them before the objects are looked at.
    fn early_made(&mut self, early: &[Object<'_>], there: &BTreeMap<String, Address>) -> Result<(), Error> {
        if there.is_empty() {
            return Ok(());
        }
        let failed =
            |failure: Failure| failure.while_(ErrorKind::Ledger, "cannot read whose the routines are");
        let recorded = self.ledger.owned(&mut self.session).map_err(failed)?;
        let found = early
            .iter()
            .filter(|object| there.get(&object.key()).is_some_and(|address| !recorded.contains(address)));
        let objects: Vec<RecordedObject> = found
            .map(|object| RecordedObject { identity: object.key(), record: None, other_project: None })
            .collect();
        if objects.is_empty() {
            return Ok(());
        }
        let recorded = Recorded { objects, ..Recorded::default() };
        let live = live(&mut self.session, self.project, &recorded).map_err(failed)?;
        for made in &live.objects {
            if let Some(object) = self.project.find(&made.wanted) {
                check_made(object, None, made, &live, true)?;
            }
        }
        Ok(())
    }

    fn made_early(&self, identity: &str) -> bool {
        self.attempt.routines.contains(identity) || self.committed.routines.contains(identity)
    }

    /// PostgreSQL's own check of their bodies, now that everything stands that these may name.
    pub fn check_early(&self, live: &Live, changes: &mut Script) {
        let early = self.project.objects().filter(|object| self.made_early(&object.key()));
        for object in early {
            let language = object.data().routine.as_ref().and_then(|routine| routine.language.as_ref());
            let Some(validator) = language.and_then(|language| live.validators.get(language)) else {
                continue;
            };
            let check = {
                let name = literal(&object.key());
                format!("select {validator}({name}::pg_catalog.regprocedure::pg_catalog.oid)")
            };
            changes.push_sql(&Sql::of(object).generated(&check, object.data().statement.start));
        }
    }

    /// Says of those that this run made before, and finds as their files say, that it made them.
    pub fn tell_early(&self, actions: &mut [Action]) {
        let made = actions.iter_mut().filter(|action| self.made_early(&action.object.to_string()));
        for action in made.filter(|action| matches!(action.verb, Verb::Record | Verb::Attach)) {
            let file = action.index.map_or_else(String::new, |index| self.project.object(index).file());
            action.reason = Reason::NewBeforeMigrations { file }.to_string();
            action.verb = Verb::Create;
        }
    }
}

fn is_early(object: Object<'_>) -> bool {
    object.data().routine.as_ref().is_some_and(|routine| routine.before_migrations)
}
