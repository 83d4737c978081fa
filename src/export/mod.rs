//! Live objects as files: which, in what order, under which names, and what no file can say.

mod attached;
#[cfg(feature = "tool")]
mod built;
mod choice;
mod directives;
mod edges;
mod file;
mod left_out;
mod path;
mod strangers;

pub use crate::words::export::{
    Existing, Export, ExportedFile, ExportedObject, FileState, LeftOut, Selection,
};

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use choice::{choose, schemas};

use crate::read::address::Address;
use crate::read::attached::Attached;
use crate::read::dependent::Dependent;
use crate::read::exportable::{Exportable, Initial};
use crate::set::project::{Object, Project};
use crate::words::identity::Identity;
use crate::words::name::{Name, identifier};
use crate::words::needed_right::Right;
use edges::Edges;

/// What is known of the objects that are to be exported.
pub(crate) struct Known<'k> {
    pub project: &'k Project,
    /// Who exports, unquoted.
    pub role: &'k str,
    /// `server_version_num`.
    pub server: u32,
    /// What a new object of that role has.
    pub initial: &'k [Initial],
    pub objects: Vec<&'k Exportable>,
    /// By address.
    pub attached: BTreeMap<Address, Attached>,
    /// What DROP ... CASCADE of the objects would take, which is how what no file can say is found.
    pub dependents: Vec<Dependent>,
    /// The project's objects that are as their files say, by identity.
    pub in_sync: BTreeSet<String>,
}

/// The files of these objects.
pub(crate) fn export(known: &Known<'_>, mut left_out: Vec<LeftOut>) -> Export {
    let edges = Edges::find(known, &mut left_out);
    let mut paths = path::Paths::new(&known.objects);
    let mut objects = Vec::new();
    for &index in &edges.order {
        let object = known.objects[index];
        let identity = object.identity();
        let ours = of_project(known.project, &identity);
        let kept = ours.filter(|ours| known.in_sync.contains(&ours.key()));
        if ours.is_none() && identity.to_string().contains("\r\n") {
            let reason = "its name holds a line end that is made another one when a file is read".to_owned();
            left_out.push(LeftOut { of: called(object), reason, statement: None });
            continue;
        }
        if kept.is_none() {
            left_out::of(known, object, &mut left_out);
        }
        if let Some(ours) = ours.filter(|ours| kept.is_none() && !is_alone(known.project, *ours)) {
            let reason = format!(
                "it is not as {} says, which defines other objects too: change it there",
                ours.file()
            );
            left_out.push(LeftOut { of: format!("{} {identity}", object.kind), reason, statement: None });
            continue;
        }
        objects.push(ExportedObject {
            kind: object.kind,
            object: identity,
            file: ours
                .map_or_else(|| paths.of(object, known.project.schema()), |ours| ours.data().file.clone()),
            in_project: kept.is_some(),
            text: kept.map_or_else(|| file::text(known, index, &edges), Object::whole_text),
        });
    }
    let warnings = schemas_to_make(known.project, &objects);
    let kept = objects.iter().filter(|object| object.in_project);
    let originals =
        kept.map(|object| (object.file.clone(), known.project.text(&object.file).to_owned())).collect();
    let export = Export {
        project: known.project.name().to_owned(),
        schema: known.project.schema().to_owned(),
        path: known.project.named_schemas().skip(1).map(str::to_owned).collect(),
        objects,
        left_out,
        warnings,
        originals,
    };
    let identity = |index: &usize| known.objects[*index].identity();
    let needs = edges.needs.iter().enumerate();
    let needs = needs.map(|(from, to)| (identity(&from), to.iter().map(identity).collect())).collect();
    with_directives(known.project, export, &needs)
}

/// The schemas that an empty database lacks: a run makes the project's own, and a table migration has to make every other one.
fn schemas_to_make(project: &Project, objects: &[ExportedObject]) -> Vec<String> {
    let rights = project.manifest().migrations.iter().flat_map(|migration| &migration.rights);
    let made: BTreeSet<&str> =
        rights.filter(|right| right.right == Right::Schema).map(|right| right.name.as_str()).collect();
    let there = |schema: &str| schema == project.schema() || schema == "public" || made.contains(schema);
    let schemas: BTreeSet<&str> = objects.iter().map(|object| object.object.schema.as_str()).collect();
    let to_make = schemas.into_iter().filter(|schema| !there(schema));
    let told = to_make.map(|schema| {
        let schema = identifier(schema);
        format!(
            "no table migration makes schema {schema}, in which files have objects, so they cannot be made in an empty database: \
             write create schema if not exists {schema}; into one"
        )
    });
    told.collect()
}

#[cfg(feature = "tool")]
use built::checked as with_directives;

#[cfg(not(feature = "tool"))]
fn with_directives(project: &Project, mut export: Export, needs: &directives::Needs) -> Export {
    directives::add(project, &mut export, needs, directives::names);
    export
}

/// The object of the project with this identity; a type of its schema may stand with the schema or without.
fn of_project<'p>(project: &'p Project, identity: &Identity) -> Option<Object<'p>> {
    let own = format!("{}.", identifier(project.schema()));
    let plain = |identity: &Identity| {
        let arguments = identity.arguments.as_ref().map(|arguments| {
            let types = arguments.split(',').map(|one| one.strip_prefix(own.as_str()).unwrap_or(one));
            types.collect::<Vec<_>>().join(",")
        });
        Identity { arguments, ..identity.clone() }
    };
    let found = project.find(&identity.to_string());
    found.or_else(|| {
        identity.arguments.as_ref()?;
        project.objects().find(|object| {
            object.kind().is_routine()
                && object.data().name == identity.name
                && plain(&object.identity()) == plain(identity)
        })
    })
}

/// Whether its file defines no other object.
fn is_alone(project: &Project, object: Object<'_>) -> bool {
    project.objects().filter(|other| other.data().file == object.data().file).count() == 1
}

/// A name as a file of the project writes it: without the project's schema.
fn named(project: &Project, schema: &str, name: &str) -> String {
    match schema == project.schema() {
        true => identifier(name),
        false => Name::new(schema, name).to_string(),
    }
}

/// What a message calls an object.
fn called(object: &Exportable) -> String {
    format!("{} {}", object.kind, object.identity())
}
