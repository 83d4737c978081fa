//! The files' names: a folder for each kind, one of its own for each other schema.

use std::collections::BTreeMap;

use crate::read::exportable::Exportable;
use crate::words::escape::{FileNames, file_name};
use crate::words::object::Kind;

/// Gives each object a path that no other one has, also where the file system does not tell capitals from small letters.
pub struct Paths {
    /// How many routines of a kind have the name.
    overloads: BTreeMap<(Kind, String, String), usize>,
    names: FileNames,
}

/// Types beyond this many bytes are cut off: file systems take 255.
const MAX_TYPES: usize = 100;

impl Paths {
    pub fn new(objects: &[&Exportable]) -> Self {
        let mut overloads = BTreeMap::new();
        for object in objects {
            *overloads.entry((object.kind, object.schema.clone(), object.name.clone())).or_default() += 1;
        }
        Paths { overloads, names: FileNames::default() }
    }

    /// `views/gene_scores.sql`, `functions/stats/score.integer-text.sql`, `triggers/genes.touch.sql`.
    pub fn of(&mut self, object: &Exportable, own_schema: &str) -> String {
        let mut path = format!("{}s/", object.kind.keyword().replace(' ', "_"));
        if object.schema != own_schema {
            path.push_str(&file_name(&object.schema));
            path.push('/');
        }
        if let Some(table) = &object.table {
            path.push_str(&file_name(table));
            path.push('.');
        }
        path.push_str(&file_name(&object.name));
        let key = (object.kind, object.schema.clone(), object.name.clone());
        if let Some(types) = object.arguments.as_ref().filter(|_| self.overloads.get(&key) > Some(&1)) {
            let types: Vec<String> = types.iter().map(|one| file_name(one)).collect();
            let mut types = types.join("-");
            while types.len() > MAX_TYPES {
                types.pop();
            }
            path.push('.');
            path.push_str(if types.is_empty() { "no_arguments" } else { &types });
        }
        format!("{}.sql", self.names.free(path))
    }
}
