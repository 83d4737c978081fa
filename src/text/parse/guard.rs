//! Refuses texts that are nested so deeply that the parser's stack would overflow, which nothing can catch.

use squawk_lexer::{TokenKind, tokenize};

use crate::text::parse::problem::Problem;

/// How many parentheses, brackets and CASEs may be open at once; the stack holds more than 4000 of the costliest.
const DEPTH: usize = 3000;

/// How many tokens may follow each other without a comma or semicolon. Each may be a level of nesting, as in `not not x`
/// or `a || b || c`; the stack holds more than 20,000.
const RUN: usize = 20_000;

/// How deep bodies in bodies are parsed: that of a function, and that of a function which it creates.
const BODIES: usize = 2;

/// The problem, if a statement of the text is nested too deeply.
pub fn too_deep(text: &str) -> Option<Problem> {
    let at = depth(text, BODIES)?;
    let problem = Problem::new(at, "this statement is nested too deeply");
    Some(problem.help("split it: PostgreSQL has a limit too (54001, stack depth limit exceeded)"))
}

/// Where it is too deep. A body is looked into as it is written: that its quotes are doubled can only make it look deeper.
fn depth(text: &str, bodies: usize) -> Option<usize> {
    let (mut start, mut open, mut run, mut body) = (0, 0_usize, 0_usize, false);
    for token in tokenize(text) {
        let end = start + token.len as usize;
        let word = text.get(start..end).unwrap_or("");
        match token.kind {
            TokenKind::Semi => (open, run, body) = (0, 0, false),
            TokenKind::Comma => (run, body) = (0, false),
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. } => {}
            kind => {
                run += 1;
                match (kind, word) {
                    (TokenKind::OpenParen | TokenKind::OpenBracket, _) => open += 1,
                    (TokenKind::CloseParen | TokenKind::CloseBracket, _) => open = open.saturating_sub(1),
                    (TokenKind::Ident, word) if word.eq_ignore_ascii_case("case") => open += 1,
                    (TokenKind::Ident, word) if word.eq_ignore_ascii_case("end") => {
                        open = open.saturating_sub(1)
                    }
                    (TokenKind::Literal { .. }, word) if body && bodies > 0 && body_is_deep(word, bodies) => {
                        return Some(start);
                    }
                    _ => {}
                }
                // A body stands after AS; several strings in a row are one.
                body = word.eq_ignore_ascii_case("as") || (body && matches!(kind, TokenKind::Literal { .. }));
            }
        }
        if open > DEPTH || run > RUN {
            return Some(start);
        }
        start = end;
    }
    None
}

fn body_is_deep(literal: &str, bodies: usize) -> bool {
    let Some(quote) = literal.find(['\'', '$']) else { return false };
    let content = match literal[quote..].strip_prefix('$').and_then(|rest| Some((rest, rest.find('$')?))) {
        Some((rest, tag)) => {
            let closing = rest.len().saturating_sub(tag + 1);
            rest.get(tag + 1..closing).unwrap_or(&rest[tag + 1..])
        }
        None => literal[quote + 1..].trim_end_matches('\''),
    };
    // What a backslash stands for is not looked up: it may be a parenthesis.
    let escaped = quote > 0 && content.matches('\\').count() > DEPTH;
    escaped || depth(content, bodies - 1).is_some()
}
