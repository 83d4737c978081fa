//! What a command found, or why it failed.

use std::fmt::Display;
use std::path::Path;

use serde::Serialize;
use serde_json::json;

use crate::words::error::Error;

/// How a command says that it wrote something: `3 files written to sql`.
pub fn written(what: impl Display, place: impl Display) -> String {
    format!("{what} written to {place}")
}

/// What a command found, and whether it counts as a difference.
pub struct Answer {
    pub text: String,
    pub json: serde_json::Value,
    pub differs: bool,
    /// A text for another program: no line of it is painted.
    pub raw: bool,
}

impl Answer {
    /// A value of the library, which prints itself.
    pub fn new(value: &(impl Display + Serialize), differs: bool) -> Self {
        let json = serde_json::to_value(value).unwrap_or_default();
        Answer { text: value.to_string(), json, differs, raw: false }
    }

    /// A text that goes on to another program: SQL, a picture, a script.
    pub fn raw(text: impl Into<String>, json: serde_json::Value, differs: bool) -> Self {
        Answer { text: text.into(), json, differs, raw: true }
    }
}

/// Why a command failed.
pub enum Failed {
    /// The library says so.
    Error(Box<Error>),
    /// The command says so, as a text for people that begins with `error: `.
    Text(String),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Failed::Error(Box::new(error))
    }
}

impl Failed {
    /// A clause without a final period.
    pub fn new(message: impl Display) -> Self {
        Failed::Text(format!("error: {message}"))
    }

    /// `cannot read "schema.json": ...`.
    pub fn of_file(verb: &'static str, file: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |error| Failed::new(format!("cannot {verb} \"{}\": {error}", file.display()))
    }

    /// What was given up because of a signal, in one line, with what is unchanged.
    pub fn interrupted(self, signal: &str) -> Self {
        match self {
            Failed::Error(error) => {
                let notes = error.notes().map(|note| format!("; {note}"));
                Failed::new(format!("cancelled by {signal}: {error}{}", notes.collect::<String>()))
            }
            failed => failed,
        }
    }

    /// For people.
    pub fn text(&self) -> String {
        match self {
            Failed::Error(error) => format!("error: {error:?}"),
            Failed::Text(text) => text.clone(),
        }
    }

    /// `{"error": {kind, message, code, object, location, report}}`, where what is not known is null.
    pub fn json(&self) -> serde_json::Value {
        match self {
            Failed::Error(error) => json!({"error": {
                "kind": error.kind().word(),
                "message": error.to_string(),
                "code": error.code(),
                "object": error.object_name(),
                "location": error.location().map(ToString::to_string),
                "report": format!("{error:?}"),
            }}),
            Failed::Text(text) => {
                let report = text.strip_prefix("error: ").unwrap_or(text);
                json!({"error": {
                    "kind": "usage",
                    "message": report.lines().next(),
                    "code": null,
                    "object": null,
                    "location": null,
                    "report": report,
                }})
            }
        }
    }
}
