//! The server's session that a migration outside of a transaction needs for itself.
//!
//! What is set for its statements is set for the session, and a pooler in transaction mode may give us another one for each. So
//! nothing is set in a session, or taken back there, that is not the one which we began with.

use std::thread;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::mark::Mark;
use super::settings::Settings;
use crate::read::session::{Failure, Session, Value, bind};
use crate::words::error::{Error, ErrorKind};
use crate::words::sqlstate::OTHER_SESSION;

/// The process of the server, as it was in the beginning.
pub struct OwnSession {
    mark: Mark,
}

/// How often it is looked for, to take back what was set there.
const LOOKS: u32 = 20;

/// How statements begin that may all stand in a message with others.
const TOGETHER: [&str; 14] = [
    "set", "reset", "select", "insert", "update", "delete", "merge", "with", "values", "truncate", "grant",
    "revoke", "comment", "close",
];

impl OwnSession {
    pub fn find(session: &mut Session<'_>) -> Result<Self, Error> {
        let answers = session.send(&Mark::question());
        let mark = answers.and_then(|answers| Mark::read(answers.last())).map_err(|failure| {
            failure.while_(ErrorKind::Migration, "cannot ask which session of the server answers")
        })?;
        Ok(OwnSession { mark })
    }

    /// Sends one message of ours that is for this session alone.
    pub fn send(&self, session: &mut Session<'_>, sql: &str, doing: &str) -> Result<(), Error> {
        self.try_send(session, sql).map_err(|failure| self.failed(failure, doing))
    }

    /// Asks this session alone.
    pub fn ask<T: DeserializeOwned>(
        &self,
        session: &mut Session<'_>,
        sql: &str,
        doing: &str,
    ) -> Result<T, Error> {
        session.ask(&format!("{};\n{sql}", self.guard())).map_err(|failure| self.failed(failure, doing))
    }

    /// Sets the session back to what the caller had set, and then takes back what the migration left in it.
    pub fn give_back(&self, session: &mut Session<'_>, settings: &Settings) -> Result<(), Error> {
        for back in [settings.restore(), self.mark.back()] {
            self.send_in_the_end(session, &back)?;
        }
        Ok(())
    }

    /// Sends a message of ours to this session, however often another one answers.
    fn send_in_the_end(&self, session: &mut Session<'_>, back: &str) -> Result<(), Error> {
        for _ in 0..LOOKS {
            match self.try_send(session, back) {
                Err(failure) if failure.code() == OTHER_SESSION => thread::sleep(Duration::from_millis(10)),
                sent => return sent.map_err(|failure| self.failed(failure, "cannot set the session back")),
            }
        }
        let pid = self.mark.pid();
        Err(self.lent("it cannot be reached any more").note(format!(
            "process {pid} of the server may still have the settings of the migration: its search_path and its limits of time, and what it locked there"
        ))
        .help(format!("end that process, so that the pooler makes a new one: select pg_terminate_backend({pid});")))
    }

    /// Sends a statement of the migration. Where another session answers, one that may stand in a message with others is not done
    /// there; for the rest nobody can know before.
    pub fn send_theirs(&self, session: &mut Session<'_>, sql: &str) -> Result<(), Failure> {
        let first = sql.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
        let head = match TOGETHER.iter().any(|word| first.eq_ignore_ascii_case(word)) {
            true => format!("{};\n", self.guard()),
            false => String::new(),
        };
        let sent = session.send_theirs(&format!("{head}{sql}"));
        sent.map(drop).map_err(|failure| failure.behind(&head))
    }

    /// The error, where a statement failed because another session answered.
    pub fn lost(&self, failure: &Failure) -> Option<Error> {
        (failure.code() == OTHER_SESSION).then(|| self.lent("a statement of it was not done"))
    }

    fn guard(&self) -> String {
        bind("same_session", &[("pid", Value::Sql(&self.mark.pid().to_string()))])
    }

    fn try_send(&self, session: &mut Session<'_>, sql: &str) -> Result<(), Failure> {
        session.send(&format!("{};\n{sql}", self.guard())).map(drop)
    }

    fn failed(&self, failure: Failure, doing: &str) -> Error {
        match failure.code() == OTHER_SESSION {
            true => self.lent(doing),
            false => failure.while_(ErrorKind::Migration, doing),
        }
    }

    fn lent(&self, doing: &str) -> Error {
        let message = format!(
            "{doing}: the migration runs outside of a transaction and needs a session of the server for itself, and the \
             connection goes to several, as behind a pooler in transaction mode"
        );
        Error::new(ErrorKind::Connection, message)
            .help("connect to the server itself, or through a pooler in session mode, and run again")
    }
}
