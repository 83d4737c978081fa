//! What belongs to an object beside its definition: what its file states, and what somebody else put on it.

pub mod own;
pub mod put_back;
pub mod searched;

pub use self::own::{keep_clones, keep_fires, keep_options, kept};
pub use self::put_back::{lost, of_name, put_back, put_back_last, renamed, take_back};
pub use self::searched::{Searched, early_parts, late, searched, searched_first};
use crate::decide::attached::indexes::{in_the_way, step_aside};
use crate::decide::plan::object_decision::ObjectDecision;
use crate::decide::plan::script::Sql;
use crate::decide::plan::splice::with_places;
use crate::set::bundle::Attachment;
use crate::set::project::Object;
use crate::words::attachment::{Says, Subject};
use crate::words::facet::Facet;
use crate::words::lexeme::lexemes;
use crate::words::name::Name;
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
            | Facet::Cluster
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

/// How many bytes `create` or `create or replace` takes at the start of a text, with the space behind it.
fn without_create(text: &str) -> Option<usize> {
    let words: Vec<_> = lexemes(text).filter(|lexeme| !lexeme.is_blank()).take(4).collect();
    let begins = |said: &[&str]| said.iter().zip(&words).all(|(word, lexeme)| lexeme.is_word(word));
    let skipped = if begins(&["create", "or", "replace"]) { 3 } else { 1 };
    let last = words.get(skipped - 1).filter(|_| begins(&["create"]) && words.len() > skipped)?;
    Some(text.len() - text[last.at + last.text.len()..].trim_start().len())
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
