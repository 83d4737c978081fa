//! What can go wrong with a message.

use std::time::Duration;

use postgres::error::ErrorPosition;

use crate::words::error::{Error, ErrorKind, ServerError};
use crate::words::sqlstate::lacks_room_for_locks;

/// What can go wrong with a message.
#[derive(Debug)]
pub enum Failure {
    /// The server refused it.
    Server(Box<ServerError>),
    /// It did not arrive, or the answer did not.
    Connection(postgres::Error),
    /// The server ended the session, because we stood still for so long in a transaction.
    Ended(Duration),
    /// After so long without a word of the server, while it held locks for us, the connection was found broken.
    Silent(postgres::Error, Duration),
    /// It was not sent, because everything is to end.
    Interrupted,
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

    /// The failure with its position counted from behind this text.
    pub fn behind(mut self, head: &str) -> Self {
        if let (Failure::Server(server), false) = (&mut self, head.is_empty()) {
            let skipped = head.chars().count();
            server.position = server.position.and_then(|position| position.checked_sub(skipped));
        }
        self
    }

    /// What the server said, when it refused.
    pub fn refusal(&self) -> Option<&ServerError> {
        match self {
            Failure::Server(server) => Some(server),
            _ => None,
        }
    }

    /// The failure as an error about the work that was going on.
    pub fn while_(self, kind: ErrorKind, message: impl Into<String>) -> Error {
        match self {
            Failure::Server(server) if lacks_room_for_locks(&server) => {
                let error = Error::new(kind, message).server(*server);
                error.help("the server has no room for more locks: raise max_locks_per_transaction, and start it again")
            }
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
            Failure::Ended(still) => Error::new(
                ErrorKind::Connection,
                format!(
                    "the server ended the session, because this process stood still for {:.1} s while it held locks",
                    still.as_secs_f64()
                ),
            )
            .unchanged()
            .help("run it again; so that others need not wait for one that is stopped, locks are held for no longer"),
            Failure::Silent(error, silent) => {
                let note = format!(
                    "nothing was heard of the server for {:.1} s; one that hears nothing for {} s while it holds locks ends the session",
                    silent.as_secs_f64(),
                    STILL.as_secs()
                );
                Error::new(ErrorKind::Connection, "the connection broke").caused_by(error).note(note)
            }
            Failure::Interrupted => Error::new(kind, format!("{}: interrupted", message.into())),
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
            schema: db.schema().map(str::to_owned),
            routine: db.routine().map(str::to_owned),
            position,
            in_body,
            raw: Some(Box::new(db.clone())),
        }))
    }
}

/// How long the server waits for our next message while others wait for our locks, if we think about nothing.
pub const STILL: Duration = Duration::from_secs(5);
