//! Where the names in what is put back are searched.

use crate::read::dependent::{Act, Dependent, Part, Thing};
use crate::read::session::OURS;
use crate::words::name::{Name, identifier};

/// What puts back the parts of a foreign object that come last, and how each is searched. A materialized view is filled with
/// its own schema before the project's `path`: functions that it calls may name what is beside it.
pub fn late(dependent: &Dependent, path: &str) -> Vec<(Searched, String)> {
    let late = dependent.script.parts.iter().filter(|part| part.late && part.act != Act::Storage);
    late.map(|part| match part.act == Act::Refresh {
        true => {
            let schema = identifier(&Name::displayed(&dependent.identity).schema);
            let refresh = &part.statement;
            let filled = format!(
                "set local search_path to {schema}, {path}; {refresh}; set local search_path to {OURS}"
            );
            (Searched::AsDeparsed, filled)
        }
        false => (searched(dependent, part), part.statement.clone()),
    })
    .collect()
}

/// Where a statement's names are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Searched {
    /// Under the search_path under which its text was made. There a function that somebody else made cannot come before one of
    /// the server's that takes any type.
    AsDeparsed,
    /// Under the project's: the server runs what it calls at once, and that may search for names.
    AsProject,
}

impl Searched {
    /// The statement that sets it, where this is the project's path.
    pub fn set(self, path: &str) -> String {
        let path = if self == Searched::AsDeparsed { OURS } else { path };
        format!("set local search_path to {path}")
    }
}

/// Where the names in a dependent's definition are searched.
pub fn searched_first(dependent: &Dependent) -> Searched {
    match ["table column", "index"].contains(&dependent.kind.as_str()) && !dependent.exact {
        true => Searched::AsProject,
        false => Searched::AsDeparsed,
    }
}

/// Where the names in a statement that puts something back are searched.
pub fn searched(dependent: &Dependent, part: &Part) -> Searched {
    let is_index = part.about.as_ref().is_some_and(|about| about.kind == Thing::Index) && !dependent.exact;
    match is_index || part.act == Act::Validate || part.is_of_rows() {
        true => Searched::AsProject,
        false => Searched::AsDeparsed,
    }
}

/// What puts back the parts of an object that come with it.
pub fn early_parts(dependent: &Dependent) -> impl Iterator<Item = &Part> {
    dependent.script.parts.iter().filter(|part| !part.late && part.act != Act::Storage)
}
