//! The text of one object's file: directives, the statement that makes it, and in groups what is attached.

use super::edges::Edges;
use super::{Known, attached, named};
use crate::read::attached::Attached;
use crate::read::dependent::Thing;
use crate::read::exportable::{Exportable, ExportablePart};
use crate::words::name::{identifier, literal};
use crate::words::object::Kind;

/// The whole text.
pub fn text(known: &Known<'_>, index: usize, edges: &Edges) -> String {
    let object = known.objects[index];
    let nothing = Attached::default();
    let attached = known.attached.get(&object.address).unwrap_or(&nothing);
    let mut text = String::new();
    if edges.early.contains(&index) {
        text.push_str("-- viewkeeper: before-migrations\n");
    }
    text.push_str(&definition(known, object, attached));
    text.push_str(";\n");
    for group in groups(known, object, attached, &edges.stated[index]) {
        text.push('\n');
        for statement in group {
            text.push_str(&statement);
            text.push_str(";\n");
        }
    }
    text
}

/// The statement that makes it.
fn definition(known: &Known<'_>, object: &Exportable, attached: &Attached) -> String {
    let name = named(known.project, &object.schema, &object.name);
    let body = object.definition.trim_end().trim_end_matches(';');
    match object.kind {
        Kind::View => format!("CREATE VIEW {name}{} AS\n{body}", options(attached)),
        Kind::MaterializedView => {
            let method = object.method.as_deref().map(|method| format!(" USING {}", identifier(method)));
            let space =
                object.tablespace.as_deref().map(|space| format!(" TABLESPACE {}", identifier(space)));
            format!(
                "CREATE MATERIALIZED VIEW {name}{}{}{} AS\n{body}{}",
                method.unwrap_or_default(),
                options(attached),
                space.unwrap_or_default(),
                if object.populated { "" } else { "\n  WITH NO DATA" }
            )
        }
        Kind::Aggregate => format!("CREATE AGGREGATE {name}{body}"),
        Kind::Trigger => body.to_owned(),
        Kind::Function | Kind::Procedure => {
            let head = format!("CREATE {} ", object.kind.keyword().to_uppercase());
            let body = body
                .strip_prefix("CREATE OR REPLACE ")
                .map_or(body, |rest| rest.strip_prefix(&head["CREATE ".len()..]).unwrap_or(rest));
            format!("{head}{}", unqualified(known, &object.schema, body))
        }
    }
}

/// ` WITH (security_barrier = true)`.
fn options(attached: &Attached) -> String {
    let told = attached.options.iter().filter_map(|option| {
        let (name, value) = option.split_once('=')?;
        let plain = value.starts_with(|c: char| c.is_ascii_alphabetic())
            && value.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
            || value.bytes().all(|b| b.is_ascii_digit()) && !value.is_empty();
        Some(format!("{name} = {}", if plain { value.to_owned() } else { literal(value) }))
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() { String::new() } else { format!(" WITH ({})", told.join(", ")) }
}

/// A text that begins with a name of this schema, without the schema where it is the project's. The server quotes fewer
/// words than we do.
fn unqualified<'t>(known: &Known<'_>, schema: &str, text: &'t str) -> &'t str {
    if schema != known.project.schema() {
        return text;
    }
    let quoted = format!("{}.", identifier(schema));
    let bare = format!("{schema}.");
    text.strip_prefix(quoted.as_str()).or_else(|| text.strip_prefix(bare.as_str())).unwrap_or(text)
}

/// The statements behind the definition, those of a kind together.
fn groups(known: &Known<'_>, object: &Exportable, attached: &Attached, stated: &[bool]) -> Vec<Vec<String>> {
    let parts = || object.parts.iter().zip(stated).filter(|(_, stated)| **stated).map(|(part, _)| part);
    let of = |kinds: &'static [Thing]| parts().filter(move |part| kinds.contains(&part.kind));
    let all = |kinds: &'static [Thing]| {
        of(kinds).flat_map(|part| statements(known, object, part, attached)).collect()
    };
    let groups: Vec<Vec<String>> = vec![
        attached::fires(known, object, attached).into_iter().collect(),
        all(&[Thing::Index, Thing::Statistics]),
        attached::cluster(known, object, attached, of(&[Thing::Index])).into_iter().collect(),
        all(&[Thing::Default]),
        all(&[Thing::Rule]),
        attached::comments(known, object, attached),
        // The owner's own rights can be revoked only when it is the owner.
        attached::owner(known, object, attached)
            .into_iter()
            .chain(attached::grants(known, object, attached))
            .collect(),
    ];
    groups.into_iter().filter(|group| !group.is_empty()).collect()
}

/// What makes a part, and its comment.
fn statements(
    known: &Known<'_>,
    object: &Exportable,
    part: &ExportablePart,
    attached: &Attached,
) -> Vec<String> {
    let relation = named(known.project, &object.schema, &object.name);
    let text = part.text.trim_end().trim_end_matches(';');
    let comment = attached.comments.iter().find(|comment| {
        let name = match part.kind {
            Thing::Index => &comment.index,
            Thing::Rule => &comment.rule,
            Thing::Statistics => &comment.statistics,
            Thing::Default | Thing::Trigger => &None,
        };
        name.as_ref() == Some(&part.name)
    });
    let (made, called) = match part.kind {
        Thing::Index => {
            (text.to_owned(), format!("INDEX {}", named(known.project, &object.schema, &part.name)))
        }
        Thing::Statistics => {
            let schema = part.schema.as_deref().unwrap_or(&object.schema);
            let head = "CREATE STATISTICS ";
            let rest = text.strip_prefix(head).unwrap_or(text);
            // Its relation stands at the end, without schema wherever the search_path finds it.
            let rest = rest.rsplit_once(" FROM ").map_or(rest, |(rest, _)| rest);
            let made = format!("{head}{} FROM {relation}", unqualified(known, schema, rest));
            (made, format!("STATISTICS {}", named(known.project, schema, &part.name)))
        }
        Thing::Rule => (text.to_owned(), format!("RULE {} ON {relation}", identifier(&part.name))),
        Thing::Default | Thing::Trigger => {
            let kind = object.kind.keyword().to_uppercase();
            let column = identifier(&part.name);
            (format!("ALTER {kind} {relation} ALTER COLUMN {column} SET DEFAULT {text}"), String::new())
        }
    };
    let comment = comment.map(|comment| attached::on(&called, &comment.text));
    std::iter::once(made).chain(comment).collect()
}
