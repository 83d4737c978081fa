//! What comes last in the switch: what may name anything that was dropped, and rows.

use super::{Made, Phase};
use crate::decide::attached::attachments::{Belonging, Searched, late, put_back, put_back_last, searched};
use crate::decide::plan::order::Item;
use crate::decide::plan::script::Sql;
use crate::decide::plan::statements::Decided;
use crate::words::name::{identifier, literal};

impl Made<'_, '_, '_> {
    /// What may name anything that was dropped, and the rows of materialized views.
    pub fn late(&mut self) {
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
}
