//! The files' names: a folder for each kind, one of its own for each other schema.

use std::collections::{BTreeMap, BTreeSet};

use crate::read::exportable::Exportable;
use crate::words::object::Kind;

/// Gives each object a path that no other one has, also where the file system does not tell capitals from small letters.
pub struct Paths {
    /// How many routines of a kind have the name.
    overloads: BTreeMap<(Kind, String, String), usize>,
    taken: BTreeSet<String>,
}

/// Types beyond this many bytes are cut off: file systems take 255.
const MAX_TYPES: usize = 100;

impl Paths {
    pub fn new(objects: &[&Exportable]) -> Self {
        let mut overloads = BTreeMap::new();
        for object in objects {
            *overloads.entry((object.kind, object.schema.clone(), object.name.clone())).or_default() += 1;
        }
        Paths { overloads, taken: BTreeSet::new() }
    }

    /// `views/gene_scores.sql`, `functions/stats/score.integer-text.sql`, `triggers/genes.touch.sql`.
    pub fn of(&mut self, object: &Exportable, own_schema: &str) -> String {
        let mut path = format!("{}s/", object.kind.keyword().replace(' ', "_"));
        if object.schema != own_schema {
            path.push_str(&plain(&object.schema));
            path.push('/');
        }
        if let Some(table) = &object.table {
            path.push_str(&plain(table));
            path.push('.');
        }
        path.push_str(&plain(&object.name));
        let key = (object.kind, object.schema.clone(), object.name.clone());
        if let Some(types) = object.arguments.as_ref().filter(|_| self.overloads.get(&key) > Some(&1)) {
            let types: Vec<String> = types.iter().map(|one| plain(one)).collect();
            let mut types = types.join("-");
            while types.len() > MAX_TYPES {
                types.pop();
            }
            path.push('.');
            path.push_str(if types.is_empty() { "no_arguments" } else { &types });
        }
        let numbers = (2..).map(|number| format!("{path}-{number}"));
        let mut candidates = std::iter::once(path.clone()).chain(numbers);
        let free = candidates.find(|path| self.taken.insert(path.to_lowercase()));
        format!("{}.sql", free.unwrap_or(path))
    }
}

/// A name as a part of a file's name: letters, digits, `_` and `-` stay. Editors' own files begin with a dot or `#`.
fn plain(name: &str) -> String {
    let parts = name.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-');
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "_".to_owned() } else { parts.join("_") }
}
