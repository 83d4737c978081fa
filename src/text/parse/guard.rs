//! Refuses texts that are nested so deeply that the parser's stack would overflow, which nothing can catch.

use squawk_lexer::{TokenKind, tokenize};

use super::statement::Problem;

/// How many parentheses, brackets and CASEs may be open at once; the stack holds more than 4000 of the costliest.
const DEPTH: usize = 3000;

/// How many tokens may follow each other without a comma or semicolon. Each may be a level of nesting, as in `not not x`
/// or `a || b || c`; the stack holds more than 20,000.
const RUN: usize = 20_000;

/// The problem, if a statement of the text is nested too deeply.
pub fn too_deep(text: &str) -> Option<Problem> {
    let (mut start, mut open, mut run) = (0, 0_usize, 0_usize);
    for token in tokenize(text) {
        let end = start + token.len as usize;
        match token.kind {
            TokenKind::Semi => (open, run) = (0, 0),
            TokenKind::Comma => run = 0,
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. } => {}
            kind => {
                run += 1;
                match (kind, text.get(start..end).unwrap_or("")) {
                    (TokenKind::OpenParen | TokenKind::OpenBracket, _) => open += 1,
                    (TokenKind::CloseParen | TokenKind::CloseBracket, _) => open = open.saturating_sub(1),
                    (TokenKind::Ident, word) if word.eq_ignore_ascii_case("case") => open += 1,
                    (TokenKind::Ident, word) if word.eq_ignore_ascii_case("end") => {
                        open = open.saturating_sub(1)
                    }
                    _ => {}
                }
            }
        }
        if open > DEPTH || run > RUN {
            let problem = Problem::new(start, "this statement is nested too deeply");
            return Some(
                problem.help("split it: PostgreSQL has a limit too (54001, stack depth limit exceeded)"),
            );
        }
        start = end;
    }
    None
}
