//! Facts with the texts of the project that they are about, as a file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::facts::Facts;
use crate::read::dependent::{Dependent, Pieces};
use crate::set::project::Project;
use crate::words::checksum::Checksum;

/// As many digits of a text's checksum as stand for it.
const DIGITS: usize = 16;

/// A project's objects and the facts about them: enough to decide again, anywhere.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FactsFile {
    pub project: ProjectTexts,
    pub facts: Facts,
}

/// The texts of a project's objects.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProjectTexts {
    pub name: String,
    pub schema: String,
    pub path: Vec<String>,
    pub release: Checksum,
    /// By their places in the project's folder.
    pub files: BTreeMap<String, String>,
}

impl FactsFile {
    pub fn new(project: &Project, facts: Facts) -> Self {
        let objects = &project.manifest().objects;
        let files = objects.iter().map(|object| (object.file.clone(), project.text(&object.file).to_owned()));
        let project = ProjectTexts {
            name: project.name().to_owned(),
            schema: project.schema().to_owned(),
            path: project.path().to_vec(),
            release: project.release().checksum,
            files: files.collect(),
        };
        FactsFile { project, facts }
    }

    /// The file's text. Definitions of what is of no file of the project are texts of somebody else: without `full` their checksums
    /// stand for them.
    pub fn into_json(mut self, full: bool) -> String {
        if !full {
            self.facts.hide_foreign_texts();
        }
        let value =
            json!({"viewkeeper": env!("CARGO_PKG_VERSION"), "project": self.project, "facts": self.facts});
        format!("{value:#}\n")
    }
}

impl Facts {
    fn hide_foreign_texts(&mut self) {
        let ours: Vec<String> = self.recorded.managed.iter().map(|managed| managed.address.clone()).collect();
        let foreign = |dependent: &&mut Dependent| !ours.contains(dependent.origin());
        let answers = &mut self.answers;
        let dependents = answers.dependents.iter_mut().chain(&mut answers.dropped).flatten();
        dependents.chain(&mut self.recorded.aside).filter(foreign).for_each(hide);
    }
}

fn hide(dependent: &mut Dependent) {
    dependent.script.create.iter_mut().for_each(hide_text);
    for part in &mut dependent.script.parts {
        hide_text(&mut part.statement);
        if let Some(Pieces { before, after, .. }) = &mut part.pieces {
            hide_text(before);
            hide_text(after);
        }
    }
}

fn hide_text(text: &mut String) {
    *text = format!("-- sha256 {}", &Checksum::of(text).as_str()[..DIGITS]);
}
