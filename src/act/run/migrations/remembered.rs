//! What hangs on tables, as it is before the first migration. A later look would tell of the names that tables have by then, or
//! find nothing any more.

use std::collections::BTreeMap;

use super::cascade::{actions, name_of_altered};
use crate::read::address::Address;
use crate::read::catalog;
use crate::read::dependent::Dependent;
use crate::read::ledger::Ledger;
use crate::read::session::{Failure, Session, Value, array, bind, under};
use crate::set::project::Project;
use crate::words::lexeme::{Lexeme, lexemes};

/// What was read before the first migration.
#[derive(Debug, Default)]
pub struct Remembered {
    /// What hangs on tables that get other names, by the address.
    pub dependents: BTreeMap<Address, Dependent>,
    /// The project's triggers on which somebody put something.
    pub triggers: Vec<Dependent>,
}

impl Remembered {
    /// Reads what these migrations may take away or call otherwise; the ledger, where it has recorded something.
    pub fn read(
        session: &mut Session<'_>,
        project: &Project,
        ledger: Option<&Ledger<'_>>,
        indexes: &[usize],
    ) -> Result<Self, Failure> {
        let mut remembered = Remembered::default();
        let texts = || indexes.iter().map(|&index| project.text(&project.manifest().migrations[index].file));
        let renamed: Vec<String> = indexes.iter().flat_map(|&index| renamed_tables(project, index)).collect();
        if !renamed.is_empty() {
            let question = bind("named_tables", &[("names", Value::Text(&array(&renamed)))]);
            let tables: Vec<Address> = session.ask(&under(&project.search_path(), &question))?;
            if !tables.is_empty() {
                let hanging = catalog::dependents(session, project, &tables, false, &[])?;
                remembered.dependents =
                    hanging.into_iter().map(|dependent| (dependent.id.clone(), dependent)).collect();
            }
        }
        let Some(ledger) = ledger.filter(|_| texts().any(|text| text.to_ascii_lowercase().contains("drop")))
        else {
            return Ok(remembered);
        };
        let owned = ledger.owned(session)?;
        let triggers: Vec<Address> =
            owned.into_iter().filter(|address| address.starts_with(TRIGGER)).collect();
        if !triggers.is_empty() {
            remembered.triggers = catalog::dependents(session, project, &triggers, true, &triggers)?;
            remembered.triggers.retain(|trigger| !trigger.script.parts.is_empty());
        }
        Ok(remembered)
    }
}

/// How the address of a trigger begins.
const TRIGGER: &str = "2620/";

/// The tables that a migration gives another name or schema, as it writes them.
fn renamed_tables(project: &Project, index: usize) -> Vec<String> {
    let migration = &project.manifest().migrations[index];
    let file = project.text(&migration.file);
    let statements = migration.statements.iter().filter_map(|span| file.get(span.start..span.end));
    statements.filter_map(renamed_table).collect()
}

fn renamed_table(statement: &str) -> Option<String> {
    let pieces: Vec<Lexeme<'_>> = lexemes(statement).filter(|piece| !piece.is_blank()).collect();
    if !pieces.first()?.is_word("alter") || !pieces.get(1)?.is_word("table") {
        return None;
    }
    let (name, rest) = name_of_altered(&pieces)?;
    let words = *actions(rest).first()?;
    let is = |at: usize, word: &str| words.get(at).is_some_and(|piece| piece.is_word(word));
    let renamed = is(0, "rename") && is(1, "to") || is(0, "set") && is(1, "schema");
    renamed.then(|| name.iter().map(|piece| piece.text).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renamed_table_is_read_from_the_words() {
        for (text, name) in [
            ("alter table a.\"T\" rename to t_old", Some("a.\"T\"")),
            ("ALTER TABLE IF EXISTS t SET SCHEMA s", Some("t")),
            ("alter table t rename column a to b", None),
            ("alter table t rename a to b", None),
            ("alter view v rename to w", None),
            ("alter table t set (fillfactor = 50)", None),
            ("drop table t", None),
        ] {
            assert_eq!(renamed_table(text).as_deref(), name, "{text}");
        }
    }
}
