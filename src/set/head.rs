//! What the comment at the head of one of our own statements says of it: of what it is a part, its parameters, its columns
//! and the versions of PostgreSQL that it is for. For the tests, which hold it against the text and the server.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// The head of a statement, or of a part of statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The files, by their paths in `sql/` without `.sql`, of which it is a part, each with the name of the parameter for which it
    /// stands there.
    pub part_of: Vec<(String, String)>,
    /// The file in whose place it is put.
    pub in_place_of: Option<String>,
    /// The parameters that are given.
    pub parameters: Vec<Parameter>,
    /// The names of the columns of its answer; of a statement only.
    pub columns: Option<Vec<String>>,
    /// The major versions.
    pub versions: RangeInclusive<u32>,
}

/// A parameter, and what the head says of it in brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    pub name: String,
    pub meaning: String,
}

impl Head {
    /// Reads the head of a file with this path in `sql/`, without `.sql`.
    ///
    /// # Errors
    ///
    /// What is missing or cannot be read.
    pub fn read(path: &str, text: &str) -> Result<Head, String> {
        let lines = text.lines().take_while(|line| line.starts_with("--"));
        let head = lines.map(|line| line.trim_start_matches('-').trim()).collect::<Vec<_>>().join(" ");
        let parameters = field(&head, "Parameters").ok_or("it says no parameters (\"Parameters: none.\")")?;
        let versions = field(&head, "Versions").ok_or("it says no versions (\"Versions: 14-18.\")")?;
        let (from, to) = versions
            .split_whitespace()
            .next()
            .and_then(|range| range.split_once('-'))
            .and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)))
            .ok_or_else(|| format!("\"{versions}\" is no range of versions"))?;
        let (part_of, in_place_of) = part_of(path, &head);
        let columns = field(&head, "Columns").map(|columns| {
            let columns = split(columns.split(';').next().unwrap_or_default());
            columns.into_iter().map(|column| column.name).collect()
        });
        Ok(Head { part_of, in_place_of, parameters: split(parameters), columns, versions: from..=to })
    }
}

/// What stands behind this word, up to the end of the sentence.
fn field<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let at = head.find(&format!("{name}: "))?;
    let rest = &head[at + name.len() + 2..];
    let mut depth = 0;
    let end = rest.char_indices().find(|&(at, c)| {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        depth == 0 && c == '.' && rest[at + 1..].chars().next().is_none_or(char::is_whitespace)
    });
    Some(&rest[..end.map_or(rest.len(), |(at, _)| at)])
}

/// Names with what is said of them, apart at commas that stand in no bracket.
fn split(list: &str) -> Vec<Parameter> {
    let mut items = vec![String::new()];
    let mut depth = 0;
    for c in list.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        match items.last_mut() {
            _ if c == ',' && depth == 0 => items.push(String::new()),
            Some(item) => item.push(c),
            None => {}
        }
    }
    items
        .iter()
        .map(|item| {
            let (name, meaning) = item.split_once('(').unwrap_or((item, ""));
            let meaning = meaning.trim_end().strip_suffix(')').unwrap_or(meaning);
            Parameter { name: name.trim().to_owned(), meaning: meaning.to_owned() }
        })
        .filter(|item| item.name != "none")
        .collect()
}

/// What follows "A part of", up to the colon behind which it is said what the part is.
fn part_of(path: &str, head: &str) -> (Vec<(String, String)>, Option<String>) {
    let Some(rest) = head.strip_prefix("A part of ") else { return (Vec::new(), None) };
    let said = rest.split(": ").next().unwrap_or_default();
    let (users, replaced) = said.split_once("in the place of ").unwrap_or((said, ""));
    let name = path.rsplit('/').next().unwrap_or(path);
    let words: Vec<&str> = users.split([' ', ',']).collect();
    let file = |word: &str| word.strip_suffix(".sql").map(str::to_owned);
    let users = words.iter().enumerate().filter_map(|(at, word)| {
        let parameter = match words.get(at + 1..at + 3) {
            Some(["(as", parameter]) => parameter.trim_matches([':', ')']),
            _ => name,
        };
        Some((file(word)?, parameter.to_owned()))
    });
    (users.collect(), file(replaced.trim()))
}

/// The parameters of a text, without its head: what stands behind single colons. In brackets, behind a quote and behind a question
/// mark a colon is one of a pattern.
pub fn parameters(text: &str) -> BTreeSet<String> {
    let lines = text.lines().skip_while(|line| line.starts_with("--"));
    let body = lines.collect::<Vec<_>>().join("\n");
    let mut found = BTreeSet::new();
    for (at, _) in body.match_indices(':') {
        let before = body[..at].chars().next_back();
        let after = &body[at + 1..];
        let name = after.trim_start_matches(['\'', '"']);
        let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
        let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
        if begins
            && after.len() - name.len() < 2
            && !before.is_some_and(|c| matches!(c, ':' | '[' | '\'' | '?'))
        {
            found.insert(name[..end].to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read() {
        let text = "-- A part of a.sql, parts/b.sql and c.sql (as :d), a query in the place of x/y.sql: what\n\
                    -- is there. Parameters: one (JSON: [a, b. c]), two. Columns: answer (text), other; of no use. Versions: 14-16.\n\
                    select :one, :'two', a::text, '[[:alpha:]]', :\"three\"";
        let head = Head::read("x/z", text).unwrap();
        let parts = [("a", "z"), ("parts/b", "z"), ("c", "d")];
        assert_eq!(head.part_of, parts.map(|(file, name)| (file.to_owned(), name.to_owned())));
        assert_eq!(head.in_place_of.as_deref(), Some("x/y"));
        let names: Vec<_> = head.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        assert_eq!((names, head.parameters[0].meaning.as_str()), (vec!["one", "two"], "JSON: [a, b. c]"));
        assert_eq!(head.columns, Some(vec!["answer".to_owned(), "other".to_owned()]));
        assert_eq!(head.versions, 14..=16);
        assert_eq!(parameters(text), ["one", "three", "two"].map(str::to_owned).into());
        assert!(Head::read("x", "-- Nothing. Parameters: none.").unwrap_err().contains("Versions: 14-18"));
    }
}
