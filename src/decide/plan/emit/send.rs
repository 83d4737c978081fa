//! Statements: to the script of their phase, and into the plan.

use super::{Made, Phase};
use crate::decide::attached::attachments::renamed;
use crate::decide::plan::script::{Script, Sql};

impl Made<'_, '_, '_> {
    pub fn script(&mut self, phase: Phase) -> &mut Script {
        match phase {
            Phase::Early => &mut self.work.early,
            Phase::Switch => &mut self.work.changes,
        }
    }

    /// Sends a statement of the object's file.
    pub fn file(&mut self, phase: Phase, index: usize, sql: &Sql) {
        self.script(phase).push_sql(sql);
        self.note(phase, index, sql.text().to_owned());
    }

    /// Sends a statement that stands for the object's definition.
    pub fn about(&mut self, phase: Phase, index: usize, statement: String) {
        let object = self.decided.findings.project.object(index);
        let sql = Sql::of(object).generated(&statement, object.data().statement.start);
        self.file(phase, index, &sql);
    }

    /// Sends a statement of our own, which names the object where it belongs.
    pub fn own(&mut self, phase: Phase, index: usize, statement: String, puts_back: bool) {
        let object = self.decided.findings.project.object(index);
        let statement = match phase {
            Phase::Early => renamed(statement, &object.name(), &self.decided.beside.name(object)),
            Phase::Switch => statement,
        };
        self.script(phase).push(&statement);
        match puts_back {
            true => {
                let place = self.places[&index];
                let statement = self.decided.beside.shown(statement);
                self.actions[place].puts_back.push(statement);
            }
            false => self.note(phase, index, statement),
        }
    }

    pub fn note(&mut self, phase: Phase, index: usize, statement: String) {
        let statement = self.decided.beside.shown(statement);
        let action = &mut self.actions[self.places[&index]];
        match phase {
            Phase::Early => action.builds.push(statement),
            Phase::Switch => action.sql.push(statement),
        }
    }
}
