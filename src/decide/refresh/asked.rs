//! Which materialized views are meant when a refresh is asked for, and how the server can refresh them.

use std::collections::BTreeSet;

use crate::read::refreshable::Filled;
use crate::set::project::{Object, Project};
use crate::words::error::{Error, ErrorKind};
use crate::words::name::Name;
use crate::words::nearest::nearest;
use crate::words::object::Kind;
use crate::words::refreshed::RefreshMode;

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
    Error::new(ErrorKind::Unknown, message).object(name.to_string()).unchanged()
}

fn materialized(project: &Project) -> impl Iterator<Item = Object<'_>> {
    project.objects().filter(|object| object.kind() == Kind::MaterializedView)
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
