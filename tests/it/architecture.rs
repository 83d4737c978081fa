//! What ARCHITECTURE.md names is there.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file and folder of the package, as paths below its root.
fn all(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.starts_with('.') || name == "target" {
            continue;
        }
        found.push(path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/"));
        if path.is_dir() {
            all(&path, found);
        }
    }
}

/// `act/run/steps.rs` is a path's end; so is a folder's.
fn is_there(name: &str, paths: &[String]) -> bool {
    let name = name.trim_end_matches('/');
    paths.iter().any(|path| path == name || path.ends_with(&format!("/{name}")))
}

#[test]
fn every_file_that_it_names_is_there() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let mut paths = Vec::new();
    all(&root(), &mut paths);
    let quoted = text.split('`').skip(1).step_by(2);
    let is_path = |name: &&str| {
        let ends = [".rs", ".sql", ".toml", ".md", ".psql", "/"].iter().any(|end| name.ends_with(end));
        ends && !name.contains([' ', '<', '*', '{', '(']) && !name.starts_with('.')
    };
    let missing: Vec<&str> = quoted.filter(is_path).filter(|name| !is_there(name, &paths)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_layer_that_it_names_is_a_folder_and_every_folder_is_a_layer() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let (_, table) = text.split_once("| layer | what is in it |").unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let named: Vec<String> = rows.map(|row| row.split('`').nth(1).unwrap().to_owned()).collect();
    for layer in &named {
        assert!(root().join("src").join(layer).is_dir(), "{layer}");
    }
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let within = named.iter().any(|layer| *layer == name || layer.starts_with(&format!("{name}/")));
        assert!(!path.is_dir() || within || name == "testing" || name == "bin", "{name}");
    }
}
