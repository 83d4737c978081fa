//! The layers: a module imports only from its own layer or from lower ones, and each fenced crate stands in one module.

pub mod imports;
mod sizes;

use std::fs;
use std::path::{Path, PathBuf};

use imports::Imports;

/// From the lowest to the highest.
const LAYERS: [&str; 11] =
    ["words", "text", "set", "read", "schema", "graph", "decide", "export", "look", "act", "face"];

/// The one module that knows the throwaway server, which stands beside the layers.
const THROWAWAY: &str = "src/face/cli/throwaway.rs";

/// Files that may import each other in a circle: a tree of statements is read by what reads its branches, and the options of a
/// command stand with the command.
const CIRCLES: [&str; 2] = ["text::parse::tree", "face::cli::arguments"];

/// Crates that one module alone may know.
const FENCED: [(&str, &str); 13] = [
    ("petgraph", "src/set/graph.rs"),
    ("include_dir", "src/set/source.rs"),
    ("refinery", "src/act/run/migrations/tables"),
    ("refinery_core", "src/act/run/migrations/tables"),
    ("siphasher", "src/act/run/migrations/tables"),
    ("squawk_syntax", "src/text/parse"),
    ("rust_sugiyama", "src/graph/layout.rs"),
    ("similar", "src/words/diff.rs"),
    ("clap", "src/face/cli"),
    ("rustls", "src/face/connect/tls"),
    ("rustls_native_certs", "src/face/connect/tls"),
    ("tokio_postgres_rustls", "src/face/connect/tls"),
    ("tokio", "src/face/cli/interrupt.rs"),
];

/// The Rust files of a folder and of those in it, in order.
pub fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The `crate::` paths of a file, as (line number, layer): in `use` lines and elsewhere.
fn imports(text: &str) -> Vec<(usize, String)> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .flat_map(|(number, line)| {
            line.match_indices("crate::").filter_map(move |(at, _)| {
                // `$crate::` is the caller's view in a macro.
                let path = &line[at + "crate::".len()..];
                let end = path.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(path.len());
                (!line[..at].ends_with('$')).then(|| (number + 1, path[..end].to_owned()))
            })
        })
        .collect()
}

/// Whether a line of code has this outside of a string.
fn outside_strings(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| line[..at].matches('"').count().is_multiple_of(2))
}

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn no_module_imports_from_a_higher_layer() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (height, layer) in LAYERS.iter().enumerate() {
        for file in sources(&package().join("src").join(layer)) {
            for (line, target) in imports(&fs::read_to_string(&file).unwrap()) {
                seen += 1;
                if target == "testing" && file.ends_with(THROWAWAY) {
                    continue;
                }
                match LAYERS.iter().position(|layer| *layer == target) {
                    Some(other) if other <= height => {}
                    _ => wrong.push(format!("{}:{line} imports crate::{target}", file.display())),
                }
            }
        }
    }
    assert!(seen > 100, "the imports were read");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let root = package().join("src");
    let circles = Imports::read(&root, &sources(&root)).circles();
    let wrong: Vec<_> =
        circles.iter().filter(|circle| !circle.iter().any(|file| CIRCLES.contains(&file.as_str()))).collect();
    assert_eq!(circles.len(), CIRCLES.len(), "{circles:#?}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_fenced_crate_is_known_to_one_module() {
    let mut wrong = Vec::new();
    for file in sources(&package().join("src")) {
        let path = file.strip_prefix(package()).unwrap().to_str().unwrap().replace('\\', "/");
        // The macro and the front door hand on what `source` fences.
        if path == "src/lib.rs" {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        for (name, home) in FENCED {
            let uses = text.lines().filter(|line| !line.trim_start().starts_with("//")).any(|line| {
                outside_strings(line, &format!("{name}::")) || line.contains(&format!("use {name};"))
            });
            if uses && !path.starts_with(home) {
                wrong.push(format!("{path} uses {name}, which belongs to {home}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn deciding_knows_no_connection_and_no_clock() {
    let pure = ["decide", "export", "graph", "schema"];
    for file in pure.iter().flat_map(|layer| sources(&package().join("src").join(layer))) {
        let text = fs::read_to_string(&file).unwrap();
        for word in ["postgres::", "Session", "Instant", "SystemTime", "std::env::var"] {
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            let found = code.filter(|line| line.contains(word)).count();
            assert_eq!(found, 0, "{} knows {word}", file.display());
        }
    }
}

#[test]
fn no_statement_to_the_catalog_stands_in_rust() {
    let mut wrong = Vec::new();
    for file in sources(&package().join("src")) {
        if file.starts_with(package().join("src/testing")) {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (number, line) in code.lines().enumerate() {
            let code = !line.trim_start().starts_with("//");
            if code
                && (line.contains("pg_class")
                    || line.contains("pg_depend")
                    || line.contains("information_schema"))
            {
                wrong.push(format!("{}:{}", file.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
