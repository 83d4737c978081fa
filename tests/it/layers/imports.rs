//! Which file of `src` imports which: its `use` lines and the paths in its code, without its unit tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The files by the path of their module, and what each imports.
pub struct Imports {
    files: BTreeMap<Vec<String>, BTreeSet<Vec<String>>>,
}

impl Imports {
    pub fn read(root: &Path, sources: &[impl AsRef<Path>]) -> Self {
        let names: Vec<_> = sources.iter().map(|file| module(root, file.as_ref())).collect();
        let mut files = BTreeMap::new();
        for (name, file) in names.iter().zip(sources) {
            let text = fs::read_to_string(file).unwrap();
            let seen = paths(&text).into_iter().filter_map(|path| home(&absolute(name, &path)?, &names));
            files.insert(name.clone(), seen.filter(|other| other != name).collect());
        }
        Imports { files }
    }

    /// The sets of files that import each other in a circle, each file as `act::run`.
    pub fn circles(&self) -> Vec<Vec<String>> {
        let mut graph = petgraph::graph::DiGraph::<&Vec<String>, ()>::new();
        let nodes: BTreeMap<_, _> = self.files.keys().map(|name| (name, graph.add_node(name))).collect();
        for (name, others) in &self.files {
            for other in others {
                graph.add_edge(nodes[name], nodes[other], ());
            }
        }
        let circles = petgraph::algo::tarjan_scc(&graph).into_iter().filter(|circle| circle.len() > 1);
        let named = circles.map(|circle| {
            let mut names: Vec<String> = circle.iter().map(|&node| graph[node].join("::")).collect();
            names.sort();
            names
        });
        named.collect()
    }
}

/// `decide::plan`, for `src/decide/plan.rs` and `src/decide/plan/mod.rs`.
fn module(root: &Path, file: &Path) -> Vec<String> {
    let path = file.strip_prefix(root).unwrap().with_extension("");
    let mut parts: Vec<String> = path.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    parts.pop_if(|last| last == "mod" || last == "lib");
    parts
}

/// A path that begins with `crate`, `super` or `self`, from the root on.
fn absolute(module: &[String], path: &str) -> Option<Vec<String>> {
    let mut parts = path.split("::").peekable();
    let mut from = match *parts.peek()? {
        "crate" => Vec::new(),
        "super" | "self" => module.to_vec(),
        _ => return None,
    };
    while let Some(&part) = parts.peek() {
        match part {
            "crate" | "self" => {}
            "super" => drop(from.pop()),
            _ => break,
        }
        parts.next();
    }
    from.extend(parts.map(str::to_owned));
    Some(from)
}

/// The file in which this path ends.
fn home(path: &[String], names: &[Vec<String>]) -> Option<Vec<String>> {
    (1..=path.len()).rev().map(|length| path[..length].to_vec()).find(|path| names.contains(path))
}

/// Every path of a text, with those of a group one by one.
fn paths(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let mut found = Vec::new();
    let mut import = String::new();
    for line in code.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
        let begins = import.is_empty().then(|| after_use(line)).flatten();
        if import.is_empty() && begins.is_none() {
            in_code(line, &mut found);
            continue;
        }
        import.push_str(begins.unwrap_or(line));
        if let Some(whole) = import.strip_suffix(';') {
            expand(whole, &mut found);
            import.clear();
        }
    }
    found
}

/// What stands behind `use`, or `pub use`, where a line begins so.
fn after_use(line: &str) -> Option<&str> {
    let visible = line.strip_prefix("pub").map(|rest| match rest.strip_prefix('(') {
        Some(rest) => rest.split_once(')').map_or(rest, |(_, rest)| rest),
        None => rest,
    });
    visible.unwrap_or(line).trim_start().strip_prefix("use ")
}

/// The paths in a line of code.
fn in_code(line: &str, found: &mut Vec<String>) {
    for start in ["crate::", "super::"] {
        for (at, _) in line.match_indices(start) {
            let path = &line[at..];
            let end = path.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
            found.push(path[..end.unwrap_or(path.len())].trim_end_matches(':').to_owned());
        }
    }
}

/// `a::{b, c::{d, e}}` as `a::b`, `a::c::d` and `a::c::e`.
pub fn expand(import: &str, found: &mut Vec<String>) {
    let Some(open) = import.find('{') else {
        let path = import.split(" as ").next().unwrap_or_default().trim();
        found.push(path.to_owned());
        return;
    };
    let (before, group) = (&import[..open], &import[open + 1..import.rfind('}').unwrap_or(import.len())]);
    let (mut depth, mut start) = (0, 0);
    for (at, c) in group.char_indices().chain([(group.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let part = group[start..at].trim();
                if !part.is_empty() {
                    expand(&format!("{before}{part}"), found);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}

#[test]
fn groups_are_read_path_by_path() {
    let text = "use crate::a::{b, c::{d as x, e}};\nuse super::f;\nlet y = crate::g::h(1);\n";
    let found = paths(text);
    assert_eq!(found, ["crate::a::b", "crate::a::c::d", "crate::a::c::e", "super::f", "crate::g::h"]);
}
