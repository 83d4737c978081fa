//! What belongs to an object beside its definition: what its file states, and what somebody else put on it.

use std::fmt::Display;

use super::indexes::{in_the_way, step_aside};
use super::ownership::{Fate, Ownership};
use super::reconciled::Removed;
use crate::decide::plan::findings::Findings;
use crate::decide::plan::object_decision::ObjectDecision;
use crate::decide::plan::script::Sql;
use crate::decide::plan::splice::with_places;
use crate::read::dependent::{Act, Dependent, Part, Thing};
use crate::read::session::OURS;
use crate::set::bundle::Attachment;
use crate::set::project::Object;
use crate::words::attachment::{Fires, Says, Subject};
use crate::words::facet::Facet;
use crate::words::name::{Name, identifier, literal};
use crate::words::object::Kind;
use crate::words::span::Span;
use crate::words::verb::Verb;

/// When a statement beside the definition can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belonging {
    /// Once the object is there.
    Plain,
    /// Once a materialized view is filled: indexes, statistics.
    Built,
    /// Once everything that it may name is there.
    Rules,
}

impl Belonging {
    fn of(facet: &Facet) -> Self {
        match facet {
            Facet::Rule(_) | Facet::Comment(Subject::Rule(_)) => Belonging::Rules,
            Facet::Index(_)
            | Facet::Statistics(_)
            | Facet::Comment(Subject::Index(_) | Subject::Statistics(_)) => Belonging::Built,
            Facet::Comment(Subject::Whole | Subject::Column(_))
            | Facet::Owner
            | Facet::Grants
            | Facet::Option(_)
            | Facet::Default(_)
            | Facet::Fires => Belonging::Plain,
        }
    }
}

/// The statements of the file beside the definition: all of them for an object that is made, else those that state what
/// is not so. A rule is replaced where it exists. `name`: where the object is now.
pub fn attachments(object: Object<'_>, decision: &ObjectDecision<'_>, name: &Name) -> Vec<(Belonging, Sql)> {
    let only = match (decision.verb, decision.look) {
        (Verb::Attach, Some(look)) => Some(look.reconciled.statements()),
        _ => None,
    };
    let all = object.data().attachments.iter().enumerate();
    all.filter(|(place, _)| only.as_ref().is_none_or(|only| only.contains(place)))
        .filter(|(_, attachment)| decision.verb == Verb::Attach || !is_of_definition(object, attachment))
        .flat_map(|(place, attachment)| {
            let belonging = Facet::of(&attachment.says).first().map_or(Belonging::Plain, Belonging::of);
            let own = |sql: String| Sql::of(object).generated(&sql, attachment.span.start);
            let (before, after) = match in_the_way(decision, place) {
                Some(stands) => (vec![step_aside(object, place, stands)], stands.keeps.clone()),
                None => (Vec::new(), Vec::new()),
            };
            let file = statement(object, attachment, name);
            let all = before.into_iter().map(own).chain([file]).chain(after.into_iter().map(own));
            all.map(|sql| (belonging, sql)).collect::<Vec<_>>()
        })
        .collect()
}

/// The options of a materialized view, which stand in its definition.
fn is_of_definition(object: Object<'_>, attachment: &Attachment) -> bool {
    let (inner, outer) = (attachment.span, object.data().statement);
    outer.start <= inner.start && inner.end <= outer.end
}

fn statement(object: Object<'_>, attachment: &Attachment, name: &Name) -> Sql {
    let (start, end) = (attachment.span.start, attachment.span.end);
    if is_of_definition(object, attachment) {
        let head = format!("alter {} {name} set ", object.kind());
        return Sql::of(object).generated(&head, start).verbatim(object, start, end);
    }
    let rest = match attachment.says {
        Says::Rule { .. } => without_create(object.slice(attachment.span)),
        _ => None,
    };
    let (sql, from) = match rest {
        Some(skipped) => (Sql::of(object).generated("create or replace ", start), start + skipped),
        None => (Sql::of(object), start),
    };
    if *name == object.name() || object.kind() == Kind::Trigger {
        return sql.verbatim(object, from, end);
    }
    // What the statement creates or names beside the object itself is where the object is.
    let (created, target) = match &attachment.says {
        Says::Comment { on: Subject::Index(part) | Subject::Statistics(part), .. } => {
            (None, Name::new(name.schema.as_str(), part.as_str()))
        }
        Says::Statistics { name: created, .. } => {
            (Some(Name::new(name.schema.as_str(), created.as_str())), name.clone())
        }
        _ => (None, name.clone()),
    };
    let created = attachment.created.zip(created);
    let places = std::iter::once((attachment.target, target)).chain(created);
    let places = places.map(|(span, name)| (span, name.to_string())).collect();
    with_places(sql, object, Span { start: from, end }, places)
}

/// A statement that names an object where it belongs, about the same object where it is (`to`).
pub fn renamed(mut statement: String, from: &Name, to: &Name) -> String {
    if from == to {
        return statement;
    }
    let (old, new) = (from.to_string(), to.to_string());
    // Not within a longer name.
    let ends = |at: usize| {
        let behind = statement[at + old.len()..].chars().next();
        behind.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '$')
    };
    let found = statement.match_indices(&old).map(|(at, _)| at).find(|&at| ends(at));
    if let Some(at) = found {
        statement.replace_range(at..at + old.len(), &new);
    }
    statement
}

/// What takes back what the text that we applied last stated and the file states no more. A definition resets the options
/// itself, and a rebuilt object comes without what [`put_back`] leaves out. A created one has something to take back when it
/// stepped aside (`dependent`).
pub fn take_back(
    findings: &Findings<'_>,
    object: Object<'_>,
    decision: &ObjectDecision<'_>,
    dependent: Option<&Dependent>,
) -> Vec<String> {
    let made = matches!(decision.verb, Verb::Rebuild | Verb::Create);
    let columns = findings.comparison.columns.get(&object.index()).filter(|_| made);
    let has_column = |one: &Removed| match (&one.column, columns) {
        (Some(column), Some(columns)) => columns.contains(column),
        _ => true,
    };
    let is_dependent = |one: &Removed| match (&one.role, dependent) {
        (Some(role), Some(dependent)) => {
            dependent.script.parts.iter().any(|part| part.to.as_ref() == Some(role))
        }
        _ => dependent.is_some(),
    };
    let put_back = |one: &Removed| {
        matches!(one.facet, Facet::Grants | Facet::Comment(Subject::Whole | Subject::Column(_)))
            && has_column(one)
    };
    let back = decision.look.map_or(&[][..], |look| &look.reconciled.removed);
    back.iter()
        .filter(|one| match decision.verb {
            Verb::Attach => true,
            Verb::Replace => !matches!(one.facet, Facet::Option(_)),
            Verb::Rebuild => put_back(one),
            Verb::Create => put_back(one) && is_dependent(one),
            _ => false,
        })
        .map(|one| one.sql.clone())
        .collect()
}

/// How many bytes `create` or `create or replace` takes at the start of a text, with the space behind it.
fn without_create(text: &str) -> Option<usize> {
    let created = skip_word(text, 0, "create")?;
    let replaced = skip_word(text, created, "or").and_then(|or| skip_word(text, or, "replace"));
    Some(replaced.unwrap_or(created))
}

/// The place of the next word, when this word stands here.
fn skip_word(text: &str, at: usize, word: &str) -> Option<usize> {
    let rest = text.get(at..)?;
    let head = rest.get(..word.len())?;
    let behind = &rest[word.len()..];
    let whole = head.eq_ignore_ascii_case(word) && behind.starts_with(char::is_whitespace);
    whole.then(|| text.len() - behind.trim_start().len())
}

/// What belonged to an object that was dropped, as far as the new one can carry it. Rules, defaults, indexes and statistics
/// that a text of ours stated come from the file, or come no more.
pub fn put_back<'a>(
    findings: &Findings<'_>,
    object: Object<'_>,
    decision: &ObjectDecision<'_>,
    dependent: &'a Dependent,
) -> impl Iterator<Item = &'a Part> {
    let ownership = Ownership::new(object, decision);
    let columns = findings.comparison.columns.get(&object.index()).cloned();
    dependent.script.parts.iter().filter(move |part| {
        let own_option = part.option.as_ref().is_none_or(|option| !ownership.options.contains(option));
        let has_column = match (&part.column, &columns) {
            (Some(column), Some(columns)) => columns.contains(column),
            _ => true,
        };
        own_option && has_column && ownership.fate(part) == Fate::Kept
    })
}

/// What is put back after the statements of the file: somebody's own comments on what these make, and the like.
pub fn put_back_last<'a>(
    object: Object<'_>,
    decision: &ObjectDecision<'_>,
    dependent: &'a Dependent,
) -> impl Iterator<Item = &'a Part> {
    let ownership = Ownership::new(object, decision);
    dependent.script.parts.iter().filter(move |part| ownership.fate(part) == Fate::Last)
}

/// The somebody's own options that a new definition does not lose, for the report.
pub fn kept(
    findings: &Findings<'_>,
    object: Object<'_>,
    decision: &ObjectDecision<'_>,
    dependent: Option<&Dependent>,
) -> Option<String> {
    let ownership = Ownership::new(object, decision);
    let parts = dependent
        .into_iter()
        .flat_map(|dependent| &dependent.script.parts)
        .filter_map(|part| part.option.as_deref());
    let known = findings.comparison.options.get(&object.index()).map_or(&[][..], Vec::as_slice);
    let value =
        |name: &str| known.iter().filter_map(|option| option.split_once('=')).find(|(key, _)| *key == name);
    let live: Vec<&str> = match decision.verb {
        Verb::Replace => known.iter().filter_map(|option| Some(option.split_once('=')?.0)).collect(),
        Verb::Rebuild => parts.collect(),
        _ => return None,
    };
    let kept: Vec<String> = live
        .into_iter()
        .filter(|name| !ownership.options.iter().any(|stated| stated == name))
        .map(|name| value(name).map_or_else(|| name.to_owned(), |(name, value)| format!("{name} = {value}")))
        .collect();
    (!kept.is_empty()).then(|| format!("keeps {}, which its file does not state", kept.join(" and ")))
}

/// CREATE OR REPLACE VIEW sets the options to exactly what its text states. Those that no text of ours stated are
/// somebody's own, and are set again.
pub fn keep_options(
    findings: &Findings<'_>,
    object: Object<'_>,
    decision: &ObjectDecision<'_>,
) -> Vec<String> {
    let stated = &object.data().options;
    let before = decision.look.and_then(|look| look.record).map_or(&[][..], |record| &record.stated.options);
    let options = findings.comparison.options.get(&object.index()).filter(|_| object.kind() == Kind::View);
    options
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .filter_map(|option| option.split_once('='))
        .filter(|(key, _)| !stated.iter().chain(before).any(|stated| stated == key))
        .map(|(key, value)| {
            format!("alter view {} set ({} = {})", object.name(), identifier(key), literal(value))
        })
        .collect()
}

/// What puts back the parts of a foreign object that come last, and how each is searched. A materialized view is filled with
/// its own schema before the project's `path`: functions that it calls may name what is beside it.
pub fn late(dependent: &Dependent, path: &str) -> Vec<(Searched, String)> {
    let late = dependent.script.parts.iter().filter(|part| part.late);
    late.map(|part| match part.act == Act::Refresh {
        true => {
            let schema = identifier(&Name::displayed(&dependent.identity).schema);
            let refresh = &part.statement;
            let filled = format!(
                "set local search_path to {schema}, {path}; {refresh}; set local search_path to {OURS}"
            );
            (Searched::AsDeparsed, filled)
        }
        false => (searched(dependent, part), part.statement.clone()),
    })
    .collect()
}

/// Where a statement's names are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Searched {
    /// Under the search_path under which its text was made. There a function that somebody else made cannot come before one of
    /// the server's that takes any type.
    AsDeparsed,
    /// Under the project's: the server runs what it calls at once, and that may search for names.
    AsProject,
}

impl Searched {
    /// The statement that sets it, where this is the project's path.
    pub fn set(self, path: &str) -> String {
        let path = if self == Searched::AsDeparsed { OURS } else { path };
        format!("set local search_path to {path}")
    }
}

/// Where the names in a dependent's definition are searched.
pub fn searched_first(dependent: &Dependent) -> Searched {
    match ["table column", "index"].contains(&dependent.kind.as_str()) && !dependent.exact {
        true => Searched::AsProject,
        false => Searched::AsDeparsed,
    }
}

/// Where the names in a statement that puts something back are searched.
pub fn searched(dependent: &Dependent, part: &Part) -> Searched {
    let is_index = part.about.as_ref().is_some_and(|about| about.kind == Thing::Index) && !dependent.exact;
    match is_index || part.act == Act::Validate || part.is_of_rows() {
        true => Searched::AsProject,
        false => Searched::AsDeparsed,
    }
}

/// What belonged to an object that had another name when it was dropped, or to a routine with other argument types, for the one
/// that its file makes.
pub fn of_name(mut dependent: Dependent, name: &impl Display) -> Dependent {
    for part in &mut dependent.script.parts {
        part.statement = part.on(&dependent.kind, name);
    }
    dependent
}

/// What puts back the parts of an object that come with it.
pub fn early_parts(dependent: &Dependent) -> impl Iterator<Item = &Part> {
    dependent.script.parts.iter().filter(|part| !part.late)
}

/// CREATE OR REPLACE TRIGGER makes it fire again. What somebody made of that stays, unless the file says it.
pub fn keep_fires(object: Object<'_>, decision: &ObjectDecision<'_>) -> Option<String> {
    let stated = object.data().attachments.iter().any(|one| matches!(one.says, Says::Fires { .. }));
    let fires = decision.look?.live?.fires.filter(|_| !stated)?;
    let word = match fires {
        Fires::Origin => return None,
        Fires::Never => "disable",
        Fires::Replica => "enable replica",
        Fires::Always => "enable always",
    };
    let identity = object.identity();
    Some(format!("alter table {} {word} trigger {}", identity.on()?, identifier(&identity.name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_made_replaceable_whatever_it_began_with() {
        assert_eq!(without_create("create rule r"), Some(7));
        assert_eq!(without_create("CREATE  OR\n REPLACE rule r"), Some(20));
        assert_eq!(without_create("create order"), Some(7));
    }
}
