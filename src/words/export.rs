//! Live objects as files: what an export gives.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::Serialize;

use super::error::{Error, ErrorKind, LeftBehind};
use super::escape::{Line, block, line, quoted, said};
use super::identity::Identity;
use super::name::identifier;
use super::object::Kind;
use crate::words::amount::count;
use crate::words::serialized::{display, words};

/// Which live objects are exported: by default all of trusted owners in the project's schema and in those of its objects.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    pub(crate) names: Vec<String>,
    pub(crate) owners: Vec<String>,
    pub(crate) schemas: Schemas,
}

/// The schemas of a selection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Schemas {
    /// The project's, and those of its objects.
    #[default]
    Project,
    /// These.
    Named(Vec<String>),
    /// All but the server's own and the ledger's.
    Every,
}

impl Selection {
    /// Only the objects of these names: `gene_scores`, `stats.per_panel`, `score(integer)`, `touch on genes`. A name without
    /// a schema is in the project's; a routine's without types means all of that name, a trigger's without a table too.
    pub fn names<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.names.extend(names.into_iter().map(Into::into));
        self
    }

    /// Objects of these owners too. By default what a role owns that is not trusted is left out, but where `names` means it.
    pub fn owners<R: Into<String>>(mut self, roles: impl IntoIterator<Item = R>) -> Self {
        self.owners.extend(roles.into_iter().map(Into::into));
        self
    }

    /// The objects of these schemas.
    pub fn schemas<S: Into<String>>(mut self, schemas: impl IntoIterator<Item = S>) -> Self {
        self.schemas = Schemas::Named(schemas.into_iter().map(Into::into).collect());
        self
    }

    /// The objects of all schemas, but the server's own and the ledger's.
    pub fn every_schema(mut self) -> Self {
        self.schemas = Schemas::Every;
        self
    }
}

/// Live objects as files of a project, and what could not be exported.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Export {
    /// The project's name.
    pub project: String,
    /// The schema that names without one are in.
    pub schema: String,
    /// The schemas after it in which they are found.
    pub path: Vec<String>,
    /// In an order in which they can be created.
    pub objects: Vec<ExportedObject>,
    /// What is not in the files, and why.
    pub left_out: Vec<LeftOut>,
    /// What the caller should know.
    pub warnings: Vec<String>,
    /// The project's files of the objects that are as these say, by path: written where the folder has no such file.
    #[serde(skip)]
    pub(crate) originals: BTreeMap<String, String>,
}

/// A live object as a file.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ExportedObject {
    /// What it is.
    pub kind: Kind,
    /// The object.
    #[serde(serialize_with = "display")]
    pub object: Identity,
    /// The file's path under the project's folder: `views/gene_scores.sql`.
    pub file: String,
    /// A file of the project defines it, and it is as that one says.
    pub in_project: bool,
    /// The file's text, or what the project's file says of the object.
    pub text: String,
}

/// Something that no exported file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LeftOut {
    /// The object, or the one that it belongs to: `view app.gene_scores`.
    pub of: String,
    /// Why.
    pub reason: String,
    /// The statement that would make it so elsewhere, where there is one.
    pub statement: Option<String>,
}

/// What to do with a file that is there and says something else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Existing {
    /// Write nothing at all, and fail.
    #[default]
    Keep,
    /// Write the exported text over it.
    Replace,
}

/// A file of an export, beside what is in the folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExportedFile {
    /// Its path under the folder.
    pub file: String,
    /// What it is there.
    pub state: FileState,
}

/// What an exported file is beside the one in the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileState {
    /// There is none.
    New,
    /// It says something else.
    Differs,
    /// It says the same.
    Same,
}

words!(FileState: New => "new", Differs => "differs", Same => "same");

impl fmt::Display for FileState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The settings file's name.
const SETTINGS: &str = "viewkeeper.toml";

impl Export {
    /// One script that makes all objects, in order, in a database that has the tables. What is left out stands at its end, as
    /// comments.
    pub fn script(&self) -> String {
        let mut script = format!(
            "-- {} of project {}, in an order in which they can be created.\n\
             -- Tables, types and sequences have to be there. Run it in one transaction: psql -1 -f ...\n",
            count(self.objects.len(), "object"),
            line(&self.project)
        );
        let path: Vec<String> =
            std::iter::once(&self.schema).chain(&self.path).map(|schema| identifier(schema)).collect();
        let path = path.join(", ");
        // What is deparsed is written for these two; and a body in quotes may name what comes later.
        script.push_str("SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n");
        script.push_str(&format!("SET check_function_bodies = off;\nSET search_path = {path};\n"));
        for ExportedObject { kind, object, text, .. } in &self.objects {
            let text = text.trim_end();
            script.push_str(&format!("\n-- {}\n{text}\n", Line(format_args!("{kind} {object}"))));
        }
        for left in &self.left_out {
            script.push_str(&format!("\n-- left out: {}\n", left.to_string().replace('\n', "\n-- ")));
        }
        script
    }

    /// What [`write`](Self::write) would find in the folder: every file of the export, `viewkeeper.toml` first where there
    /// is none.
    ///
    /// # Errors
    ///
    /// A file cannot be read.
    pub fn compare(&self, folder: &Path) -> Result<Vec<ExportedFile>, Error> {
        let mut files = Vec::new();
        for (file, text) in self.files(folder) {
            let state = match std::fs::read(folder.join(&file)) {
                Ok(there) if there == text.as_bytes() => FileState::Same,
                Ok(_) => FileState::Differs,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => FileState::New,
                Err(error) => return Err(unusable("read", &file, error)),
            };
            files.push(ExportedFile { file, state });
        }
        Ok(files)
    }

    /// Writes the files into a project's folder, which is made where there is none; then `viewkeeper.toml` too, because it
    /// says what the names without a schema mean. Gives what each file was before.
    ///
    /// # Errors
    ///
    /// A file is there and says something else, and is to be kept: then nothing is written. Or a file cannot be written.
    pub fn write(&self, folder: &Path, existing: Existing) -> Result<Vec<ExportedFile>, Error> {
        let found = self.compare(folder)?;
        let different: Vec<&str> = found
            .iter()
            .filter(|file| file.state == FileState::Differs)
            .map(|file| file.file.as_str())
            .collect();
        if existing == Existing::Keep && !different.is_empty() {
            let message = format!(
                "{} would be written over what is there: {}",
                count(different.len(), "file"),
                different.join(", ")
            );
            return Err(Error::new(ErrorKind::Refused, message).left(LeftBehind::NoFile));
        }
        for ((file, text), found) in self.files(folder).into_iter().zip(&found) {
            if found.state == FileState::Same {
                continue;
            }
            let path = folder.join(&file);
            let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
            made.and_then(|()| std::fs::write(&path, text))
                .map_err(|error| unusable("write", &file, error))?;
        }
        Ok(found)
    }

    /// Path and text of each file.
    fn files(&self, folder: &Path) -> Vec<(String, String)> {
        let objects = self.objects.iter().filter(|object| !object.in_project);
        let objects = objects.map(|object| (object.file.clone(), object.text.clone()));
        let gone = self.originals.iter().filter(|(file, _)| !folder.join(file).exists());
        let gone = gone.map(|(file, text)| (file.clone(), text.clone()));
        let settings = (!folder.join(SETTINGS).exists()).then(|| {
            let mut text = format!("name = {}\nschema = {}\n", quoted(&self.project), quoted(&self.schema));
            if !self.path.is_empty() {
                let path: Vec<String> = self.path.iter().map(|schema| quoted(schema)).collect();
                text.push_str(&format!("path = [{}]\n", path.join(", ")));
            }
            (SETTINGS.to_owned(), text)
        });
        settings.into_iter().chain(objects).chain(gone).collect()
    }
}

fn unusable(verb: &str, file: &str, error: std::io::Error) -> Error {
    Error::new(ErrorKind::Refused, format!("cannot {verb} \"{file}\"")).caused_by(error)
}

/// `view app.v: it is a member of extension "x"`, and the statement under it.
impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        said!(f, "{}: {}", self.of, self.reason)?;
        match &self.statement {
            Some(statement) => f.write_str(&block("    ", statement)),
            None => Ok(()),
        }
    }
}
