//! The build side: reads a project's folder, checks every file, and puts the bundle together.

mod ahead;
mod attached;
pub mod before_migrations;
mod belongs;
mod cargo;
mod characters;
mod checks;
mod draft;
mod drafts;
mod earlier;
mod edges;
mod file;
mod flaws;
mod folder;
#[cfg(feature = "tool")]
mod inventory;
mod migrations;
mod moment;
mod objects;
mod parts;
mod release;
mod settings;
mod version;
mod warnings;

use std::collections::BTreeMap;
use std::path::Path;

pub use cargo::{collect, lines};
pub use file::Source;
#[cfg(feature = "tool")]
pub use folder::SETTINGS;
#[cfg(feature = "tool")]
pub use inventory::{Held, Inventory, inventory};

use super::bundle::{Bundle, FORMAT, Manifest};
use crate::text::diagnostic::Diagnostic;
use draft::Known;
use file::{File, Folder};

/// Reads a project's folder and puts its bundle together.
///
/// `shown` is how the folder is called in messages, `default_name` the project's name where `viewkeeper.toml` has none.
///
/// # Errors
///
/// All problems of all files, by file and line.
pub fn read(folder: &Path, shown: &str, default_name: &str) -> Result<Bundle, Vec<Diagnostic>> {
    let (sources, problems) = folder::read(folder, shown);
    if sources.is_empty() && !problems.is_empty() {
        return Err(problems);
    }
    finish(assemble(&sources, shown, default_name, problems))
}

/// Puts a bundle together from files that are in memory, listed in any order.
///
/// # Errors
///
/// All problems of all files, by file and line.
pub fn bundle(sources: &[Source], shown: &str, default_name: &str) -> Result<Bundle, Vec<Diagnostic>> {
    finish(assemble(sources, shown, default_name, Vec::new()))
}

fn finish((bundle, mut problems): (Option<Bundle>, Vec<Diagnostic>)) -> Result<Bundle, Vec<Diagnostic>> {
    problems.sort_by(|left, right| (&left.places, &left.message).cmp(&(&right.places, &right.message)));
    problems.dedup();
    match bundle {
        Some(bundle) if problems.is_empty() => Ok(bundle),
        _ => Err(problems),
    }
}

fn assemble(
    sources: &[Source],
    shown: &str,
    default_name: &str,
    mut problems: Vec<Diagnostic>,
) -> (Option<Bundle>, Vec<Diagnostic>) {
    let mut sources: Vec<Source> = sources.iter().map(Source::normalised).collect();
    sources.sort_by(|left, right| left.path.cmp(&right.path));
    let before = problems.len();
    characters::check(&sources, shown, &mut problems);
    if problems.len() > before {
        return (None, problems);
    }
    let settings = settings::read(&sources, shown, default_name, &mut problems);
    let files = File::parse_all(&sources, shown);
    for file in &files {
        problems.extend(file.syntax_problems());
    }
    let of = |folder: Folder| files.iter().filter(move |file| file.folder() == folder).collect::<Vec<_>>();

    let migrations = migrations::read(&of(Folder::Migrations), settings.versions, &mut problems);
    let drafts = drafts::read(&of(Folder::Objects), &settings.schema, &mut problems);
    let known = Known::new(&drafts, &settings.schema).along(&settings.path);
    let checks = checks::read(&of(Folder::Checks), &mut problems);
    ahead::check(&migrations, &drafts, &known, &mut problems);
    let tables = ahead::relations(&migrations, &drafts, &known);
    let edges = edges::find(&drafts, &known, &tables, &mut problems);
    before_migrations::check(&drafts, &edges, &mut problems);
    let warnings = warnings::of(&drafts).iter().map(lines).collect();
    let objects = objects::in_order(&drafts, &edges, (&known, &tables), &mut problems);
    if !problems.is_empty() {
        return (None, problems);
    }

    let mut manifest = Manifest {
        format: FORMAT,
        folder: shown.to_owned(),
        creates_schema: migrations::create_schema(&migrations, &settings.schema),
        creates_path: migrations::created_of(&migrations, &settings.path),
        name: settings.name,
        schema: settings.schema,
        path: settings.path,
        versions: settings.versions,
        history: settings.history,
        release: crate::words::checksum::Checksum::of(""),
        migrations: migrations.into_iter().map(|migration| migration.entry).collect(),
        objects,
        checks,
    };
    let files: BTreeMap<String, String> =
        files.iter().map(|file| (file.path.to_owned(), file.text.to_owned())).collect();
    manifest.release = release::checksum(&manifest, &files);
    (Some(Bundle { manifest, files, warnings }), problems)
}
