//! Names of database objects and the one place where SQL is quoted.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A schema-qualified name. Its display form is quoted where PostgreSQL needs quotes, so it can stand in SQL and in
/// messages alike: `app."Gene Scores"`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Name {
    /// The schema.
    pub schema: String,
    /// The name within the schema, unquoted.
    pub name: String,
}

impl Name {
    /// A name from its two parts, unquoted.
    pub fn new(schema: impl Into<String>, name: impl Into<String>) -> Self {
        Name { schema: schema.into(), name: name.into() }
    }

    /// The name that was displayed so, as it stands in the ledger.
    #[cfg(feature = "run")]
    pub fn displayed(text: &str) -> Self {
        let mut parts = vec![String::new()];
        let mut quoted = false;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let last = parts.len() - 1;
            match c {
                '"' if quoted && chars.peek() == Some(&'"') => {
                    chars.next();
                    parts[last].push('"');
                }
                '"' => quoted = !quoted,
                '.' if !quoted => parts.push(String::new()),
                c => parts[last].push(c),
            }
        }
        let name = parts.pop().unwrap_or_default();
        Name::new(parts.pop().unwrap_or_default(), name)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", identifier(&self.schema), identifier(&self.name))
    }
}

/// PostgreSQL cuts identifiers to this many bytes.
#[cfg(feature = "build")]
pub const MAX_BYTES: usize = 63;

/// Quotes an identifier where it needs quotes. Words that are keywords in some places are quoted too: a quoted word is
/// never wrong.
pub fn identifier(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && KEYWORDS.binary_search(&name).is_err();
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// Quotes a text as a literal that means the same under either setting of `standard_conforming_strings`, and in a file whose line
/// ends somebody changes.
#[cfg(feature = "run")]
pub fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    match text.contains(['\\', '\r']) {
        true => format!(" E'{}'", quoted.replace('\\', "\\\\").replace('\r', "\\r")),
        false => format!("'{quoted}'"),
    }
}

/// Whether PostgreSQL would not take a word for a name everywhere.
#[cfg(feature = "run")]
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.binary_search(&word).is_ok()
}

/// Every keyword that `quote_ident` of PostgreSQL 14 to 18 quotes (all but the unreserved ones), sorted.
const KEYWORDS: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "inout",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "merge_action",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
];

/// A dollar quote that does not stand in the text.
#[cfg(feature = "tool")]
pub fn dollar(text: &str, word: &str) -> String {
    let numbers = (2..).map(|number| format!("${word}_{number}$"));
    let mut quotes = std::iter::once(format!("${word}$")).chain(numbers);
    quotes.find(|quote| !text.contains(quote.as_str())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_stay_bare_and_others_are_quoted() {
        let cases = [
            ("genes", "genes"),
            ("_x1", "_x1"),
            ("1x", "\"1x\""),
            ("Genes", "\"Genes\""),
            ("gène", "\"gène\""),
            ("a\"b", "\"a\"\"b\""),
            ("user", "\"user\""),
            ("", "\"\""),
        ];
        for (name, quoted) in cases {
            assert_eq!(identifier(name), quoted);
        }
        assert_eq!(Name::new("app", "Gene Scores").to_string(), "app.\"Gene Scores\"");
    }

    #[test]
    #[cfg(feature = "run")]
    fn a_displayed_name_comes_apart_as_it_was_put_together() {
        for name in [Name::new("app", "v"), Name::new("a.b", "Gene \"x\" Scores")] {
            assert_eq!(Name::displayed(&name.to_string()), name);
        }
    }

    #[test]
    fn keywords_are_sorted_because_they_are_searched_by_halves() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    #[cfg(feature = "run")]
    fn literals_survive_quotes_and_backslashes() {
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal(r"a\'b"), r" E'a\\''b'");
    }
}
