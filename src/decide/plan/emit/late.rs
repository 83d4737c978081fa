//! What comes last in the switch: what may name anything that was dropped, and rows.

use super::{Made, Phase};
use crate::decide::attached::attachments::{Belonging, Searched, late, put_back, put_back_last, searched};
use crate::decide::plan::order::Item;
use crate::decide::plan::script::Sql;
use crate::decide::plan::statements::Decided;
use crate::read::dependent::{Act, Dependent};
use crate::words::name::{identifier, literal};

impl Made<'_, '_, '_> {
    /// What may name anything that was dropped, and the rows of materialized views.
    pub fn late(&mut self) {
        let Decided { decisions, order, side_by_side, .. } = *self.decided;
        let managed = || order.iter().filter_map(Item::managed);
        let made: Vec<usize> = managed().filter(|index| decisions[index].verb.makes()).collect();
        self.ask(Phase::Switch, &made);
        self.asked = false;
        let mut of_foreign = 0;
        for item in order {
            match item {
                Item::Managed(index) => self.late_of_ours(*index),
                Item::Foreign(dependent) => {
                    self.late_of_foreign(dependent, of_foreign);
                    of_foreign += 1;
                }
            }
        }
        self.search(Searched::AsProject);
        for schema in side_by_side.schemas() {
            self.work.changes.push(&format!("drop schema {}", identifier(schema)));
        }
        managed().for_each(|index| self.validate(index));
    }

    /// First its rows, then what of the old object's belongings waited for other things, then what may change what is read.
    fn late_of_ours(&mut self, index: usize) {
        let Decided { findings, decisions, dependents, side_by_side, .. } = *self.decided;
        self.search(Searched::AsProject);
        self.asked = false;
        if !side_by_side.contains(index) {
            self.fill(Phase::Switch, index);
        }
        let (object, decision) = (findings.project.object(index), &decisions[&index]);
        let Some(dependent) = self.decided.rebuilt(index) else { return };
        let mut parts = put_back(findings, object, decision, dependent)
            .filter(|part| part.late && !part.is_of_rows() && !part.builds())
            .peekable();
        if parts.peek().is_some() {
            self.ask_again_of(Phase::Switch, index);
        }
        for part in parts {
            self.search(searched(dependent, part));
            self.own(Phase::Switch, index, part.statement.clone(), true);
        }
        self.search(Searched::AsProject);
        if !side_by_side.contains(index) {
            self.attach(Phase::Switch, index, Belonging::Plain);
        }
        self.attach(Phase::Switch, index, Belonging::Rules);
        let of_texts = dependents.of_texts.iter().filter(|(of, _)| *of == index);
        let last = [dependent].into_iter().chain(of_texts.map(|(_, dependent)| *dependent));
        for part in last.flat_map(|dependent| put_back_last(object, decision, dependent)) {
            // How an index is kept was said when it was made.
            if part.act == Act::Storage {
                continue;
            }
            self.own(Phase::Switch, index, part.statement.clone(), true);
        }
    }

    /// `place`: of the object among somebody else's.
    fn late_of_foreign(&mut self, dependent: &Dependent, place: usize) {
        let late = late(dependent, &self.decided.findings.project.search_path());
        if !late.is_empty() && !dependent.rests.is_empty() && !self.asked {
            self.ask_of_foreign();
        }
        for (searched, statement) in late {
            self.search(searched);
            self.work.changes.push_about(&statement, &dependent.to_string());
            self.foreign[place].puts_back.push(statement);
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
