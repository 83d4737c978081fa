//! A file of the project: its text, what its statements say, and the places in it.

use crate::text::diagnostic::Diagnostic;
use crate::text::parse::{Parsed, Problem, parse_all};
use crate::words::place::Place;
use crate::words::span::Span;

/// How many syntax errors of one file are told one by one.
const MOST_PROBLEMS: usize = 50;

/// A file as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Under the project's folder, with `/` between the parts: `views/gene_scores.sql`.
    pub path: String,
    /// What it contains.
    pub text: String,
}

impl Source {
    /// The same file without byte order mark and with `\n` line ends: what an editor or git changes about a text must
    /// change neither checksum nor meaning.
    pub fn normalised(&self) -> Source {
        let text = self.text.strip_prefix('\u{feff}').unwrap_or(&self.text).replace("\r\n", "\n");
        Source { path: self.path.clone(), text }
    }
}

/// What a file is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folder {
    /// Table migrations.
    Migrations,
    /// Queries that must return no row.
    Checks,
    /// Everything else: objects.
    Objects,
}

/// A parsed file.
pub struct File<'s> {
    pub path: &'s str,
    /// The path as it is shown: with the folder.
    pub shown: String,
    pub text: &'s str,
    pub parsed: Parsed,
}

impl<'s> File<'s> {
    /// Parses every SQL file.
    pub fn parse_all(sources: &'s [Source], folder: &str) -> Vec<Self> {
        let sources: Vec<&Source> = sources.iter().filter(|source| source.path.ends_with(".sql")).collect();
        let texts: Vec<&str> = sources.iter().map(|source| source.text.as_str()).collect();
        sources
            .iter()
            .zip(parse_all(&texts))
            .map(|(source, parsed)| File {
                path: &source.path,
                shown: format!("{folder}/{}", source.path),
                text: &source.text,
                parsed,
            })
            .collect()
    }

    pub fn folder(&self) -> Folder {
        if self.path.starts_with("migrations/") {
            Folder::Migrations
        } else if self.path.starts_with("checks/") {
            Folder::Checks
        } else {
            Folder::Objects
        }
    }

    /// True when every statement could be read.
    pub fn is_whole(&self) -> bool {
        self.parsed.problems.is_empty()
    }

    pub fn place(&self, offset: usize) -> Place {
        Place::new(self.shown.as_str(), self.text, offset)
    }

    pub fn problem(&self, offset: usize, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(message, self.place(offset))
    }

    pub fn slice(&self, span: Span) -> &'s str {
        self.text.get(span.start..span.end).unwrap_or("")
    }

    /// The first of them: in a file that is no SQL at all there may be hundreds of thousands.
    pub fn syntax_problems(&self) -> impl Iterator<Item = Diagnostic> {
        let (shown, rest) = self.parsed.problems.split_at(self.parsed.problems.len().min(MOST_PROBLEMS));
        let more = rest.first().map(|next| {
            self.problem(
                next.offset,
                format!("this file has more syntax errors from here on: {}", rest.len()),
            )
        });
        shown.iter().map(|problem| self.syntax_problem(problem)).chain(more)
    }

    pub fn syntax_problem(&self, problem: &Problem) -> Diagnostic {
        let also = problem.also.iter().map(|&offset| self.place(offset));
        let diagnostic = also.fold(self.problem(problem.offset, problem.message.as_str()), Diagnostic::and);
        problem.helps.iter().fold(diagnostic, |diagnostic, help| diagnostic.help(help.as_str()))
    }
}

/// A problem of a file as a whole, such as its name.
pub fn whole(shown: &str, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(message, Place::new(shown, "", 0))
}
