//! Statements that have no place in an object's file, and where they belong.

use super::file::File;
use super::migrations;
use crate::text::diagnostic::Diagnostic;
use crate::text::parse::{Statement, What};

/// Kinds that will be kept one day, as `Kind` is taught them.
const NOT_YET: [&str; 5] =
    ["CREATE MATERIALIZED VIEW", "CREATE FUNCTION", "CREATE PROCEDURE", "CREATE AGGREGATE", "CREATE TRIGGER"];

/// The problem that a statement stands in an object's file.
pub fn elsewhere(file: &File<'_>, statement: &Statement) -> Diagnostic {
    let words = statement.words.as_str();
    let problem = |message: String| file.problem(statement.span.start, message);
    if NOT_YET.contains(&words) {
        let kind = words.trim_start_matches("CREATE ").to_lowercase();
        return problem(format!("a {kind} is not kept by viewkeeper yet"))
            .help("create it in a table migration")
            .article();
    }
    match (&statement.what, words) {
        (What::Transaction, _) => migrations::transaction(file, statement),
        (What::Move(name), _) => problem(format!("\"{name}\" cannot be moved in its own file")).help(
            "write the new name into CREATE VIEW and, before it, the old one: -- viewkeeper: renamed-from old_name",
        ),
        (What::RenameColumn, _) => problem("a column of a view is not renamed in its file".to_owned())
            .help("write its new name into the query"),
        (What::Query, _) => problem("a query defines nothing".to_owned())
            .help("a query that must return no row belongs in checks/"),
        (What::Setting, _) => problem(format!("{words} has no place in an object's file")).help(
            "every object is created under the same settings: write schema names out, or set the project's schema in \
             viewkeeper.toml",
        ),
        (_, "DROP VIEW") => problem("DROP VIEW has no place in an object's file".to_owned())
            .help("a view goes when its file is removed"),
        (_, "ALTER TABLE") => problem("ALTER TABLE has no place in an object's file".to_owned())
            .help("for a view, write ALTER VIEW; what changes a table belongs in a table migration"),
        (_, "CREATE INDEX") => problem("CREATE INDEX has no place in the file of a view".to_owned())
            .help("an index of a table belongs in a table migration"),
        (What::Attach(_), _) | (_, "GRANT" | "REVOKE" | "COMMENT") => {
            problem(format!("this {words} is not about an object of this file"))
                .help("put it into a table migration")
        }
        (What::CopyFromStdin, _) => problem("COPY FROM STDIN has no place in an object's file".to_owned())
            .help("load data from the application, or with INSERT in a table migration"),
        _ => problem(format!("{words} has no place in an object's file")).help("put it into a table migration"),
    }
}

impl Diagnostic {
    /// `a aggregate` is `an aggregate`.
    fn article(mut self) -> Self {
        if let Some(rest) = self.message.strip_prefix("a a") {
            self.message = format!("an a{rest}");
        }
        self
    }
}
