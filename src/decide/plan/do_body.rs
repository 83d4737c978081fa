//! Where in the body of a DO something failed. The server says the line of a PL/pgSQL body, and no position.

use crate::words::lexeme::{Kind, lexemes};

/// How the server names the body of a DO.
const NAME: &str = "inline_code_block ";

/// The byte of a statement at which that line of its body begins; none where the statement is no DO, where the body's lines are
/// not those of the text, or where it is the first one, which is that of the quote.
pub fn place(statement: &str, context: &str) -> Option<usize> {
    // The last one is the outermost. Its line stands behind the name, in whatever language the rest is.
    let behind = &context[context.rfind(NAME)? + NAME.len()..];
    let digits = behind.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '\n');
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let line: usize = digits[..end].parse().ok().filter(|line| *line > 1)?;
    let (start, end) = body(statement)?;
    let mut lines = statement[start..end].split_inclusive('\n').scan(start, |at, line| {
        let begin = *at;
        *at += line.len();
        Some((begin, line))
    });
    let (begin, text) = lines.nth(line.checked_sub(1)?)?;
    Some(begin + (text.len() - text.trim_start().len()))
}

/// The first and the last byte of what stands in the quotes of a DO.
fn body(statement: &str) -> Option<(usize, usize)> {
    let mut lexemes = lexemes(statement).filter(|lexeme| !lexeme.is_blank());
    lexemes.next().filter(|first| first.is_word("do"))?;
    let mut quoted = lexemes.next()?;
    if quoted.is_word("language") {
        quoted = lexemes.nth(1)?;
    }
    // In `E'...'` a line of the body need not be one of the text.
    if quoted.kind != Kind::Dollars && quoted.opening != "'" {
        return None;
    }
    let start = quoted.at + quoted.opening.len();
    Some((start, start + quoted.body.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest<'t>(statement: &'t str, context: &str) -> Option<&'t str> {
        place(statement, context).map(|at| &statement[at..])
    }

    #[test]
    fn the_line_is_counted_from_the_quote_on() {
        let raise = "PL/pgSQL function inline_code_block line 2 at RAISE";
        assert_eq!(rest("do $$begin\n  raise 'x';\nend$$", raise), Some("raise 'x';\nend$$"));
        assert_eq!(rest("DO -- c\n LANGUAGE plpgsql $a$\nbegin\n$a$", raise), Some("begin\n$a$"));
        assert_eq!(
            rest("do 'begin\nraise ''x'';end' language plpgsql", raise),
            Some("raise ''x'';end' language plpgsql")
        );
        let german = "PL/pgSQL-Funktion f() Zeile 9 bei RAISE\nPL/pgSQL-Funktion inline_code_block Zeile 2 bei PERFORM";
        assert_eq!(rest("do $$ begin\n f() $$", german), Some("f() $$"));
    }

    #[test]
    fn what_is_not_known_for_certain_has_no_place() {
        let raise = "PL/pgSQL function inline_code_block line 2 at RAISE";
        assert_eq!(place("do $$begin end$$", raise), None);
        assert_eq!(
            place("do $$ begin x(); end $$", "PL/pgSQL function inline_code_block line 1 at CALL"),
            None
        );
        assert_eq!(place("do E'begin\\n\nraise;end'", raise), None);
        assert_eq!(place("select f()\n;", raise), None);
        assert_eq!(place("document $$\n\n$$", raise), None);
        let compiling = "compilation of PL/pgSQL function \"inline_code_block\" near line 2";
        assert_eq!(place("do $$begin\nend$$", compiling), None);
        assert_eq!(place("do $$begin\nend$$", "PL/pgSQL function f() line 2 at RAISE"), None);
    }
}
