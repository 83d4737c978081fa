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

/// The paths of our own statements and their parts, without `.sql`, in order.
#[cfg(any(test, feature = "testing"))]
pub fn statements() -> Vec<String> {
    let mut names = Vec::new();
    let mut folders = vec![&STATEMENTS];
    while let Some(folder) = folders.pop() {
        let paths = folder.files().filter_map(|file| file.path().to_str());
        names.extend(paths.filter_map(|path| path.strip_suffix(".sql")).map(|path| path.replace('\\', "/")));
        folders.extend(folder.dirs());
    }
    names.sort();
    names
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

    use std::collections::{BTreeMap, BTreeSet};

    use crate::set::head::{Head, parameters};

    /// Every file of `sql/` with its head.
    fn heads() -> BTreeMap<String, (Head, &'static str)> {
        let read = |name: String| {
            let text = statement(&name);
            let head = Head::read(&name, text).unwrap_or_else(|error| panic!("sql/{name}.sql: {error}"));
            (name, (head, text))
        };
        statements().into_iter().map(read).collect()
    }

    /// What is put in for a parameter of a text of this statement, or of the parts that all have.
    fn own_part(name: &str, parameter: &str) -> Option<String> {
        let statement = name.split('/').next().unwrap();
        let places = [format!("{statement}/{parameter}"), format!("parts/{parameter}")];
        places.into_iter().find(|place| has_statement(place))
    }

    #[test]
    fn every_file_is_a_statement_or_a_part_that_is_used_by_what_it_says() {
        let heads = heads();
        let mut wrong = Vec::new();
        let mut said = BTreeSet::new();
        for (name, (head, _)) in &heads {
            let in_folder = name.split_once('/');
            if in_folder.is_some() == head.part_of.is_empty() {
                wrong.push(format!(
                    "{name}: a part stands in a folder and begins with \"A part of\", a statement neither"
                ));
            }
            if in_folder.is_some_and(|(folder, _)| folder != "parts" && !heads.contains_key(folder)) {
                wrong.push(format!("{name}: its folder is that of no statement"));
            }
            let shared: BTreeSet<_> = head.part_of.iter().map(|(user, _)| user.split('/').next()).collect();
            if in_folder.is_some_and(|(folder, _)| folder != "parts" && shared != [Some(folder)].into()) {
                wrong.push(format!("{name}: a part of several statements stands in parts/"));
            }
            let stands_for = head.in_place_of.as_deref().unwrap_or(name).rsplit('/').next().unwrap();
            for (user, parameter) in &head.part_of {
                let parameter = if head.in_place_of.is_some() { stands_for } else { parameter };
                said.insert((user.clone(), parameter.to_owned(), name.clone()));
                if !heads.get(user).is_some_and(|(_, text)| parameters(text).contains(parameter)) {
                    wrong.push(format!("{name}: {user}.sql has no :{parameter}"));
                }
            }
        }
        for (name, (_, text)) in &heads {
            for parameter in parameters(text) {
                let Some(part) = own_part(name, &parameter) else { continue };
                if !said.contains(&(name.clone(), parameter.clone(), part.clone())) {
                    wrong.push(format!("{part}: it is a part of {name}.sql, too"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// The parameters that are to be given for a text: its own and those of its parts, except of those that are given as one.
    fn to_be_given(name: &str, given: &BTreeSet<&str>, all: &mut BTreeSet<String>) -> BTreeSet<String> {
        let mut needed = BTreeSet::new();
        for parameter in parameters(statement(name)) {
            all.insert(parameter.clone());
            match own_part(name, &parameter) {
                Some(part) => {
                    let inner = to_be_given(&part, given, all);
                    match given.contains(parameter.as_str()) {
                        true => needed.insert(parameter),
                        false => {
                            needed.extend(inner);
                            false
                        }
                    }
                }
                None => needed.insert(parameter),
            };
        }
        needed
    }

    #[test]
    fn every_head_names_the_parameters_of_its_text_and_what_it_answers() {
        let mut wrong = Vec::new();
        for (name, (head, _)) in &heads() {
            let given: BTreeSet<&str> = head.parameters.iter().map(|one| one.name.as_str()).collect();
            let mut all = BTreeSet::new();
            for missing in
                to_be_given(name, &given, &mut all).iter().filter(|one| !given.contains(one.as_str()))
            {
                wrong.push(format!("{name}: its head does not name the parameter {missing}"));
            }
            for strange in given.iter().filter(|one| !all.contains(**one)) {
                wrong.push(format!("{name}: its text has no parameter {strange}"));
            }
            if head.columns.is_none() && !name.contains('/') {
                wrong.push(format!("{name}: it says no columns (\"Columns: none.\")"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
