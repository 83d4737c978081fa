//! What stands in the way of keeping an object: a name that is too long, temporary, taken, or a directive of another kind.

use std::collections::BTreeMap;

use super::draft::{Draft, Known};
use super::earlier::{earlier, earlier_identity};
use super::file::File;
use crate::text::diagnostic::Diagnostic;
use crate::text::parse::{Definition, Statement, Word, Written};
use crate::words::attachment::Says;
use crate::words::identity::Identity;
use crate::words::name::{MAX_BYTES, Name};
use crate::words::object::Kind;
use crate::words::place::Place;

/// What is wrong with a definition by itself.
pub fn of_definition(file: &File<'_>, statement: &Statement, definition: &Definition) -> Vec<Diagnostic> {
    let mut problems: Vec<Diagnostic> =
        definition.flaws.iter().map(|flaw| file.syntax_problem(flaw)).collect();
    problems.extend(temporary(file, statement, definition));
    problems.extend(misplaced_directives(file, statement, definition.kind));
    problems
}

pub fn long_name(file: &File<'_>, statement: &Statement) -> Option<Diagnostic> {
    let name = statement.long_names.first()?;
    let message = format!(
        "the name \"{}\" has {} bytes; PostgreSQL cuts names at {MAX_BYTES}",
        name.name,
        name.name.len()
    );
    Some(file.problem(name.span.start, message).help("choose a shorter one"))
}

/// What is temporary lives as long as one session. A view that reads a temporary table becomes temporary by itself.
fn temporary(file: &File<'_>, statement: &Statement, definition: &Definition) -> Option<Diagnostic> {
    let in_pg_temp = |schema: &str| schema == "pg_temp" || schema.starts_with("pg_temp_");
    let name = &definition.name;
    if definition.temporary || definition.schema().is_some_and(in_pg_temp) {
        let message =
            format!("\"{}\" is a temporary {}, which ends with the session", name.name, definition.kind);
        return Some(file.problem(name.span.start, message).help("leave out TEMPORARY and pg_temp"));
    }
    let is_temporary = |name: &Written| name.schema.as_deref().is_some_and(in_pg_temp);
    let mut uses = statement.uses.iter().filter(|_| definition.kind.is_relation());
    let used = uses.find(|used| is_temporary(&used.name))?;
    let message =
        format!("\"{}\" reads the temporary \"{}\", so it would be temporary itself", name.name, used.name);
    Some(file.problem(used.name.span.start, message).help("read a table that stays"))
}

fn misplaced_directives(file: &File<'_>, statement: &Statement, kind: Kind) -> Vec<Diagnostic> {
    let misplaced = statement.directives.iter().filter_map(|directive| {
        let only = match directive.word {
            Word::DependsOn | Word::RenamedFrom => return None,
            Word::BeforeMigrations if kind.is_routine() => return None,
            Word::Refresh | Word::WithNoData if kind == Kind::MaterializedView => return None,
            Word::NoTransaction => "table migrations",
            Word::BeforeMigrations => "functions and procedures",
            Word::Refresh | Word::WithNoData => "materialized views",
        };
        let article = if kind == Kind::Aggregate { "an" } else { "a" };
        let message = format!("\"{}\" is only for {only}, not for {article} {kind}", directive.word.text());
        Some(file.problem(directive.span.start, message).help("remove it"))
    });
    misplaced.collect()
}

pub fn duplicates(drafts: &[Draft<'_>], known: &Known<'_>, problems: &mut Vec<Diagnostic>) {
    let mut by_identity: BTreeMap<Identity, Vec<&Draft<'_>>> = BTreeMap::new();
    for draft in drafts {
        by_identity.entry(known.plain(&draft.identity)).or_default().push(draft);
    }
    for same in by_identity.into_values().filter(|same| same.len() > 1) {
        let times = if same.len() == 2 { "twice".to_owned() } else { format!("{} times", same.len()) };
        let message = format!("\"{}\" is defined {times}", same[0].identity);
        let places = same.iter().map(|draft| draft.file.place(draft.definition.name.span.start)).collect();
        let problem = Diagnostic { message, places, helps: Vec::new() };
        problems.push(problem.help("remove all but one, or give them different names"));
    }
}

/// An index shares its names with the relations of its schema.
pub fn indexes_twice(drafts: &[Draft<'_>], problems: &mut Vec<Diagnostic>) {
    let mut places: BTreeMap<(bool, Name), Vec<Place>> = BTreeMap::new();
    for draft in drafts {
        for attached in &draft.attachments {
            let (is_index, name) = match &attached.said.says {
                Says::Index { name, .. } => (true, name),
                Says::Statistics { name, .. } => (false, name),
                _ => continue,
            };
            if let Some(created) = &attached.said.created {
                let name = Name::new(draft.identity.schema.as_str(), name.as_str());
                let place = draft.file.place(created.span.start);
                places.entry((is_index, name)).or_default().push(place);
            }
        }
    }
    for draft in drafts.iter().filter(|draft| draft.kind().is_relation()) {
        if let Some(places) = places.get_mut(&(true, draft.identity.qualified())) {
            places.push(draft.file.place(draft.definition.name.span.start));
        }
    }
    for ((_, name), places) in places.into_iter().filter(|(_, places)| places.len() > 1) {
        let message = format!("the name \"{name}\" is given twice");
        let problem = Diagnostic { message, places, helps: Vec::new() };
        problems.push(problem.help("names of indexes hold for the whole schema: choose another one"));
    }
}

/// A name that an object had before must be free now.
pub fn renamed(drafts: &[Draft<'_>], known: &Known<'_>, problems: &mut Vec<Diagnostic>) {
    for draft in drafts {
        for object in earlier(draft) {
            let old = earlier_identity(draft, known, object);
            if let Some(other) = known.find(&old).map(|index| &drafts[index]) {
                let message =
                    format!("\"{}\" was renamed from \"{old}\", which is still defined", draft.identity);
                let problem = draft.file.problem(object.name.span.start, message);
                let problem = problem.and(other.file.place(other.definition.name.span.start));
                problems.push(problem.help("remove the old definition, or the directive"));
            } else if object.arguments.is_some() && draft.identity.arguments.is_none() {
                let message = format!("\"{object}\" has arguments, and \"{}\" is no routine", draft.identity);
                problems.push(
                    draft.file.problem(object.name.span.start, message).help("write the old name alone"),
                );
            } else if object.on.is_some() && draft.identity.table.is_none() {
                let message = format!("\"{object}\" is on a table, and \"{}\" is no trigger", draft.identity);
                problems.push(
                    draft.file.problem(object.name.span.start, message).help("write the old name alone"),
                );
            }
        }
    }
}
