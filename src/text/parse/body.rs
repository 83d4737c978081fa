//! The string body of a routine, and what it names. PostgreSQL does not look into it when it orders what depends on what;
//! we do, as far as a reader can.

use std::collections::BTreeSet;

use squawk_lexer::{TokenKind, tokenize};
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SourceFile, SyntaxKind, SyntaxNode};

use super::guard;
use super::references::uses;
use super::tree::child;
use super::written_name::{Written, fold, span};
use crate::text::parse::usage::{Use, UseKind};
use crate::words::span::Span;

/// A body in quotes.
pub struct Body {
    /// What stands between the quotes; none where several strings follow each other.
    pub span: Option<Span>,
    /// What it names.
    pub mentions: Vec<Use>,
}

/// The string body of CREATE FUNCTION or CREATE PROCEDURE. Two strings name a file and a symbol, and are none.
pub fn read(node: &SyntaxNode, language: &str) -> Option<Body> {
    let options = child(node, SyntaxKind::FUNC_OPTION_LIST)?;
    let option = child(&options, SyntaxKind::AS_FUNC_OPTION)?;
    let literal = child(&child(&option, SyntaxKind::AS_DEFINITION)?, SyntaxKind::LITERAL)?;
    let text = ast::Literal::cast(literal.clone())?.string_value().unwrap_or_default();
    let mentions = match language {
        "c" | "internal" => Vec::new(),
        "sql" => named_in_sql(&text),
        _ => named_in(&text),
    };
    Some(Body { span: between_quotes(&literal), mentions })
}

fn between_quotes(literal: &SyntaxNode) -> Option<Span> {
    let mut tokens = literal.children_with_tokens().filter_map(|element| element.into_token());
    let mut strings = tokens.by_ref().filter(|token| !token.kind().is_trivia());
    let token = strings.next()?;
    if strings.next().is_some() {
        return None;
    }
    let text = token.text();
    let quote = match token.kind() {
        SyntaxKind::DOLLAR_QUOTED_STRING => text[1..].find('$')? + 2,
        _ => text.find('\'')? + 1,
    };
    let closing = if token.kind() == SyntaxKind::DOLLAR_QUOTED_STRING { quote } else { 1 };
    let Span { start, .. } = span(literal);
    let (start, end) = (start + quote, start + text.len().checked_sub(closing)?);
    (start <= end).then_some(Span { start, end })
}

/// A body in SQL says what it reads as any statement does. One that cannot be read is left to the server's validator.
fn named_in_sql(text: &str) -> Vec<Use> {
    if guard::too_deep(text).is_some() {
        return Vec::new();
    }
    let parse = SourceFile::parse(text);
    if !parse.errors().is_empty() {
        return Vec::new();
    }
    let tree = parse.tree();
    tree.syntax().children().flat_map(|statement| uses(&statement)).collect()
}

/// Every word outside of comments that may be a name: as a relation, and where a parenthesis follows as a function.
fn named_in(text: &str) -> Vec<Use> {
    let mut found: BTreeSet<(bool, Option<String>, String)> = BTreeSet::new();
    // The names so far with dots between them, and whether a dot was the last.
    let (mut chain, mut dotted) = (Vec::<String>::new(), false);
    scan(text, QUOTED, &mut |word| match word {
        Word::Name(name) => {
            if !dotted {
                chain.clear();
            }
            chain.push(name);
            dotted = false;
            match chain.as_slice() {
                [name] => drop(found.insert((false, None, name.clone()))),
                [schema, name] => drop(found.insert((false, Some(schema.clone()), name.clone()))),
                _ => {}
            }
        }
        Word::Dot => dotted = !chain.is_empty(),
        Word::Parenthesis => {
            if let [before @ .., name] = chain.as_slice() {
                found.insert((true, before.last().cloned(), name.clone()));
            }
            chain.clear();
        }
        Word::Other => {
            chain.clear();
            dotted = false;
        }
    });
    let nowhere = Span { start: 0, end: 0 };
    let used = found.into_iter().flat_map(|(called, schema, name)| {
        let kinds: &[UseKind] =
            if called { &[UseKind::Function(None), UseKind::Procedure] } else { &[UseKind::Relation] };
        let name = Written { schema, name, span: nowhere };
        kinds.iter().map(move |&kind| Use { kind, name: name.clone() })
    });
    used.collect()
}

enum Word {
    Name(String),
    Dot,
    Parenthesis,
    Other,
}

/// How deep strings in strings are looked into.
const QUOTED: usize = 3;

/// Names inside of string literals count too: a dynamic query names what it reads.
fn scan(text: &str, quoted: usize, see: &mut dyn FnMut(Word)) {
    let mut start = 0;
    for token in tokenize(text) {
        let end = start + token.len as usize;
        let word = text.get(start..end).unwrap_or("");
        match token.kind {
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. } => {}
            TokenKind::Ident | TokenKind::QuotedIdent { .. } => see(Word::Name(fold(word))),
            TokenKind::Dot => see(Word::Dot),
            TokenKind::OpenParen => see(Word::Parenthesis),
            TokenKind::Literal { .. } => {
                see(Word::Other);
                if let Some(at) = word.find(['\'', '$']).filter(|_| quoted > 0) {
                    scan(&word[at + 1..], quoted - 1, see);
                }
                see(Word::Other);
            }
            _ => see(Word::Other),
        }
        start = end;
    }
}
