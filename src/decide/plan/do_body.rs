//! Where in the body of a DO something failed. The server says the line of a PL/pgSQL body, and no position.

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
    let mut rest = word(statement, "do")?;
    if let Some(behind) = word(rest, "language") {
        let name = behind.find(|c: char| c.is_whitespace() || c == '$').unwrap_or(behind.len());
        rest = blank(&behind[name..]);
    }
    let quote = match rest.chars().next()? {
        '\'' => "'",
        '$' => &rest[..rest[1..].find('$')? + 2],
        // In `E'...'` a line of the body need not be one of the text.
        _ => return None,
    };
    let start = statement.len() - rest.len() + quote.len();
    let length = match quote {
        "'" => statement[start..].rfind('\'')?,
        quote => statement[start..].find(quote)?,
    };
    Some((start, start + length))
}

/// What stands behind a word with which a text begins.
fn word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let behind = text.get(word.len()..).filter(|_| text[..word.len()].eq_ignore_ascii_case(word))?;
    let rest = blank(behind);
    (rest.len() < behind.len() || behind.starts_with(['\'', '$'])).then_some(rest)
}

/// The text behind spaces and comments.
fn blank(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let behind = match () {
            () if rest.starts_with("--") => rest.split_once('\n').map_or("", |(_, rest)| rest),
            () if rest.starts_with("/*") => rest.split_once("*/").map_or("", |(_, rest)| rest),
            () => return rest,
        };
        rest = behind.trim_start();
    }
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
