//! The checks: each file of `checks/` is one query that must return no row.

use super::file::{File, whole};
use super::migrations;
use crate::set::bundle::Check;
use crate::text::diagnostic::Diagnostic;
use crate::text::parse::What;

/// The checks by path.
pub fn read(files: &[&File<'_>], problems: &mut Vec<Diagnostic>) -> Vec<Check> {
    let mut checks = Vec::new();
    for file in files {
        let statements = &file.parsed.statements;
        for directive in statements.iter().flat_map(|statement| &statement.directives) {
            let message = format!("\"{}\" says nothing about a check", directive.word.text());
            problems.push(file.problem(directive.span.start, message).help("remove it"));
        }
        for statement in statements {
            match statement.what {
                What::Query => {}
                What::Transaction => problems.push(migrations::transaction(file, statement)),
                _ => {
                    let message = format!("a check is a query, not {}", statement.words);
                    let problem = file.problem(statement.span.start, message);
                    problems
                        .push(problem.help("write a SELECT that returns the rows that must not be there"));
                }
            }
        }
        match statements.as_slice() {
            [] if file.is_whole() => {
                let problem = whole(&file.shown, "this check has no query");
                problems.push(problem.help("write a SELECT that returns the rows that must not be there"));
            }
            [_, second, ..] => {
                let problem =
                    file.problem(second.span.start, "a check is one query, and this is a second statement");
                problems.push(problem.help("put each into a file of its own"));
            }
            [query] => checks.push(Check {
                file: file.path.to_owned(),
                span: query.span,
                calls: migrations::calls([query]),
            }),
            [] => {}
        }
    }
    checks
}
