//! What is asked of names, before texts are parsed.

use crate::act::run::Run;
use crate::decide::compare::other_meaning::refuse_migrations;
use crate::look::read_facts::Questions;
use crate::read::evaluated::evaluated_text;
use crate::read::path;
use crate::read::session::Failure;
use crate::words::error::{Error, ErrorKind};
use crate::words::options::Direction;

impl Run<'_, '_> {
    /// What is to be asked of names before texts are parsed; these migrations, by place, among it.
    pub fn questions_of_names(&self, migrations: &[usize]) -> Questions {
        let others = self.attempt.path.others.iter().map(String::as_str);
        Questions {
            evaluated: evaluated_text(self.project.named_schemas().chain(others)),
            meant: self.question_of_meaning(migrations),
            others: self.attempt.path.others.clone(),
        }
    }

    /// What is to be asked of other schemas, where the session searches some; these migrations, by place, among it.
    fn question_of_meaning(&self, migrations: &[usize]) -> Option<String> {
        // What was applied once meant what it meant.
        let asks = !self.attempt.path.others.is_empty() && self.options.direction != Direction::Back;
        asks.then(|| path::meant_text(self.project, &self.attempt.path.others, migrations))
    }

    /// Refuses migrations that compare, or call, what another schema of the session's search_path has something of its own for.
    /// What they would do differently cannot be tried.
    pub fn migrations_mean(&mut self, migrations: &[usize]) -> Result<(), Error> {
        if self.question_of_meaning(migrations).is_none() {
            return Ok(());
        }
        let meant = path::meant(&mut self.session, self.project, &self.attempt.path.others, migrations);
        refuse_migrations(self.project, migrations, &meant.map_err(unread)?.migrations)
    }
}

fn unread(failure: Failure) -> Error {
    failure.while_(ErrorKind::Ledger, "cannot read what the project's names mean")
}
