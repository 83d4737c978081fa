//! The advisory lock of a database and project.

use super::path::PathHere;
use super::session::{Failure, Session, Value, bind, decode};
use crate::set::project::Project;
use crate::words::checksum::Checksum;
use crate::words::status::Holder;
use crate::words::temporary::{TemporaryNames, part};

/// The keys of the lock. One is the project's; the others are held too while the ledger's own tables and the project's
/// schema are being made, so that two projects do not make them at once.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The project's part of temporary names.
    part: String,
    project: i64,
    ledger: i64,
    home: i64,
    /// The ledger's.
    schema: String,
    /// The project's.
    project_schema: String,
}

impl Keys {
    /// The keys of a project with this schema, whose ledger is in the other one. They are hashes, so that no other program's keys are
    /// likely to be the same.
    pub fn new(ledger: &str, project: &str, schema: &str) -> Self {
        Keys {
            part: part(project),
            project: key(&["viewkeeper", ledger, project]),
            ledger: key(&["viewkeeper", ledger]),
            home: key(&["viewkeeper", "schema", schema, ""]),
            schema: ledger.to_owned(),
            project_schema: schema.to_owned(),
        }
    }

    /// Opens a transaction and tries to take the lock; when we hold it, gives the names that the session may give to what it
    /// makes for a while, and what the project's path is here. Does not wait.
    pub fn begin(
        &self,
        session: &mut Session<'_>,
        of: &Project,
    ) -> Result<Option<(TemporaryNames, PathHere)>, Failure> {
        let [project, ledger, home] = self.texts();
        let values = [
            ("key", Value::Sql(project.as_str())),
            ("ledger_key", Value::Sql(&ledger)),
            ("ledger", Value::Text(&self.schema)),
            ("schema_key", Value::Sql(&home)),
            ("schema", Value::Text(&self.project_schema)),
        ];
        let lock = bind("lock", &values);
        let names = bind("temporary_names", &[("project", Value::Text(&self.part))]);
        let question = PathHere::question(of, session.found_path());
        let text = format!("{lock};\n{names};\n{question}");
        let answers = session.begin("isolation level read committed", &text)?;
        let (answers, path) = answers.split_at(2.min(answers.len()));
        let held = answers.first().is_some_and(|answer| answer == "t");
        held.then(|| Ok((decode(answers.last())?, PathHere::read(of, path)?))).transpose()
    }

    fn texts(&self) -> [String; 3] {
        [self.project, self.ledger, self.home].map(|key| key.to_string())
    }

    /// Who holds it, if somebody still does.
    pub fn holder(&self, session: &mut Session<'_>) -> Result<Option<Holder>, Failure> {
        let [project, ledger, home] = self.texts();
        let answers = session.send(&bind(
            "lock_holder",
            &[
                ("key", Value::Sql(&project)),
                ("ledger_key", Value::Sql(&ledger)),
                ("schema_key", Value::Sql(&home)),
            ],
        ))?;
        answers.last().map(|answer| super::session::decode(Some(answer))).transpose()
    }
}

fn key(parts: &[&str]) -> i64 {
    let digits = Checksum::of_parts(parts.iter().copied());
    let high = u64::from_str_radix(&digits.as_str()[..16], 16).expect("a checksum has 64 hexadecimal digits");
    high.cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_and_ledgers_have_keys_of_their_own() {
        let keys = [("viewkeeper", "a"), ("viewkeeper", "b"), ("other", "a")]
            .map(|(ledger, project)| Keys::new(ledger, project, "app"));
        assert_ne!(keys[0].project, keys[1].project);
        assert_ne!(keys[0].project, keys[2].project);
        assert_eq!(keys[0].ledger, keys[1].ledger);
        assert_ne!(keys[0].ledger, keys[2].ledger);
        assert_eq!(keys[0].home, keys[2].home);
    }
}
