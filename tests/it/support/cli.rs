//! The binary `viewkeeper` on a folder, as another process.

use std::process::{Command, Output};

use serde_json::Value;
use viewkeeper::testing::Database;

use super::folder::Folder;
use super::{Files, server};

/// A folder of a project, and a database of its own.
pub struct Place {
    pub folder: Folder,
    pub database: Database,
}

impl Place {
    pub fn new(project: &Files) -> Self {
        Place { folder: Folder::new(project), database: server().database().unwrap() }
    }

    /// The same, where the project was applied.
    pub fn applied(project: &Files) -> Self {
        let place = Place::new(project);
        place.cli().run(&["apply"], 0);
        place
    }

    pub fn cli(&self) -> Cli<'_> {
        Cli::new(&self.folder, &self.database)
    }

    /// What a person does to the database.
    pub fn by_hand(&self, sql: &str) {
        self.database
            .connect()
            .unwrap()
            .batch_execute(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }
}

/// The binary, a folder and a database.
pub struct Cli<'c> {
    pub folder: &'c Folder,
    pub url: String,
}

impl Cli<'_> {
    pub fn new<'c>(folder: &'c Folder, database: &Database) -> Cli<'c> {
        Cli { folder, url: database.url().to_owned() }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_viewkeeper"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("DATABASE_URL", &self.url)
            .env_remove("VIEWKEEPER_SUPERSEDED")
            .env_remove("PGSSLMODE")
            .env_remove("PGSSLROOTCERT")
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE");
        command
    }

    pub fn output(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that must exit so; gives what it printed: its answer, or its error.
    pub fn run(&self, arguments: &[&str], code: i32) -> String {
        let output = self.output(arguments);
        let error = String::from_utf8(output.stderr).unwrap();
        let answer = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}{answer}");
        if code == 2 {
            assert_eq!(answer, "", "an error comes alone");
            return error;
        }
        answer
    }

    /// The same with `--json`, read.
    pub fn json(&self, arguments: &[&str], code: i32) -> Value {
        let command = arguments[0];
        let arguments: Vec<&str> = ["--json"].iter().chain(arguments).copied().collect();
        let value = serde_json::from_str(&self.run(&arguments, code)).unwrap();
        let section = if code == 2 { "Exit codes, errors, colours" } else { &format!("`{command}`") };
        documented(section, &value);
        value
    }
}

/// Every field is named in the command's section of the documentation.
fn documented(section: &str, value: &Value) {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/command-line.md")).unwrap();
    let text = page
        .split("\n## ")
        .find(|part| {
            part.lines()
                .next()
                .is_some_and(|title| title.split(", ").any(|name| name == section || title == section))
        })
        .unwrap_or_else(|| panic!("docs/command-line.md has no section {section}"));
    let mut fields: Vec<&String> = Vec::new();
    for (field, value) in value.as_object().unwrap() {
        fields.push(field);
        let items = value.as_array().into_iter().flatten().filter_map(Value::as_object);
        fields.extend(items.flat_map(|item| item.keys()));
    }
    for field in fields {
        let named = text.contains(&format!("`{field}`")) || text.contains(&format!("[].{field}`"));
        assert!(named, "the section {section} of docs/command-line.md does not name \"{field}\"");
    }
}

/// What differs from run to run is written as one letter: times as `T`, checksums as `C`, moments as `M`, the server's user,
/// database and process ids as they are told.
pub fn steady(text: &str, replace: &[(&str, &str)]) -> String {
    let lines: Vec<String> = text.split('\n').map(without_milliseconds).collect();
    let mut text = lines.join("\n");
    for (from, to) in replace {
        text = text.replace(from, to);
    }
    let mut steady = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find(|c: char| c.is_ascii_hexdigit()) {
        let (before, from) = rest.split_at(start);
        steady.push_str(before);
        let end =
            from.find(|c: char| !(c.is_ascii_alphanumeric() || ".:-_".contains(c))).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        let inside = before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        match word {
            _ if inside => steady.push_str(word),
            _ if is_moment(word) => steady.push('M'),
            _ if is_checksum(word) => steady.push('C'),
            _ if is_time(word, after) => steady.push('T'),
            _ => steady.push_str(word),
        }
        rest = after;
    }
    steady.push_str(rest);
    // On a machine with much to do, milliseconds become seconds.
    steady.replace("T ms", "T s")
}

/// `"milliseconds": 1.5,` without its number.
fn without_milliseconds(line: &str) -> String {
    let Some((field, number)) =
        line.split_once("milliseconds\": ").filter(|(_, number)| !number.starts_with("null"))
    else {
        return line.to_owned();
    };
    let comma = if number.ends_with(',') { "," } else { "" };
    format!("{field}milliseconds\": \"T\"{comma}")
}

/// `2026-11-21T19:00:00Z`.
fn is_moment(word: &str) -> bool {
    word.len() == 20 && word.ends_with('Z') && word.as_bytes()[10] == b'T'
}

fn is_checksum(word: &str) -> bool {
    [12, 64].contains(&word.len())
        && word.chars().all(|c| c.is_ascii_hexdigit())
        && word.contains(|c: char| c.is_ascii_digit())
}

/// A number before `ms` or `s`.
fn is_time(word: &str, after: &str) -> bool {
    word.parse::<f64>().is_ok()
        && [" ms", " s"].iter().any(|unit| {
            after
                .strip_prefix(unit)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
        })
}

#[test]
fn what_differs_from_run_to_run_is_written_as_a_letter() {
    let text = "app: release 0123456789ab applied (1.2 s)\n  created   view a: new (36 ms)\n  applied 2026-11-21T19:00:00Z, 12 rows";
    let steady = steady(text, &[]);
    assert_eq!(steady, "app: release C applied (T s)\n  created   view a: new (T s)\n  applied M, 12 rows");
}
