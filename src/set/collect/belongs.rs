//! Statements that have no place in an object's file, and where they belong.

use super::file::File;
use super::migrations;
use crate::text::diagnostic::Diagnostic;
use crate::text::parse::{Statement, What};
use crate::words::object::Kind;

/// The problem that a statement stands in an object's file.
pub fn elsewhere(file: &File<'_>, statement: &Statement) -> Diagnostic {
    let words = statement.words.as_str();
    let problem = |message: String| file.problem(statement.span.start, message);
    match (&statement.what, words) {
        (What::Transaction, _) => migrations::transaction(file, statement),
        (What::Move(kind, name), _) => problem(format!("\"{name}\" cannot be moved in its own file")).help(
            format!(
                "write the new name into CREATE {} and, before it, the old one: -- viewkeeper: renamed-from old_name",
                kind.keyword().to_uppercase()
            ),
        ),
        (What::RenameColumn(kind), _) => problem(format!("a column of a {kind} is not renamed in its file"))
            .help("write its new name into the query"),
        (What::AlterRoutine(_), _) => problem(format!("{words} has no place in an object's file"))
            .help("write it into the definition"),
        (What::Query, _) if calls(statement) => problem("a query defines nothing".to_owned())
            .help("call a function from the application, or in a table migration"),
        (What::Query, _) => problem("a query defines nothing".to_owned())
            .help("a query that must return no row belongs in checks/"),
        (What::Setting, _) => problem(format!("{words} has no place in an object's file")).help(
            "every object is created under the same settings: write schema names out, or set the project's schema in \
             viewkeeper.toml",
        ),
        (What::Drop(kind), _) => problem(format!("{words} has no place in an object's file"))
            .help(format!("{} goes when its file is removed", one(*kind))),
        (_, "REFRESH") => problem("REFRESH has no place in an object's file".to_owned())
            .help("say when it is refreshed, before its CREATE: -- viewkeeper: refresh on-change"),
        (_, "CALL") => problem("CALL has no place in an object's file".to_owned())
            .help("call a procedure from the application, or in a table migration"),
        (_, "ALTER TABLE") => problem("ALTER TABLE has no place in an object's file".to_owned()).help(
            "for a view, write ALTER VIEW or ALTER MATERIALIZED VIEW; what changes a table belongs in a table migration",
        ),
        (_, "ALTER INDEX") => problem("ALTER INDEX has no place in an object's file".to_owned())
            .help("write it into the CREATE INDEX"),
        (What::Attach(_), _) | (_, "GRANT" | "REVOKE" | "COMMENT") => {
            problem(format!("this {words} is not about an object of this file"))
                .help("put it into a table migration")
        }
        (What::CopyFromStdin, _) => problem("COPY FROM STDIN has no place in an object's file".to_owned())
            .help("load data from the application, or with INSERT in a table migration"),
        _ => problem(format!("{words} has no place in an object's file")).help("put it into a table migration"),
    }
}

/// `select f()`, which reads nothing.
fn calls(statement: &Statement) -> bool {
    !statement.uses.is_empty() && statement.uses.iter().all(|used| used.kind.is_call())
}

fn one(kind: Kind) -> String {
    if kind == Kind::Aggregate { format!("an {kind}") } else { format!("a {kind}") }
}
