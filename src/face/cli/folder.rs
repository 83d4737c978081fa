//! A project read from a folder at run time.

use std::path::Path;
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

/// The project of a folder; where there is none, or an empty one, a project without files, named after the cargo package
/// beside the folder or after what the folder is in.
pub fn migrator_or_new(folder: &str) -> Result<Migrator, Failed> {
    let path = Path::new(folder);
    let empty = path.read_dir().map_or(true, |mut entries| entries.next().is_none());
    if !empty {
        return migrator(folder);
    }
    let absolute = std::path::absolute(path).ok();
    let beside = absolute.as_deref().and_then(Path::parent);
    let name = beside.and_then(|beside| Some(beside.file_name()?.to_string_lossy().into_owned()));
    let name = beside.and_then(package_in).or(name).unwrap_or_default();
    let plain = |c: char| if c.is_ascii_alphanumeric() || "_.-".contains(c) { c } else { '_' };
    let name: String = name.chars().map(plain).collect();
    built(collect::bundle(&[], folder, if name.is_empty() { "app" } else { &name }))
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
    package_in(folder.canonicalize().ok()?.parent()?)
}

fn package_in(folder: &Path) -> Option<String> {
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    let manifest: toml::Table = manifest.parse().ok()?;
    Some(manifest.get("package")?.get("name")?.as_str()?.to_owned())
}
