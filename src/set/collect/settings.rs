//! `viewkeeper.toml`: the project's name, schema, path, width of versions and history table, all optional.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::file::{Source, whole};
use super::folder::SETTINGS;
use crate::set::bundle::Versions;
use crate::text::diagnostic::Diagnostic;
use crate::words::name::MAX_BYTES;
use crate::words::nearest::nearest;
use crate::words::place::Place;

/// What holds for the whole project.
pub struct Settings {
    pub name: String,
    pub schema: String,
    /// The schemas after it in which unqualified names are found.
    pub path: Vec<String>,
    pub versions: Versions,
    pub history: String,
}

const KEYS: [&str; 5] = ["name", "schema", "path", "versions", "history"];

/// Reads the settings file, if there is one.
pub fn read(
    sources: &[Source],
    folder: &str,
    default_name: &str,
    problems: &mut Vec<Diagnostic>,
) -> Settings {
    let mut settings = Settings {
        name: default_name.to_owned(),
        schema: "public".to_owned(),
        path: Vec::new(),
        versions: Versions::Int4,
        history: "refinery_schema_history".to_owned(),
    };
    let shown = format!("{folder}/{SETTINGS}");
    if let Some(source) = sources.iter().find(|source| source.path == SETTINGS) {
        Reader { shown: &shown, text: &source.text, problems }.read(&mut settings);
    }
    if !is_project_name(&settings.name) {
        let message = match settings.name.as_str() {
            "" => "the project has no name".to_owned(),
            name => format!("\"{name}\" cannot be a project's name"),
        };
        problems.push(whole(&shown, message).help("write one into this file: name = \"my-project\""));
    }
    settings
}

/// A project's name stands in the ledger, in logs and in lock names; it is kept plain.
fn is_project_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

/// What PostgreSQL takes in a search_path and a project's has no place for, with what to do.
fn not_in_a_path(schema: &str) -> Option<(String, &'static str)> {
    let temporary = schema == "pg_temp" || schema.starts_with("pg_temp_") || schema.starts_with("pg_toast");
    match schema.trim_matches('"') {
        "pg_catalog" => Some(("pg_catalog is always searched, before all others".to_owned(), "leave it out")),
        _ if temporary => {
            Some((format!("{schema} is the session's own, and is always searched last"), "leave it out"))
        }
        "$user" => Some((
            "the path is the project's, whoever runs it, so it knows no $user".to_owned(),
            "write the schema's name",
        )),
        _ => None,
    }
}

struct Reader<'r> {
    shown: &'r str,
    text: &'r str,
    problems: &'r mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn read(mut self, settings: &mut Settings) {
        let table = match DeTable::parse(self.text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                return self.problem(at, error.message().trim_end_matches('.').to_lowercase(), None);
            }
        };
        let mut path = Vec::new();
        for (key, value) in &table {
            let at = key.span().start;
            match key.get_ref().as_ref() {
                "name" => self.name(value, &mut settings.name),
                "schema" => self.identifier(value, "a schema", &mut settings.schema),
                "path" => path = self.path(value),
                "history" => self.identifier(value, "a table", &mut settings.history),
                "versions" => self.versions(value, &mut settings.versions),
                unknown => {
                    let help = match nearest(unknown, KEYS) {
                        Some(near) => format!("did you mean \"{near}\"?"),
                        None => format!("the keys are {}", KEYS.join(", ")),
                    };
                    self.problem(at, format!("unknown key \"{unknown}\""), Some(&help));
                }
            }
        }
        // Which schema is the project's own may stand after it.
        self.superfluous(&path, &settings.schema);
        settings.path = path.into_iter().map(|(schema, _)| schema).collect();
    }

    /// The schemas of the path, each with its place.
    fn path(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<(String, Range<usize>)> {
        let Some(items) = value.get_ref().as_array() else {
            let help = "write it as a list: path = [\"extensions\"]";
            self.problem(value.span().start, "this is no list of schemas", Some(help));
            return Vec::new();
        };
        let mut path = Vec::new();
        for item in items {
            let text = item.get_ref().as_str().unwrap_or_default();
            if let Some((message, help)) = not_in_a_path(text) {
                self.problem(item.span().start, message, Some(help));
                continue;
            }
            let mut name = String::new();
            self.identifier(item, "a schema", &mut name);
            if !name.is_empty() {
                path.push((name, item.span()));
            }
        }
        path
    }

    /// Schemas that are searched anyhow.
    fn superfluous(&mut self, path: &[(String, Range<usize>)], own: &str) {
        for (place, (schema, span)) in path.iter().enumerate() {
            if schema == own {
                let message = format!("\"{schema}\" is the project's own schema, which is searched first");
                self.problem(span.start, message, Some("leave it out"));
            } else if path[..place].iter().any(|(other, _)| other == schema) {
                let message = format!("\"{schema}\" stands in the path twice");
                self.problem(span.start, message, Some("leave out the second one"));
            }
        }
    }

    fn problem(&mut self, at: usize, message: impl Into<String>, help: Option<&str>) {
        let problem = Diagnostic::new(message, Place::new(self.shown, self.text, at));
        self.problems.push(match help {
            Some(help) => problem.help(help),
            None => problem,
        });
    }

    fn name(&mut self, value: &Spanned<DeValue<'_>>, name: &mut String) {
        match value.get_ref().as_str() {
            Some(text) if is_project_name(text) => text.clone_into(name),
            _ => {
                let help = "use letters, digits, \"_\", \".\" and \"-\": name = \"my-project\"";
                self.problem(value.span().start, "this cannot be a project's name", Some(help));
            }
        }
    }

    fn identifier(&mut self, value: &Spanned<DeValue<'_>>, what: &str, name: &mut String) {
        let at = value.span().start;
        match value.get_ref().as_str() {
            Some(text) if text.len() > MAX_BYTES => {
                let message =
                    format!("this name has {} bytes; PostgreSQL cuts names at {MAX_BYTES}", text.len());
                self.problem(at, message, Some("choose a shorter one"));
            }
            Some(text) if !text.is_empty() && !text.contains(['.', '"', '\0']) => text.clone_into(name),
            _ => {
                let help = "write it without schema and without SQL quotes: the name as the catalog has it";
                self.problem(at, format!("this cannot be the name of {what}"), Some(help));
            }
        }
    }

    fn versions(&mut self, value: &Spanned<DeValue<'_>>, versions: &mut Versions) {
        match value.get_ref().as_str() {
            Some("int4") => *versions = Versions::Int4,
            Some("int8") => *versions = Versions::Int8,
            _ => {
                let help = "it is \"int4\", refinery's default, or \"int8\", which takes timestamps";
                self.problem(value.span().start, "this is no width of migration versions", Some(help));
            }
        }
    }
}
