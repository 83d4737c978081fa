//! A project read from a folder at run time.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::answer::Failed;
use crate::face::migrator::Migrator;
use crate::set::collect;
use crate::set::project::Project;

/// The project of a folder, built now. Its name is that in `viewkeeper.toml`, or that of the cargo package beside it.
pub fn migrator(folder: &str) -> Result<Migrator, Failed> {
    let path = Path::new(folder);
    let name = package(path).unwrap_or_default();
    let bundle = collect::read(path, folder, &name).map_err(|problems| {
        let texts: Vec<String> = problems.iter().map(|problem| format!("error: {problem}")).collect();
        Failed::Text(texts.join("\n\n"))
    })?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let built = u64::try_from(now.as_millis()).unwrap_or_default();
    Ok(Migrator::of(Project::new(bundle, built)))
}

/// The name of the package whose folder this is: the application that embeds it goes by that name.
fn package(folder: &Path) -> Option<String> {
    let folder = folder.canonicalize().ok()?;
    let manifest = std::fs::read_to_string(folder.parent()?.join("Cargo.toml")).ok()?;
    let manifest: toml::Table = manifest.parse().ok()?;
    Some(manifest.get("package")?.get("name")?.as_str()?.to_owned())
}
