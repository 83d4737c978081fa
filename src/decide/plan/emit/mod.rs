//! Making everything, each after what it stands on: some of it beside the old objects, before anything is locked.

mod fill;
mod send;

use std::collections::{BTreeSet, HashMap};

use super::order::Item;
use super::script::Sql;
use super::statements::{CLOCK, Decided, Work, action, create, create_beside};
use super::value::{Action, ForeignAction};
use crate::decide::attached::attachments::{
    Belonging, Searched, attachments, early_parts, keep_fires, keep_options, kept, late, put_back,
    put_back_last, renamed, searched, searched_first, take_back,
};
use crate::decide::attached::indexes::{builds, drop_aside, lock_of};
use crate::read::dependent::Dependent;
use crate::words::identity::Identity;
use crate::words::name::{Name, identifier, literal};
use crate::words::object::Kind;
use crate::words::verb::Verb;

/// When a statement is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Before anything is locked.
    Early,
    /// With the locks.
    Switch,
}

/// Makes everything.
pub fn make(decided: &Decided<'_, '_>, work: &mut Work) -> (Vec<Action>, Vec<ForeignAction>) {
    let managed = || {
        decided.order.iter().filter_map(|item| match item {
            Item::Managed(index) => Some(*index),
            Item::Foreign(_) => None,
        })
    };
    let actions = managed().map(|index| {
        let decision = &decided.decisions[&index];
        action(decision.verb, decided.findings.project.object(index), decision, Vec::new(), None)
    });
    let mut made = Made {
        decided,
        actions: actions.collect(),
        places: managed().enumerate().map(|(place, index)| (index, place)).collect(),
        work,
        foreign: Vec::new(),
        searched: Searched::AsProject,
        tier: 0,
        of_tier: 0,
        asked: false,
    };
    made.early();
    for item in decided.order {
        match item {
            Item::Managed(index) => {
                made.search(Searched::AsProject);
                made.managed(*index);
            }
            Item::Foreign(dependent) => made.foreign(dependent),
        }
    }
    made.late();
    made.end_tier();
    (made.actions, made.foreign)
}

/// Things in the making.
struct Made<'m, 'd, 'a> {
    decided: &'m Decided<'d, 'a>,
    work: &'m mut Work,
    /// Of the objects of the project, in order.
    actions: Vec<Action>,
    /// Where they are in it.
    places: HashMap<usize, usize>,
    foreign: Vec<ForeignAction>,
    /// Where names are searched at the end of what the switch has so far.
    searched: Searched,
    tier: usize,
    /// How many objects of the tier were made since its last mark.
    of_tier: usize,
    /// Nothing was made since it was asked what somebody's own things rest on.
    asked: bool,
}

impl<'d> Made<'_, 'd, '_> {
    /// What is made before the switch: first everything, then the materialized views are filled.
    fn early(&mut self) {
        let Decided { order, side_by_side, findings, decisions, .. } = *self.decided;
        for item in order {
            if let Item::Managed(index) = item
                && self.builds_early(*index)
            {
                self.work.early_path = side_by_side.search_path(findings.project);
                self.build(Phase::Early, *index);
            }
        }
        if side_by_side.is_empty() {
            return;
        }
        self.work.early_path = side_by_side.search_path(findings.project);
        for schema in side_by_side.schemas() {
            self.work.early.push(&format!("create schema {}", identifier(schema)));
        }
        self.work.early.push("set local check_function_bodies to off");
        let members = || {
            order.iter().filter_map(|item| match item {
                Item::Managed(index) if side_by_side.contains(*index) => Some(*index),
                _ => None,
            })
        };
        for index in members() {
            let (object, decision) = (findings.project.object(index), &decisions[&index]);
            if let (Some(now), Some(schema)) = (&decision.now, side_by_side.schema(object)) {
                // Its owner must be able to have it there, and to find what it reads.
                let schema = identifier(schema);
                self.work.early.push(&format!("grant usage, create on schema {schema} to {}", now.owner));
                self.let_in(index, &schema);
            }
            self.define(Phase::Early, index);
            self.attach(Phase::Early, index, Belonging::Plain);
        }
        let made: Vec<usize> = members().collect();
        self.ask(Phase::Early, &made);
        for index in members() {
            self.fill(Phase::Early, index);
        }
        self.work.early.push("set local check_function_bodies to on");
    }

    /// Who hands on a right to an object must find it.
    fn let_in(&mut self, index: usize, schema: &str) {
        let parts = self.dependent(index).into_iter().flat_map(|dependent| &dependent.script.parts);
        let grantors: BTreeSet<&String> = parts.filter_map(|part| part.by.as_ref()).collect();
        for role in grantors {
            self.work.early.push(&format!("grant usage on schema {schema} to {role}"));
        }
    }

    /// Whether a materialized view that stays as it is gets indexes or statistics that name nothing which comes later.
    fn builds_early(&self, index: usize) -> bool {
        let Decided { findings, decisions, .. } = *self.decided;
        let object = findings.project.object(index);
        let changes = |below: &usize| decisions.get(below).is_some_and(|decision| decision.verb.makes());
        builds(object, &decisions[&index]) && !object.data().needs.iter().any(changes)
    }

    /// What is made of an object at its place in the order.
    fn managed(&mut self, index: usize) {
        self.asked = false;
        let Decided { findings, decisions, side_by_side, .. } = *self.decided;
        let (object, decision) = (findings.project.object(index), &decisions[&index]);
        if object.tier() != self.tier {
            self.end_tier();
        }
        self.tier = object.tier();
        self.of_tier += usize::from(decision.verb != Verb::Record);
        if let Some(schema) = side_by_side.schema(object) {
            let from = Identity { schema: schema.to_owned(), ..object.identity() };
            let to = identifier(&object.name().schema);
            self.own(Phase::Switch, index, format!("alter {} {from} set schema {to}", object.kind()), false);
            // Indexes go with their table.
            for statistics in self.statistics(index) {
                let (from, to) = (Name::new(schema, statistics.name), identifier(&statistics.schema));
                self.own(Phase::Switch, index, format!("alter statistics {from} set schema {to}"), false);
            }
        } else if !side_by_side.contains(index) {
            self.define(Phase::Switch, index);
        }
        let dependent = self.dependent(index);
        let place = self.places[&index];
        if matches!(decision.verb, Verb::Replace | Verb::Rebuild)
            && let Some(kept) = kept(findings, object, decision, dependent)
        {
            self.actions[place].reason = format!("{}; {kept}", self.actions[place].reason);
        }
        self.actions[place].lock = match decision.verb {
            Verb::Replace if object.kind().is_routine() => None,
            Verb::Replace if object.kind() == Kind::Trigger => Some("share row exclusive"),
            Verb::Replace | Verb::Rebuild => Some("access exclusive"),
            Verb::Attach => Some(lock_of(object, decision)),
            _ => None,
        };
        // What comes last for a rebuilt object comes at once where nothing else is waited for.
        if !side_by_side.contains(index) && dependent.is_none() {
            self.attach(Phase::Switch, index, Belonging::Plain);
            self.attach(Phase::Switch, index, Belonging::Rules);
        }
    }

    /// The definition, and what of the old object's belongings the new one can carry at once.
    fn define(&mut self, phase: Phase, index: usize) {
        let Decided { findings, decisions, side_by_side, .. } = *self.decided;
        let (object, decision) = (findings.project.object(index), &decisions[&index]);
        if !decision.verb.makes() {
            return;
        }
        let bodies = object.kind().is_routine() && phase == Phase::Switch;
        if bodies {
            // What its text names may come later; it is checked when everything stands.
            self.script(phase).push("set local check_function_bodies to off");
        }
        let replace = decision.verb == Verb::Replace;
        // With the switch, everything is where it belongs.
        let definition = match phase {
            Phase::Early => create_beside(object, replace, side_by_side),
            Phase::Switch => create(object, replace),
        };
        self.file(phase, index, &definition);
        if bodies {
            self.script(phase).push("set local check_function_bodies to on");
        }
        if replace {
            let kept =
                keep_options(findings, object, decision).into_iter().chain(keep_fires(object, decision));
            kept.for_each(|statement| self.own(phase, index, statement, true));
        }
        if let Some(dependent) = self.dependent(index) {
            let parts = put_back(findings, object, decision, dependent).filter(|part| !part.late);
            let parts: Vec<String> = parts.map(|part| self.placed(phase, object, part)).collect();
            parts.into_iter().for_each(|statement| self.own(phase, index, statement, true));
        }
    }

    fn foreign(&mut self, dependent: &Dependent) {
        let bodies = matches!(dependent.kind.as_str(), "function" | "procedure" | "aggregate");
        let create = dependent.script.create.iter().map(|statement| (searched_first(dependent), statement));
        let parts = || early_parts(dependent).map(|part| (searched(dependent, part), &part.statement));
        let puts_back: Vec<String> = parts().map(|(_, statement)| statement.clone()).collect();
        if !dependent.rests.is_empty() && !self.asked {
            self.ask_of_foreign();
        }
        // What its text names may come later.
        if bodies {
            self.work.changes.push("set local check_function_bodies to off");
        }
        for (searched, statement) in create.chain(parts()) {
            self.search(searched);
            self.work.changes.push_about(statement, &dependent.to_string());
        }
        if bodies {
            self.work.changes.push("set local check_function_bodies to on");
        }
        self.foreign.push(ForeignAction {
            kind: dependent.kind.clone(),
            object: dependent.identity.clone(),
            reason: self.decided.reason(dependent),
            lock: dependent.script.lock.clone(),
            drop: dependent.script.drop.clone(),
            sql: dependent.script.create.clone(),
            puts_back,
        });
    }

    /// Sets where the names in what comes next of the switch are searched.
    fn search(&mut self, searched: Searched) {
        if self.searched != searched {
            self.searched = searched;
            let path = self.decided.findings.project.search_path();
            self.work.changes.push(&searched.set(&path));
        }
    }

    /// What may name anything that was dropped, and the rows of materialized views.
    fn late(&mut self) {
        let Decided { findings, decisions, order, side_by_side, .. } = *self.decided;
        let mut of_foreign = 0;
        let made = order.iter().filter_map(|item| match item {
            Item::Managed(index) if decisions[index].verb.makes() => Some(*index),
            _ => None,
        });
        let made: Vec<usize> = made.collect();
        self.ask(Phase::Switch, &made);
        self.asked = false;
        for item in order {
            match item {
                Item::Managed(index) => {
                    self.search(Searched::AsProject);
                    self.asked = false;
                    if !side_by_side.contains(*index) {
                        self.fill(Phase::Switch, *index);
                    }
                    let (object, decision) = (findings.project.object(*index), &decisions[index]);
                    let Some(dependent) = self.dependent(*index) else { continue };
                    let parts: Vec<(Searched, String)> = put_back(findings, object, decision, dependent)
                        .filter(|part| part.late && !part.is_of_rows() && !part.builds())
                        .map(|part| (searched(dependent, part), part.statement.clone()))
                        .collect();
                    if !parts.is_empty() {
                        self.ask_again_of(Phase::Switch, *index);
                    }
                    for (searched, statement) in parts {
                        self.search(searched);
                        self.own(Phase::Switch, *index, statement, true);
                    }
                    self.search(Searched::AsProject);
                    if !side_by_side.contains(*index) {
                        self.attach(Phase::Switch, *index, Belonging::Plain);
                    }
                    self.attach(Phase::Switch, *index, Belonging::Rules);
                    let of_texts = self.decided.dependents.of_texts.iter().filter(|(of, _)| of == index);
                    let last: Vec<String> = [dependent]
                        .into_iter()
                        .chain(of_texts.map(|(_, dependent)| *dependent))
                        .flat_map(|dependent| put_back_last(object, decision, dependent))
                        .map(|part| part.statement.clone())
                        .collect();
                    last.into_iter().for_each(|statement| self.own(Phase::Switch, *index, statement, true));
                }
                Item::Foreign(dependent) => {
                    let late = late(dependent, &findings.project.search_path());
                    if !late.is_empty() && !dependent.rests.is_empty() && !self.asked {
                        self.ask_of_foreign();
                    }
                    for (searched, statement) in late {
                        self.search(searched);
                        self.work.changes.push_about(&statement, &dependent.to_string());
                        self.foreign[of_foreign].puts_back.push(statement);
                    }
                    of_foreign += 1;
                }
            }
        }
        self.search(Searched::AsProject);
        for schema in side_by_side.schemas() {
            self.work.changes.push(&format!("drop schema {}", identifier(schema)));
        }
        for item in order {
            if let Item::Managed(index) = item {
                self.validate(*index);
            }
        }
    }

    /// PostgreSQL's own check of a routine's body, which was left out while not everything stood that it may name.
    fn validate(&mut self, index: usize) {
        let Decided { findings, decisions, .. } = *self.decided;
        let object = findings.project.object(index);
        let made = decisions[&index].verb.makes();
        let Some(routine) = object.data().routine.as_ref().filter(|_| made) else { return };
        let (Some(language), Some(body)) = (&routine.language, routine.body) else { return };
        if let Some(validator) = findings.facts.live.validators.get(language) {
            let name = literal(&object.key());
            let check = format!("select {validator}({name}::pg_catalog.regprocedure::pg_catalog.oid)");
            self.work.changes.push_sql(&Sql::of(object).generated(&check, body.start));
        }
    }

    /// What the file says beside the definition, and what it says no longer.
    fn attach(&mut self, phase: Phase, index: usize, which: Belonging) {
        let Decided { findings, decisions, dependents, side_by_side, .. } = *self.decided;
        let (object, decision) = (findings.project.object(index), &decisions[&index]);
        if matches!(decision.verb, Verb::Record | Verb::Leave) {
            return;
        }
        let name = side_by_side.name(object);
        // One that stays has everything at its place.
        let made = matches!(decision.verb, Verb::Create | Verb::Rebuild) && object.kind().is_relation();
        if which == Belonging::Plain {
            for statement in take_back(findings, object, decision, dependents.ours.get(&index).copied()) {
                let statement = renamed(statement, &object.name(), &self.name(phase, object));
                self.own(phase, index, statement, false);
            }
        }
        if which == Belonging::Plain && builds(object, decision) && !self.builds_early(index) {
            self.build(phase, index);
        }
        let built = builds(object, decision);
        for (belonging, attachment) in attachments(object, decision, &name) {
            let now = match made {
                true => belonging == which,
                false => which == Belonging::Plain && !(built && belonging == Belonging::Built),
            };
            if now {
                self.file(phase, index, &attachment);
            }
        }
        if which == Belonging::Plain {
            for statement in drop_aside(object, decision) {
                self.own(phase, index, statement, false);
            }
        }
    }

    /// The old object, where it is dropped and its belongings come to the new one.
    fn dependent(&self, index: usize) -> Option<&'d Dependent> {
        let Decided { decisions, dependents, .. } = *self.decided;
        dependents.ours.get(&index).copied().filter(|_| decisions[&index].verb != Verb::Replace)
    }

    /// The server's clock at the end of a tier: statements that go together in one message are timed where they run.
    fn end_tier(&mut self) {
        if self.of_tier > 0 {
            self.work.changes.push(CLOCK);
            self.work.tiers.push((self.tier, std::mem::take(&mut self.of_tier)));
        }
    }
}
