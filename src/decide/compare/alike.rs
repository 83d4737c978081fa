//! Whether what prints otherwise than its shadow is another thing. The server prints some texts otherwise once it has read them
//! again: an array that is cast as a whole, a minus before a number. And a relation that is called like a common table expression of
//! a query has its schema in front of it, which a shadow among shadows has not.
//!
//! So one in doubt gets a shadow that stands on what is live; and what differs even so, but uses the same, is made again on both sides
//! from what the server prints. Once is enough: after that no text moves any more. Where something below it changes, `select *` may
//! come to mean more: then its shadow among shadows has to print as one among copies of what is live.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::remake::Remake;
use super::shadows::Shadows;
use crate::decide::facts::Likeness;
use crate::read::facts::Shape;
use crate::set::project::Object;

/// An object whose shadow prints otherwise than it does, though its columns or arguments are the same.
#[derive(Debug)]
pub struct Unlike {
    pub key: String,
    /// The shadow that stands on what is live, and how `sql/shapes.sql` finds the object itself.
    pub lone: (Shadows, Value),
    pub remake: Remake,
}

impl Unlike {
    /// `address`: of the live object.
    pub fn new(object: Object<'_>, address: &str) -> Self {
        let key = object.key();
        let lone = (Shadows::lone(object), json!({"key": key, "address": address}));
        Unlike { key, lone, remake: Remake::of(object) }
    }
}

impl Likeness {
    /// Whether the two are alike. `among`: what the shadow prints among the others, where something below the object changes.
    pub fn is_alike(&self, among: Option<&str>) -> bool {
        let lone = self.lone.as_ref();
        let lone = lone.is_some_and(|[live, shadow]| live.text == shadow.text && same_use(live, shadow));
        let alike = lone || self.remade.as_ref().is_some_and(|[live, shadow]| live == shadow);
        alike && among.is_none_or(|among| self.before.as_deref() == Some(among))
    }
}

/// Whether one of two may print otherwise when it is made again.
pub fn may_move(both: &[Shape; 2]) -> bool {
    both.iter().any(|shape| shape.plain.is_some())
}

/// Whether two that stand on the same things use the same.
pub fn same_use(live: &Shape, shadow: &Shape) -> bool {
    live.references == shadow.references
}

/// What shadows stand for: what is recorded of those that use one, by what is recorded of those that use its live object.
pub fn standing_for<'s>(pairs: impl Iterator<Item = (&'s Shape, &'s Shape)>) -> BTreeMap<&'s str, &'s str> {
    let both = pairs.flat_map(|(live, shadow)| shadow.stands.iter().zip(&live.stands));
    both.map(|(shadow, live)| (shadow.as_str(), live.as_str())).collect()
}

/// Whether an object and its shadow use the same, where some of what the shadow uses stands for something else.
pub fn uses_the_same(live: &Shape, shadow: &Shape, standing_for: &BTreeMap<&str, &str>) -> bool {
    let meant = |used: &'_ String| (*standing_for.get(used.as_str()).unwrap_or(&used.as_str())).to_owned();
    let of_shadow: BTreeSet<String> = shadow.references.iter().map(meant).collect();
    let of_live: BTreeSet<String> = live.references.iter().cloned().collect();
    of_shadow == of_live
}
