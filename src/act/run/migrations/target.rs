//! What a statement drops with CASCADE, as far as its words say so: for a plan, which runs nothing.

use serde::Serialize;

use super::cascade::{actions, name_after, name_in_action, name_of_altered};
use crate::words::lexeme::{Kind, Lexeme, lexemes};

/// Something that is dropped with CASCADE.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Target {
    /// `relation`, `column`, `constraint`, `type`, `schema` or `routine`.
    pub what: &'static str,
    /// As the text writes it.
    pub name: String,
    /// The column or constraint, without quotes.
    pub part: Option<String>,
}

/// What a statement drops, which has the word CASCADE.
pub fn targets(statement: &str) -> Vec<Target> {
    let pieces: Vec<Lexeme<'_>> = lexemes(statement).filter(|piece| !piece.is_blank()).collect();
    match pieces.first() {
        Some(first) if first.is_word("drop") => dropped(&pieces),
        Some(first) if first.is_word("alter") => altered(&pieces),
        _ => Vec::new(),
    }
}

fn dropped(pieces: &[Lexeme<'_>]) -> Vec<Target> {
    let Some(kind) = pieces.get(1) else { return Vec::new() };
    let what = match kind.text.to_ascii_lowercase().as_str() {
        "table" | "view" | "materialized" | "foreign" | "sequence" | "index" => "relation",
        "type" | "domain" => "type",
        "schema" => "schema",
        "function" | "procedure" | "routine" | "aggregate" => "routine",
        _ => return Vec::new(),
    };
    let names = pieces.get(name_after(pieces)..pieces.len() - 1).unwrap_or_default();
    actions(names).into_iter().map(|name| Target { what, name: written(name), part: None }).collect()
}

fn altered(pieces: &[Lexeme<'_>]) -> Vec<Target> {
    let Some((name, rest)) = name_of_altered(pieces) else { return Vec::new() };
    let target = |action: &[Lexeme<'_>]| {
        let is = |at: usize, word: &str| action.get(at).is_some_and(|piece| piece.is_word(word));
        if !is(0, "drop") || !action.last().is_some_and(|last| last.is_word("cascade")) {
            return None;
        }
        let what = if is(1, "constraint") { "constraint" } else { "column" };
        let piece = action.get(name_in_action(action))?;
        let part = if piece.kind == Kind::Name { piece.value() } else { piece.text.to_lowercase() };
        Some(Target { what, name: written(name), part: Some(part) })
    };
    actions(rest).into_iter().filter_map(target).collect()
}

/// As a text writes it, with a blank between two words.
fn written(pieces: &[Lexeme<'_>]) -> String {
    let mut text = String::new();
    for (place, piece) in pieces.iter().enumerate() {
        let apart = place > 0 && piece.kind == Kind::Word && pieces[place - 1].kind == Kind::Word;
        text.push_str(if apart { " " } else { "" });
        text.push_str(piece.text);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_is_read_from_the_words() {
        for (text, expected) in [
            ("drop table if exists a.t, \"U x\" cascade", "relation a.t, relation \"U x\""),
            ("drop materialized view m cascade", "relation m"),
            (
                "drop function f(double precision, int), g cascade",
                "routine f(double precision,int), routine g",
            ),
            ("drop domain d cascade", "type d"),
            ("drop schema s cascade", "schema s"),
            ("drop trigger g on t cascade", ""),
            (
                "alter table if exists only a.t drop column A cascade, drop b, drop constraint if exists \"C\" cascade",
                "column a.t a, constraint a.t C",
            ),
            ("alter table t drop a cascade", "column t a"),
            ("alter table t add b int references u on delete cascade", ""),
            ("drop", ""),
        ] {
            let found = targets(text).into_iter().map(|target| {
                [target.what, &target.name, target.part.as_deref().unwrap_or("")]
                    .join(" ")
                    .trim_end()
                    .to_owned()
            });
            assert_eq!(found.collect::<Vec<_>>().join(", "), expected, "{text}");
        }
    }
}
