//! What ledger and migration history are, and whose.

use serde::Deserialize;

/// What ledger and migration history are: of `sql/probe/doubts.sql`, or exactly, of `sql/probe/refusals.sql`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Looked {
    /// The role is a superuser.
    pub superuser: bool,
    /// The ledger's schema, where it is there.
    pub home: Option<Home>,
    /// The ledger's format; 0 without its tables.
    pub format: u32,
    /// A table of the ledger that the role may not read.
    pub lacking: Option<String>,
    /// A table of the ledger that is not there.
    pub absent: Option<String>,
    /// Something in the ledger may run when it is read or written.
    pub code: bool,
    /// Somebody else may write the ledger or change its tables.
    pub alien: bool,
    /// That by a right on all tables, which also concerns a ledger that is made now.
    pub everywhere: bool,
    pub histories: Vec<LookedHistory>,
    /// What is wrong, where that was asked exactly.
    pub refusals: Option<Vec<Refusal>>,
    /// Where the role is no superuser and `alien` is set.
    #[serde(skip)]
    pub whose: Option<Whose>,
}

/// Whose a ledger is that others may write, of `sql/probe/whose.sql`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Whose {
    /// The role works here, so what the ledger says is obeyed.
    pub works: bool,
    /// Who is not trusted may write it.
    pub alien: bool,
    /// Owners who are not trusted and own nothing of the project, quoted.
    pub strangers: Vec<String>,
}

/// The ledger's schema.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Home {
    pub usage: bool,
    /// We have its owner's rights.
    pub owned: bool,
}

/// A relation under a name of refinery's history.
#[derive(Clone, Debug, Deserialize)]
pub struct LookedHistory {
    /// 0 for the first name under which it is looked for.
    pub place: usize,
    /// Its name.
    pub quoted: String,
    pub oid: u32,
    /// We may read it.
    pub select: bool,
    pub code: bool,
    pub alien: bool,
}

/// Something about ledger or history for which it is not read or written.
#[derive(Clone, Debug, Deserialize)]
pub struct Refusal {
    /// Of a history; none for the ledger.
    pub place: Option<usize>,
    /// Quoted; a schema where that is what is wrong.
    pub relation: String,
    /// Quoted.
    pub owner: String,
    /// It may run when it is read or written.
    pub code: bool,
    pub what: Flaw,
    /// Which role, trigger, column or the like; quoted.
    pub which: Option<String>,
}

/// What is wrong with a relation of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Flaw {
    /// Its owner is not trusted.
    Owner,
    /// The owner of its schema is not trusted.
    Schema,
    /// A role that is not trusted may create in its schema.
    Create,
    /// A role that is not trusted may write into every table.
    Everywhere,
    /// It is no table.
    Kind,
    Partition,
    Child,
    Policies,
    Rule,
    Trigger,
    /// A foreign key of a table whose owner is not trusted.
    Reference,
    Default,
    Check,
    Index,
    Statistics,
    /// A column's type is not one of PostgreSQL's own.
    Type,
    /// A role that is not trusted may do more than read it.
    Privilege,
}
