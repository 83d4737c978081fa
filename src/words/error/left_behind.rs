//! What a failure left behind.

use std::fmt;

use crate::words::amount::count;

/// What a failure left behind, in the database or in files. It prints itself as a clause.
pub enum LeftBehind {
    Nothing,
    /// Nothing, and this many table migrations would have been done with the work.
    RolledBack(usize),
    /// The migrations, and parts of such, that were committed before.
    Committed(Vec<String>),
    /// The materialized views that were refreshed and committed before.
    Refreshed(Vec<String>),
    /// The connection is gone, so it is the server that knows.
    Uncommitted,
    /// The work writes files, and wrote none.
    NoFile,
}

impl fmt::Display for LeftBehind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LeftBehind::Nothing => f.write_str("nothing was changed"),
            LeftBehind::RolledBack(1) => {
                f.write_str("nothing was changed; 1 table migration was rolled back")
            }
            LeftBehind::RolledBack(many) => {
                write!(f, "nothing was changed; {} were rolled back", count(*many, "table migration"))
            }
            LeftBehind::Committed(parts) => write!(f, "committed before the error: {}", parts.join(", ")),
            LeftBehind::Refreshed(views) => {
                write!(f, "refreshed and committed before the error: {}", views.join(", "))
            }
            LeftBehind::Uncommitted => f.write_str("the server rolls back what was not committed"),
            LeftBehind::NoFile => f.write_str("nothing was written"),
        }
    }
}
