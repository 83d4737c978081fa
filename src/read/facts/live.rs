//! What is there, under the names of the project or at the addresses of its ledger.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::read::address::Address;
use crate::read::attached::Attached;
use crate::words::attachment::Fires;
use crate::words::identity::Identity;
use crate::words::object::Kind;

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
    /// The tables and views of these names, of those that triggers are to be on.
    #[serde(default)]
    pub tables: BTreeMap<String, Address>,
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

/// A trigger on a partition of its table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TriggerClone {
    /// Quoted, with its schema.
    pub table: String,
    pub fires: Fires,
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
    /// Where the ledger knows its likeness, hashes of its pretty text and of what it uses; else one of its plain text.
    pub deparsed_hash: Option<String>,
    /// The access method of a materialized view.
    pub method: Option<String>,
    /// The tablespace that a relation is in.
    pub tablespace: Option<String>,
    /// When a trigger fires.
    pub fires: Option<Fires>,
    /// Whether a materialized view is filled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub populated: Option<bool>,
    /// Of a routine: the names of its input arguments, empty for one without a name.
    #[serde(default)]
    pub argument_names: Vec<String>,
    /// Of a routine: what tells its owner, grants and SECURITY DEFINER from those of another.
    #[serde(default)]
    pub rights: Option<String>,
    /// The partitions on which a trigger fires otherwise than on what they are partitions of, from the top down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clones: Option<Vec<TriggerClone>>,
    /// The table or view that a trigger is on.
    #[serde(default)]
    pub table: Option<Address>,
    /// The tables of which a trigger's table is a partition.
    #[serde(default)]
    pub partition_of: Vec<Address>,
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
