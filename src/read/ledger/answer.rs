//! The answer of the probe, as the server sends it.

use serde::Deserialize;

use crate::read::facts::{LedgerState, Looked, Whose};

/// The answer of `sql/probe.sql`, as the server sends it.
#[derive(Deserialize)]
pub struct Answer {
    pub server: u32,
    pub bytes: bool,
    pub in_transaction: bool,
    pub recovery: bool,
    pub read_only: bool,
    pub schema: bool,
    pub ledger: LedgerPart,
}

#[derive(Deserialize)]
pub struct LedgerPart {
    pub looked: Looked,
    pub whose: Option<Whose>,
    pub said: Option<LedgerState>,
    pub kept: bool,
    pub hashed: bool,
    pub hash: Option<String>,
}

/// Whether the history is another one than was recorded, or says something else. `hash`: what it says now, where that was
/// asked. One that may not be read counts as unchanged: the release's checksum covers the migrations too.
pub fn history_changed(standing: &LedgerState, looked: &Looked, hash: Option<Option<String>>) -> bool {
    let Some(recorded) = &standing.history else { return false };
    let there = looked.histories.iter().find(|there| Some(there.oid) == standing.history_oid);
    match (there, hash) {
        (Some(there), _) if there.quoted != *recorded => true,
        (Some(_), Some(hash)) => hash != standing.history_hash,
        (Some(there), None) => there.select,
        (None, _) => true,
    }
}
