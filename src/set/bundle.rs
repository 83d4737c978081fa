//! The bundle: a project's files, checked and ordered, as they travel in the binary.
//!
//! The manifest says what the files mean, so that nothing has to be parsed at run time. All offsets are bytes of the
//! normalised text (no byte order mark, `\n` line ends) that stands in the bundle under the same path.

use std::collections::BTreeMap;
#[cfg(feature = "build")]
use std::{fs, io, path::Path};

use serde::{Deserialize, Serialize};

use crate::words::attachment::Says;
use crate::words::checksum::Checksum;
use crate::words::needed_right::NeededRight;
use crate::words::object::Kind;
pub use crate::words::refresh::Refresh;
use crate::words::span::Span;

/// The format that this version writes and reads.
pub const FORMAT: u32 = 1;

/// A project as data: the manifest and the normalised texts by their path under the project folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// What the texts mean.
    pub manifest: Manifest,
    /// `views/gene_scores.sql` and its text.
    pub files: BTreeMap<String, String>,
    /// What the build warns of, each as the lines that are shown. It does not travel.
    pub warnings: Vec<Vec<String>>,
}

#[cfg(feature = "build")]
impl Bundle {
    /// The manifest as it is written; the same files give the same bytes on every machine.
    pub fn manifest_json(&self) -> String {
        let mut json = serde_json::to_string_pretty(&self.manifest)
            .expect("a manifest holds only texts, numbers and lists, which JSON can say");
        json.push('\n');
        json
    }

    /// Writes `manifest.json` and the texts under `files/` into a folder, which is created.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder.join("files"))?;
        fs::write(folder.join("manifest.json"), self.manifest_json())?;
        for (path, text) in &self.files {
            let file = folder.join("files").join(path);
            if let Some(parent) = file.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(file, text)?;
        }
        Ok(())
    }
}

/// What the texts of a bundle mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The format of this manifest.
    pub format: u32,
    /// The folder as it is shown in messages, such as `sql`.
    pub folder: String,
    /// The project's name.
    pub name: String,
    /// The schema of unqualified names.
    pub schema: String,
    /// The schemas after it in which unqualified names are found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<String>,
    /// The width of migration versions.
    pub versions: Versions,
    /// The name of refinery's history table, unqualified.
    pub history: String,
    /// The checksum of everything in the project except paths.
    pub release: Checksum,
    /// True when a migration creates `schema` itself.
    pub creates_schema: bool,
    /// The schemas of the path that migrations create.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub creates_path: Vec<String>,
    /// By version.
    pub migrations: Vec<Migration>,
    /// In an order in which they can be created.
    pub objects: Vec<Object>,
    /// By path.
    pub checks: Vec<Check>,
}

/// The width of migration versions, as refinery stores them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Versions {
    /// Up to 2147483647; refinery's default.
    Int4,
    /// Timestamps fit; needs the cargo feature `int8-versions`.
    Int8,
}

/// A table migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Migration {
    /// `migrations/V1__create_genes.sql`.
    pub file: String,
    /// The version.
    pub version: i64,
    /// The name after the two underscores.
    pub name: String,
    /// `true` for `U…`, which may be applied after later versions.
    pub unordered: bool,
    /// Its statements without their semicolons, for a migration in a transaction: it is sent whole, and one by one only
    /// when objects stand in its way.
    pub statements: Vec<Span>,
    /// The relations that statements with operators name, as (schema, name).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub compares: Vec<(Option<String>, String)>,
    /// The functions that it calls without a schema.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<String>,
    /// The rights that its statements need of the role that runs them, in order, and where rights may change between them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rights: Vec<NeededRight>,
    /// The statements to be run one by one outside of a transaction; none for a migration in a transaction.
    pub outside: Option<Vec<Outside>>,
}

#[cfg(feature = "run")]
impl Migration {
    /// `V1__create_genes`, as refinery calls it.
    pub fn label(&self) -> String {
        let prefix = if self.unordered { 'U' } else { 'V' };
        format!("{prefix}{}__{}", self.version, self.name)
    }
}

/// A statement of a migration with the directive `no-transaction`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outside {
    /// The statement without its semicolon.
    pub span: Span,
    /// For CREATE INDEX CONCURRENTLY: the index, which counts as done when it is there and valid. Its schema is that
    /// of its table; none is the project's.
    pub index: Option<(Option<String>, String)>,
}

/// A managed object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// What it is.
    pub kind: Kind,
    /// The words between CREATE, with or without OR REPLACE, and the name: `recursive view`, `constraint trigger`.
    pub words: String,
    /// Its schema, for a trigger that of its table; none where the file does not say, so the project's.
    pub schema: Option<String>,
    /// Its name within the schema, unquoted and folded as PostgreSQL does.
    pub name: String,
    /// The file that defines it.
    pub file: String,
    /// Its part of the file: the statement and what is attached to it, with the comments before each, up to and with their
    /// semicolons; what stands next to each other is one range. All other ranges lie within these.
    pub parts: Vec<Span>,
    /// The CREATE statement without its semicolon.
    pub statement: Span,
    /// The byte after the created name: everything from here on is kept as written.
    pub head_end: usize,
    /// The checksum of its part of the file: comments and directives before the statement, the statement, its
    /// attachments.
    pub checksum: Checksum,
    /// 1 for an object that stands on no other; else one more than the highest below.
    pub tier: usize,
    /// The objects that it refers to, as indexes into the manifest's objects, sorted; always smaller than its own.
    pub needs: Vec<usize>,
    /// The objects that the text of its string body names, sorted, without those of `needs`: they are there before it where
    /// no circle forbids that, and PostgreSQL does not know of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<usize>,
    /// What it writes with a schema and no file of the project defines, as (schema, name): what it uses of these was chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub written: Vec<(String, String)>,
    /// What the indexes and statistics of a materialized view call.
    #[serde(default, skip_serializing_if = "Calls::is_empty")]
    pub indexed_by: Calls,
    /// Where it names the objects of `needs`, in the order of the text: references after `head_end` to relations, types
    /// and routines, whole (with their schema). A call can mean any routine of its name, and is here once for each.
    pub references: Vec<Reference>,
    /// The names of the options that its part of the file states, lower case, sorted: those in WITH (...), `check_option`
    /// for WITH CHECK OPTION, and those that an attached ALTER ... SET states. None for a materialized view, whose options
    /// are an attachment.
    pub options: Vec<String>,
    /// Statements that belong to it, in the order of the file.
    pub attachments: Vec<Attachment>,
    /// The identities that it had before, of the directive `renamed-from`.
    pub renamed_from: Vec<String>,
    /// What only a materialized view has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub materialized: Option<Materialized>,
    /// What only a routine has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routine: Option<Routine>,
    /// What only a trigger has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Trigger>,
}

/// What only a materialized view has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Materialized {
    /// The list of column names with its parentheses.
    pub columns: Option<Span>,
    /// The query, without `WITH [NO] DATA`.
    pub query: Span,
    /// The access method that USING names.
    pub method: Option<String>,
    /// The tablespace that TABLESPACE names.
    pub tablespace: Option<String>,
    /// The directive `refresh`.
    pub refresh: Option<Refresh>,
    /// The directive `with-no-data`, or WITH NO DATA: it is created empty.
    pub with_no_data: bool,
}

/// What only a routine has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routine {
    /// The types of its input arguments, normalised, with commas between them: `integer,text[],app.gene`. A type that is
    /// not built in stands as written.
    pub arguments: String,
    /// The names of these arguments; empty for one without a name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub argument_names: Vec<String>,
    /// How many of the last ones may be left out; a variadic one may, too.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub optional: usize,
    /// The language, lower case: `sql`, `plpgsql`. None for an aggregate.
    pub language: Option<String>,
    /// What stands between the quotes of a string body.
    pub body: Option<Span>,
    /// `FROM CURRENT` behind SET search_path: the project's path stands there instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_from_current: Option<Span>,
    /// The directive `before-migrations`.
    pub before_migrations: bool,
}

/// What only a trigger has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// Its table or view, unquoted.
    pub table: String,
    /// Where the statement names it, with its schema.
    pub target: Span,
}

/// A place where a statement names an object of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The name with its schema, if written.
    pub span: Span,
    /// The object, as an index.
    pub object: usize,
}

/// A statement that belongs to an object: COMMENT, GRANT, REVOKE, ALTER ... OWNER or SET, CREATE RULE, CREATE INDEX, CREATE
/// STATISTICS. The options of a materialized view, WITH (...), are one too, although they stand within its definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// What it says.
    #[serde(flatten)]
    pub says: Says,
    /// The statement without its semicolon; for the options of a materialized view, their parentheses.
    pub span: Span,
    /// Where it names its object, with its schema.
    pub target: Span,
    /// For an index or extended statistics: where it names what it creates, with its schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Span>,
}

/// A query of `checks/` that must return no row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// `checks/every_id_is_bigint.sql`.
    pub file: String,
    /// The query without its semicolon.
    pub span: Span,
    /// What it calls.
    #[serde(default, skip_serializing_if = "Calls::is_empty")]
    pub calls: Calls,
}

/// What a text calls by names without a schema.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calls {
    /// Functions, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<String>,
    /// An operator, or something that means one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub operators: bool,
}

impl Calls {
    /// Nothing is called.
    pub fn is_empty(&self) -> bool {
        self.functions.is_empty() && !self.operators
    }
}

/// What is not written down.
fn is_zero(number: &usize) -> bool {
    *number == 0
}
