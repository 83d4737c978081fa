//! Where the database stands, as the ledger says.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::words::release::AppliedRelease;
use crate::words::status::{OutsideMigration, StaleView};

/// The answer of `sql/status.sql`.
#[derive(Deserialize)]
pub struct Answer {
    pub standing: Option<AppliedRelease>,
    pub objects: BTreeMap<String, usize>,
    pub stale: Vec<StaleView>,
    pub outside: Vec<OutsideMigration>,
}
