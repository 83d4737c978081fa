//! A part of a definition, with other names in the place of those of some objects.

use super::script::Sql;
use crate::set::bundle::Reference;
use crate::set::project::Object;
use crate::words::name::is_keyword;
use crate::words::span::Span;

/// Adds a part of an object's file. `named` gives the text that stands in the place of a reference, where it is not kept.
/// What a routine takes FROM CURRENT as its search_path is the project's, wherever and with whatever settings it is made.
pub fn splice(
    mut sql: Sql,
    object: Object<'_>,
    part: Span,
    named: impl Fn(&Reference) -> Option<String>,
) -> Sql {
    let routine = object.data().routine.as_ref();
    let path = routine.and_then(|routine| routine.path_from_current);
    let path = path.map(|span| (span, Some(format!("to {}", object.project().search_path()))));
    let references = object.data().references.iter();
    let mut places: Vec<(Span, Option<String>)> =
        references.map(|reference| (reference.span, named(reference))).chain(path).collect();
    places.sort_by_key(|(span, _)| span.start);
    let mut from = part.start;
    for (span, text) in places {
        // A call can mean several routines, and is here once for each.
        if span.start < from || span.end > part.end {
            continue;
        }
        if let Some(text) = text {
            sql = sql.verbatim(object, from, span.start).generated(&text, span.start);
            from = span.end;
        }
    }
    sql.verbatim(object, from, part.end)
}

/// Adds a part of an object's file with these texts in these places.
pub fn with_places(mut sql: Sql, object: Object<'_>, part: Span, mut places: Vec<(Span, String)>) -> Sql {
    places.sort_by_key(|(span, _)| span.start);
    let mut from = part.start;
    for (span, text) in places {
        sql = sql.verbatim(object, from, span.start).generated(&text, span.start);
        from = span.end;
    }
    sql.verbatim(object, from, part.end)
}

/// Whether a name in FROM is followed by an alias, or by something that cannot have one: then none is needed.
pub fn has_alias(behind: &str) -> bool {
    let behind = behind.trim_start();
    let end = behind.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '"').unwrap_or(behind.len());
    let word = behind[..end].to_lowercase();
    behind.starts_with('.') || word == "as" || (!word.is_empty() && !is_keyword(&word))
}
