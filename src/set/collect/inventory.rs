//! What a folder holds already, as far as it can be read: for whoever adds a file to it. A project with problems has an
//! inventory too, since the file that is added may be what it lacks.

use std::collections::BTreeSet;
use std::path::Path;

use super::draft::Known;
use super::file::{File, Folder, Source};
use super::{ahead, drafts, folder, migrations, settings};
use crate::set::bundle::Versions;
use crate::words::identity::Identity;
use crate::words::object::Kind;

/// What a folder holds.
pub struct Inventory {
    /// The schema of unqualified names.
    pub schema: String,
    /// The width of migration versions.
    pub versions: Versions,
    /// The files of the table migrations with their versions, by version.
    pub migrations: Vec<(String, i64)>,
    pub objects: Vec<Held>,
    /// The identities of the objects that a table migration creates.
    pub created: BTreeSet<String>,
    /// Every file that belongs to the project.
    pub sources: Vec<Source>,
}

/// An object of a file.
pub struct Held {
    pub kind: Kind,
    pub identity: Identity,
    /// `views/gene_scores.sql`.
    pub file: String,
}

/// Reads a folder; one that is not there is an empty one.
pub fn inventory(path: &Path, shown: &str) -> Inventory {
    let (sources, _) = folder::read(path, shown);
    let sources: Vec<Source> = sources.iter().map(Source::normalised).collect();
    let mut ignored = Vec::new();
    let settings = settings::read(&sources, shown, "new", &mut ignored);
    let files = File::parse_all(&sources, shown);
    let of = |folder: Folder| files.iter().filter(move |file| file.folder() == folder).collect::<Vec<_>>();
    let chain = migrations::read(&of(Folder::Migrations), settings.versions, &mut ignored);
    let drafts = drafts::read(&of(Folder::Objects), &settings.schema, &mut ignored);
    let known = Known::new(&drafts, &settings.schema).along(&settings.path);
    let created = ahead::created(&chain, &drafts, &known);
    let objects = drafts.iter().map(|draft| Held {
        kind: draft.kind(),
        identity: draft.identity.clone(),
        file: draft.file.path.to_owned(),
    });
    let objects = objects.collect();
    let migrations = chain.into_iter().map(|one| (one.entry.file, one.entry.version)).collect();
    Inventory { schema: settings.schema, versions: settings.versions, migrations, objects, created, sources }
}
