//! What a statement may take away beside what it names: CASCADE stands in it, or it runs what cannot be read here.

use std::borrow::Cow;

use crate::words::lexeme::{Kind, Lexeme, lexemes};
use crate::words::span::Span;

/// How far a statement reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// To what it names.
    Named,
    /// It drops something with CASCADE, and these are the words.
    Cascade(Vec<Span>),
    /// It runs code that may drop anything: a block, a routine, something prepared.
    Code,
}

impl Reach {
    pub fn of(statement: &str) -> Self {
        let pieces: Vec<Lexeme<'_>> = lexemes(statement).filter(|piece| !piece.is_blank()).collect();
        let Some(first) = pieces.first() else { return Reach::Named };
        let words = match first.text.to_ascii_lowercase().as_str() {
            "do" | "call" | "select" | "with" | "execute" | "values" => return Reach::Code,
            "drop" => last_word(&pieces, name_after(&pieces)).into_iter().collect(),
            "alter" => of_alter(&pieces),
            _ => Vec::new(),
        };
        match words.is_empty() {
            true => Reach::Named,
            false => Reach::Cascade(words),
        }
    }

    /// The statement without the words, each place as it was.
    pub fn within<'s>(&self, statement: &'s str) -> Cow<'s, str> {
        let Reach::Cascade(words) = self else { return Cow::Borrowed(statement) };
        let mut text = statement.to_owned();
        for word in words {
            text.replace_range(word.start..word.end, &" ".repeat(word.end - word.start));
        }
        Cow::Owned(text)
    }
}

/// A file without the words of its statements.
pub fn file_within<'f>(file: &'f str, statements: &[Span]) -> Cow<'f, str> {
    let mut text = Cow::Borrowed(file);
    for span in statements {
        let statement = file.get(span.start..span.end).unwrap_or("");
        if let within @ Cow::Owned(_) = Reach::of(statement).within(statement) {
            text.to_mut().replace_range(span.start..span.end, &within);
        }
    }
    text
}

/// CASCADE at the end of these pieces, where it stands behind the place of the first name.
fn last_word(pieces: &[Lexeme<'_>], name: usize) -> Option<Span> {
    let last = pieces.len().checked_sub(1)?;
    let word = pieces[last];
    (word.is_word("cascade") && last > name).then(|| Span { start: word.at, end: word.at + word.text.len() })
}

fn is(pieces: &[Lexeme<'_>], at: usize, words: &[&str]) -> bool {
    pieces.get(at).is_some_and(|piece| words.iter().any(|word| piece.is_word(word)))
}

/// Behind IF EXISTS, where it stands at this place.
fn if_exists(pieces: &[Lexeme<'_>], at: usize) -> usize {
    if is(pieces, at, &["if"]) && is(pieces, at + 1, &["exists"]) { at + 2 } else { at }
}

/// The place of the first name in a DROP.
pub fn name_after(pieces: &[Lexeme<'_>]) -> usize {
    let words = match () {
        () if is(pieces, 1, &["foreign"]) && is(pieces, 2, &["data"]) => 3,
        () if is(pieces, 1, &["text"]) => 3,
        () if is(pieces, 1, &["operator"]) && is(pieces, 2, &["class", "family"]) => 2,
        () if is(
            pieces,
            1,
            &["materialized", "foreign", "event", "access", "owned", "user", "procedural"],
        ) =>
        {
            2
        }
        () => 1,
    };
    if_exists(pieces, 1 + words)
}

/// The place of the name in an action that drops a column, a constraint or an attribute.
pub fn name_in_action(action: &[Lexeme<'_>]) -> usize {
    if_exists(action, if is(action, 1, &["column", "constraint", "attribute"]) { 2 } else { 1 })
}

/// The name of what an ALTER alters, and what is done to it.
pub fn name_of_altered<'p, 't>(pieces: &'p [Lexeme<'t>]) -> Option<(&'p [Lexeme<'t>], &'p [Lexeme<'t>])> {
    let kind = if is(pieces, 1, &["foreign", "materialized"]) { 2 } else { 1 };
    let start = if_exists(pieces, 1 + kind);
    let start = if is(pieces, start, &["only"]) { start + 1 } else { start };
    let mut end = start + 1;
    while pieces.get(end).is_some_and(|piece| piece.kind == Kind::Sign && piece.text == ".") {
        end += 2;
    }
    let rest = pieces.get(end..)?;
    let star = rest.first().is_some_and(|piece| piece.text == "*");
    Some((&pieces[start..end], &rest[usize::from(star)..]))
}

/// What stands between the commas that are in no brackets.
pub fn actions<'p, 't>(pieces: &'p [Lexeme<'t>]) -> Vec<&'p [Lexeme<'t>]> {
    let mut depth = 0_usize;
    let comma = |piece: &Lexeme<'_>| {
        match (piece.kind, piece.text) {
            (Kind::Sign, "(") => depth += 1,
            (Kind::Sign, ")") => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && piece.kind == Kind::Sign && piece.text == ","
    };
    pieces.split(comma).filter(|action| !action.is_empty()).collect()
}

/// The words of an ALTER that drops columns, constraints or attributes. ON DELETE CASCADE is another word, and so is that
/// behind ADD, ALTER and RENAME of an attribute, which takes nothing away.
fn of_alter(pieces: &[Lexeme<'_>]) -> Vec<Span> {
    let Some((_, rest)) = name_of_altered(pieces) else { return Vec::new() };
    let dropping = actions(rest).into_iter().filter(|action| action[0].is_word("drop"));
    dropping.filter_map(|action| last_word(action, name_in_action(action))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_drops_with_cascade_is_told_from_what_only_says_the_word() {
        for (text, within) in [
            ("drop table if exists a.t, u CASCADE", Some("drop table if exists a.t, u        ")),
            ("drop/* x */view v cascade -- y", Some("drop/* x */view v         -- y")),
            ("drop function f(int), g(text) cascade", Some("drop function f(int), g(text)        ")),
            ("drop text search parser p cascade", Some("drop text search parser p        ")),
            ("drop table type cascade", Some("drop table type        ")),
            ("drop owned by r cascade", Some("drop owned by r        ")),
            (
                "alter table t drop column a cascade, add b int references u on delete cascade, drop if exists c cascade",
                Some(
                    "alter table t drop column a        , add b int references u on delete cascade, drop if exists c        ",
                ),
            ),
            ("alter table only t drop a cascade", Some("alter table only t drop a        ")),
            ("alter type y drop attribute a cascade", Some("alter type y drop attribute a        ")),
            ("alter domain d drop constraint c cascade", Some("alter domain d drop constraint c        ")),
            ("alter table \"drop\" add foreign key (a) references t (a) on update cascade", None),
            ("alter type y add attribute a int cascade", None),
            ("alter table t drop cascade", None),
            ("alter table t drop column if exists cascade", None),
            ("drop table cascade", None),
            ("drop materialized view if exists cascade", None),
            ("drop view \"cascade\"", None),
            ("drop view v -- cascade", None),
            ("truncate t cascade", None),
            ("create extension x cascade", None),
            ("revoke select on t from r cascade", None),
            ("", None),
        ] {
            let reach = Reach::of(text);
            let found = matches!(reach, Reach::Cascade(_)).then(|| reach.within(text).into_owned());
            assert_eq!(found.as_deref(), within, "{text}");
            assert!(found.is_some() || reach == Reach::Named, "{text}");
        }
        for text in ["do $$ begin end $$", " -- x\nSELECT f()", "call p()", "with x as (select 1) select 2"] {
            assert_eq!(Reach::of(text), Reach::Code, "{text}");
        }
    }

    #[test]
    fn a_file_keeps_its_places() {
        let file = "é;drop view v cascade;x;drop view w cascade";
        let spans = [(0, 2), (3, 22), (23, 24), (25, 44)].map(|(start, end)| Span { start, end });
        assert_eq!(file_within(file, &spans), "é;drop view v        ;x;drop view w        ");
        assert!(matches!(file_within("truncate t cascade", &[Span { start: 0, end: 18 }]), Cow::Borrowed(_)));
    }
}
