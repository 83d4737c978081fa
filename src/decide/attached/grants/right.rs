//! A right: a privilege of a role on an object or a column of it.

use std::fmt;

use crate::read::attached::LiveGrant;
use crate::words::attachment::Privilege;
use crate::words::name::identifier;
use crate::words::object::Kind;

/// What ALL means for a relation. From 17 on MAINTAIN too.
const ALL: [&str; 7] = ["select", "insert", "update", "delete", "truncate", "references", "trigger"];

/// What ALL means for a routine.
const ALL_OF_ROUTINE: [&str; 1] = ["execute"];

/// What ALL means for a column.
const ALL_OF_COLUMN: [&str; 4] = ["select", "insert", "update", "references"];

/// A role that has privileges; none is PUBLIC.
pub type Grantee = Option<String>;

/// A privilege of a role on an object or on one of its columns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Right {
    pub grantee: Grantee,
    pub privilege: String,
    pub column: Option<String>,
}

/// What privileges are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Relation,
    Routine,
}

impl On {
    pub fn of(kind: Kind) -> Self {
        if kind.is_routine() { On::Routine } else { On::Relation }
    }
}

/// The rights that a privilege of a statement stands for.
pub fn expand(privilege: &Privilege, on: On, server: u32) -> Vec<(String, Option<String>)> {
    let names: Vec<&str> = match (privilege.name.as_str(), privilege.columns.is_empty()) {
        ("all", _) if on == On::Routine => ALL_OF_ROUTINE.to_vec(),
        ("all", true) => ALL.into_iter().chain((server >= 17).then_some("maintain")).collect(),
        ("all", false) => ALL_OF_COLUMN.to_vec(),
        (name, _) => vec![name],
    };
    let columns = privilege.columns.iter().cloned().map(Some);
    let columns: Vec<Option<String>> =
        if privilege.columns.is_empty() { vec![None] } else { columns.collect() };
    let both =
        |name: &str| columns.iter().map(|column| (name.to_owned(), column.clone())).collect::<Vec<_>>();
    names.into_iter().flat_map(both).collect()
}

pub fn right_of(grant: &LiveGrant) -> Right {
    Right { grantee: grant.grantee.clone(), privilege: grant.privilege.clone(), column: grant.column.clone() }
}

/// `"Data Readers"`, `public`.
pub fn grantee(grantee: &Grantee) -> String {
    grantee.as_deref().map_or_else(|| "public".to_owned(), identifier)
}

/// `select`, `update (a)`.
impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.privilege)?;
        match &self.column {
            Some(column) => write!(f, " ({})", identifier(column)),
            None => Ok(()),
        }
    }
}
