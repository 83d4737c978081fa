//! What stopped the table migrations.

use crate::read::session::Failure;
use crate::words::error::{Error, ServerError};

/// What stopped a run.
#[derive(Debug)]
pub enum Stopped {
    /// A migration failed; positions are those of its text.
    Migration { index: usize, failure: Failure },
    /// A migration was run, and its row of the history could not be written.
    Record { index: usize, failure: Failure },
    /// What is in a migration's way cannot step aside.
    Refused(Error),
    /// The history table could not be made.
    History(Failure),
}

impl Stopped {
    /// The migration whose statements did not come to an end.
    pub fn migration(&self) -> Option<usize> {
        match self {
            Stopped::Migration { index, .. } => Some(*index),
            _ => None,
        }
    }

    /// What the server said of its statement, when it refused one.
    pub fn refusal(&self) -> Option<&ServerError> {
        match self {
            Stopped::Migration { failure, .. } => failure.refusal(),
            _ => None,
        }
    }
}
