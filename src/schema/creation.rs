//! An order in which what a snapshot holds can be made.

use std::collections::HashMap;

use crate::set::graph::{knots, order_with_wishes};
use crate::words::item_id::ItemId;
use crate::words::item_kind::ItemKind;
use crate::words::snapshot::{Item, Snapshot};

impl Snapshot {
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
        let wishes = self.after_domains(&places, &needs);
        let wishes: Vec<&[usize]> = wishes.iter().map(Vec::as_slice).collect();
        let order = order_with_wishes(&names, &apart, &wishes)
            .expect("what needs each other in a circle was taken apart");
        order.nodes.into_iter().map(|place| &self.items[place]).collect()
    }

    /// What needs a domain comes after the domain's constraints where it can: none can be added any more once a column of
    /// a table holds the domain within another type.
    fn after_domains(&self, places: &HashMap<&ItemId, usize>, needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
        let mut constraints: HashMap<usize, Vec<usize>> = HashMap::new();
        for (place, item) in self.items.iter().enumerate() {
            let of = item.part_of.as_ref().filter(|of| of.kind == ItemKind::Domain);
            let of = of.filter(|_| item.id.kind == ItemKind::Constraint).and_then(|of| places.get(of));
            if let Some(&domain) = of {
                constraints.entry(domain).or_default().push(place);
            }
        }
        let wishes = self.items.iter().zip(needs).map(|(item, needs)| {
            let others = needs.iter().filter(|&&need| item.part_of.as_ref() != Some(&self.items[need].id));
            others.filter_map(|need| constraints.get(need)).flatten().copied().collect()
        });
        wishes.collect()
    }
}

impl Item {
    /// Its part in a script that makes a schema anew, in the order of [`Snapshot::in_order`]: a column is made with its
    /// table, and only what is said of it after that is left. Nothing for what changes no definition: owners, rights, comments.
    pub fn in_script(&self) -> Option<&str> {
        match self.id.kind {
            ItemKind::Column => after_first_statement(&self.definition),
            ItemKind::Owner | ItemKind::Grant | ItemKind::Comment => None,
            _ => Some(&self.definition),
        }
    }
}

/// What follows the first of some statements, as the server deparses them: quotes within a quoted text are doubled in it, and
/// backslashes, too.
fn after_first_statement(statements: &str) -> Option<&str> {
    let mut within = None;
    let end = statements.char_indices().find(|&(at, c)| {
        match within {
            Some(quote) if quote == c => within = None,
            None if matches!(c, '\'' | '"') => within = Some(c),
            _ => (),
        }
        within.is_none() && statements[at..].starts_with(";\n")
    });
    end.map(|(at, _)| &statements[at + ";\n".len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_ends_outside_of_its_texts() {
        assert_eq!(after_first_statement("alter table t add column c int"), None);
        let odd = "add column \"a;\n\" text generated always as ('it''s;\n' || E'\\\\;\n') stored;\nalter one;\nalter two";
        assert_eq!(after_first_statement(odd), Some("alter one;\nalter two"));
    }
}
