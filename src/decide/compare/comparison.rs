//! What comparing with shadows showed, and whether there can be any.

use std::collections::{BTreeMap, BTreeSet};

use super::difference::Difference;
use crate::read::facts::Live;

/// What the shadows showed.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Why there are none.
    pub impossible: Option<&'static str>,
    /// The objects that got a shadow.
    pub objects: BTreeSet<usize>,
    pub differences: BTreeMap<usize, Difference>,
    pub options: BTreeMap<usize, Vec<String>>,
    pub columns: BTreeMap<usize, Vec<String>>,
    /// How the server prints those that it prints otherwise than their shadows, and these.
    pub printed: BTreeMap<usize, [String; 2]>,
    /// Those that print otherwise than their shadows, or use something else.
    pub unlike: BTreeMap<usize, Pair>,
}

/// An object and its shadow that print otherwise.
#[derive(Debug)]
pub struct Pair {
    /// What the shadow prints.
    pub printed: String,
    /// How they differ where that means the same.
    pub if_alike: Difference,
}

/// Why no shadow can be made here.
pub fn not_comparable(live: &Live) -> Option<&'static str> {
    match (live.recovery, live.read_only, live.temporary) {
        (true, _, _) => Some("the server is a standby"),
        (_, true, _) => Some("the session is read-only"),
        (_, _, false) => Some("the role lacks TEMPORARY on the database"),
        _ => None,
    }
}
