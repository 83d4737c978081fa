//! What objects of the project stand on and what is not the project's: tables, and relations of no file.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Edge, Graph, Node, Strength};
use crate::words::identity::Identity;
use crate::words::item_id::ItemId;
use crate::words::item_kind::ItemKind;
use crate::words::snapshot::Snapshot;

impl Graph {
    /// The same graph, with the tables, foreign tables and views of no file that its objects stand on directly, as nodes of
    /// tier 0. `snapshot`: what was discovered in the database.
    #[must_use]
    pub fn with_tables(mut self, snapshot: &Snapshot) -> Self {
        let places: HashMap<String, usize> =
            self.nodes.iter().enumerate().map(|(place, node)| (node.object.to_string(), place)).collect();
        let items: HashMap<&ItemId, Option<&ItemId>> =
            snapshot.items.iter().map(|item| (&item.id, item.part_of.as_ref())).collect();
        let mut below: BTreeMap<(String, &str), BTreeSet<usize>> = BTreeMap::new();
        for item in &snapshot.items {
            let Some(&user) = places.get(&item.id.identity()) else { continue };
            // A constraint can be called as a trigger is.
            if self.nodes[user].kind != item.id.kind.keyword() {
                continue;
            }
            let table = item.part_of.iter().filter(|_| item.id.kind == ItemKind::Trigger);
            for id in item.needs.iter().chain(table).map(|id| whole(&items, id)) {
                let kind = match id.kind {
                    ItemKind::Table => "table",
                    ItemKind::ForeignTable => "foreign table",
                    ItemKind::View => "view",
                    ItemKind::MaterializedView => "materialized view",
                    _ => continue,
                };
                if !places.contains_key(&id.identity()) {
                    below.entry((id.identity(), kind)).or_default().insert(user);
                }
            }
        }
        let number = below.len();
        let tables = below.keys().map(|(identity, kind)| Node {
            object: Identity::displayed(identity),
            kind: (*kind).to_owned(),
            tier: 0,
            file: None,
            line: None,
            definition: None,
            state: None,
            reason: None,
        });
        self.nodes = tables.chain(self.nodes).collect();
        for edge in &mut self.edges {
            edge.user += number;
            edge.needed += number;
        }
        for (needed, users) in below.into_values().enumerate() {
            let edge = |user| Edge { user: user + number, needed, strength: Strength::Needs };
            self.edges.extend(users.into_iter().map(edge));
        }
        self.edges.sort();
        self
    }
}

/// What something is a part of in the end: the table of a column.
fn whole<'r>(items: &HashMap<&'r ItemId, Option<&'r ItemId>>, mut id: &'r ItemId) -> &'r ItemId {
    while let Some(Some(of)) = items.get(id) {
        id = of;
    }
    id
}
