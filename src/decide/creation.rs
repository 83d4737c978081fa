//! An order in which what a registry holds can be made.

use std::collections::HashMap;

use crate::set::graph::{knots, order};
use crate::words::item_id::ItemId;
use crate::words::item_kind::ItemKind;
use crate::words::registry::{Item, Registry};

impl Registry {
    /// The items in an order in which each comes after all that it needs; among those that are ready, by kind and name.
    /// The definitions, sent in this order, make the schema anew; those of the columns of tables are in their tables'.
    ///
    /// Objects that need each other in a circle (a view and a rule on it that reads another view above) come in the order
    /// of their kinds.
    pub fn in_order(&self) -> Vec<&Item> {
        let places: HashMap<&ItemId, usize> =
            self.items.iter().enumerate().map(|(place, item)| (&item.id, place)).collect();
        let needs: Vec<Vec<usize>> = self
            .items
            .iter()
            .map(|item| item.needs.iter().filter_map(|need| places.get(need).copied()).collect())
            .collect();
        let borrowed: Vec<&[usize]> = needs.iter().map(Vec::as_slice).collect();
        let knots = knots(&borrowed);
        let apart: Vec<Vec<usize>> = needs
            .iter()
            .enumerate()
            .map(|(item, needs)| needs.iter().copied().filter(|&need| knots[need] != knots[item]).collect())
            .collect();
        let apart: Vec<&[usize]> = apart.iter().map(Vec::as_slice).collect();
        // The items are sorted, and their places sort as they do.
        let names: Vec<String> = (0..self.items.len()).map(|place| format!("{place:08}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let order = order(&names, &apart).expect("what needs each other in a circle was taken apart");
        order.nodes.into_iter().map(|place| &self.items[place]).collect()
    }
}

impl Item {
    /// Its part in a script that makes a schema anew, in the order of [`Registry::in_order`]: a column is made with its
    /// table, and only what is said of it after that is left. Nothing for what changes no definition: owners, rights, comments.
    pub(crate) fn in_script(&self) -> Option<&str> {
        match self.id.kind {
            ItemKind::Column => self.definition.split_once(";\n").map(|(_, rest)| rest),
            ItemKind::Owner | ItemKind::Grant | ItemKind::Comment => None,
            _ => Some(&self.definition),
        }
    }
}
