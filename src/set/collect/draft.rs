//! The objects of the files, before they are in order: each with its statement, its attachments and its directives.

use std::collections::BTreeMap;
use std::fmt;

use super::belongs;
use super::file::File;
use crate::text::diagnostic::Diagnostic;
use crate::text::parse::{Attach, Statement, View, What, Word, Written};
use crate::words::attachment::Says;
use crate::words::name::{MAX_BYTES, identifier};
use crate::words::nearest::nearest;
use crate::words::object::Kind;

/// What makes two relations the same one: the schema, the project's own where none is written, and the name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    pub schema: String,
    pub name: String,
}

impl Identity {
    pub fn of(name: &Written, schema: &str) -> Self {
        Identity { schema: name.schema.clone().unwrap_or_else(|| schema.to_owned()), name: name.name.clone() }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", identifier(&self.schema), identifier(&self.name))
    }
}

/// An object as its file defines it.
pub struct Draft<'f> {
    pub file: &'f File<'f>,
    pub identity: Identity,
    pub statement: &'f Statement,
    pub view: &'f View,
    pub attachments: Vec<(&'f Statement, &'f Attach)>,
}

impl Draft<'_> {
    pub fn kind(&self) -> Kind {
        Kind::View
    }
}

/// The drafts by identity, as indexes; of duplicates the last one.
pub fn by_identity(drafts: &[Draft<'_>]) -> BTreeMap<Identity, usize> {
    drafts.iter().enumerate().map(|(index, draft)| (draft.identity.clone(), index)).collect()
}

/// Every object of the files. What else stands in them is an attachment or a problem.
pub fn read<'f>(files: &[&'f File<'f>], schema: &str, problems: &mut Vec<Diagnostic>) -> Vec<Draft<'f>> {
    let mut drafts: Vec<Draft<'f>> = Vec::new();
    let mut rest = Vec::new();
    for file in files {
        if file.parsed.statements.is_empty() && file.is_whole() {
            let problem = super::file::whole(&file.shown, "this file defines nothing");
            problems.push(problem.help("write a CREATE VIEW into it, or remove it"));
        }
        for statement in &file.parsed.statements {
            problems.extend(long_name(file, statement));
            if let What::View(view) = &statement.what {
                let identity = Identity::of(&view.name, schema);
                problems.extend(temporary(file, statement, view));
                problems.extend(misplaced_directives(file, statement));
                drafts.push(Draft { file, identity, statement, view, attachments: Vec::new() });
            } else {
                rest.push((*file, statement));
            }
        }
    }
    duplicates(&drafts, problems);
    let known = by_identity(&drafts);
    renamed(&drafts, &known, schema, problems);
    for (file, statement) in rest {
        for directive in &statement.directives {
            let message =
                format!("\"{}\" stands before a statement that creates nothing", directive.word.text());
            problems
                .push(file.problem(directive.span.start, message).help("write it before the CREATE VIEW"));
        }
        match &statement.what {
            What::Attach(attach) => {
                if let Err(problem) = attach_to(&mut drafts, &known, file, statement, attach, schema) {
                    problems.push(*problem);
                }
            }
            _ => problems.push(belongs::elsewhere(file, statement)),
        }
    }
    drafts
}

fn attach_to<'f>(
    drafts: &mut [Draft<'f>],
    known: &BTreeMap<Identity, usize>,
    file: &'f File<'f>,
    statement: &'f Statement,
    attach: &'f Attach,
    schema: &str,
) -> Result<(), Box<Diagnostic>> {
    let [name] = attach.to.as_slice() else {
        let problem =
            file.problem(statement.span.start, format!("this {} names several objects", statement.words));
        return Err(Box::new(
            problem.help("write one statement for each, so that each can be run with its object"),
        ));
    };
    let identity = Identity::of(name, schema);
    let found = known.get(&identity).map(|&index| &mut drafts[index]);
    let found = match found {
        Some(draft) if std::ptr::eq(draft.file, file) => {
            draft.attachments.push((statement, attach));
            return Ok(());
        }
        other => other.map(|draft| (draft.file, draft.view)),
    };
    let about = match attach.says {
        Says::Rule { .. } => "this rule".to_owned(),
        _ => format!("this {}", statement.words),
    };
    // Its object may be here twice, or have a syntax error; that is reported, and nothing follows from it.
    let mut here = drafts.iter().filter(|draft| std::ptr::eq(draft.file, file));
    if !file.is_whole() || here.any(|draft| draft.identity == identity) {
        return Ok(());
    }
    if let Some((other, view)) = found {
        let problem = file.problem(
            name.span.start,
            format!("{about} belongs to \"{identity}\", which another file defines"),
        );
        let problem = problem.and(other.place(view.name.span.start));
        return Err(Box::new(problem.help(format!("move it to {}", other.shown))));
    }
    let problem = file.problem(
        name.span.start,
        format!("{about} is about \"{identity}\", which this file does not define"),
    );
    let here = drafts.iter().filter(|draft| std::ptr::eq(draft.file, file));
    Err(Box::new(match nearest(&identity.name, here.map(|draft| draft.identity.name.as_str())) {
        Some(near) => problem.help(format!("did you mean \"{near}\"?")),
        None => problem.help("what is about a table stands in a table migration"),
    }))
}

fn long_name(file: &File<'_>, statement: &Statement) -> Option<Diagnostic> {
    let name = statement.long_names.first()?;
    let message = format!(
        "the name \"{}\" has {} bytes; PostgreSQL cuts names at {MAX_BYTES}",
        name.name,
        name.name.len()
    );
    Some(file.problem(name.span.start, message).help("choose a shorter one"))
}

/// A temporary view lives as long as one session. One that reads a temporary table becomes temporary by itself.
fn temporary(file: &File<'_>, statement: &Statement, view: &View) -> Option<Diagnostic> {
    let is_temporary = |name: &Written| {
        name.schema.as_ref().is_some_and(|schema| schema == "pg_temp" || schema.starts_with("pg_temp_"))
    };
    if view.temporary || is_temporary(&view.name) {
        let message = format!("\"{}\" is a temporary view, which ends with the session", view.name.name);
        return Some(file.problem(view.name.span.start, message).help("leave out TEMPORARY and pg_temp"));
    }
    let used = statement.uses.iter().find(|used| is_temporary(&used.name))?;
    let message = format!(
        "\"{}\" reads the temporary \"{}\", so it would be temporary itself",
        view.name.name, used.name
    );
    Some(file.problem(used.name.span.start, message).help("read a table that stays"))
}

fn misplaced_directives(file: &File<'_>, statement: &Statement) -> Vec<Diagnostic> {
    let misplaced = statement.directives.iter().filter_map(|directive| {
        let only = match directive.word {
            Word::DependsOn | Word::RenamedFrom => return None,
            Word::NoTransaction => "table migrations",
            Word::BeforeMigrations => "functions and procedures",
            Word::Refresh | Word::WithNoData => "materialized views",
        };
        let message = format!("\"{}\" is only for {only}, not for a view", directive.word.text());
        Some(file.problem(directive.span.start, message).help("remove it"))
    });
    misplaced.collect()
}

fn duplicates(drafts: &[Draft<'_>], problems: &mut Vec<Diagnostic>) {
    let mut by_identity: BTreeMap<&Identity, Vec<&Draft<'_>>> = BTreeMap::new();
    for draft in drafts {
        by_identity.entry(&draft.identity).or_default().push(draft);
    }
    for (identity, same) in by_identity.into_iter().filter(|(_, same)| same.len() > 1) {
        let times = if same.len() == 2 { "twice".to_owned() } else { format!("{} times", same.len()) };
        let places = same.iter().map(|draft| draft.file.place(draft.view.name.span.start)).collect();
        let problem =
            Diagnostic { message: format!("\"{identity}\" is defined {times}"), places, helps: Vec::new() };
        problems.push(problem.help("remove all but one, or give them different names"));
    }
}

/// A name that an object had before must be free now.
fn renamed(
    drafts: &[Draft<'_>],
    known: &BTreeMap<Identity, usize>,
    schema: &str,
    problems: &mut Vec<Diagnostic>,
) {
    for draft in drafts {
        let directives =
            draft.statement.directives.iter().filter(|directive| directive.word == Word::RenamedFrom);
        for object in directives.flat_map(|directive| &directive.names) {
            let old = Identity::of(&object.name, schema);
            if let Some(other) = known.get(&old).map(|&index| &drafts[index]) {
                let message =
                    format!("\"{}\" was renamed from \"{old}\", which is still defined", draft.identity);
                let problem = draft.file.problem(object.name.span.start, message);
                let problem = problem.and(other.file.place(other.view.name.span.start));
                problems.push(problem.help("remove the old definition, or the directive"));
            }
        }
    }
}
