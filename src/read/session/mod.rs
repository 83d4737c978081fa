//! The caller's connection: the search_path under which our statements are read, and transactions that cannot leak.

pub mod answer;
pub mod array;
pub mod failure;
pub mod search_path;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use postgres::{Client, SimpleQueryMessage};
use serde::de::DeserializeOwned;

pub use self::answer::decode;
use self::answer::{in_characters, rows};
pub use self::array::array;
pub use self::failure::Failure;
use self::failure::STILL;
pub use self::search_path::{OURS, SET_OURS, under};
pub use super::statement::{Value, bind, part};
use crate::read::interruption::{is_interrupted, tidy_up};
use crate::words::name::literal;
use crate::words::sqlstate::{IDLE_IN_TRANSACTION, QUERY_CANCELED};

/// The search_path that the open transaction has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Path {
    /// Ours.
    Ours,
    /// Any: what others wrote ran, or a savepoint was gone back to.
    Theirs,
}

/// The caller's connection. It sets our search_path in front of what is ours wherever it is not set already, so only
/// what others wrote has to be told apart: a migration, an object's definition, a query of `checks/`.
pub struct Session<'c> {
    client: &'c mut Client,
    open: bool,
    path: Path,
    /// What was set before ours.
    found: BTreeMap<String, String>,
    /// Nobody knows yet whether the caller has a transaction open.
    first: bool,
    /// Locks are held that others wait for: how long we may think meanwhile.
    holding: Option<Duration>,
    /// The message ends with the commit.
    ending: bool,
    /// When the last answer of the open transaction came.
    answered: Option<Instant>,
    /// The longest time between an answer and our next message.
    thought: Duration,
    /// The server knows no characters.
    counts_bytes: bool,
}

impl<'c> Session<'c> {
    pub fn new(client: &'c mut Client) -> Self {
        Session {
            client,
            open: false,
            path: Path::Theirs,
            found: BTreeMap::new(),
            first: true,
            holding: None,
            ending: false,
            answered: None,
            thought: Duration::ZERO,
            counts_bytes: false,
        }
    }

    /// The database's encoding is SQL_ASCII: its positions count bytes, and are made to count characters.
    pub fn counts_bytes(&mut self, so: bool) {
        self.counts_bytes = so;
    }

    /// From now on to the end of the transaction it holds locks that others wait for. If this process stands still, the server
    /// ends the session soon, whatever the role's `idle_in_transaction_session_timeout` says; `thinking` is what may be thought
    /// in between, where it was not measured to be more.
    pub fn hold(&mut self, thinking: Duration) {
        self.holding = Some(thinking);
    }

    /// Sends one message of ours; gives the first column of every row that comes back.
    pub fn send(&mut self, sql: &str) -> Result<Vec<String>, Failure> {
        if self.open && self.path == Path::Ours {
            return self.answers("", sql);
        }
        if std::mem::take(&mut self.first) {
            // The caller may have a transaction open, which then gets its path back.
            let (found, answers) = self.borrow(sql)?;
            self.found.insert("search_path".to_owned(), found);
            return Ok(answers);
        }
        let answers = self.answers(SET_OURS, sql)?;
        self.path = Path::Ours;
        Ok(answers)
    }

    /// Whether a transaction of ours is open.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Sends one message of ours amid what others wrote; gives the search_path that was set before it, too.
    pub fn borrow(&mut self, sql: &str) -> Result<(String, Vec<String>), Failure> {
        let head = format!("select pg_catalog.current_setting('search_path');\n{SET_OURS}");
        let mut answers = self.answers(&head, sql)?;
        self.path = Path::Ours;
        match answers.is_empty() {
            true => Err(Failure::Answer("the server sent no answer".into())),
            false => Ok((answers.remove(0), answers)),
        }
    }

    /// The settings that the session had before the open transaction and that are ours in it, by name.
    pub fn found(&self) -> &BTreeMap<String, String> {
        &self.found
    }

    /// The search_path that the session had before ours.
    pub fn found_path(&self) -> &str {
        self.found.get("search_path").map_or("", String::as_str)
    }

    /// Asks a query of ours whose answer is what it is under the search_path that others set, which stays.
    pub fn ask_under_theirs<T: DeserializeOwned>(&mut self, query: &str) -> Result<T, Failure> {
        let answers = self.send_theirs(&part("under_theirs", &[("query", Value::Sql(query))]))?;
        decode(answers.last())
    }

    /// Sends one message that others wrote, or that holds what others wrote. It sets the path that it needs by itself.
    pub fn send_theirs(&mut self, sql: &str) -> Result<Vec<String>, Failure> {
        self.path = Path::Theirs;
        self.answers("", sql)
    }

    /// Sends a query that others wrote; gives each row as `column=value` texts.
    pub fn table_of_theirs(&mut self, sql: &str) -> Result<Vec<Vec<String>>, Failure> {
        self.path = Path::Theirs;
        let messages = self.message("", sql)?;
        Ok(rows(&messages)
            .map(|row| {
                let cells = row.columns().iter().enumerate();
                cells
                    .map(|(i, column)| format!("{}={}", column.name(), row.get(i).unwrap_or("null")))
                    .collect()
            })
            .collect())
    }

    /// Sends a statement that names no function, operator or type, and cannot stand in a message with others, like
    /// CREATE DATABASE.
    pub fn send_alone(&mut self, sql: &str) -> Result<(), Failure> {
        self.first = false;
        self.answers("", sql).map(drop)
    }

    /// SAVEPOINT and RELEASE, which name nothing: the path stays whose it is.
    pub fn mark(&mut self, sql: &str) -> Result<(), Failure> {
        self.answers("", sql).map(drop)
    }

    /// Goes back to a savepoint, with the path that was set there.
    pub fn back_to(&mut self, savepoint: &str) -> Result<(), Failure> {
        self.path = Path::Theirs;
        self.answers("", &format!("rollback to savepoint {savepoint}")).map(drop)
    }

    /// Does something whose effects are taken back.
    pub fn taken_back<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Result<T, Failure> {
        self.mark("savepoint viewkeeper_taken_back")?;
        let done = work(self);
        self.back_to("viewkeeper_taken_back;\nrelease savepoint viewkeeper_taken_back")?;
        Ok(done)
    }

    /// Sends one message of ours and decodes the last answer.
    pub fn ask<T: DeserializeOwned>(&mut self, sql: &str) -> Result<T, Failure> {
        let answers = self.send(sql)?;
        decode(answers.last())
    }

    /// Opens a transaction of this mode, and sends a first text of ours; whatever happens until [`commit`](Self::commit),
    /// it is rolled back.
    pub fn begin(&mut self, mode: &str, sql: &str) -> Result<Vec<String>, Failure> {
        self.open = true;
        self.first = false;
        let head = format!("begin {mode};\n{};\n{SET_OURS}", bind("begun", &[]));
        let mut answers = self.answers(&head, sql)?;
        self.path = Path::Ours;
        self.found = decode(answers.first())?;
        answers.remove(0);
        Ok(answers)
    }

    /// Sends a last text of ours and commits, in one message.
    pub fn commit(&mut self, last: &str) -> Result<(), Failure> {
        let committed = self.end(|session| match last {
            "" => session.answers("", "commit"),
            last => session.send(&format!("{last};\ncommit")),
        });
        committed.map(drop)
    }

    /// Sends a last text that holds what others wrote and commits, in one message; gives the answers. It sets the path that it
    /// needs by itself.
    pub fn commit_theirs(&mut self, last: &str) -> Result<Vec<String>, Failure> {
        self.end(|session| session.send_theirs(&format!("{last};\ncommit")))
    }

    /// A whole transaction of this mode in one message, with a text of ours; gives the answers.
    pub fn transact(&mut self, mode: &str, sql: &str) -> Result<Vec<String>, Failure> {
        self.end(|session| session.begin(mode, &format!("{sql};\ncommit")))
    }

    /// Sends a message that ends with the commit.
    fn end(
        &mut self,
        send: impl FnOnce(&mut Self) -> Result<Vec<String>, Failure>,
    ) -> Result<Vec<String>, Failure> {
        self.ending = true;
        let answers = send(self);
        self.ending = false;
        if answers.is_ok() {
            self.close();
        }
        answers
    }

    fn close(&mut self) {
        (self.open, self.holding, self.answered) = (false, None, None);
    }

    /// Takes away what was made for a while, also after an interruption. As [`send_alone`](Self::send_alone).
    pub fn tidy(&mut self, sql: &str) -> Result<(), Failure> {
        tidy_up();
        self.first = false;
        let mut tries = 3;
        loop {
            tries -= 1;
            let tidied = self.client.simple_query(sql);
            match tidied.map_err(Failure::from) {
                // It was cancelled together with what was interrupted.
                Err(failure) if failure.code() == QUERY_CANCELED && tries > 0 => {}
                tidied => return tidied.map(drop),
            }
        }
    }

    /// Rolls back what is open.
    pub fn rollback(&mut self) {
        if self.open {
            self.close();
            // Nothing is left to do when this fails: the connection is gone, and the server rolls back by itself.
            let _ = self.client.batch_execute("rollback");
        }
    }

    /// Gives the caller's transaction, which was found open, its search_path back.
    pub fn give_back(&mut self) -> Result<(), Failure> {
        let Some(found) = self.found.remove("search_path") else { return Ok(()) };
        let sql = format!("select pg_catalog.set_config('search_path', {}, true)", literal(&found));
        self.answers("", &sql).map(drop)
    }

    fn answers(&mut self, head: &str, sql: &str) -> Result<Vec<String>, Failure> {
        let messages = self.message(head, sql)?;
        Ok(rows(&messages).filter_map(|row| row.get(0).map(str::to_owned)).collect())
    }

    /// The server counts positions from the start of the message, and the caller from the start of its text.
    fn message(&mut self, head: &str, sql: &str) -> Result<Vec<SimpleQueryMessage>, Failure> {
        let still = self.answered.map_or(Duration::ZERO, |answered| answered.elapsed());
        self.thought = self.thought.max(still);
        if is_interrupted() {
            return Err(Failure::Interrupted);
        }
        let tail = self.tail();
        let sent = match (head, tail.as_str()) {
            ("", "") => self.client.simple_query(sql),
            _ => self.client.simple_query(&format!("{head}{sql}{tail}")),
        };
        let messages = sent.map_err(|error| {
            let counted = self.counts_bytes.then(|| in_characters(&error, &format!("{head}{sql}"))).flatten();
            let mut failure = self.failure(error, still);
            if let (Failure::Server(server), Some(counted)) = (&mut failure, counted) {
                server.position = server.position.and(Some(counted));
                server.in_body = server.in_body.and(Some(counted));
            }
            failure.behind(head)
        })?;
        self.answered = self.open.then(Instant::now);
        Ok(messages)
    }

    /// What limits the time to the next message. It stands behind all else, so that it is so whatever that sets.
    fn tail(&self) -> String {
        match self.holding.filter(|_| !self.ending) {
            Some(thinking) => {
                let patience = (STILL + thinking.max(self.thought)).as_millis();
                format!("\n;\nset local idle_in_transaction_session_timeout to {patience}")
            }
            None => String::new(),
        }
    }

    /// A session that was ended while we stood still tells so itself, or is only found closed.
    fn failure(&self, error: postgres::Error, still: Duration) -> Failure {
        match Failure::from(error) {
            Failure::Server(server) if server.code == IDLE_IN_TRANSACTION => Failure::Ended(still),
            Failure::Connection(error) if self.holding.is_some() => {
                let silent = self.answered.map_or(Duration::ZERO, |answered| answered.elapsed());
                match () {
                    () if still >= STILL => Failure::Ended(still),
                    () if silent >= STILL => Failure::Silent(error, silent),
                    () => Failure::Connection(error),
                }
            }
            failure => failure,
        }
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        self.rollback();
    }
}
