//! The answer of the one message of a no-op.

use super::ledger_state::LedgerState;
use super::looked::Looked;
use crate::words::read_only_reason::ReadOnlyReason;

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
