//! What a decision has to know before it goes on. Only `look` answers.

use serde_json::Value;

use super::compare::alike::Unlike;
use super::compare::index_shadows::IndexShadows;
use super::compare::shadows::Shadows;
use crate::read::address::Address;
use crate::read::needed_rights;
use crate::words::error::Error;

/// Something to be found out.
#[derive(Debug)]
pub enum Question {
    /// What the texts mean along the project's path, and along one that goes on with the session's other schemas.
    Meanings(Shadows),
    /// What the server makes of indexes, statistics, defaults and rules of files, on copies of their relations: each by itself where
    /// one of them does not fit.
    IndexShadows(Vec<IndexShadows>),
    /// How live objects (`live`, as `sql/shapes.sql` wants them) and shadows made from the files look.
    Shadows {
        shadows: Shadows,
        live: Vec<Value>,
        /// Another round can be tried where the server refuses a shadow.
        may_be_refused: bool,
    },
    /// Whether these are alike all the same. `before`: the shadows of those above something that changes, among copies of what is
    /// live.
    Alike { unlike: Vec<Unlike>, before: Option<Shadows> },
    /// These objects and all that depends on them. Triggers of `alone` are by themselves, not parts of their views.
    Dependents { roots: Vec<Address>, alone: Vec<Address> },
    /// Whether the foreign views among the dependents still fit on the shadows.
    Fit { shadows: Shadows, foreign: Vec<Address> },
    /// Whether the role has the rights that the work needs.
    Rights(Vec<needed_rights::Question>),
    /// The objects that are to be dropped and all that depends on them.
    Dropped { roots: Vec<Address>, alone: Vec<Address> },
}

/// Why a decision does not go on.
#[derive(Debug)]
pub enum Stop {
    /// Something has to be known first.
    Ask(Box<Question>),
    /// It cannot be done.
    Fail(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop::Fail(error)
    }
}

impl From<Question> for Stop {
    fn from(question: Question) -> Self {
        Stop::Ask(Box::new(question))
    }
}
