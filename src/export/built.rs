//! The check that `build` accepts the files. What the parser cannot read is left out, and named.

use std::collections::BTreeMap;

use super::directives::{self, Needs};
use crate::decide::plan::missing_edges::stands_on;
use crate::set::bundle::Bundle;
use crate::set::collect::{self, Source};
use crate::set::project::Project;
use crate::words::escape::quoted;
use crate::words::export::{Export, LeftOut};

/// How the folder is called in here.
const FOLDER: &str = "sql";

/// Builds the export together with the project's other files, takes out what the build refuses, and adds the directives that
/// the rest needs.
pub fn checked(project: &Project, mut export: Export, needs: &Needs) -> Export {
    // Each round takes something out, or is the last.
    loop {
        match build(project, &export) {
            Ok(bundle) => {
                let built = Project::new(bundle, 0);
                directives::add(project, &mut export, needs, |object, need| {
                    let found = |identity: &str| built.find(identity).map(|object| object.index());
                    match (found(&object.object.to_string()), found(&need.to_string())) {
                        (Some(from), Some(to)) => stands_on(&built, from, to),
                        _ => directives::names(object, need),
                    }
                });
                return export;
            }
            Err(problems) => {
                let before = export.objects.len();
                export.objects.retain(|object| {
                    let Some(problem) = problems.get(&object.file).filter(|_| !object.in_project) else {
                        return true;
                    };
                    export.left_out.push(LeftOut {
                        of: format!("{} {}", object.kind, object.object),
                        reason: format!("`build` does not accept its file: {problem}"),
                        statement: Some(object.text.trim_end().to_owned()),
                    });
                    false
                });
                if export.objects.len() == before {
                    return export;
                }
            }
        }
    }
}

/// The bundle of the project's files and the exported ones, or what is wrong by file.
fn build(project: &Project, export: &Export) -> Result<Bundle, BTreeMap<String, String>> {
    let manifest = project.manifest();
    let others: Vec<String> = project.named_schemas().skip(1).map(quoted).collect();
    let settings = format!(
        "name = {}\nschema = {}\npath = [{}]\nhistory = {}\n",
        quoted(&manifest.name),
        quoted(&manifest.schema),
        others.join(", "),
        quoted(&manifest.history)
    );
    let mut files: BTreeMap<&str, &str> = project.files().collect();
    // Where the project's settings are overruled by an option, its file still says the old ones.
    files.insert("viewkeeper.toml", &settings);
    let exported = export.objects.iter().filter(|object| !object.in_project);
    files.extend(exported.map(|object| (object.file.as_str(), object.text.as_str())));
    let sources: Vec<Source> = files
        .into_iter()
        .filter(|(path, _)| !path.starts_with("migrations/"))
        .map(|(path, text)| Source { path: path.to_owned(), text: text.to_owned() })
        .collect();
    collect::bundle(&sources, FOLDER, &manifest.name).map_err(|problems| {
        let mut by_file = BTreeMap::new();
        for problem in problems {
            for place in &problem.places {
                let file = place.location.file.trim_start_matches(FOLDER).trim_start_matches('/');
                let told = format!("{} (line {})", problem.message, place.location.line);
                by_file.entry(file.to_owned()).or_insert(told);
            }
        }
        by_file
    })
}
