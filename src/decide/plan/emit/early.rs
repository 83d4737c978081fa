//! What is made before the switch, beside the old objects.

use std::collections::BTreeSet;

use super::{Made, Phase};
use crate::decide::attached::attachments::Belonging;
use crate::decide::attached::indexes::builds;
use crate::decide::plan::order::Item;
use crate::decide::plan::statements::Decided;
use crate::words::name::identifier;

impl Made<'_, '_, '_> {
    /// What is made before the switch: first everything, then the materialized views are filled.
    pub fn early(&mut self) {
        let Decided { order, side_by_side, findings, decisions, .. } = *self.decided;
        for index in order.iter().filter_map(Item::managed) {
            if self.builds_early(index) {
                self.work.early_path = side_by_side.search_path(findings.project);
                self.build(Phase::Early, index);
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
        let members = || order.iter().filter_map(Item::managed).filter(|index| side_by_side.contains(*index));
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
        let parts = self.decided.rebuilt(index).into_iter().flat_map(|dependent| &dependent.script.parts);
        let grantors: BTreeSet<&String> = parts.filter_map(|part| part.by.as_ref()).collect();
        for role in grantors {
            self.work.early.push(&format!("grant usage on schema {schema} to {role}"));
        }
    }

    /// Whether a materialized view that stays as it is gets indexes or statistics that name nothing which comes later.
    pub fn builds_early(&self, index: usize) -> bool {
        let Decided { findings, decisions, .. } = *self.decided;
        let object = findings.project.object(index);
        let changes = |below: &usize| decisions.get(below).is_some_and(|decision| decision.verb.makes());
        builds(object, &decisions[&index]) && !object.data().needs.iter().any(changes)
    }
}
