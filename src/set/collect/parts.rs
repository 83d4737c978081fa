//! The parts of an object that its statement alone decides.

use std::collections::BTreeSet;

use super::draft::{Draft, Known};
use super::migrations;
use crate::set::bundle::{Attachment, Calls, Materialized, Routine, Trigger};
use crate::text::parse::{Form, UseKind, Word};
use crate::words::attachment::Says;
use crate::words::name::Name;
use crate::words::span::Span;

/// Its part of the file; neighbours are one range.
pub fn ranges(draft: &Draft<'_>) -> Vec<Span> {
    let attached = draft.attachments.iter().map(|attached| attached.statement.part);
    let mut parts: Vec<Span> = std::iter::once(draft.statement.part).chain(attached).collect();
    parts.sort_by_key(|part| part.start);
    let mut ranges: Vec<Span> = Vec::new();
    for part in parts {
        match ranges.last_mut().filter(|last| last.end == part.start) {
            Some(last) => last.end = part.end,
            None => ranges.push(part),
        }
    }
    ranges
}

/// The names of the options that its part of the file states, sorted.
pub fn options(draft: &Draft<'_>) -> Vec<String> {
    let Form::View(view) = &draft.definition.form else { return Vec::new() };
    let mut options = view.options.clone();
    let attached = draft.attachments.iter().flat_map(|attached| attached.said.says.options());
    options.extend(attached.map(str::to_owned));
    options.sort();
    options.dedup();
    options
}

/// Its options first, where it is a materialized view; then the statements about it in the order of the file.
pub fn attachments(draft: &Draft<'_>) -> Vec<Attachment> {
    let options = match &draft.definition.form {
        Form::Materialized(view) => view.options.clone(),
        _ => None,
    };
    let options = options.map(|(says, span)| Attachment {
        says,
        span,
        target: draft.definition.name.span,
        created: None,
    });
    let attached = draft.attachments.iter().map(|attached| Attachment {
        says: attached.said.says.clone(),
        span: attached.statement.span,
        target: attached.said.to[0].name.span,
        created: attached.said.created.as_ref().map(|created| created.span),
    });
    options.into_iter().chain(attached).collect()
}

/// The names that it writes with a schema, without the server's own and those of the files.
pub fn written(draft: &Draft<'_>, known: &Known<'_>) -> Vec<(String, String)> {
    let attached = draft.attachments.iter().map(|attached| attached.statement);
    let statements = || std::iter::once(draft.statement).chain(attached.clone());
    let uses = statements().flat_map(|statement| &statement.uses);
    let names = uses.filter(|used| used.kind != UseKind::Qualifier).filter_map(|used| {
        let schema = used.name.schema.as_deref().filter(|schema| *schema != "pg_catalog")?;
        let name = Name::new(schema, used.name.name.as_str());
        let ours = known.relation(&name).is_some() || !known.routines(&name).is_empty();
        (!ours).then_some((name.schema, name.name))
    });
    let operators = statements().flat_map(|statement| &statement.operators);
    let operators = operators.filter(|(schema, _)| schema != "pg_catalog").cloned();
    let names: BTreeSet<_> = names.chain(operators).collect();
    names.into_iter().collect()
}

/// What its indexes and statistics call: what is filled is read through these at once.
pub fn indexed_by(draft: &Draft<'_>) -> Calls {
    let built = draft
        .attachments
        .iter()
        .filter(|attached| matches!(attached.said.says, Says::Index { .. } | Says::Statistics { .. }));
    migrations::calls(built.map(|attached| attached.statement))
}

pub fn materialized(draft: &Draft<'_>) -> Option<Materialized> {
    let Form::Materialized(view) = &draft.definition.form else { return None };
    Some(Materialized {
        columns: view.columns,
        query: view.query,
        method: view.method.clone(),
        tablespace: view.tablespace.clone(),
        refresh: draft.statement.directives.iter().find_map(|directive| directive.refresh),
        with_no_data: view.with_no_data || draft.says(Word::WithNoData),
    })
}

pub fn routine(draft: &Draft<'_>) -> Option<Routine> {
    let routine = draft.routine()?;
    Some(Routine {
        arguments: routine.arguments.join(","),
        argument_names: match routine.names.iter().all(String::is_empty) {
            true => Vec::new(),
            false => routine.names.clone(),
        },
        optional: routine.defaults + usize::from(routine.variadic),
        language: routine.language.clone(),
        body: routine.body,
        path_from_current: routine.path_from_current,
        before_migrations: draft.says(Word::BeforeMigrations),
    })
}

pub fn trigger(draft: &Draft<'_>) -> Option<Trigger> {
    let Form::Trigger(trigger) = &draft.definition.form else { return None };
    Some(Trigger { table: trigger.table.name.clone(), target: trigger.table.span })
}
