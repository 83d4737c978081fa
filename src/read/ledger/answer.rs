//! The answer of the probe, as the server sends it.

use serde::Deserialize;

use crate::read::facts::{Home, LedgerAnswer, LedgerState, Looked, Probe, Whose};
use crate::words::name::{Name, identifier};

/// The answer of `sql/probe.sql`, as the server sends it.
#[derive(Deserialize)]
pub struct Answer {
    server: u32,
    pub bytes: bool,
    in_transaction: bool,
    recovery: bool,
    read_only: bool,
    schema: bool,
    ledger: LedgerPart,
}

#[derive(Deserialize)]
struct LedgerPart {
    looked: Looked,
    whose: Option<Whose>,
    said: Option<LedgerState>,
    kept: bool,
    hashed: bool,
    hash: Option<String>,
}

impl Answer {
    /// What it says of the ledger in this schema.
    pub fn probe(self, schema: &str) -> Probe {
        let LedgerPart { mut looked, whose, said, kept, hashed, hash } = self.ledger;
        looked.whose = whose;
        let ledger = match (&looked, said) {
            (_, Some(mut standing)) => {
                standing.history_changed = history_changed(&standing, &looked, hashed.then_some(hash));
                if !kept {
                    standing.holed.push("definition".to_owned());
                }
                Some(LedgerAnswer::Readable(standing))
            }
            (Looked { format: 0, home: None, .. }, None) => None,
            (Looked { home: Some(Home { usage: false, .. }), .. }, None) => {
                Some(LedgerAnswer::Unreadable { missing: format!("USAGE on schema {}", identifier(schema)) })
            }
            (Looked { format: 0, .. }, None) => None,
            (Looked { format: 1, .. }, None) => Some(LedgerAnswer::Earlier),
            (Looked { absent: Some(absent), .. }, None) => {
                Some(LedgerAnswer::Incomplete { absent: Name::new(schema, absent).to_string() })
            }
            (Looked { lacking: Some(lacking), .. }, None) => Some(LedgerAnswer::Unreadable {
                missing: format!("SELECT on {}", Name::new(schema, lacking)),
            }),
            (_, None) => Some(LedgerAnswer::Doubtful),
        };
        // A table elsewhere that we may not even read is another application's.
        let ours = looked.histories.iter().filter(|history| history.place == 0 || history.select);
        Probe {
            server: self.server,
            in_transaction: self.in_transaction,
            recovery: self.recovery,
            read_only: self.read_only,
            schema: self.schema,
            histories: ours.map(|history| history.quoted.clone()).collect(),
            ledger,
            looked,
        }
    }
}

/// Whether the history is another one than was recorded, or says something else. `hash`: what it says now, where that was
/// asked. One that may not be read counts as unchanged: the release's checksum covers the migrations too.
fn history_changed(standing: &LedgerState, looked: &Looked, hash: Option<Option<String>>) -> bool {
    let Some(recorded) = &standing.history else { return false };
    let there = looked.histories.iter().find(|there| Some(there.oid) == standing.history_oid);
    match (there, hash) {
        (Some(there), _) if there.quoted != *recorded => true,
        (Some(_), Some(hash)) => hash != standing.history_hash,
        (Some(there), None) => there.select,
        (None, _) => true,
    }
}
