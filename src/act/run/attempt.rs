//! What lives for one attempt: a transaction with the next part of the work.

use std::collections::{BTreeMap, BTreeSet};

use crate::act::run::migrations::displaced::Displaced;
use crate::act::run::session_state::mark::Mark;
use crate::read::path::PathHere;
use crate::set::project::Project;
use crate::words::temporary::TemporaryNames;

/// What lives for one attempt, and must not outlive it.
#[derive(Debug)]
pub struct Attempt {
    /// The names of what is made for a while.
    pub names: TemporaryNames,
    /// The project's path as it is here.
    pub path: PathHere,
    /// The migrations, by place, that this transaction ran.
    pub ran: Vec<usize>,
    /// What stepped aside for them.
    pub displaced: Displaced,
    /// The routines that this transaction made before them.
    pub routines: BTreeSet<String>,
    /// What they wrote into, by the materialized view that reads it.
    pub written: BTreeMap<usize, String>,
    pub wanted: WantedLocks,
    /// The project's schema was made by this transaction, before the migrations.
    pub made_schema: bool,
    /// This transaction moved the ledger to another format.
    pub ledger_moved: bool,
    /// The ledger lost rows, so every object is looked at.
    pub ledger_lost: bool,
    /// The moment before the first migration; none where what they made is committed.
    pub mark: Option<Mark>,
    /// There is a migration history, and no row is in it.
    pub empty_history: bool,
}

/// The locks that were wanted last.
#[derive(Debug, Default)]
pub struct WantedLocks {
    /// The relations that they are on.
    pub relations: Vec<u32>,
    /// The migration that wanted them, where it was one.
    pub migration: Option<usize>,
}

impl Attempt {
    pub fn new(project: &Project) -> Self {
        Attempt {
            names: TemporaryNames::shown(project.name()),
            path: PathHere::default(),
            ran: Vec::new(),
            displaced: Displaced::default(),
            routines: BTreeSet::new(),
            written: BTreeMap::new(),
            wanted: WantedLocks::default(),
            made_schema: false,
            ledger_moved: false,
            ledger_lost: false,
            mark: None,
            empty_history: false,
        }
    }
}
