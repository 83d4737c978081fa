//! A lock on a relation, as PostgreSQL calls it.

use std::fmt;

/// The locks that our statements take, the strongest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lock {
    ShareUpdateExclusive,
    Share,
    ShareRowExclusive,
    AccessExclusive,
}

impl Lock {
    pub fn words(self) -> &'static str {
        match self {
            Lock::ShareUpdateExclusive => "share update exclusive",
            Lock::Share => "share",
            Lock::ShareRowExclusive => "share row exclusive",
            Lock::AccessExclusive => "access exclusive",
        }
    }
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}
