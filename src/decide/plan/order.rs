//! The order in which things are made: objects of the project, and what is put back between them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::dependents::Dependents;
use super::findings::Findings;
use super::object_decision::ObjectDecision;
use crate::read::dependent::Dependent;
use crate::set::graph;

/// One thing to be made.
#[derive(Clone, Copy, Debug)]
pub enum Item<'a> {
    /// An object of the project.
    Managed(usize),
    /// What is put back from the catalog.
    Foreign(&'a Dependent),
}

impl Item<'_> {
    /// The object of the project, by index.
    pub fn managed(&self) -> Option<usize> {
        match self {
            Item::Managed(index) => Some(*index),
            Item::Foreign(_) => None,
        }
    }
}

/// Everything that is needed, each after what it stands on; foreign ones as early as that allows, because a changed
/// file may name one that it did not name before. Objects of the project among each other stand as the files say, and
/// not as the catalog does, where the old ones may stand the other way round.
pub fn order<'a>(
    findings: &Findings<'_>,
    decisions: &BTreeMap<usize, ObjectDecision<'_>>,
    dependents: &Dependents<'a>,
) -> Vec<Item<'a>> {
    let own: Vec<usize> = decisions.keys().copied().collect();
    let items: Vec<Item<'a>> = dependents
        .put_back
        .iter()
        .map(|&dependent| Item::Foreign(dependent))
        .chain(own.iter().map(|&index| Item::Managed(index)))
        .collect();
    let places: HashMap<usize, usize> =
        own.iter().enumerate().map(|(place, &index)| (index, dependents.put_back.len() + place)).collect();
    let foreign: HashMap<&str, usize> = dependents
        .put_back
        .iter()
        .enumerate()
        .map(|(place, dependent)| (dependent.id.as_str(), place))
        .collect();
    let mut edges: Vec<Vec<usize>> = vec![Vec::new(); items.len()];
    for (place, item) in items.iter().enumerate() {
        match item {
            Item::Managed(index) => {
                let below = &findings.project.object(*index).data().needs;
                edges[place].extend(below.iter().filter_map(|below| places.get(below)));
            }
            Item::Foreign(dependent) => {
                let of_project = |id: &str| places.get(dependents.addresses.get(id)?);
                edges[place].extend(
                    dependent
                        .needs
                        .iter()
                        .filter_map(|id| foreign.get(id.as_str()).or_else(|| of_project(id))),
                );
            }
        }
    }
    for (index, dependent) in &dependents.ours {
        if let Some(&place) = places.get(index) {
            edges[place].extend(dependent.needs.iter().filter_map(|id| foreign.get(id.as_str())));
        }
    }
    // What foreign ones stand on comes before everything else.
    let mut below: BTreeSet<usize> = (0..dependents.put_back.len()).collect();
    let mut open: Vec<usize> = below.iter().copied().collect();
    while let Some(place) = open.pop() {
        open.extend(edges[place].iter().copied().filter(|&needed| below.insert(needed)));
    }
    let name = |place: usize| format!("{}{place:010}", u8::from(!below.contains(&place)));
    let names: Vec<String> = (0..items.len()).map(name).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let edges: Vec<&[usize]> = edges.iter().map(Vec::as_slice).collect();
    match graph::order(&names, &edges) {
        Ok(order) => order.nodes.into_iter().map(|place| items[place]).collect(),
        // Files that turned a dependency through a foreign object round: the server says which one does not fit.
        Err(_) => foreign_last(items),
    }
}

/// The project's objects first.
fn foreign_last(mut items: Vec<Item<'_>>) -> Vec<Item<'_>> {
    items.sort_by_key(|item| matches!(item, Item::Foreign(_)));
    items
}
