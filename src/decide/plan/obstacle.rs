//! What keeps a dependent from being put back.

use std::fmt;

use crate::read::dependent::{Dependent, Untrusted};
use crate::set::project::Object;
use crate::words::name::Name;
use crate::words::options::Direction;

/// What keeps a dependent from being put back. It prints itself as a clause.
#[derive(Debug)]
pub enum Obstacle<'a> {
    /// The project does not hold it, and its time has come.
    Gone(Direction),
    /// A table migration took away what it stood on.
    Absent,
    /// Nothing makes it again, or the server refuses it.
    Refused(&'a str),
    Untrusted(&'a Untrusted),
    Column {
        name: &'a str,
        of: Name,
    },
    /// A materialized view has none of this kind.
    OfNoView {
        of: Object<'a>,
        kind: &'a str,
    },
    /// A routine that it stands on is called in another way.
    Routine(Object<'a>),
    /// What it stands on goes.
    OnGone(&'a Dependent, Direction),
}

impl Obstacle<'_> {
    /// What helps, where that is another thing than usual.
    pub fn help(&self) -> Option<String> {
        match self {
            Obstacle::Untrusted(untrusted) => Some(untrusted.help()),
            _ => None,
        }
    }
}

impl fmt::Display for Obstacle<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Obstacle::Gone(direction) => f.write_str(direction.gone()),
            Obstacle::Absent => f.write_str("a table migration took away what it stood on"),
            Obstacle::Refused(why) => f.write_str(why),
            Obstacle::Untrusted(untrusted) => f.write_str(&untrusted.what),
            Obstacle::Column { name, of } => {
                write!(f, "it uses column \"{name}\" of \"{of}\", which is gone")
            }
            Obstacle::OfNoView { of, kind } => write!(f, "{} {} cannot have a {kind}", of.kind(), of.name()),
            Obstacle::Routine(object) => {
                write!(f, "it stands on {} {}, which changes", object.kind(), object.identity())
            }
            Obstacle::OnGone(gone, direction) => {
                write!(f, "it stands on {gone}, which goes because {}", direction.gone())
            }
        }
    }
}
