//! A name that a statement refers to, and how.

use super::written_name::Written;
use crate::words::object::Kind;

/// A name that a statement refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// How it is used.
    pub kind: UseKind,
    /// The name.
    pub name: Written,
}

/// How a statement uses a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UseKind {
    /// Where a relation stands: FROM, INTO, ON, REFERENCES.
    Relation,
    /// As a type, which may be a relation's row type.
    Type,
    /// As a function, called with so many arguments, if that can be told.
    Function(Option<usize>),
    /// As a procedure, in CALL.
    Procedure,
    /// As the routine that the statement is about.
    Routine,
    /// In a string that is read as a relation's name: `'v'::regclass`, `nextval('s')`.
    Literal,
    /// Before a column, with its schema: `app.v.id`. Names a relation that stands in FROM, so it is no dependency of its
    /// own.
    Qualifier,
}

impl UseKind {
    /// Whether the name is called or executed.
    pub fn is_call(self) -> bool {
        matches!(self, UseKind::Function(_) | UseKind::Procedure)
    }

    /// Whether the name can mean a routine of this kind.
    pub fn means(self, kind: Kind) -> bool {
        match self {
            UseKind::Function(_) => matches!(kind, Kind::Function | Kind::Aggregate),
            UseKind::Procedure => kind == Kind::Procedure,
            UseKind::Routine => kind.is_routine(),
            _ => false,
        }
    }
}
