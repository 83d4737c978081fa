//! Which materialized views are refreshed, and how.

use std::collections::{BTreeMap, BTreeSet};

use crate::read::refreshable::Filled;
use crate::set::project::{Object, Project};
use crate::words::error::{Error, ErrorKind};
use crate::words::name::Name;
use crate::words::nearest::nearest;
use crate::words::object::Kind;
use crate::words::refresh::Refresh;
use crate::words::refreshed::RefreshMode;

/// A materialized view that a boot refreshes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The object, as an index.
    pub index: usize,
    /// Why.
    pub why: String,
    /// It is filled even where it is not yet. On change it is not: somebody wants it empty for now.
    pub fills: bool,
}

/// The materialized views of a project, in its order, which is that of their dependencies.
pub fn all(project: &Project) -> Vec<usize> {
    materialized(project).map(Object::index).collect()
}

/// The materialized views with these names, in the project's order, each once.
pub fn named(project: &Project, names: &[String]) -> Result<Vec<usize>, Error> {
    let mut wanted = BTreeSet::new();
    for text in names {
        let mut name = Name::displayed(text);
        if name.schema.is_empty() {
            name.schema = project.schema().to_owned();
        }
        let object = project.objects().find(|object| object.kind().is_relation() && object.name() == name);
        match object {
            Some(object) if object.kind() == Kind::MaterializedView => wanted.insert(object.index()),
            Some(object) => {
                let message = format!("\"{name}\" is a {}, which holds no rows to refresh", object.kind());
                return Err(unknown(message, &name)
                    .at(object.place(object.data().statement.start))
                    .object(object.key()));
            }
            None => {
                let error = unknown(format!("the project has no materialized view \"{name}\""), &name);
                let known: Vec<String> =
                    materialized(project).map(|object| object.name().to_string()).collect();
                let near = nearest(&name.to_string(), known.iter().map(String::as_str));
                return Err(match near {
                    Some(near) => error.help(format!("did you mean \"{near}\"?")),
                    None => error,
                });
            }
        };
    }
    Ok(wanted.into_iter().collect())
}

fn unknown(message: String, name: &Name) -> Error {
    Error::new(ErrorKind::Unknown, message).object(name.to_string()).note("nothing was changed")
}

fn materialized(project: &Project) -> impl Iterator<Item = Object<'_>> {
    project.objects().filter(|object| object.kind() == Kind::MaterializedView)
}

/// What a boot refreshes after it. `changed`: the objects, by index, that it made, replaced or rebuilt; `filled`: the
/// materialized views whose rows it made anew. A view's own directive goes before `default`.
///
/// What comes from below through a materialized view comes with its rows: where those stay as they were, so does what
/// stands on it.
pub fn due(
    project: &Project,
    default: Refresh,
    changed: &BTreeSet<usize>,
    filled: &BTreeSet<usize>,
) -> Vec<Due> {
    let mut due: BTreeMap<usize, Due> = BTreeMap::new();
    // For each object that is not what it was for those above it: what to say of it.
    let mut news: BTreeMap<usize, String> = BTreeMap::new();
    // The texts of string bodies may lead in a circle, so this goes on until nothing is new.
    loop {
        let known = news.len();
        for object in project.objects() {
            let (index, data) = (object.index(), object.data());
            if news.contains_key(&index) {
                continue;
            }
            let below = data.needs.iter().chain(&data.mentions).find_map(|below| news.get(below)).cloned();
            let says = |what: &str| format!("{} {} {what}", object.kind(), object.identity());
            let heard = match object.kind() {
                Kind::MaterializedView if filled.contains(&index) => Some(says("was filled anew")),
                Kind::MaterializedView => {
                    let mode = data.materialized.as_ref().and_then(|own| own.refresh).unwrap_or(default);
                    let (why, fills) = match mode {
                        Refresh::OnBoot => (Some(below.unwrap_or_else(|| "on each boot".to_owned())), true),
                        Refresh::OnChange => (below, false),
                        Refresh::Manual => (None, false),
                    };
                    why.map(|why| {
                        due.insert(index, Due { index, why, fills });
                        says("was refreshed")
                    })
                }
                _ => changed.contains(&index).then(|| says("changed")).or(below),
            };
            if let Some(heard) = heard {
                news.insert(index, heard);
            }
        }
        if news.len() == known {
            return due.into_values().collect();
        }
    }
}

/// How the server can refresh what is there; or why there is nothing to refresh.
pub fn mode(live: Option<&Filled>) -> Result<RefreshMode, String> {
    let Some(live) = live else { return Err("it is not there".to_owned()) };
    if live.kind != "m" {
        return Err("what has its name is no materialized view".to_owned());
    }
    let because = match live {
        Filled { populated: false, .. } => "it is not filled yet".to_owned(),
        Filled { unique: false, unfit, .. } if unfit.is_empty() => {
            "it has no unique index over plain columns and all rows".to_owned()
        }
        Filled { unique: false, unfit, .. } => {
            format!("it has no unique index over plain columns and all rows (not such: {})", unfit.join(", "))
        }
        Filled { temporary: false, owner, .. } => {
            format!("its owner {owner} may not make temporary tables in this database")
        }
        _ => return Ok(RefreshMode::Concurrently),
    };
    Ok(RefreshMode::Exclusively { because })
}
