//! The caller's connection: our statements, their parameters, and transactions that cannot leak.

use postgres::error::ErrorPosition;
use postgres::{Client, SimpleQueryMessage};
use serde::de::DeserializeOwned;

use crate::set::source;
use crate::words::error::{Error, ErrorKind, ServerError};
use crate::words::name::{identifier, literal};

/// A parameter's value.
#[derive(Clone, Copy, Debug)]
pub enum Value<'v> {
    /// Stands for `:'name'` as a quoted literal and for `:"name"` as a quoted identifier.
    Text(&'v str),
    /// Stands for `:name` as it is: a number, or SQL that we wrote.
    Sql(&'v str),
}

/// A statement of our `sql/` folder with its parameters, in psql's notation, replaced by their values. Values are not
/// looked into again. The simple protocol has no parameters, and it alone sends several statements in one message and
/// works through every pooler.
pub fn bind(name: &str, values: &[(&str, Value<'_>)]) -> String {
    let text = source::statement(name);
    let mut bound = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(colon) = rest.find(':') {
        let (before, after) = (&rest[..colon], &rest[colon + 1..]);
        bound.push_str(before);
        let found = values
            .iter()
            .filter_map(|(name, value)| placeholder(after, name, *value))
            .max_by_key(|(length, _)| *length);
        // The second colon of a cast is not the start of a parameter.
        let cast = before.ends_with(':') || (before.is_empty() && bound.ends_with(':'));
        match found {
            Some((length, value)) if !cast => {
                bound.push_str(&value);
                rest = &after[length..];
            }
            _ => {
                bound.push(':');
                rest = after;
            }
        }
    }
    bound.push_str(rest);
    bound
}

/// Whether a text behind a colon begins with this parameter: how long it is, and what it stands for.
fn placeholder(after: &str, name: &str, value: Value<'_>) -> Option<(usize, String)> {
    let quoted = |quote: char| after.strip_prefix(quote)?.strip_prefix(name)?.strip_prefix(quote);
    match value {
        Value::Text(text) if quoted('\'').is_some() => Some((name.len() + 2, literal(text))),
        Value::Text(text) if quoted('"').is_some() => Some((name.len() + 2, identifier(text))),
        Value::Sql(sql) => {
            let rest = after.strip_prefix(name)?;
            let ends = !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
            ends.then(|| (name.len(), sql.to_owned()))
        }
        Value::Text(_) => None,
    }
}

/// What can go wrong with a message.
#[derive(Debug)]
pub enum Failure {
    /// The server refused it.
    Server(Box<ServerError>),
    /// It did not arrive, or the answer did not.
    Connection(postgres::Error),
    /// The answer is not what we asked for.
    Answer(String),
}

impl Failure {
    /// The SQLSTATE of a refusal.
    pub fn code(&self) -> &str {
        match self {
            Failure::Server(server) => &server.code,
            _ => "",
        }
    }

    /// The failure as an error about the work that was going on.
    pub fn while_(self, kind: ErrorKind, message: impl Into<String>) -> Error {
        match self {
            Failure::Server(mut server) => {
                // Where in our own statements it happened helps nobody.
                if kind == ErrorKind::Ledger {
                    server.context = None;
                }
                Error::new(kind, message).server(*server)
            }
            Failure::Connection(error) => {
                Error::new(ErrorKind::Connection, "the connection broke").caused_by(error)
            }
            Failure::Answer(what) => Error::new(ErrorKind::Ledger, format!("{}: {what}", message.into())),
        }
    }
}

impl From<postgres::Error> for Failure {
    fn from(error: postgres::Error) -> Self {
        let Some(db) = error.as_db_error() else { return Failure::Connection(error) };
        let position = match db.position() {
            Some(ErrorPosition::Original(position)) => Some(*position as usize),
            _ => None,
        };
        // An error inside of a routine's body has a position in that body.
        let in_body = match db.position() {
            Some(ErrorPosition::Internal { position, .. }) => Some(*position as usize),
            _ => None,
        };
        Failure::Server(Box::new(ServerError {
            code: db.code().code().to_owned(),
            message: db.message().to_owned(),
            detail: db.detail().map(str::to_owned),
            hint: db.hint().map(str::to_owned),
            context: db.where_().map(str::to_owned),
            position,
            in_body,
        }))
    }
}

/// The caller's connection.
pub struct Session<'c> {
    client: &'c mut Client,
    open: bool,
}

impl<'c> Session<'c> {
    pub fn new(client: &'c mut Client) -> Self {
        Session { client, open: false }
    }

    /// Sends one message; gives the column `answer` of every row that comes back.
    pub fn send(&mut self, sql: &str) -> Result<Vec<String>, Failure> {
        let messages = self.client.simple_query(sql)?;
        Ok(messages
            .iter()
            .filter_map(|message| match message {
                SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
                _ => None,
            })
            .collect())
    }

    /// Sends a query; gives each row as `column=value` texts.
    pub fn table(&mut self, sql: &str) -> Result<Vec<Vec<String>>, Failure> {
        let messages = self.client.simple_query(sql)?;
        Ok(messages
            .iter()
            .filter_map(|message| match message {
                SimpleQueryMessage::Row(row) => Some(row),
                _ => None,
            })
            .map(|row| {
                let cells = row.columns().iter().enumerate();
                cells
                    .map(|(i, column)| format!("{}={}", column.name(), row.get(i).unwrap_or("null")))
                    .collect()
            })
            .collect())
    }

    /// Sends one message and decodes the last answer.
    pub fn ask<T: DeserializeOwned>(&mut self, sql: &str) -> Result<T, Failure> {
        let answers = self.send(sql)?;
        decode(answers.last())
    }

    /// Opens a transaction with a text that begins with `begin`; whatever happens until [`commit`](Self::commit), it is
    /// rolled back.
    pub fn begin(&mut self, sql: &str) -> Result<Vec<String>, Failure> {
        self.open = true;
        self.send(sql)
    }

    /// Sends a last text and commits, in one message.
    pub fn commit(&mut self, last: &str) -> Result<(), Failure> {
        let sql = if last.is_empty() { "commit".to_owned() } else { format!("{last};\ncommit") };
        self.send(&sql)?;
        self.open = false;
        Ok(())
    }

    /// Rolls back what is open.
    pub fn rollback(&mut self) {
        if std::mem::take(&mut self.open) {
            // Nothing is left to do when this fails: the connection is gone, and the server rolls back by itself.
            let _ = self.client.batch_execute("rollback");
        }
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        self.rollback();
    }
}

/// Decodes an answer.
pub fn decode<T: DeserializeOwned>(answer: Option<&String>) -> Result<T, Failure> {
    let answer = answer.ok_or_else(|| Failure::Answer("the server sent no answer".into()))?;
    serde_json::from_str(answer).map_err(|error| {
        // An answer can be megabytes long.
        let beginning: String = answer.chars().take(200).collect();
        Failure::Answer(format!("cannot read the server's answer: {error}; it begins with {beginning}"))
    })
}

/// A text array as a literal's text: `{"a","b"}`.
pub fn array<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items
        .into_iter()
        .map(|item| format!("\"{}\"", item.as_ref().replace('\\', "\\\\").replace('"', "\\\"")))
        .collect();
    format!("{{{}}}", items.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_replaced_once_and_casts_are_left_alone() {
        let lock = bind(
            "lock",
            &[
                ("key", Value::Sql("7")),
                ("ledger_key", Value::Sql("8")),
                ("ledger", Value::Text("it's :key")),
            ],
        );
        assert!(lock.contains("pg_try_advisory_xact_lock(7)"), "{lock}");
        assert!(lock.contains("pg_try_advisory_xact_lock(8)"), "{lock}");
        assert!(lock.contains("'it''s :key'"), "{lock}");
        let holder = bind("lock_holder", &[("key", Value::Sql("7")), ("ledger_key", Value::Sql("8"))]);
        assert!(holder.contains("classid::bigint << 32") && holder.contains("in (7, 8)"), "{holder}");
    }

    #[test]
    fn arrays_survive_quotes() {
        assert_eq!(array(["a", "b\"c\\"]), r#"{"a","b\"c\\"}"#);
    }
}
