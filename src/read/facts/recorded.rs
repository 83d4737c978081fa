//! What the ledger says of the objects that need a look.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::record::Record;
use crate::read::address::Address;
use crate::read::dependent::Dependent;
use crate::words::object::Kind;

/// The answer of `sql/recorded.sql`: only objects that need a look are in it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Recorded {
    pub objects: Vec<RecordedObject>,
    /// What is recorded under identities that no file has: objects that were renamed, and those whose files are gone.
    #[serde(default)]
    pub others: Vec<Record>,
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
    /// Of what came from another server it is not known which tables below it are as they were there, so what migrations
    /// changed since does not show.
    pub fn unsettle_what_was_restored(&mut self) {
        let records = self.objects.iter_mut().filter_map(|object| object.record.as_mut());
        records.filter(|record| !record.here).for_each(|record| record.unsettled = true);
    }

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
