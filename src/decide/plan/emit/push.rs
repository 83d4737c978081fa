//! Statements: to the script of their phase, and into the plan.

use super::{Made, Phase};
use crate::decide::plan::script::{Script, Sql};
use crate::read::dependent::Part;
use crate::set::project::Object;
use crate::words::identity::Identity;
use crate::words::name::Name;

impl Made<'_, '_, '_> {
    pub fn script(&mut self, phase: Phase) -> &mut Script {
        match phase {
            Phase::Early => &mut self.work.early,
            Phase::Switch => &mut self.work.changes,
        }
    }

    /// Appends a statement of the object's file.
    pub fn file(&mut self, phase: Phase, index: usize, sql: &Sql) {
        self.script(phase).push_sql(sql);
        self.note(phase, index, sql.text().to_owned());
    }

    /// Appends the statement that fills a materialized view, which stands for its definition.
    pub fn refresh(&mut self, phase: Phase, index: usize, name: &Name) {
        let object = self.decided.findings.project.object(index);
        let statement = format!("refresh materialized view {name}");
        let sql = Sql::of(object).generated(&statement, object.data().statement.start);
        self.script(phase).push_filling(&sql);
        self.note(phase, index, statement);
    }

    /// Where an object is when a statement of this phase is sent.
    pub fn name(&self, phase: Phase, object: Object<'_>) -> Name {
        match phase {
            Phase::Early => self.decided.side_by_side.name(object),
            Phase::Switch => object.name(),
        }
    }

    /// What puts back a part of an object, where the object is.
    pub fn placed(&self, phase: Phase, object: Object<'_>, part: &Part) -> String {
        let name = self.name(phase, object);
        match name == object.name() {
            true => part.statement.clone(),
            false => part.on(object.kind().keyword(), &Identity { schema: name.schema, ..object.identity() }),
        }
    }

    /// Appends a statement of our own.
    pub fn own(&mut self, phase: Phase, index: usize, statement: String, puts_back: bool) {
        self.script(phase).push(&statement);
        match puts_back {
            true => {
                let place = self.places[&index];
                let statement = self.decided.side_by_side.shown(statement);
                self.actions[place].puts_back.push(statement);
            }
            false => self.note(phase, index, statement),
        }
    }

    pub fn note(&mut self, phase: Phase, index: usize, statement: String) {
        let statement = self.decided.side_by_side.shown(statement);
        let action = &mut self.actions[self.places[&index]];
        match phase {
            Phase::Early => action.builds.push(statement),
            Phase::Switch => action.sql.push(statement),
        }
    }
}
