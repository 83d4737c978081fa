//! Twins of indexes and of extended statistics: made as the file says on an empty copy of a materialized view, so that the
//! server deparses them as it deparsed the live ones. Needed where nobody knows what it made of the file's statement: the
//! live one was there before us, or another statement of ours made it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::compare::Look;
use super::script::{Script, Sql};
use super::splice::with_places;
use crate::read::attached::Made;
use crate::words::attachment::Says;
use crate::words::name::{Name, identifier};

/// Copies of materialized views with the twins on them.
#[derive(Debug, Default)]
pub struct IndexTwins {
    pub script: Script,
    /// How `sql/index_twins.sql` finds the copies, with the object's index as the key.
    pub copies: Vec<Value>,
}

/// Whether something of it cannot be judged without a twin.
pub fn is_doubtful(look: &Look<'_>) -> bool {
    look.upkeep.in_the_way().any(|(_, stands)| stands.unknown.is_some())
}

impl IndexTwins {
    /// Twins of what cannot be judged otherwise.
    pub fn new<'l>(looks: impl IntoIterator<Item = &'l Look<'l>>) -> Self {
        let mut twins = IndexTwins::default();
        looks.into_iter().for_each(|look| twins.add(look));
        twins
    }

    fn add(&mut self, look: &Look<'_>) {
        let (object, Some(live)) = (look.object, look.live) else { return };
        let copy = Name::new("pg_temp", format!("viewkeeper on {}", object.index()));
        self.script.push(&format!("create temporary table {copy} (like {})", live.identity.qualified()));
        self.copies.push(json!({"key": object.index().to_string(), "relation": copy.to_string()}));
        for (place, stands) in look.upkeep.in_the_way() {
            let Some(attachment) = object.data().attachments.get(place) else { continue };
            if stands.unknown.is_none() {
                continue;
            }
            let twin = match attachment.says {
                Says::Index { .. } => identifier(&twin(place)),
                _ => Name::new("pg_temp", twin(place)).to_string(),
            };
            let mut places = vec![(attachment.target, copy.to_string())];
            places.extend(attachment.created.map(|created| (created, twin)));
            self.script.push_sql(&with_places(Sql::of(object), object, attachment.span, places));
        }
    }
}

/// The name of a twin, by the place of its statement.
fn twin(place: usize) -> String {
    format!("viewkeeper {place}")
}

/// What the server made of the statements, by their places.
pub fn made(look: &Look<'_>, on_copy: &Made) -> BTreeMap<usize, String> {
    let all = 0..look.object.data().attachments.len();
    let hash = |place: &usize| {
        let name = twin(*place);
        on_copy.indexes.get(&name).or_else(|| on_copy.statistics.get(&name)).map(|made| made.hash.clone())
    };
    all.filter_map(|place| Some((place, hash(&place)?))).collect()
}
