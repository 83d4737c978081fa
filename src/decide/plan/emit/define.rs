//! An object of the project at its place in the order.

use super::{Made, Phase};
use crate::decide::attached::attachments::{Belonging, keep_fires, keep_options, put_back};
use crate::decide::plan::statements::{Decided, create, create_beside};
use crate::words::identity::Identity;
use crate::words::name::{Name, identifier};
use crate::words::verb::Verb;

impl Made<'_, '_, '_> {
    /// What is made of an object at its place in the order.
    pub fn managed(&mut self, index: usize) {
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
        let dependent = self.decided.rebuilt(index);
        // What comes last for a rebuilt object comes at once where nothing else is waited for.
        if !side_by_side.contains(index) && dependent.is_none() {
            self.attach(Phase::Switch, index, Belonging::Plain);
            self.attach(Phase::Switch, index, Belonging::Rules);
        }
    }

    /// The definition, and what of the old object's belongings the new one can carry at once.
    pub fn define(&mut self, phase: Phase, index: usize) {
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
        let over = replace || decision.look.is_some_and(|look| look.found.taken);
        // With the switch, everything is where it belongs.
        let definition = match phase {
            Phase::Early => create_beside(object, over, side_by_side),
            Phase::Switch => create(object, over),
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
        if let Some(dependent) = self.decided.rebuilt(index) {
            let parts = put_back(findings, object, decision, dependent).filter(|part| !part.late);
            let parts: Vec<String> = parts.map(|part| self.placed(phase, object, part)).collect();
            parts.into_iter().for_each(|statement| self.own(phase, index, statement, true));
        }
    }
}
