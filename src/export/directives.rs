//! `depends-on`, for what an object stands on and its text does not name: through an operator, or a function that is written
//! like a column.

use std::collections::{BTreeMap, BTreeSet};

use super::named;
use crate::set::project::Project;
use crate::words::escape::is_command;
use crate::words::export::{Export, ExportedObject, LeftOut};
use crate::words::identity::Identity;
use crate::words::name::identifier;

/// What each object stands on, by identity.
pub type Needs = BTreeMap<Identity, BTreeSet<Identity>>;

/// Writes the directive before each object that needs it. `seen` says whether the first stands on the second, as far as
/// its text tells.
pub fn add(
    project: &Project,
    export: &mut Export,
    needs: &Needs,
    seen: impl Fn(&ExportedObject, &Identity) -> bool,
) {
    let exported: BTreeSet<Identity> = export.objects.iter().map(|object| object.object.clone()).collect();
    for object in export.objects.iter_mut().filter(|object| !object.in_project) {
        let needs = needs.get(&object.object).into_iter().flatten();
        let unseen = needs.filter(|need| exported.contains(need) && !seen(object, need));
        // A line end in a name would end the comment.
        let (unspeakable, unseen): (Vec<String>, Vec<String>) =
            unseen.map(|need| written(project, need)).partition(|name| name.contains(is_command));
        export.left_out.extend(unspeakable.into_iter().map(|name| LeftOut {
            of: format!("{} {}", object.kind, object.object),
            reason: format!("it stands on {name}, and no directive can hold that name"),
            statement: None,
        }));
        if !unseen.is_empty() {
            object.text = format!("-- viewkeeper: depends-on {}\n{}", unseen.join(", "), object.text);
        }
    }
}

/// Whether the text holds the name, at least: what can be said without a parser.
#[cfg_attr(feature = "tool", allow(dead_code, reason = "with the parser at hand it is asked"))]
pub fn names(object: &ExportedObject, need: &Identity) -> bool {
    object.text.contains(&need.name)
}

fn written(project: &Project, identity: &Identity) -> String {
    let name = named(project, &identity.schema, &identity.name);
    match (&identity.arguments, &identity.table) {
        (Some(arguments), _) => format!("{name}({arguments})"),
        (None, Some(table)) => {
            format!("{} on {}", identifier(&identity.name), named(project, &identity.schema, table))
        }
        (None, None) => name,
    }
}
