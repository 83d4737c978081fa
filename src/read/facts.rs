//! What reading gives: plain values, decoded from the server's JSON. Deciding works on these and never on a
//! connection.

use crate::words::read_only_reason::ReadOnlyReason;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::attached::{Attached, Made};
use super::dependent::Dependent;
use crate::words::attachment::{Fires, Statement};
use crate::words::identity::Identity;
use crate::words::object::Kind;

/// The answer of `sql/probe.sql`.
#[derive(Clone, Debug)]
pub struct Probe {
    pub server: u32,
    pub in_transaction: bool,
    pub recovery: bool,
    pub read_only: bool,
    /// The project's schema exists.
    pub schema: bool,
    /// The tables of refinery's history that exist, in the order in which they are looked for.
    pub histories: Vec<String>,
    pub ledger: Option<LedgerAnswer>,
    /// What ledger and history are.
    pub looked: Looked,
}

impl Probe {
    /// What the ledger says, where there is one that we may read.
    pub fn readable(&self) -> Option<&LedgerState> {
        match &self.ledger {
            Some(LedgerAnswer::Readable(standing)) => Some(standing),
            _ => None,
        }
    }

    /// The ledger is there, and lost rows.
    pub fn ledger_lost(&self) -> bool {
        self.readable().is_some_and(LedgerState::lost)
    }

    /// Why nothing can be written here.
    pub fn unwritable(&self) -> Option<ReadOnlyReason> {
        let closed = self.readable().is_some_and(|standing| !standing.writable);
        ReadOnlyReason::of(self.recovery, self.read_only).or(closed.then_some(ReadOnlyReason::Ledger))
    }
}

/// What the ledger answered.
#[derive(Clone, Debug)]
pub enum LedgerAnswer {
    /// It is there and we may not read it; the right that is missing.
    Unreadable { missing: String },
    /// It is there, and one of its tables is not.
    Incomplete { absent: String },
    /// It is there, in format 1.
    Earlier,
    /// It is there, and something about it is in doubt: it was not read.
    Doubtful,
    /// It is there.
    Readable(LedgerState),
}

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

/// What the ledger says in the shortest form.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct LedgerState {
    /// None in a ledger that lost its rows.
    pub format: Option<u32>,
    /// The schema in which the project is kept.
    pub schema: Option<String>,
    /// The release that stands, if the project was ever applied.
    pub standing: Option<CurrentRelease>,
    /// Our release was applied at some time.
    pub seen_before: bool,
    /// The history table that was recorded.
    pub history: Option<String>,
    /// Its oid then.
    pub history_oid: Option<u32>,
    /// What told that state of it from others.
    pub history_hash: Option<String>,
    /// It is not as it was recorded.
    #[serde(skip)]
    pub history_changed: bool,
    /// The history tables of other projects.
    pub foreign_histories: Vec<String>,
    /// A migration outside of a transaction is running or was interrupted.
    pub claimed: bool,
    /// We may write the ledger.
    pub writable: bool,
    /// The tables of the ledger that lost rows of the project.
    pub holed: Vec<String>,
    pub drifted: bool,
    pub shifted: bool,
}

impl LedgerState {
    /// The ledger lost all its rows, or some of the project's.
    pub fn lost(&self) -> bool {
        self.format.is_none() || !self.holed.is_empty()
    }
}

/// The release that stands in the database.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CurrentRelease {
    pub id: i64,
    pub checksum: String,
    pub built: u64,
}

/// The answer of `sql/recorded.sql`: only objects that need a look are in it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Recorded {
    pub objects: Vec<RecordedObject>,
    /// Recorded objects that the project no longer holds.
    pub retired: Vec<RetiredObject>,
    /// Everything of ours whose file is gone, retired now or before, and that is still there.
    pub gone: Vec<GoneObject>,
    pub managed: Vec<ManagedObject>,
    /// The addresses of recorded objects that are not there.
    pub absent: BTreeSet<Address>,
    /// The addresses that objects had before they stepped aside for table migrations.
    pub stepped: BTreeSet<Address>,
    /// What stepped aside and is not back yet.
    pub aside: Vec<Dependent>,
}

impl Recorded {
    /// The addresses of triggers that are ours: they are by themselves, not parts of their views.
    pub fn triggers(&self) -> Vec<Address> {
        let triggers = self.managed.iter().filter(|managed| managed.kind == Kind::Trigger);
        triggers.map(|managed| managed.address.clone()).collect()
    }
}

/// A recorded object that the project no longer holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RetiredObject {
    pub identity: String,
    pub kind: Kind,
}

/// An object of ours whose file is gone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GoneObject {
    pub identity: String,
    pub kind: Kind,
    pub address: Address,
    /// Another release retired it.
    pub before: bool,
    /// It is not as we left it.
    pub changed: bool,
}

/// An object that needs a look.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecordedObject {
    pub identity: String,
    pub record: Option<Record>,
    /// Another project that holds an object of this name.
    pub other_project: Option<String>,
}

/// What the ledger says of an object.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    /// Another one than the object's where the file says that it was renamed, or where a routine has other argument types.
    pub identity: String,
    pub checksum: String,
    pub address: Address,
    /// Whose it was, quoted.
    #[serde(default)]
    pub owner: Option<String>,
    /// The names of the columns that we made.
    pub columns: Vec<String>,
    pub stated: Stated,
    /// What the server made of the column defaults and rules then.
    #[serde(default)]
    pub made: Made,
    pub deparsed_hash: Option<String>,
    pub server: u32,
    pub reoptioned: bool,
    pub reattached: bool,
    pub unsettled: bool,
    /// No release since held it.
    #[serde(default)]
    pub retired: bool,
    /// The table of a trigger is gone.
    pub uprooted: bool,
}

/// What a text stated beside the definition.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Stated {
    /// The names of the options, in the definition and beside it.
    #[serde(default)]
    pub options: Vec<String>,
    #[serde(default)]
    pub attachments: Vec<Statement>,
    /// Who CURRENT_USER was.
    pub role: Option<String>,
    /// Who SESSION_USER was.
    pub session: Option<String>,
}

impl Stated {
    /// The names of the options that no statement beside the definition stated: only a definition can take them back.
    pub fn options_of_definition(&self) -> Vec<String> {
        let beside: Vec<&str> = self.attachments.iter().flat_map(|one| one.says.options()).collect();
        self.options.iter().filter(|option| !beside.contains(&option.as_str())).cloned().collect()
    }
}

/// An object that the ledger holds, retired ones included, and that is there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ManagedObject {
    pub identity: String,
    pub kind: Kind,
    pub address: Address,
    /// Quoted.
    pub owner: String,
    /// We have the owner's rights.
    pub ours: bool,
}

/// The answer of `sql/live.sql`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Live {
    /// The server's major version.
    pub server: u32,
    pub recovery: bool,
    pub read_only: bool,
    pub role: String,
    pub database: String,
    /// Who logged in.
    pub session: String,
    /// The role may create temporary objects.
    pub temporary: bool,
    /// The role may create schemas.
    pub create: bool,
    /// The functions that check the bodies of routines, by language.
    pub validators: BTreeMap<String, String>,
    /// The languages in which the role may write no routine, and whether they are trusted ones.
    #[serde(default)]
    pub unusable: BTreeMap<String, bool>,
    /// The names of the session's own temporary relations.
    pub taken: Vec<String>,
    pub schemas: Vec<LiveSchema>,
    pub objects: Vec<LiveObject>,
    /// What is attached to those whose files or records state something about it.
    #[serde(default)]
    pub attached: BTreeMap<Address, Attached>,
}

/// A schema that the project uses.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LiveSchema {
    pub name: String,
    pub exists: bool,
    /// Quoted; none where it does not exist, or where nobody asked.
    pub owner: Option<String>,
    /// It belongs to a role whom we trust.
    pub trusted: Option<bool>,
    pub create: bool,
}

/// An object under one of the project's identities, or under an address that the ledger knows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LiveObject {
    /// The identity of the project's object that asked for it.
    pub wanted: String,
    pub address: Address,
    /// In words: `view`, `partitioned table`, `procedure`.
    pub kind: String,
    /// What it is called now.
    pub identity: Identity,
    /// Quoted; of a trigger, its table's.
    pub owner: String,
    /// We have the owner's rights.
    pub ours: bool,
    /// The owner is a role whom we trust.
    pub trusted: bool,
    pub extension: Option<String>,
    pub deparsed_hash: Option<String>,
    /// The access method of a materialized view.
    pub method: Option<String>,
    /// The tablespace that a relation is in.
    pub tablespace: Option<String>,
    /// When a trigger fires.
    pub fires: Option<Fires>,
}

impl LiveObject {
    /// Functions of every kind.
    pub fn is_routine(&self) -> bool {
        self.identity.arguments.is_some()
    }

    /// Of which kind it is, if files can define that.
    pub fn managed_kind(&self) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.keyword() == self.kind)
    }
}

/// The answer of `sql/shapes.sql`: an object as it looks under some search_path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// What was asked for.
    pub key: String,
    pub text: String,
    pub options: Vec<String>,
    pub columns: Vec<Column>,
    pub routine: Option<Signature>,
}

/// What of a routine cannot be replaced in place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// In words: `function`, `window function`.
    pub kind: String,
    /// The return type, with OUT and TABLE columns.
    pub result: String,
    /// Of the input arguments.
    pub types: Vec<String>,
    /// Of the input arguments; empty for one without a name.
    pub names: Vec<String>,
    /// How many arguments have defaults.
    pub defaults: usize,
}

/// The answer of `sql/texts.sql`: a view's query.
#[derive(Clone, Debug, Deserialize)]
pub struct ViewText {
    pub oid: u32,
    pub name: String,
    pub columns: Vec<String>,
    /// No other relation in the search_path has its name.
    pub alone: bool,
    pub text: String,
}

/// A column, as text that can be compared between a view and its shadow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    #[serde(rename = "type")]
    pub data_type: String,
    pub collation: Option<String>,
}

/// A row of refinery's history.
#[derive(Clone, Debug, Deserialize)]
pub struct AppliedRow {
    pub version: String,
    /// The type of the versions, `integer` or `bigint`.
    #[serde(rename = "type")]
    pub kind: String,
    pub name: Option<String>,
    pub checksum: Option<String>,
}

/// A trigger that runs what a role wrote which is not trusted; names are quoted.
#[derive(Clone, Debug, Deserialize)]
pub struct StrangeTrigger {
    pub trigger: String,
    pub table: String,
    /// `function public.e()`
    pub what: String,
    pub owner: String,
}

/// A lock of this transaction, of `sql/locks.sql`.
#[derive(Clone, Debug, Deserialize)]
pub struct HeldLock {
    pub relation: u32,
    pub mode: String,
}

/// A session that holds a lock which we want, of `sql/blockers.sql`. What it runs is nobody else's business.
#[derive(Clone, Debug, Deserialize)]
pub struct Blocker {
    pub relation: String,
    /// 0 for a prepared transaction.
    pub pid: i32,
    pub user: String,
    pub application: String,
    /// The age of its transaction; none where the role may not know.
    pub seconds: Option<i64>,
    pub state: Option<String>,
}

impl Blocker {
    /// `genes was held by pid 7 (user u, application "a"), in a transaction since 12 s, idle in transaction`, for `was`.
    pub fn held(&self, verb: &str) -> String {
        let Blocker { relation, pid, user, application, seconds, state } = self;
        let mut text =
            format!("{relation} {verb} held by pid {pid} (user {user}, application {application:?})");
        if let Some(seconds) = seconds {
            text.push_str(&format!(", in a transaction since {seconds} s"));
        }
        if let Some(state) = state {
            text.push_str(&format!(", {state}"));
        }
        text
    }
}

impl std::fmt::Display for Blocker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.held("is"))
    }
}
