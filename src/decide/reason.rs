//! Why something is done to an object.

use std::fmt;

use crate::set::project::Object;
use crate::words::identity::Identity;
use crate::words::object::Kind;
use crate::words::options::Direction;

/// Why something is done to an object, or a part of that. It prints itself as a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    New {
        file: String,
    },
    NewBeforeMigrations {
        file: String,
    },
    Changed {
        file: String,
    },
    ChangedAndDropped {
        file: String,
    },
    ChangedByHand,
    DroppedByHand,
    OptionsByHand,
    /// What a person did to what is attached.
    AttachedByHand(String),
    ChangedByMigration,
    DroppedByMigration,
    OptionsByMigration,
    AttachedByMigration(String),
    /// The database came from a dump, and the server prints the object otherwise.
    Restored,
    /// Under which identity it was recorded.
    Was(String),
    /// What it was in, its table or its schema, is not what has that name by now.
    AnotherContainer(&'static str),
    /// A trigger is on a partition of its table.
    OnPartition {
        on: String,
    },
    ColumnsByHand(Vec<(String, String)>),
    RenamedByHand {
        to: Identity,
    },
    Renamed {
        from: Identity,
        file: String,
    },
    /// It was retired, and the project holds it again.
    Returned {
        file: String,
    },
    TableDropped,
    BelowChanged,
    InTheWay,
    /// The objects that it stands on and that change.
    DependsOn(Vec<String>),
    /// What is there, and what the file says.
    OtherKind {
        there: String,
        wanted: String,
        file: String,
    },
    Found,
    FoundAsStated,
    FoundWithout(String),
    OnlyFingerprint,
    SameToServer,
    /// What its file states of what is attached, and what it states no more.
    Attached {
        file: String,
        states: String,
    },
    NoLongerStates(String),
    Keeps(String),
    Differs(String),
    Rebuilt {
        differs: String,
        kind: Kind,
    },
    NotComparable(&'static str),
    AfterMigrations,
    Gone(Direction),
    GoneAndUnfit(Direction, String),
    StaysForNow,
}

impl Reason {
    /// Of what an object stands on, that which changes.
    pub fn depends_on(object: Object<'_>, changes: impl Fn(usize) -> bool) -> Self {
        let below = object.needs().filter(|below| changes(below.index()));
        Reason::DependsOn(below.map(|below| below.name().to_string()).collect())
    }
}

impl Reason {
    /// The same as the doing of a table migration, where it was taken for a person's.
    pub fn of_migration(self) -> Self {
        match self {
            Reason::ChangedByHand => Reason::ChangedByMigration,
            Reason::DroppedByHand => Reason::DroppedByMigration,
            Reason::OptionsByHand => Reason::OptionsByMigration,
            Reason::AttachedByHand(what) => Reason::AttachedByMigration(what),
            Reason::ChangedAndDropped { file } => Reason::Changed { file },
            other => other,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::New { file } => write!(f, "new in {file}"),
            Reason::NewBeforeMigrations { file } => {
                write!(f, "new in {file}, made before the table migrations")
            }
            Reason::Changed { file } => write!(f, "definition changed in {file}"),
            Reason::ChangedAndDropped { file } => {
                write!(f, "definition changed in {file}, and dropped by hand")
            }
            Reason::ChangedByHand => f.write_str("definition changed by hand"),
            Reason::DroppedByHand => f.write_str("dropped by hand"),
            Reason::OptionsByHand => f.write_str("options changed by hand"),
            Reason::ChangedByMigration => f.write_str("definition changed by a table migration"),
            Reason::DroppedByMigration => f.write_str("dropped by a table migration"),
            Reason::OptionsByMigration => f.write_str("options changed by a table migration"),
            Reason::AttachedByHand(what) => write!(f, "{what} by hand"),
            Reason::AttachedByMigration(what) => write!(f, "{what} by a table migration"),
            Reason::Restored => f.write_str("the database was restored from a dump"),
            Reason::Was(identity) => write!(f, "it was {identity}"),
            Reason::AnotherContainer(container) => write!(f, "its {container} is another one"),
            Reason::OnPartition { on } => write!(f, "it is on {on}, a partition of its table"),
            Reason::ColumnsByHand(renamed) => {
                let names: Vec<_> = renamed.iter().map(|(from, to)| format!("{to} to {from}")).collect();
                write!(f, "column renamed by hand: {}", names.join(", "))
            }
            Reason::RenamedByHand { to } => write!(f, "renamed by hand to {to}"),
            Reason::Renamed { from, file } => write!(f, "renamed from {from} in {file}"),
            Reason::Returned { file } => write!(f, "it was retired, and is in {file} again"),
            Reason::TableDropped => f.write_str("its table was dropped"),
            Reason::BelowChanged => f.write_str("a table or type below it changed"),
            Reason::InTheWay => f.write_str("it stood in the way of a table migration"),
            Reason::DependsOn(below) if below.is_empty() => f.write_str("depends on what is rebuilt"),
            Reason::DependsOn(below) => write!(f, "depends on {}", below.join(", ")),
            Reason::OtherKind { there, wanted, file } => {
                write!(f, "{there} in the database, and {wanted} in {file}")
            }
            Reason::Found => f.write_str("found in the database and not made by viewkeeper"),
            Reason::FoundAsStated => f.write_str("found in the database, as the file says"),
            Reason::FoundWithout(what) => write!(f, "found in the database, without {what}"),
            Reason::OnlyFingerprint => f.write_str("as the file says; its fingerprint is recorded anew"),
            Reason::SameToServer => f.write_str("the same to the server"),
            Reason::Attached { file, states } => write!(f, "{file} {states}"),
            Reason::NoLongerStates(what) => write!(f, "no longer states {what}"),
            Reason::Keeps(what) | Reason::Differs(what) => f.write_str(what),
            Reason::Rebuilt { differs, kind } => write!(f, "{differs}, so the {kind} is rebuilt"),
            Reason::NotComparable(why) => write!(f, "not comparable here, because {why}"),
            Reason::AfterMigrations => f.write_str("whether in place is decided after the migrations"),
            Reason::Gone(direction) => f.write_str(direction.gone()),
            Reason::GoneAndUnfit(direction, why) => {
                write!(f, "{}, and it no longer fits: {why}", direction.gone())
            }
            Reason::StaysForNow => f.write_str("it stays as it is until the next release"),
        }
    }
}
