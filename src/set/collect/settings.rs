//! `viewkeeper.toml`: the project's name, schema, width of versions and history table, all optional.

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
    pub versions: Versions,
    pub history: String,
}

const KEYS: [&str; 4] = ["name", "schema", "versions", "history"];

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
        for (key, value) in &table {
            let at = key.span().start;
            match key.get_ref().as_ref() {
                "name" => self.name(value, &mut settings.name),
                "schema" => self.identifier(value, "a schema", &mut settings.schema),
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
