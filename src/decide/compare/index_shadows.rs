//! Shadows of indexes, extended statistics, column defaults and rules: made as the file says on an empty copy of a materialized
//! view, or on a view of the view, so that the server deparses them as it deparsed the live ones. Needed where nobody knows what it made of the file's statement: the
//! live one was there before us, or another statement of ours made it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::classify::Classification;
use crate::decide::plan::script::{Script, Sql};
use crate::decide::plan::splice::with_places;
use crate::read::attached::Made;
use crate::words::attachment::Says;
use crate::words::name::{Name, identifier};
use crate::words::object::Kind;

/// Copies of views with the shadows on them.
#[derive(Debug, Default)]
pub struct IndexShadows {
    pub script: Script,
    /// How `sql/index_shadows.sql` finds the copies, with the object's index as the key.
    pub copies: Vec<Value>,
}

/// Whether something of it cannot be judged without a shadow.
pub fn is_doubtful(look: &Classification<'_>) -> bool {
    look.upkeep.doubtful().next().is_some()
}

impl IndexShadows {
    /// Shadows of what cannot be judged otherwise.
    pub fn new<'l>(looks: impl IntoIterator<Item = &'l Classification<'l>>) -> Self {
        let mut shadows = IndexShadows::default();
        looks.into_iter().for_each(|look| shadows.add(look));
        shadows
    }

    fn add(&mut self, look: &Classification<'_>) {
        let (object, Some(live)) = (look.object, look.live) else { return };
        let copy = Name::new("pg_temp", format!("viewkeeper on {}", object.index()));
        let live = live.identity.qualified();
        self.script.push(&match object.kind() {
            Kind::View => format!("create temporary view {copy} as select * from {live}"),
            _ => format!("create temporary table {copy} (like {live})"),
        });
        self.copies.push(json!({"key": object.index().to_string(), "relation": copy.to_string()}));
        for place in look.upkeep.doubtful() {
            let Some(attachment) = object.data().attachments.get(place) else { continue };
            let shadow = match attachment.says {
                Says::Index { .. } => identifier(&shadow(place)),
                _ => Name::new("pg_temp", shadow(place)).to_string(),
            };
            let mut places = vec![(attachment.target, copy.to_string())];
            places.extend(attachment.created.map(|created| (created, shadow)));
            self.script.push_sql(&with_places(Sql::of(object), object, attachment.span, places));
        }
    }
}

/// The name of a shadow, by the place of its statement.
fn shadow(place: usize) -> String {
    format!("viewkeeper {place}")
}

/// What the server made of the statements, by their places.
pub fn made(look: &Classification<'_>, on_copy: &Made) -> BTreeMap<usize, String> {
    let all = look.object.data().attachments.iter().enumerate();
    let trace = |place: usize, says: &Says| match says {
        Says::Index { .. } => on_copy.indexes.get(&shadow(place)),
        Says::Statistics { .. } => on_copy.statistics.get(&shadow(place)),
        // These have their own names there: a view has no other rules and defaults than those that are made on it.
        Says::Rule { name } => on_copy.rules.get(name),
        Says::Default { column, .. } => on_copy.defaults.get(column),
        _ => None,
    };
    all.filter_map(|(place, attachment)| Some((place, trace(place, &attachment.says)?.hash.clone())))
        .collect()
}
