//! The objects of the files, before they are in order.

use super::attached::attach;
use super::draft::{Draft, Known};
use super::file::{File, whole};
use super::{belongs, flaws};
use crate::text::diagnostic::Diagnostic;
use crate::text::parse::What;

/// Every object of the files. What else stands in them is an attachment or a problem.
pub fn read<'f>(files: &[&'f File<'f>], schema: &str, problems: &mut Vec<Diagnostic>) -> Vec<Draft<'f>> {
    let mut drafts: Vec<Draft<'f>> = Vec::new();
    let mut rest = Vec::new();
    for file in files {
        if file.parsed.statements.is_empty() && file.is_whole() {
            let problem = whole(&file.shown, "this file defines nothing");
            problems.push(problem.help("write a CREATE VIEW into it, or remove it"));
        }
        for statement in &file.parsed.statements {
            problems.extend(flaws::long_name(file, statement));
            match &statement.what {
                What::Create(definition) => {
                    problems.extend(flaws::of_definition(file, statement, definition));
                    drafts.push(Draft::new(file, statement, definition, schema));
                }
                _ => rest.push((*file, statement)),
            }
        }
    }
    let known = Known::new(&drafts, schema);
    flaws::duplicates(&drafts, &known, problems);
    flaws::renamed(&drafts, &known, problems);
    for (file, statement) in rest {
        for directive in &statement.directives {
            let message =
                format!("\"{}\" stands before a statement that creates nothing", directive.word.text());
            problems.push(
                file.problem(directive.span.start, message).help("write it before the CREATE of the object"),
            );
        }
        match &statement.what {
            What::Attach(said) => {
                if let Err(problem) = attach(&mut drafts, &known, file, statement, said) {
                    problems.push(*problem);
                }
            }
            _ => problems.push(belongs::elsewhere(file, statement)),
        }
    }
    flaws::indexes_twice(&drafts, problems);
    drafts
}
