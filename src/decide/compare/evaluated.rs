//! Which text of a project names what the server would evaluate while it parses it.

use super::mention::{as_type, blank, has_escapes, has_row, is_chosen, named, operator};
use super::uses::plain;
use crate::read::evaluated::{Evaluated, Form};
use crate::set::project::{Object, Project};
use crate::words::span::Span;

/// The first of some objects that names one of these, with the place in its file.
pub fn first_named<'p, 'e>(
    project: &'p Project,
    objects: impl IntoIterator<Item = Object<'p>>,
    evaluated: impl IntoIterator<Item = &'e Evaluated>,
) -> Option<(Object<'p>, usize, &'e Evaluated)> {
    let meant: Vec<&Evaluated> = evaluated.into_iter().filter(|thing| !is_projects(project, thing)).collect();
    if meant.is_empty() {
        return None;
    }
    objects.into_iter().find_map(|object| {
        let parts = object.data().parts.iter();
        // The name that the object has itself means nothing else.
        let (statement, named) = (object.data().statement.start, object.data().head_end);
        let around = |&part: &Span| match (part.start..part.end).contains(&named) {
            true => [Span { end: statement, ..part }, Span { start: named, ..part }],
            false => [part, Span { start: part.end, ..part }],
        };
        parts.flat_map(around).map(|part| (part, object.slice(part))).find_map(
            |(Span { start, .. }, text)| {
                let query = object.kind().is_relation().then(|| blank(text));
                let (at, thing) = meant
                    .iter()
                    .filter(|thing| !comes_second(object, thing))
                    .find_map(|thing| Some((place(text, query.as_deref(), thing)?, *thing)))?;
                Some((object, start + at, thing))
            },
        )
    })
}

/// The first of these that a query names.
pub fn named_by<'e>(project: &Project, text: &str, evaluated: &'e [Evaluated]) -> Option<&'e Evaluated> {
    let query = blank(text);
    evaluated.iter().find(|thing| !is_projects(project, thing) && place(text, Some(&query), thing).is_some())
}

/// Where a text names it, which is also blank where it is that of a query: else types stand where words do not tell.
fn place(text: &str, query: Option<&str>, thing: &Evaluated) -> Option<usize> {
    if thing.row && !has_row(text) {
        return None;
    }
    if has_escapes(text) {
        return Some(0);
    }
    let behind = |begins: &'static [&'static str]| {
        let found = named(text, &thing.name);
        found.filter(|(_, rest)| begins.iter().any(|begin| rest.starts_with(begin))).map(|(at, _)| at).next()
    };
    match thing.form {
        Form::Operator => operator(text, &thing.name),
        Form::Type => match query {
            Some(query) => as_type(query, &thing.name),
            None => named(text, &thing.name).map(|(at, _)| at).next(),
        },
        // A comment may stand in between.
        Form::Call => behind(&["(", "/*", "--"]),
        Form::Array => behind(&["[", "array", "ARRAY", "Array", "/*", "--"]),
    }
}

/// The object stands on a function of the project that the server chooses before it.
fn comes_second(object: Object<'_>, thing: &Evaluated) -> bool {
    let Some(first) = &thing.first else { return false };
    object.needs().any(|needed| {
        let identity = needed.identity();
        let named = identity.schema == thing.schema && identity.name == thing.name;
        named && identity.arguments == Some(plain(first, object.project().schema()))
    })
}

/// One of a trusted role is nobody's trap where the project itself makes it, or says that it wants such a type.
fn is_projects(project: &Project, thing: &Evaluated) -> bool {
    let makes = || {
        project.objects().any(|object| {
            let name = object.name();
            object.kind().is_relation() && name.schema == thing.schema && name.name == thing.name
        })
    };
    let chooses = || {
        let mut texts = project.files().map(|(_, text)| text);
        texts.any(|text| thing.types.iter().any(|(schema, name)| is_chosen(text, schema, name)))
    };
    thing.trusted && (thing.form == Form::Type && makes() || chooses())
}
