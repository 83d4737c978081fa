//! Where a text names something without its schema, told by words: nothing is parsed at run time, so what stands in a comment or
//! a string counts, too.

use crate::words::lexeme::{Kind, Lexeme, lexemes, of_word};

/// Characters of operators.
const OPERATOR: &str = "+-*/<>=~!@#%^&|`?";

/// Words that mean operators which do not stand there.
const MEANT: [(&str, &[&str]); 12] = [
    ("=", &["in", "using", "natural", "case", "nullif", "distinct"]),
    ("<>", &["in"]),
    (">=", &["between"]),
    ("<=", &["between"]),
    ("<", &["between"]),
    (">", &["between"]),
    ("~~", &["like"]),
    ("!~~", &["like"]),
    ("~~*", &["ilike"]),
    ("!~~*", &["ilike"]),
    ("~", &["similar"]),
    ("!~", &["similar"]),
];

/// Every word of a text as the server folds it, and whether a dot stands before it.
pub fn words(text: &str) -> impl Iterator<Item = (String, bool)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(of_word)?;
        at = start + text[start..].find(|c| !of_word(c)).unwrap_or(text.len() - start);
        Some((text[start..at].to_ascii_lowercase(), behind_dot(text, start).is_some()))
    })
}

/// Where it has this name, with what follows; none with a schema before it.
pub fn named<'t>(text: &'t str, name: &str) -> impl Iterator<Item = (usize, &'t str)> {
    let found = places(text, name).into_iter().filter(|(start, _)| behind_dot(text, *start).is_none());
    found.map(|(start, end)| (start, text[end..].trim_start_matches('"').trim_start()))
}

/// Whether it has this name with this schema.
pub fn is_chosen(text: &str, schema: &str, name: &str) -> bool {
    let found = places(text, name).into_iter().filter_map(|(start, _)| behind_dot(text, start));
    found.into_iter().any(|before| before.trim_end_matches('"').ends_with(schema))
}

/// Where a query, whose comments and strings are blank, has this name as one of a type or of what is read: behind `::`, in a cast, before
/// a literal or a parenthesis, or among what follows FROM. Where words do not tell, it is one.
pub fn as_type(blank: &str, name: &str) -> Option<usize> {
    named(blank, name).find(|(start, rest)| is_type(&blank[..*start], rest)).map(|(start, _)| start)
}

fn is_type(before: &str, rest: &str) -> bool {
    let before = before.strip_suffix('"').unwrap_or(before).trim_end();
    let begins =
        |begin: &&str| rest.get(..begin.len()).is_some_and(|start| start.eq_ignore_ascii_case(begin));
    if before.ends_with("::") || ["'", "$", "(", "e'", "b'", "x'", "n'", "u&'"].iter().any(begins) {
        return true;
    }
    let word = last_word(before);
    match word.as_str() {
        // An alias, or the type of a cast.
        "as" => opened(before).is_some_and(|outside| CASTS.contains(&last_word(outside).as_str())),
        "" => match before.chars().next_back() {
            Some(',' | '(') => is_read(before),
            Some('\'' | '"') => opened(before).is_some(),
            _ => false,
        },
        word if READS.contains(&word) || word == "returning" => true,
        word if BEFORE_VALUES.contains(&word) => false,
        // Within parentheses it may be the type of a column that is named there; else it is an alias.
        _ => opened(before).is_some(),
    }
}

const CASTS: [&str; 3] = ["cast", "treat", "xmlserialize"];

/// Words before what is read.
const READS: [&str; 5] = ["from", "join", "lateral", "only", "table"];

/// Words before a value.
const BEFORE_VALUES: [&str; 28] = [
    "all",
    "and",
    "any",
    "asymmetric",
    "between",
    "by",
    "case",
    "distinct",
    "else",
    "escape",
    "having",
    "ilike",
    "in",
    "is",
    "like",
    "limit",
    "not",
    "offset",
    "on",
    "or",
    "select",
    "some",
    "symmetric",
    "then",
    "to",
    "when",
    "where",
    "with",
];

/// Words behind which a list holds values.
const LISTS: [&str; 7] = ["by", "having", "limit", "offset", "select", "values", "where"];

/// Whether what stands behind this comma or parenthesis is read: FROM has begun there.
fn is_read(before: &str) -> bool {
    let (mut depth, mut at) = (0, before.len());
    while let Some(last) = before[..at].chars().next_back() {
        let word = last_word(&before[..at]);
        at -= if word.is_empty() { last.len_utf8() } else { word.len() };
        match last {
            ')' => depth += 1,
            '(' if depth > 0 => depth -= 1,
            '(' => {
                let outside = before[..at].trim_end();
                if !outside.ends_with([',', '(']) {
                    return READS.contains(&last_word(outside).as_str());
                }
            }
            _ if depth == 0 && READS.contains(&word.as_str()) => return true,
            _ if depth == 0 && LISTS.contains(&word.as_str()) => return false,
            _ => {}
        }
    }
    false
}

/// What stands before the parenthesis that is open at the end.
fn opened(before: &str) -> Option<&str> {
    let mut depth = 0;
    for (at, c) in before.char_indices().rev() {
        match c {
            ')' => depth += 1,
            '(' if depth == 0 => return Some(before[..at].trim_end()),
            '(' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The word at the end, in small letters.
fn last_word(text: &str) -> String {
    let start =
        text.char_indices().rev().take_while(|(_, c)| of_word(*c)).last().map_or(text.len(), |(at, _)| at);
    text[start..].to_ascii_lowercase()
}

/// A text with blanks in place of its comments, and of what its strings hold.
pub fn blank(text: &str) -> String {
    let pieces = lexemes(text).map(|Lexeme { kind, text, opening, body, .. }| {
        let closing = &text[opening.len() + body.len()..];
        match kind {
            Kind::Comment => " ".repeat(text.len()),
            Kind::Literal => format!("{opening}{}{closing}", " ".repeat(body.len())),
            Kind::Dollars => format!("{opening}{}{closing}", blank(body)),
            _ => text.to_owned(),
        }
    });
    pieces.collect()
}

/// Where it has this operator without a schema, or a word that means it.
pub fn operator(text: &str, symbol: &str) -> Option<usize> {
    let written = runs(text).find(|(at, run)| {
        let qualified = text[..*at].trim_end().ends_with('.');
        !qualified && (run.contains(symbol) || symbol == "<>" && run.contains("!="))
    });
    let (_, meaning) = MEANT.iter().find(|(operator, _)| *operator == symbol).copied().unwrap_or_default();
    let meant = || meaning.iter().filter_map(|word| places(text, word).first().copied()).min();
    written.or_else(|| meant().map(|(at, _)| (at, ""))).map(|(at, _)| at)
}

/// Whether a literal of a row begins somewhere, or one of which that cannot be told.
pub fn has_row(text: &str) -> bool {
    text.match_indices(['\'', '$']).any(|(at, _)| text[at + 1..].trim_start().starts_with(['(', '\\']))
}

/// Whether names can be hidden in escapes.
pub fn has_escapes(text: &str) -> bool {
    text.to_ascii_lowercase().contains("u&\"")
}

/// Where a name stands, in quotes or not, in any case of its letters.
fn places(text: &str, name: &str) -> Vec<(usize, usize)> {
    let (folded, name) = (text.to_ascii_lowercase(), name.to_ascii_lowercase().replace('"', "\"\""));
    let alone = |&(start, end): &(usize, usize)| {
        !folded[..start].ends_with(of_word) && !folded[end..].starts_with(of_word)
    };
    let found = folded.match_indices(&name).map(|(start, found)| (start, start + found.len()));
    found.filter(alone).collect()
}

/// What stands before the dot, where one stands before this place.
fn behind_dot(text: &str, start: usize) -> Option<&str> {
    let before = &text[..start];
    Some(before.strip_suffix('"').unwrap_or(before).trim_end().strip_suffix('.')?.trim_end())
}

fn runs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(|c| OPERATOR.contains(c))?;
        let length = text[start..].find(|c| !OPERATOR.contains(c)).unwrap_or(text.len() - start);
        at = start + length;
        Some((start, &text[start..at]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_where_no_schema_stands_before_it() {
        let found = |text, name| named(text, name).map(|(at, _)| at).collect::<Vec<_>>();
        assert_eq!(
            found("select pick('{1}'), Pick (2), app.pick(3), \"app\" . \"pick\"(4)", "pick"),
            [7, 20]
        );
        assert_eq!(found("select \"pick\"(1), picks(2), a_pick(3)", "pick"), [8]);
        assert_eq!(found("select \"my \"\"own\"\"\"(1)", "my \"own\""), [8]);
        assert_eq!(found("-- 5\" wide\nselect pick(1)", "pick"), [18]);
        assert_eq!(named("pick /**/ (1)", "pick").next().map(|(_, behind)| behind), Some("/**/ (1)"));
    }

    #[test]
    fn a_type_is_found_where_one_can_stand() {
        let found = |text: &str| as_type(&blank(text), "id").is_some();
        for text in [
            "select '(1)'::id",
            "select cast('(1)' as id)",
            "select id '(1)'",
            "select id('(1)')",
            "select \"id\" '(1)'",
            "select id /* */ '(1)'",
            "select 1 from id",
            "select 1 from t, id where id = '(1)'",
            "select 1 from t join id on true",
            "select 1 from (id cross join t)",
            "select 1 from f(1, 2) x, (select 1) y, id",
            "select 1 from f() t(a id, b int)",
            "select id-- '\n'(1)'",
            "select '(1)'::id[]",
            "select 1 from t join u on t.a = u.a, id",
            "select json_value('1', '$' returning id)",
        ] {
            assert!(found(text), "{text}");
        }
        for text in [
            "select id from t",
            "select id, 'a' from t",
            "select a, id, sum(id) from t",
            "select t.id from t",
            "select 1 as id, 'a' from t",
            "select a from t where id = 1 and id in (2) or (id) > 3",
            "select (select 1 as id) from t group by a, id order by id",
            "select a from t join u using (id)",
            "select 'the id' from t -- id 'x'",
            "with id as (select 1) select cast(1 as int)",
            "select case when id then id else id end from t",
            "select 1 + id, f(a, id), count(*) id from t",
        ] {
            assert!(!found(text), "{text}");
        }
    }

    #[test]
    fn an_operator_is_found_by_what_means_it() {
        assert_eq!(operator("a = b", "="), Some(2));
        assert_eq!(operator("a operator(pg_catalog.=) b", "="), None);
        assert_eq!(operator("a in (1)", "="), Some(2));
        assert_eq!(operator("a != b", "<>"), Some(2));
        assert_eq!(operator("inner(a)", "="), None);
        assert_eq!(operator("a -- b", "=="), None);
    }

    #[test]
    fn what_was_chosen_has_its_schema() {
        assert!(is_chosen("c \"mallory\".\"d\"[]", "mallory", "d"));
        assert!(!is_chosen("c d[], mallory.e", "mallory", "d"));
    }

    #[test]
    fn a_literal_of_a_row_begins_with_a_parenthesis() {
        assert!(has_row("'(1)'::t") && has_row("$$ (1)$$::t") && has_row("e'\\050'"));
        assert!(!has_row("select id from t where word in ('a', 'b') and x = any ('{1}')"));
    }
}
