//! Which objects are exported.

use std::collections::{BTreeMap, BTreeSet};

use super::called;
use super::strangers::Trust;
use crate::read::address::Address;
use crate::read::exportable::{Exportable, Exportables};
use crate::set::project::Project;
use crate::words::amount::count;
use crate::words::error::{Error, ErrorKind};
use crate::words::export::{LeftOut, Schemas, Selection};
use crate::words::identity::Identity;
use crate::words::name::Name;
use crate::words::nearest::nearest;

/// The schemas to be read; none for all. One that a wanted name has is among them.
pub fn schemas(project: &Project, selection: &Selection) -> Option<Vec<String>> {
    let mut schemas = match &selection.schemas {
        Schemas::Every => return None,
        Schemas::Named(schemas) => schemas.clone(),
        Schemas::Project => project.schemas(),
    };
    for wanted in selection.names.iter().map(|name| Identity::displayed(name)) {
        if !wanted.schema.is_empty() && !schemas.contains(&wanted.schema) {
            schemas.push(wanted.schema);
        }
    }
    Some(schemas)
}

/// The objects that are exported, what is not because somebody else keeps or owns it, and what uses that.
pub fn choose<'e>(
    project: &Project,
    selection: &Selection,
    read: &'e Exportables,
    owners: &BTreeMap<Address, String>,
    in_sync: &BTreeSet<String>,
) -> Result<(Vec<&'e Exportable>, Vec<LeftOut>), Error> {
    if let (Schemas::Named(_), Some(schema)) = (&selection.schemas, read.missing.first()) {
        return Err(Error::new(ErrorKind::Unknown, format!("the database has no schema \"{schema}\"")));
    }
    let mut chosen: Vec<&Exportable> = read.objects.iter().collect();
    if !selection.names.is_empty() {
        for name in &selection.names {
            if !chosen.iter().any(|object| is_named(project, object, name)) {
                return Err(unknown(name, &chosen));
            }
        }
        chosen.retain(|object| selection.names.iter().any(|name| is_named(project, object, name)));
    }
    let mut kept: BTreeMap<String, Vec<String>> = BTreeMap::new();
    chosen.retain(|object| {
        let keeper = match (&object.extension, owners.get(&object.address)) {
            (Some(extension), _) => format!("of extension \"{extension}\": it makes them"),
            (None, Some(other)) if other != project.name() => {
                format!("of project \"{other}\": its files define them")
            }
            _ => return true,
        };
        kept.entry(keeper).or_default().push(called(object));
        false
    });
    let left_out = kept.into_iter().map(|(keeper, objects)| {
        const NAMED: usize = 5;
        let names = objects.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        let more = match objects.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let of =
            format!("{} {}", count(objects.len(), "object"), keeper.split(':').next().unwrap_or_default());
        let why = keeper.split_once(": ").map_or("", |(_, why)| why);
        LeftOut { of, reason: format!("{why} ({names}{more})"), statement: None }
    });
    let trust = Trust { project, selection, in_sync };
    // A name of many means a stranger's where it means nobody else's.
    let all = chosen.clone();
    let named = |object: &Exportable| {
        selection.names.iter().filter(|name| is_named(project, object, name)).any(|name| {
            all.iter().all(|other| !is_named(project, other, name) || trust.stranger(other).is_some())
        })
    };
    let (chosen, of_strangers) = trust.leave_out(chosen, named);
    let left_out = left_out.chain(of_strangers).chain(trust.shaky(&chosen)).collect();
    Ok((chosen, left_out))
}

/// Whether a name that the caller gave means this object.
fn is_named(project: &Project, object: &Exportable, name: &str) -> bool {
    let (wanted, is) = (Identity::displayed(name), object.identity());
    let schema = if wanted.schema.is_empty() { project.schema() } else { &wanted.schema };
    let plain = |arguments: &str| arguments.replace(' ', "");
    wanted.name == is.name
        && schema == is.schema
        && (wanted.table.is_none() || wanted.table == is.table)
        && wanted.arguments.is_none_or(|wanted| is.arguments.is_some_and(|is| plain(&is) == plain(&wanted)))
}

fn unknown(name: &str, objects: &[&Exportable]) -> Error {
    let message = format!("there is no view, routine or trigger \"{name}\" in the schemas that were read");
    let error = Error::new(ErrorKind::Unknown, message);
    let bare = Identity::displayed(name).name;
    let near = nearest(&bare, objects.iter().map(|object| object.name.as_str()));
    let object = near.and_then(|near| objects.iter().find(|object| object.name == near));
    match object {
        Some(object) => {
            error.help(format!("did you mean \"{}\"?", Name::new(&*object.schema, &*object.name)))
        }
        None => error,
    }
}
