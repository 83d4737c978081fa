//! Shadows of indexes, extended statistics, column defaults and rules: made as the file says on an empty copy of a materialized
//! view, or on a view of the view, so that the server deparses them as it deparsed the live ones. Needed where nobody knows what it made of the file's statement: the
//! live one was there before us, or another statement of ours made it.

use serde_json::{Value, json};

use super::classify::Classification;
use super::uses::question_before;
use crate::decide::plan::script::{Script, Sql};
use crate::decide::plan::splice::with_places;
use crate::set::project::Project;
use crate::words::attachment::Says;
use crate::words::name::{Name, identifier};
use crate::words::object::Kind;

/// A copy of a relation with the shadows on it.
#[derive(Debug)]
pub struct IndexShadows {
    /// What is asked before: an expression is worked out where it can be, also where no row is. What is refused here is so
    /// again where it is made.
    pub asked: String,
    pub script: Script,
    /// How `sql/index_shadows.sql` finds the copy, with the object's identity as the key.
    pub copy: Value,
    /// The relation itself, in the same way.
    pub live: Value,
    /// What makes another copy: up to its name, and behind it.
    pub like: (&'static str, String),
    /// The place of the object in the project, which makes a name.
    pub index: usize,
}

impl IndexShadows {
    /// Shadows of what cannot be judged otherwise.
    pub fn of(project: &Project, look: &Classification<'_>) -> Option<Self> {
        let (object, live) = (look.object, look.found.live?);
        let text = object.indexing_text();
        let asked =
            format!("{};\n", question_before(project, &object.data().indexed_by, &object.key(), &text));
        let copy = Name::new("pg_temp", format!("viewkeeper on {}", object.index()));
        let live = live.identity.qualified();
        let like = match object.kind() {
            Kind::View => ("create temporary view ", format!(" as select * from {live}")),
            _ => ("create temporary table ", format!(" (like {live})")),
        };
        let mut script = Script::default();
        script.push(&format!("{}{copy}{}", like.0, like.1));
        for place in look.reconciled.doubtful() {
            let Some(attachment) = object.data().attachments.get(place) else { continue };
            let shadow = match attachment.says {
                Says::Index { .. } => identifier(&shadow(place)),
                _ => Name::new("pg_temp", shadow(place)).to_string(),
            };
            let mut places = vec![(attachment.target, copy.to_string())];
            places.extend(attachment.created.map(|created| (created, shadow)));
            script.push_sql(&with_places(Sql::of(object), object, attachment.span, places));
        }
        let copy = json!({"key": object.key(), "relation": copy.to_string()});
        let live = json!({"key": object.key(), "relation": live.to_string()});
        Some(IndexShadows { asked, script, copy, live, like, index: object.index() })
    }
}

/// The name of a shadow, by the place of its statement.
pub fn shadow(place: usize) -> String {
    format!("viewkeeper {place}")
}
