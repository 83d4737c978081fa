//! A project read from a folder at run time.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::answer::Failed;
use crate::face::migrator::Migrator;
use crate::set::bundle::Bundle;
use crate::set::collect;
use crate::set::project::Project;
use crate::text::diagnostic::Diagnostic;

/// The project of a folder, built now. Its name is that in `viewkeeper.toml`, or that of the cargo package beside it.
pub fn migrator(folder: &str) -> Result<Migrator, Failed> {
    let path = Path::new(folder);
    let name = package(path).unwrap_or_default();
    built(collect::read(path, folder, &name))
}

/// The project of a folder; where there is none, or an empty one, a project without files, by the name that a new one gets.
pub fn migrator_or_new(folder: &str) -> Result<Migrator, Failed> {
    let path = Path::new(folder);
    if is_new(path) { built(collect::bundle(&[], folder, &new_name(path))) } else { migrator(folder) }
}

fn is_new(folder: &Path) -> bool {
    folder.read_dir().map_or(true, |mut entries| entries.next().is_none())
}

/// The settings that a new project needs: its name, unless the cargo package beside the folder says it. A project that has
/// files may have its name from whoever embeds it.
pub fn new_settings(folder: &Path) -> Option<String> {
    let named = beside(folder).and_then(|beside| cargo_package_name(&beside)).is_some();
    (is_new(folder) && !named).then(|| format!("name = {:?}\n", new_name(folder)))
}

/// The name of a new project: that of the cargo package beside the folder, or of what the folder is in.
fn new_name(folder: &Path) -> String {
    let beside = beside(folder);
    let of_directory = || Some(beside.as_deref()?.file_name()?.to_string_lossy().into_owned());
    let name = beside.as_deref().and_then(cargo_package_name).or_else(of_directory).unwrap_or_default();
    let plain = |c: char| if c.is_ascii_alphanumeric() || "_.-".contains(c) { c } else { '_' };
    let name: String = name.chars().map(plain).collect();
    if name.is_empty() { "app".to_owned() } else { name }
}

/// What the folder is in, or would be.
fn beside(folder: &Path) -> Option<PathBuf> {
    Some(std::path::absolute(folder).ok()?.parent()?.to_owned())
}

fn built(bundle: Result<Bundle, Vec<Diagnostic>>) -> Result<Migrator, Failed> {
    let bundle = bundle.map_err(|problems| {
        let texts: Vec<String> = problems.iter().map(|problem| format!("error: {problem}")).collect();
        Failed::Text(texts.join("\n\n"))
    })?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let built = u64::try_from(now.as_millis()).unwrap_or_default();
    Ok(Migrator::of(Project::new(bundle, built)))
}

/// The name of the package whose folder this is: the application that embeds it goes by that name.
fn package(folder: &Path) -> Option<String> {
    cargo_package_name(folder.canonicalize().ok()?.parent()?)
}

fn cargo_package_name(folder: &Path) -> Option<String> {
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    let manifest: toml::Table = manifest.parse().ok()?;
    Some(manifest.get("package")?.get("name")?.as_str()?.to_owned())
}
