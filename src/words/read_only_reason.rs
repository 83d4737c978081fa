//! Why nothing can be written in a session, and what to do about it.

use std::fmt;

use super::error::{Error, ErrorKind};

/// Why nothing can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadOnlyReason {
    /// The server replays what another one wrote.
    Standby,
    /// Transactions of the session are read-only unless they say otherwise. Somebody wanted that, so we do not say otherwise.
    ReadOnly,
    /// The ledger is another role's.
    Ledger,
}

impl ReadOnlyReason {
    /// What a server says of itself and of the session.
    pub fn of(recovery: bool, read_only: bool) -> Option<ReadOnlyReason> {
        match (recovery, read_only) {
            (true, _) => Some(ReadOnlyReason::Standby),
            (_, true) => Some(ReadOnlyReason::ReadOnly),
            _ => None,
        }
    }

    /// An error about work that therefore was not begun: `what` cannot be done.
    pub fn refuses(self, what: &str) -> Error {
        let error = Error::new(ErrorKind::Rights, format!("{what}{self}")).unchanged();
        match self {
            ReadOnlyReason::Standby => error
                .help("connect to the primary; with target_session_attrs=read-write a URL of several hosts leads there"),
            ReadOnlyReason::ReadOnly => {
                error.help("connect with a role, or to a database, for which default_transaction_read_only is off")
            }
            ReadOnlyReason::Ledger => error
                .help("run once with a role that owns the objects and the ledger")
                .help("a service with a role of its own can have a ledger of its own: migrator().ledger_schema(...)"),
        }
    }
}

impl fmt::Display for ReadOnlyReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ReadOnlyReason::Standby => "the server is a standby",
            ReadOnlyReason::ReadOnly => "the session is read-only (default_transaction_read_only)",
            ReadOnlyReason::Ledger => "the role may not write the ledger",
        })
    }
}
