//! What a rehearsal has seen so far.

use crate::read::session::Failure;
use std::collections::BTreeMap;

use crate::decide::plan::value::Plan;
use crate::decide::rehearsal::TakenLock;
use crate::read::catalog;
use crate::words::error::{Error, ErrorKind};

/// What a rehearsal has seen so far.
#[derive(Debug, Default)]
pub struct Rehearsing {
    /// The names of the relations before anything was changed.
    pub names: BTreeMap<String, String>,
    pub plan: Plan,
    pub locks: Vec<TakenLock>,
    pub stopped: Option<String>,
}

impl Rehearsing {
    /// What is locked now, of what was there before.
    pub fn take_locks(&mut self, session: &mut crate::read::session::Session<'_>) -> Result<(), Error> {
        let held = catalog::locks(session).map_err(failed)?;
        self.locks = held
            .into_iter()
            .filter_map(|lock| {
                let object = self.names.get(&lock.relation.to_string())?.clone();
                Some(TakenLock { object, mode: lock.mode })
            })
            .collect();
        self.locks.sort_by(|a, b| (&a.object, &a.mode).cmp(&(&b.object, &b.mode)));
        Ok(())
    }
}

pub fn failed(failure: Failure) -> Error {
    failure.while_(ErrorKind::Connection, "cannot read the locks")
}
