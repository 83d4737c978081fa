//! What is embedded in the binary: the application's bundle and our own statements. The only module that knows
//! include_dir.

use std::collections::BTreeMap;

pub use include_dir::{Dir, include_dir};

use super::bundle::{Bundle, FORMAT, Manifest};

static STATEMENTS: Dir<'static> = include_dir!("$OUT_DIR/statements");

/// Whether there is such a statement, or part of statements.
pub fn has_statement(name: &str) -> bool {
    STATEMENTS.get_file(format!("{name}.sql")).is_some()
}

/// One of our own statements, or of their parts, by its path without `.sql`.
pub fn statement(name: &str) -> &'static str {
    STATEMENTS
        .get_file(format!("{name}.sql"))
        .and_then(|file| file.contents_utf8())
        .unwrap_or_else(|| unreachable!("sql/{name}.sql is part of the package"))
}

/// Reads the bundle that a build script wrote and `embed!` embedded.
///
/// # Panics
///
/// When the bundle was written by another version of viewkeeper than the one that reads it: the versions in
/// `[dependencies]` and `[build-dependencies]` must be the same.
pub fn bundle(dir: &Dir<'static>) -> Bundle {
    let manifest = dir.get_file("manifest.json").and_then(|file| file.contents_utf8()).unwrap_or_default();
    let manifest: Manifest = serde_json::from_str(manifest)
        .ok()
        .filter(|manifest: &Manifest| manifest.format == FORMAT)
        .unwrap_or_else(|| {
            panic!("the bundle was not written by this version of viewkeeper: use one version in [dependencies] and [build-dependencies]")
        });
    let mut files = BTreeMap::new();
    if let Some(folder) = dir.get_dir("files") {
        read(folder, &mut files);
    }
    Bundle { manifest, files, warnings: Vec::new() }
}

fn read(dir: &Dir<'static>, files: &mut BTreeMap<String, String>) {
    for file in dir.files() {
        let path = file.path().strip_prefix("files").unwrap_or(file.path());
        if let (Some(path), Some(text)) = (path.to_str(), file.contents_utf8()) {
            files.insert(path.replace('\\', "/"), text.to_owned());
        }
    }
    for folder in dir.dirs() {
        read(folder, files);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_statement_says_what_it_is_and_which_parameters_it_takes() {
        for file in STATEMENTS.files() {
            let text = file.contents_utf8().unwrap();
            let header: String = text.lines().take_while(|line| line.starts_with("--")).collect();
            assert!(header.contains("Parameters: "), "{}", file.path().display());
            assert!(header.contains("Versions: "), "{}", file.path().display());
        }
    }
}
