//! Directives: what a comment before a statement tells viewkeeper, for what no parser can see.
//!
//! ```sql
//! -- viewkeeper: depends-on app.f(int), app.v
//! ```

use std::fmt;

use super::types;
use super::written_name::Written;
use crate::text::parse::problem::Problem;
use crate::words::nearest::nearest;
use crate::words::refresh::Refresh;
use crate::words::span::Span;

/// One directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// What it says.
    pub word: Word,
    /// Its words, without the comment signs.
    pub span: Span,
    /// The objects that it names.
    pub names: Vec<Object>,
    /// For `refresh`: when.
    pub refresh: Option<Refresh>,
}

/// An object that a directive names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its name.
    pub name: Written,
    /// For a routine: the argument types, as written between the parentheses.
    pub arguments: Option<String>,
    /// For a trigger: its table.
    pub on: Option<Written>,
}

impl Object {
    /// For a routine: the types of its input arguments, normalised.
    pub fn types(&self) -> Option<Vec<String>> {
        let arguments = self.arguments.as_deref()?;
        let types = items(arguments).into_iter().map(|(_, item)| item).filter(|item| !item.trim().is_empty());
        Some(types.map(types::normal).collect())
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.arguments, &self.on) {
            (Some(arguments), _) => write!(f, "{}({arguments})", self.name),
            (None, Some(table)) => write!(f, "{} on {table}", self.name),
            (None, None) => write!(f, "{}", self.name),
        }
    }
}

/// What a directive says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// The statement needs these objects.
    DependsOn,
    /// The object had these names before.
    RenamedFrom,
    /// The migration's statements run one by one outside of a transaction.
    NoTransaction,
    /// The routine must be there before the table migrations.
    BeforeMigrations,
    /// When the materialized view is filled anew.
    Refresh,
    /// The materialized view is created empty.
    WithNoData,
}

const WORDS: [(&str, Word); 6] = [
    ("depends-on", Word::DependsOn),
    ("renamed-from", Word::RenamedFrom),
    ("no-transaction", Word::NoTransaction),
    ("before-migrations", Word::BeforeMigrations),
    ("refresh", Word::Refresh),
    ("with-no-data", Word::WithNoData),
];

impl Word {
    /// As it is written.
    pub fn text(self) -> &'static str {
        WORDS.iter().find(|(_, word)| *word == self).map_or("", |(text, _)| text)
    }
}

/// The directives in a comment that stands at `start`, one a line. A line that is no directive is left alone.
pub fn read(comment: &str, start: usize, problems: &mut Vec<Problem>) -> Vec<Directive> {
    let mut directives = Vec::new();
    let mut offset = start;
    for line in comment.split_inclusive('\n') {
        if let Some(text) = content(line) {
            let at = offset + (text.as_ptr() as usize - line.as_ptr() as usize);
            match directive(text, at) {
                Ok(directive) => directives.push(directive),
                Err(problem) => problems.push(problem),
            }
        }
        offset += line.len();
    }
    directives
}

/// What follows `viewkeeper:` in a line of a comment.
fn content(line: &str) -> Option<&str> {
    let text = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '/' | '*'));
    let (mark, rest) = text.split_at_checked("viewkeeper:".len())?;
    mark.eq_ignore_ascii_case("viewkeeper:").then(|| rest.trim_end().trim_end_matches("*/").trim())
}

fn directive(text: &str, start: usize) -> Result<Directive, Problem> {
    let (written, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let Some((_, word)) = WORDS.into_iter().find(|(known, _)| *known == written) else {
        let problem = Problem::new(start, format!("unknown directive \"{written}\""));
        let known = WORDS.map(|(known, _)| known);
        return Err(match nearest(written, known) {
            Some(near) => problem.help(format!("did you mean \"{near}\"?")),
            None => problem.help(format!("the directives are {}", known.join(", "))),
        });
    };
    let span = Span { start, end: start + text.len() };
    let names = match word {
        Word::DependsOn | Word::RenamedFrom => objects(rest, span.end - rest.len())?,
        Word::Refresh => Vec::new(),
        _ if rest.is_empty() => Vec::new(),
        _ => {
            return Err(Problem::new(span.end - rest.len(), format!("\"{written}\" takes nothing after it")));
        }
    };
    if names.is_empty() && matches!(word, Word::DependsOn | Word::RenamedFrom) {
        let problem = Problem::new(start, format!("\"{written}\" names no object"));
        return Err(problem.help(format!("write the names after it: -- viewkeeper: {written} app.some_view")));
    }
    let refresh =
        if word == Word::Refresh { Some(moment(rest.trim(), span.end - rest.len())?) } else { None };
    Ok(Directive { word, span, names, refresh })
}

const MOMENTS: [(&str, Refresh); 3] =
    [("on-change", Refresh::OnChange), ("on-run", Refresh::OnRun), ("manual", Refresh::Manual)];

/// The word after `refresh`.
fn moment(written: &str, at: usize) -> Result<Refresh, Problem> {
    let known = MOMENTS.map(|(known, _)| known);
    if let Some((_, moment)) = MOMENTS.into_iter().find(|(known, _)| *known == written) {
        return Ok(moment);
    }
    let all = format!("write when: {}", known.join(", "));
    if written.is_empty() {
        return Err(Problem::new(at, "\"refresh\" does not say when").help(all));
    }
    let problem = Problem::new(at, format!("\"refresh\" is not done \"{written}\""));
    Err(match nearest(written, known) {
        Some(near) => problem.help(format!("did you mean \"{near}\"?")),
        None => problem.help(all),
    })
}

/// Names with commas between them; a routine has its argument types in parentheses.
fn objects(text: &str, start: usize) -> Result<Vec<Object>, Problem> {
    let mut objects = Vec::new();
    for (at, item) in items(text) {
        let trimmed = item.trim();
        let at = start + at + (item.len() - item.trim_start().len());
        let (name, arguments) = match trimmed.split_once('(') {
            Some((name, rest)) => (name.trim_end(), rest.strip_suffix(')')),
            None => (trimmed, None),
        };
        let closed = arguments.is_some() || !trimmed.contains('(');
        if let Some((name, on)) = trigger(trimmed, at) {
            objects.push(Object { name, arguments: None, on: Some(on) });
            continue;
        }
        match Written::read(name, at) {
            Some(name) if closed => {
                let arguments = arguments.map(|text| text.trim().to_owned());
                objects.push(Object { name, arguments, on: None });
            }
            _ if trimmed.is_empty() && text.trim().is_empty() => {}
            _ => {
                let problem = Problem::new(at, format!("cannot read \"{trimmed}\" as the name of an object"));
                return Err(problem
                    .help("write names with commas between them: app.some_view, app.some_function(int)"));
            }
        }
    }
    Ok(objects)
}

/// `set_updated_at on app.genes`
fn trigger(text: &str, start: usize) -> Option<(Written, Written)> {
    let at = text.find(" on ")?;
    let table = text[at + " on ".len()..].trim_start();
    Some((
        Written::read(text[..at].trim_end(), start)?,
        Written::read(table, start + text.len() - table.len())?,
    ))
}

/// The text between commas that stand outside of quotes and parentheses, with the byte at which each begins.
fn items(text: &str) -> Vec<(usize, &str)> {
    let (mut items, mut begin, mut depth, mut quoted) = (Vec::new(), 0, 0_usize, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            ',' if !quoted && depth == 0 => {
                items.push((begin, &text[begin..at]));
                begin = at + 1;
            }
            _ => {}
        }
    }
    items.push((begin, &text[begin..]));
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(comment: &str, expect: &str) {
        let mut problems = Vec::new();
        let read = read(comment, 0, &mut problems);
        let mut lines: Vec<String> = read
            .iter()
            .map(|directive| {
                let names = directive.names.iter().map(|object| format!(" {object}"));
                format!("{}{}", directive.word.text(), names.collect::<String>())
            })
            .collect();
        lines.extend(problems.iter().map(|problem| format!("{} at {}", problem.message, problem.offset)));
        assert_eq!(lines.join("; "), expect, "{comment}");
    }

    #[test]
    fn directives_are_read_and_other_comments_are_left_alone() {
        check("-- a comment about viewkeeper", "");
        check("-- viewkeeper: no-transaction", "no-transaction");
        check("--viewkeeper:no-transaction  ", "no-transaction");
        check("/* viewkeeper: renamed-from app.old */", "renamed-from app.old");
        check(
            "/*\n * viewkeeper: depends-on a\n * viewkeeper: depends-on b\n */",
            "depends-on a; depends-on b",
        );
        check(
            "-- viewkeeper: depends-on app.f(int, numeric(1,2)), \"A,b\".v",
            "depends-on app.f(int, numeric(1,2)) \"A,b\".v",
        );
    }

    #[test]
    fn a_directive_that_is_wrong_says_where() {
        check("-- viewkeeper: depend-on a", "unknown directive \"depend-on\" at 15");
        check("-- viewkeeper: depends-on", "\"depends-on\" names no object at 15");
        check("-- viewkeeper: depends-on a,, b", "cannot read \"\" as the name of an object at 28");
        check("-- viewkeeper: depends-on a b", "cannot read \"a b\" as the name of an object at 26");
        check("-- viewkeeper: depends-on f(int", "cannot read \"f(int\" as the name of an object at 26");
        check("-- viewkeeper: no-transaction please", "\"no-transaction\" takes nothing after it at 30");
    }
}
