//! Names as they are written: where they stand, and what PostgreSQL makes of them.

use std::fmt;

use squawk_syntax::{SyntaxKind, SyntaxNode, ast};

use crate::words::name::identifier;
use crate::words::span::Span;

/// A name with or without a schema, unquoted and folded as PostgreSQL does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The schema, if written.
    pub schema: Option<String>,
    /// The name.
    pub name: String,
    /// Where it stands, with its schema.
    pub span: Span,
}

/// Quoted where PostgreSQL needs quotes.
impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{}.", identifier(schema))?;
        }
        f.write_str(&identifier(&self.name))
    }
}

impl Written {
    /// The name that a path, or a chain of field selections, spells. A database before the schema is left out: it can
    /// only be the current one.
    pub fn of(node: &SyntaxNode) -> Option<Self> {
        let mut parts: Vec<String> = segments(node).map(|segment| folded(&segment)).collect();
        let name = parts.pop()?;
        Some(Written { schema: parts.pop(), name, span: span(node) })
    }

    /// The relation of a column name: all parts but the last.
    pub fn of_column(node: &SyntaxNode) -> Option<Self> {
        let segments: Vec<SyntaxNode> = segments(node).collect();
        let (_, relation) = segments.split_last()?;
        let (name, before) = relation.split_last()?;
        let first = before.last().unwrap_or(name);
        Some(Written {
            schema: before.last().map(folded),
            name: folded(name),
            span: Span { start: span(first).start, end: span(name).end },
        })
    }

    /// Reads a name from plain text, such as a directive's or a string's: `app."Gene Scores"`. None when it is not one.
    pub fn read(text: &str, start: usize) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        loop {
            let length = if rest.starts_with('"') {
                quoted_length(rest)?
            } else {
                rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len())
            };
            if length == 0 || rest.starts_with(|c: char| c.is_ascii_digit()) {
                return None;
            }
            parts.push(fold(&rest[..length]));
            rest = match rest[length..].strip_prefix('.') {
                Some(rest) => rest,
                None if length == rest.len() => break,
                None => return None,
            };
        }
        let name = parts.pop()?;
        Some(Written { schema: parts.pop(), name, span: Span { start, end: start + text.len() } })
    }
}

/// The bytes of a node.
pub fn span(node: &SyntaxNode) -> Span {
    let range = node.text_range();
    Span { start: range.start().into(), end: range.end().into() }
}

/// An identifier as PostgreSQL reads it. It folds only ASCII letters in every multi-byte encoding, so `É` stays.
pub fn fold(text: &str) -> String {
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => text.to_ascii_lowercase(),
    }
}

/// An identifier's node as PostgreSQL reads it; `U&"..."` is decoded by squawk.
pub fn folded(node: &SyntaxNode) -> String {
    let text = node.text().to_string();
    if text.starts_with("U&\"") || text.starts_with("u&\"") {
        return ast::normalize_name_node(node);
    }
    fold(text.trim())
}

fn segments(node: &SyntaxNode) -> impl Iterator<Item = SyntaxNode> {
    node.descendants().filter(|node| {
        matches!(node.kind(), SyntaxKind::PATH_SEGMENT | SyntaxKind::PATH_SEGMENT_REF | SyntaxKind::NAME_REF)
    })
}

/// The length of a quoted identifier at the beginning of a text.
fn quoted_length(text: &str) -> Option<usize> {
    let mut quotes = text.char_indices().skip(1).filter(|(_, c)| *c == '"').map(|(at, _)| at);
    loop {
        let at = quotes.next()?;
        if !text[at + 1..].starts_with('"') {
            return Some(at + 1);
        }
        quotes.next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_from_text() {
        let cases = [
            ("v", Some("v")),
            ("App.V", Some("app.v")),
            ("app.\"Gene \"\"Scores\"", Some("app.\"Gene \"\"Scores\"")),
            ("db.app.v", Some("app.v")),
            ("É", Some("\"É\"")),
            ("", None),
            ("1a", None),
            ("a.", None),
            ("a b", None),
            ("\"a", None),
        ];
        for (text, name) in cases {
            assert_eq!(Written::read(text, 0).map(|name| name.to_string()).as_deref(), name, "{text}");
        }
    }
}
