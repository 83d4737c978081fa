//! The table migrations: their names, versions, and what may stand in them.

use std::collections::{BTreeMap, BTreeSet};

use super::file::{File, whole};
use super::folder::REVERSE;
use super::version;
use crate::set::bundle::{self, Calls, Outside, Versions};
use crate::text::diagnostic::Diagnostic;
use crate::text::parse::backwards;
use crate::text::parse::{Directive, Statement, UseKind, What, Word};
use crate::words::name::MAX_BYTES;
use crate::words::needed_right::NeededRight;
use crate::words::span::Span;

/// A migration with its file.
pub struct Migration<'f> {
    pub file: &'f File<'f>,
    pub entry: bundle::Migration,
}

/// The migrations by version. A file whose name says no version is reported and left out.
pub fn read<'f>(
    files: &[&'f File<'f>],
    versions: Versions,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Migration<'f>> {
    let mut migrations = Vec::new();
    for file in files {
        problems.extend(backwards(file));
        let outside = statements(file, problems);
        if let Some(named) = name(file, versions, problems) {
            let entry = bundle::Migration {
                file: file.path.to_owned(),
                version: named.version,
                name: named.name,
                unordered: named.unordered,
                statements: match outside {
                    None => file.parsed.statements.iter().map(|statement| statement.span).collect(),
                    Some(_) => Vec::new(),
                },
                compares: compares(file),
                calls: calls(&file.parsed.statements).functions,
                rights: rights(file),
                outside,
            };
            migrations.push(Migration { file, entry });
        }
    }
    migrations.sort_by_key(|migration| migration.entry.version);
    duplicates(&migrations, problems);
    migrations
}

/// True when a migration creates the project's schema itself.
pub fn create_schema(migrations: &[Migration<'_>], schema: &str) -> bool {
    let mut statements = migrations.iter().flat_map(|migration| &migration.file.parsed.statements);
    statements.any(|statement| matches!(&statement.what, What::Schema(name) if name == schema))
}

/// Those of some schemas that a migration creates itself.
pub fn created_of(migrations: &[Migration<'_>], schemas: &[String]) -> Vec<String> {
    schemas.iter().filter(|schema| create_schema(migrations, schema)).cloned().collect()
}

/// The relations that a migration's statements with operators name.
fn compares(file: &File<'_>) -> Vec<(Option<String>, String)> {
    let statements = file.parsed.statements.iter().filter(|statement| statement.compares);
    let uses = statements.flat_map(|statement| &statement.uses);
    let relations = uses.filter(|used| used.kind == UseKind::Relation);
    let names: BTreeSet<_> =
        relations.map(|used| (used.name.schema.clone(), used.name.name.clone())).collect();
    names.into_iter().collect()
}

/// The rights that a migration's statements need. Of those that may change rights one after the other, the first says it.
fn rights(file: &File<'_>) -> Vec<NeededRight> {
    let mut rights: Vec<NeededRight> =
        file.parsed.statements.iter().flat_map(|statement| statement.rights.iter().cloned()).collect();
    rights.dedup();
    rights
}

/// What statements call by names without a schema.
pub fn calls<'s>(statements: impl IntoIterator<Item = &'s Statement> + Clone) -> Calls {
    let operators = statements.clone().into_iter().any(|statement| statement.compares);
    let uses = statements.into_iter().flat_map(|statement| &statement.uses);
    let calls = uses.filter(|used| used.kind.is_call() && used.name.schema.is_none());
    let names: BTreeSet<_> = calls.map(|used| used.name.name.clone()).collect();
    Calls { functions: names.into_iter().collect(), operators }
}

fn name(file: &File<'_>, versions: Versions, problems: &mut Vec<Diagnostic>) -> Option<version::FileName> {
    let name = file.path.strip_prefix("migrations/").unwrap_or(&file.shown);
    if name.contains('/') {
        if let Some(misnamed) = version::backwards(name.strip_suffix(".sql").unwrap_or(name)) {
            problems.push(whole(&file.shown, misnamed.message).help(misnamed.help));
            return None;
        }
        let problem =
            whole(&file.shown, "migrations stand at the top of migrations/, not in a folder below it");
        problems.push(problem.help("refinery does not look into folders: move the file up"));
        return None;
    }
    match version::read(name, versions) {
        Ok(name) => Some(name),
        Err(misnamed) => {
            problems.push(whole(&file.shown, misnamed.message).help(misnamed.help));
            None
        }
    }
}

/// A part that takes the migration back would run right after what it takes back.
fn backwards(file: &File<'_>) -> Option<Diagnostic> {
    let at = backwards::section(file.text)?;
    let reverse = file.shown.strip_suffix(".sql").unwrap_or(&file.shown);
    Some(file.problem(at, "what stands from here on takes the migration back, and everything in this file runs forward").help(format!(
        "move it to {reverse}{REVERSE}, which is for an operator's psql and is not embedded, or remove it with this line"
    )))
}

fn duplicates(migrations: &[Migration<'_>], problems: &mut Vec<Diagnostic>) {
    let mut by_version: BTreeMap<i64, Vec<&Migration<'_>>> = BTreeMap::new();
    for migration in migrations {
        by_version.entry(migration.entry.version).or_default().push(migration);
    }
    for (version, same) in by_version.into_iter().filter(|(_, same)| same.len() > 1) {
        let next = migrations.last().map_or(1, |last| last.entry.version.saturating_add(1));
        let message = format!("{} migrations have the version {version}", same.len());
        let places = same.iter().map(|migration| whole(&migration.file.shown, "").places);
        let problem = Diagnostic { message, places: places.flatten().collect(), helps: Vec::new() };
        let problem =
            problem.help(format!("give the one that is applied nowhere yet the next number, {next}"));
        let is_late = |migration: &&Migration<'_>| migration.entry.unordered;
        problems.push(match same.iter().find(|migration| !is_late(migration)) {
            Some(forward) if same.iter().any(is_late) => {
                let stem = forward.file.shown.strip_suffix(".sql").unwrap_or(&forward.file.shown);
                problem.help(format!(
                    "U stands for one that may come after later ones, and runs forward: what takes the other one back is {stem}{REVERSE}"
                ))
            }
            _ => problem,
        });
    }
}

/// Checks the statements; for a migration that runs outside of a transaction, gives them one by one.
fn statements(file: &File<'_>, problems: &mut Vec<Diagnostic>) -> Option<Vec<Outside>> {
    let outside = directives(file, problems);
    let mut steps = Vec::new();
    for statement in &file.parsed.statements {
        let at = statement.span.start;
        match (&statement.what, &statement.concurrent_index) {
            (What::Transaction, _) => problems.push(transaction(file, statement)),
            (What::CopyFromStdin, _) => {
                let problem = file.problem(at, "COPY FROM STDIN needs a program that sends the rows");
                problems.push(problem.help("write the rows as INSERT ... VALUES"));
            }
            (_, Some((None, _))) if outside => {
                let problem = file.problem(at, "CREATE INDEX CONCURRENTLY needs the name of the index here");
                problems.push(problem.help(
                    "a build that is interrupted leaves an invalid index behind; without a name it could not be found and \
                     built again",
                ));
            }
            (_, Some((Some(name), _))) if outside && name.len() > MAX_BYTES => {
                let problem =
                    file.problem(at, format!("the name \"{name}\" has more than {MAX_BYTES} bytes"));
                problems.push(
                    problem.help(
                        "PostgreSQL would cut it, and the index would not be found: choose a shorter one",
                    ),
                );
            }
            // Where a statement cannot be read, the directive before it is not known either.
            _ if !outside && file.is_whole() => problems.extend(needs_outside(file, statement)),
            _ => {}
        }
        let index = match &statement.concurrent_index {
            Some((Some(name), table)) => Some((table.schema.clone(), name.clone())),
            _ => None,
        };
        steps.push(Outside { span: statement.span, index });
    }
    outside.then_some(steps)
}

pub fn transaction(file: &File<'_>, statement: &Statement) -> Diagnostic {
    let Span { start, .. } = statement.span;
    file.problem(start, format!("{} cannot stand in a project's file", statement.words))
        .help("viewkeeper itself begins and ends the transaction, so that all of it happens or nothing: remove the statement")
}

fn needs_outside(file: &File<'_>, statement: &Statement) -> Option<Diagnostic> {
    let words = statement.outside_only.as_ref()?;
    let problem = file.problem(statement.span.start, format!("{words} cannot run inside a transaction"));
    Some(
        problem.help(
            "move it to a migration of its own that begins with the comment -- viewkeeper: no-transaction",
        ),
    )
}

/// True with the directive `no-transaction`; all others are out of place.
fn directives(file: &File<'_>, problems: &mut Vec<Diagnostic>) -> bool {
    let mut outside = false;
    for (index, statement) in file.parsed.statements.iter().enumerate() {
        for Directive { word, span, .. } in &statement.directives {
            let text = word.text();
            if *word != Word::NoTransaction {
                let problem =
                    file.problem(span.start, format!("\"{text}\" says nothing about a table migration"));
                problems.push(problem.help("migrations run in the order of their versions: remove it"));
            } else if index > 0 {
                let problem =
                    file.problem(span.start, format!("\"{text}\" stands before the first statement"));
                problems
                    .push(problem.help("it holds for the whole migration: move it to the top of the file"));
            } else {
                outside = true;
            }
        }
    }
    outside
}
