//! Where a text names something without its schema, told by words: nothing is parsed at run time, so what stands in a comment or
//! a string counts, too.

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
        let start = at + text[at..].find(of_name)?;
        at = start + text[start..].find(|c| !of_name(c)).unwrap_or(text.len() - start);
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

fn of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$') || !c.is_ascii()
}

/// Where a name stands, in quotes or not, in any case of its letters.
fn places(text: &str, name: &str) -> Vec<(usize, usize)> {
    let (folded, name) = (text.to_ascii_lowercase(), name.to_ascii_lowercase().replace('"', "\"\""));
    let alone = |&(start, end): &(usize, usize)| {
        !folded[..start].ends_with(of_name) && !folded[end..].starts_with(of_name)
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
