//! The form of our own SQL, in one set of rules: what the formatters that are to be had cannot read, because of its parameters, or
//! would write in twice as many lines.

use super::source::{statement, statements};

/// No line is longer.
const WIDTH: usize = 140;

/// A line that is longer holds one clause of each query.
const CLAUSE: usize = 100;

/// Words with which a clause begins.
const CLAUSES: [&str; 10] = [
    "select",
    "from",
    "where",
    "group by",
    "order by",
    "having",
    "union",
    "join",
    "on conflict",
    "returning",
];

/// A text with spaces in the place of its comments, and without letters in its quotes, of the same length in characters.
fn code(text: &str) -> String {
    let mut code = String::new();
    let mut quote = None;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (Some('-'), '\n') => {
                quote = None;
                code.push(c);
            }
            (Some('-'), _) => code.push(' '),
            (Some(open), _) if c == open => {
                quote = None;
                code.push(c);
            }
            (Some(_), _) => code.push(if c == '\n' { c } else { '_' }),
            (None, '-') if characters.peek() == Some(&'-') => {
                quote = Some('-');
                code.push(' ');
            }
            (None, '\'' | '"') => {
                quote = Some(c);
                code.push(c);
            }
            (None, _) => code.push(c),
        }
    }
    code
}

/// Whether this word begins here.
fn is_word(line: &str, at: usize, word: &str) -> bool {
    let joins = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    line[at..].starts_with(word)
        && !line[..at].ends_with(joins)
        && !line[at + word.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether a query that does not end in this line has two clauses in it. `select from` is one, and what is `distinct from` something
/// none.
fn has_two_clauses(line: &str) -> bool {
    let mut open = vec![Vec::new()];
    for (at, c) in line.char_indices() {
        match c {
            '(' => open.push(Vec::new()),
            ')' if open.len() > 1 => drop(open.pop()),
            _ => {
                let begun = CLAUSES.into_iter().find(|word| is_word(line, at, word));
                let before = line[..at].trim_end();
                let other = |word: &str| before.ends_with(word);
                let goes_on = begun == Some("from") && ["distinct", "rows", "select"].into_iter().any(other);
                if let (Some(clause), false, Some(clauses)) = (begun, goes_on, open.last_mut()) {
                    clauses.push(clause);
                }
            }
        }
    }
    open.iter().any(|clauses| clauses.len() > 1)
}

/// What is not in form in a text, with the numbers of its lines.
fn flaws(text: &str) -> Vec<String> {
    let mut flaws = Vec::new();
    let code = code(text);
    for (place, (line, code)) in text.lines().zip(code.lines()).enumerate() {
        let mut flaw = |what: &str| flaws.push(format!("{}: {what}: {line}", place + 1));
        let length = line.chars().count();
        if length > WIDTH {
            flaw(&format!("it has {length} characters, and {WIDTH} may be"));
        }
        if line.contains('\t') || line.ends_with(' ') {
            flaw("it has a tab, or ends with a blank");
        }
        // E'\n' is the one word that is written so.
        if code.replace("E'", "'").contains(|c: char| c.is_ascii_uppercase()) {
            flaw("its words are written in small letters");
        }
        if length > CLAUSE && has_two_clauses(code) {
            flaw("a long line holds one clause of a query");
        }
    }
    if !text.ends_with('\n') || text.ends_with("\n\n") {
        flaws.push("it ends with one line end".to_owned());
    }
    // What stands behind it in the line would be a part of the comment.
    if text
        .lines()
        .last()
        .zip(code.lines().last())
        .is_some_and(|(line, code)| line.trim_end().len() > code.trim_end().len())
    {
        flaws.push("it ends with a comment".to_owned());
    }
    flaws
}

#[test]
fn our_sql_is_in_form() {
    let flaws: Vec<String> = statements()
        .iter()
        .flat_map(|name| flaws(statement(name)).into_iter().map(move |flaw| format!("sql/{name}.sql:{flaw}")))
        .collect();
    assert!(flaws.is_empty(), "{}", flaws.join("\n"));
}

#[test]
fn what_is_not_in_form_is_found() {
    let long = " ".repeat(60);
    for (text, found) in [
        ("select 'A' from b -- C\nwhere d is distinct from e\n", ""),
        ("select 1 \n", "1: it has a tab"),
        ("select\n\t1\n", "2: it has a tab"),
        ("Select 1\n", "1: its words"),
        ("select E'\\n', U&'a'\n", "1: its words"),
        ("select 1", "it ends with one"),
        ("select 1\n\n", "it ends with one"),
        ("select 1 -- one\n", "it ends with a comment"),
        (
            &format!("select 1 as a_long_name,{long} 2 as b from c where d is distinct from e\n"),
            "1: a long line",
        ),
        (
            &format!(
                "select 1 as a_long_name, (select from a where b),{long} case when c is distinct from e\n"
            ),
            "",
        ),
        (&format!("select 1,{long}{long}{long}\n  2\n"), "1: it has 189"),
    ] {
        let flaws = flaws(text);
        assert_eq!(flaws.is_empty(), found.is_empty(), "{text}: {flaws:?}");
        assert!(
            flaws.iter().all(|flaw| flaw.starts_with("1: it has a tab") || flaw.contains(found)),
            "{text}: {flaws:?}"
        );
    }
}
