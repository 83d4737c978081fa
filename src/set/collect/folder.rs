//! Reads a folder: which files belong to the project, and which look as if they were meant to.

use std::path::Path;
use std::{fs, io};

use super::file::{Source, whole};
use crate::text::diagnostic::Diagnostic;
use crate::words::place::Place;

/// The settings file's name.
pub const SETTINGS: &str = "viewkeeper.toml";

/// The end of the name of a file that takes a migration back: it is for people, stands beside its migration, and is not embedded.
pub const REVERSE: &str = ".reverse.sql";

/// Every file of the project, and what could not be read.
pub fn read(folder: &Path, shown: &str) -> (Vec<Source>, Vec<Diagnostic>) {
    let mut reader = Reader { shown, sources: Vec::new(), problems: Vec::new() };
    reader.folder(folder, "");
    (reader.sources, reader.problems)
}

struct Reader<'a> {
    shown: &'a str,
    sources: Vec<Source>,
    problems: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn folder(&mut self, folder: &Path, path: &str) {
        let names = match names(folder) {
            Ok(names) => names,
            Err(error) => return self.unreadable(path, "folder", &error),
        };
        for name in names {
            // Editors keep their own files beside ours: `.swp`, `.#x.sql`, `#x.sql#`.
            if name.starts_with(['.', '#']) {
                continue;
            }
            let inner = folder.join(&name);
            let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
            if inner.is_dir() {
                self.folder(&inner, &path);
            } else if path.starts_with("migrations/") && name.ends_with(REVERSE) {
                self.reverse(&inner, &path);
            } else if name.ends_with(".sql") || path == SETTINGS {
                self.file(&inner, path);
            } else {
                self.left_out(&name, &path);
            }
        }
    }

    /// A file that takes a migration back is not read; without its migration it takes back nothing.
    fn reverse(&mut self, file: &Path, path: &str) {
        let stem = path.strip_suffix(REVERSE).unwrap_or(path);
        let name = stem.rsplit('/').next().unwrap_or(stem);
        if !file.with_file_name(format!("{name}.sql")).is_file() {
            let shown = format!("{}/{path}", self.shown);
            let problem = whole(&shown, "this file takes back a migration that is not there");
            self.problems.push(
                problem.help(format!("name it after its migration, or remove it: {name}.sql is missing")),
            );
        }
    }

    fn file(&mut self, file: &Path, path: String) {
        let bytes = match fs::read(file) {
            Ok(bytes) => bytes,
            Err(error) => return self.unreadable(&path, "file", &error),
        };
        match String::from_utf8(bytes) {
            Ok(text) => self.sources.push(Source { path, text }),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let byte = error.as_bytes().get(at).copied().unwrap_or_default();
                let text = String::from_utf8_lossy(error.as_bytes());
                let problem = Diagnostic::new(
                    format!("this file is not UTF-8: it has the byte 0x{byte:02x} here"),
                    Place::new(format!("{}/{path}", self.shown), &text, at),
                );
                self.problems.push(problem.help("save it as UTF-8"));
            }
        }
    }

    /// A file that is not embedded, but looks as if somebody thought that it were.
    fn left_out(&mut self, name: &str, path: &str) {
        let shown = format!("{}/{path}", self.shown);
        if let Some(stem) = name.strip_suffix(".rs").filter(|_| path.starts_with("migrations/")) {
            let problem = whole(&shown, "a migration written in Rust is not embedded");
            self.problems.push(problem.help(format!("write it in SQL: {stem}.sql")));
        } else if let Some((stem, "SQL" | "Sql")) = name.rsplit_once('.') {
            let problem = whole(&shown, "only files whose names end in \".sql\" are embedded");
            self.problems.push(problem.help(format!("rename it: {stem}.sql")));
        }
    }

    fn unreadable(&mut self, path: &str, what: &str, error: &io::Error) {
        let shown = if path.is_empty() { self.shown.to_owned() } else { format!("{}/{path}", self.shown) };
        self.problems.push(match (path, error.kind()) {
            ("", io::ErrorKind::NotFound) => whole(&shown, "there is no such folder").help(
                "create it beside Cargo.toml, with table migrations in migrations/ and views in any other folder",
            ),
            _ => whole(&shown, format!("cannot read this {what}: {error}")),
        });
    }
}

/// What a folder contains, sorted. A name that is not UTF-8 is shown as well as it can be, and reading it then fails.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
