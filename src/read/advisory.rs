//! The advisory lock of a database and project.

use super::session::{Failure, Session, Value, bind, decode};
use crate::words::checksum::Checksum;
use crate::words::status::Holder;
use crate::words::temporary::{TemporaryNames, part};

/// The keys of the lock. One is the project's; the other is held too while the ledger's own tables are being made,
/// so that two projects do not make them at once.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The project's part of temporary names.
    part: String,
    project: i64,
    ledger: i64,
    schema: String,
}

impl Keys {
    /// The keys of a project whose ledger is in this schema. They are hashes, so that no other program's keys are
    /// likely to be the same.
    pub fn new(ledger: &str, project: &str) -> Self {
        Keys {
            part: part(project),
            project: key(&["viewkeeper", ledger, project]),
            ledger: key(&["viewkeeper", ledger]),
            schema: ledger.to_owned(),
        }
    }

    /// Opens a transaction and tries to take the lock; when we hold it, gives the names that the session may give to what it
    /// makes for a while. Does not wait.
    pub fn begin(&self, session: &mut Session<'_>) -> Result<Option<TemporaryNames>, Failure> {
        let (project, ledger) = (self.project.to_string(), self.ledger.to_string());
        let values = [
            ("key", Value::Sql(project.as_str())),
            ("ledger_key", Value::Sql(&ledger)),
            ("ledger", Value::Text(&self.schema)),
        ];
        let lock = bind("lock", &values);
        let names = bind("temporary_names", &[("project", Value::Text(&self.part))]);
        let answers = session.begin("isolation level read committed", &format!("{lock};\n{names}"))?;
        let held = answers.first().is_some_and(|answer| answer == "t");
        held.then(|| decode(answers.last())).transpose()
    }

    /// Who holds it, if somebody still does.
    pub fn holder(&self, session: &mut Session<'_>) -> Result<Option<Holder>, Failure> {
        let (project, ledger) = (self.project.to_string(), self.ledger.to_string());
        let answers = session.send(&bind(
            "lock_holder",
            &[("key", Value::Sql(&project)), ("ledger_key", Value::Sql(&ledger))],
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
        let keys = [Keys::new("viewkeeper", "a"), Keys::new("viewkeeper", "b"), Keys::new("other", "a")];
        assert_ne!(keys[0].project, keys[1].project);
        assert_ne!(keys[0].project, keys[2].project);
        assert_eq!(keys[0].ledger, keys[1].ledger);
        assert_ne!(keys[0].ledger, keys[2].ledger);
    }
}
