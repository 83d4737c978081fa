//! A project as the run side sees it: objects with their names and texts, migrations, release.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use super::bundle::{self, Bundle};
use crate::words::attachment::{Says, Statement};
use crate::words::checksum::Checksum;
#[cfg(feature = "run")]
use crate::words::escape::quoted;
use crate::words::identity::Identity;
use crate::words::name::{Name, identifier};
use crate::words::object::Kind;
use crate::words::place::Place;
use crate::words::span::Span;

/// Everything under one `sql/` folder, checked and ordered.
#[derive(Clone, Debug)]
pub struct Project {
    bundle: Bundle,
    built: u64,
    identities: HashMap<String, usize>,
}

/// One state of a project: the checksum of all its files, and when it was built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Release {
    /// The checksum.
    pub checksum: Checksum,
    /// Milliseconds since 1970.
    pub built: u64,
}

/// An object of a project.
#[derive(Clone, Copy, Debug)]
pub struct Object<'p> {
    project: &'p Project,
    index: usize,
}

impl Project {
    pub(crate) fn new(bundle: Bundle, built: u64) -> Self {
        let mut project = Project { bundle, built, identities: HashMap::new() };
        project.identities = project.objects().map(|object| (object.key(), object.index())).collect();
        project
    }

    /// The same project with another schema for its unqualified names. That is another release: its objects are others.
    pub(crate) fn with_schema(&self, schema: &str) -> Self {
        let mut bundle = self.bundle.clone();
        if schema != self.schema() {
            bundle.manifest.release = Checksum::of_parts([bundle.manifest.release.as_str(), schema]);
        }
        bundle.manifest.schema = schema.to_owned();
        Project::new(bundle, self.built)
    }

    /// The project's name.
    pub fn name(&self) -> &str {
        &self.bundle.manifest.name
    }

    /// The schema of unqualified names.
    pub fn schema(&self) -> &str {
        &self.bundle.manifest.schema
    }

    /// The schemas after it in which unqualified names are found.
    pub fn path(&self) -> &[String] {
        &self.bundle.manifest.path
    }

    /// What lets the project's names be found in these schemas, too: `write path = ["extensions"] into sql/viewkeeper.toml`.
    #[cfg(feature = "run")]
    pub(crate) fn path_line(&self, more: &[&str]) -> String {
        let path = self.path().iter().map(String::as_str).chain(more.iter().copied());
        let path: Vec<String> = path.map(quoted).collect();
        format!("write path = [{}] into {}", path.join(", "), self.shown("viewkeeper.toml"))
    }

    /// The state that this binary carries.
    pub fn release(&self) -> Release {
        Release { checksum: self.bundle.manifest.release.clone(), built: self.built }
    }

    /// The managed objects, in an order in which they can be created.
    pub fn objects(&self) -> impl ExactSizeIterator<Item = Object<'_>> + DoubleEndedIterator {
        (0..self.bundle.manifest.objects.len()).map(|index| Object { project: self, index })
    }

    /// The objects by tier: the first stand on no other object of the project, each further one on the tiers before it.
    pub fn tiers(&self) -> Vec<Vec<Object<'_>>> {
        let mut tiers: Vec<Vec<Object<'_>>> = Vec::new();
        for object in self.objects() {
            if tiers.len() < object.tier() {
                tiers.resize_with(object.tier(), Vec::new);
            }
            tiers[object.tier() - 1].push(object);
        }
        for tier in &mut tiers {
            tier.sort_by_key(|object| object.name());
        }
        tiers
    }

    pub(crate) fn object(&self, index: usize) -> Object<'_> {
        Object { project: self, index }
    }

    /// The object with this identity in the ledger.
    pub(crate) fn find(&self, identity: &str) -> Option<Object<'_>> {
        self.identities.get(identity).map(|&index| self.object(index))
    }

    /// These objects and all that they lead to by `edges`, directly and through others, by index.
    pub(crate) fn closure<'p, E: IntoIterator<Item = &'p usize>>(
        &'p self,
        of: impl IntoIterator<Item = usize>,
        edges: impl Fn(&'p bundle::Object) -> E,
    ) -> BTreeSet<usize> {
        let mut all: BTreeSet<usize> = of.into_iter().collect();
        let mut open: Vec<usize> = all.iter().copied().collect();
        while let Some(index) = open.pop() {
            let next = edges(self.object(index).data()).into_iter().copied();
            open.extend(next.filter(|&next| all.insert(next)));
        }
        all
    }

    pub(crate) fn manifest(&self) -> &bundle::Manifest {
        &self.bundle.manifest
    }

    /// What the build warns of, where it was built in this process, each as the lines that are shown.
    #[cfg(feature = "tool")]
    pub(crate) fn warnings(&self) -> &[Vec<String>] {
        &self.bundle.warnings
    }

    /// Every file with its path.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.bundle.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    pub(crate) fn text(&self, file: &str) -> &str {
        self.bundle.files.get(file).map_or("", String::as_str)
    }

    /// A file's path as it is shown: with the folder.
    pub(crate) fn shown(&self, file: &str) -> String {
        format!("{}/{file}", self.bundle.manifest.folder)
    }

    pub(crate) fn place(&self, file: &str, offset: usize) -> Place {
        Place::new(self.shown(file), self.text(file), offset)
    }

    /// Every schema that an object of the project is in, the project's own first.
    pub(crate) fn schemas(&self) -> Vec<String> {
        let mut schemas = vec![self.schema().to_owned()];
        for object in self.objects() {
            let schema = object.name().schema;
            if !schemas.contains(&schema) {
                schemas.push(schema);
            }
        }
        schemas
    }

    /// The schemas in which unqualified names of the project's texts are found, in this order, after pg_catalog: the
    /// project's, and those of its path.
    pub(crate) fn named_schemas(&self) -> impl Iterator<Item = &str> {
        // Another schema than the file's may be one of the path.
        let others = self.path().iter().map(String::as_str).filter(|schema| *schema != self.schema());
        std::iter::once(self.schema()).chain(others)
    }

    /// The search_path under which the project's texts are read. pg_catalog is first, because it is not named; temporary
    /// objects are last, so that none can take a name from a real one.
    pub(crate) fn search_path(&self) -> String {
        let schemas = self.named_schemas().map(identifier);
        schemas.chain(["pg_temp".to_owned()]).collect::<Vec<_>>().join(", ")
    }

    /// Where refinery's history may be: beside the project's objects, or where the application had it before.
    pub(crate) fn histories(&self) -> Vec<Name> {
        let table = &self.bundle.manifest.history;
        let mut names = vec![Name::new(self.schema(), table)];
        if self.schema() != "public" {
            names.push(Name::new("public", table));
        }
        names
    }
}

impl<'p> Object<'p> {
    /// What it is.
    pub fn kind(self) -> Kind {
        self.data().kind
    }

    /// Its schema and name; of a trigger, the schema is its table's.
    pub fn name(self) -> Name {
        let data = self.data();
        Name::new(data.schema.as_deref().unwrap_or(self.project.schema()), data.name.as_str())
    }

    /// 1 for an object that stands on no other object of the project.
    pub fn tier(self) -> usize {
        self.data().tier
    }

    /// The file that defines it, as it is shown in messages: `sql/views/gene_scores.sql`.
    pub fn file(self) -> String {
        self.project.shown(&self.data().file)
    }

    /// The CREATE statement as written.
    pub fn definition(self) -> &'p str {
        self.slice(self.data().statement)
    }

    /// The objects of the project that it refers to.
    pub fn needs(self) -> impl Iterator<Item = Object<'p>> {
        let project = self.project;
        self.data().needs.iter().map(move |&index| Object { project, index })
    }

    pub(crate) fn project(self) -> &'p Project {
        self.project
    }

    pub(crate) fn sibling(self, index: usize) -> Self {
        self.project.object(index)
    }

    pub(crate) fn index(self) -> usize {
        self.index
    }

    pub(crate) fn data(self) -> &'p bundle::Object {
        &self.project.bundle.manifest.objects[self.index]
    }

    pub(crate) fn slice(self, span: Span) -> &'p str {
        self.project.text(&self.data().file).get(span.start..span.end).unwrap_or("")
    }

    pub(crate) fn place(self, offset: usize) -> Place {
        self.project.place(&self.data().file, offset)
    }

    /// What tells it from every other object.
    pub fn identity(self) -> Identity {
        let data = self.data();
        let Name { schema, name } = self.name();
        let arguments = data.routine.as_ref().map(|routine| routine.arguments.clone());
        Identity {
            schema,
            name,
            arguments,
            table: data.trigger.as_ref().map(|trigger| trigger.table.clone()),
        }
    }

    /// The identity in the ledger.
    pub(crate) fn key(self) -> String {
        self.identity().to_string()
    }

    /// The identities that it had before, as the file says.
    pub(crate) fn earlier(self) -> Vec<Identity> {
        self.data().renamed_from.iter().map(|earlier| Identity::displayed(earlier)).collect()
    }

    /// What the text states beside the definition, for the ledger: a later text that no longer states it takes it back.
    pub(crate) fn stated(self) -> serde_json::Value {
        let data = self.data();
        let statement = |attachment: &bundle::Attachment| Statement {
            text: self.slice(attachment.span).to_owned(),
            says: attachment.says.clone(),
        };
        let attachments: Vec<Statement> = data.attachments.iter().map(statement).collect();
        serde_json::json!({"options": data.options, "attachments": attachments})
    }

    /// The kinds of fingerprint of what the text states beside the definition.
    pub(crate) fn attached_kinds(self) -> BTreeSet<&'static str> {
        self.data().attachments.iter().map(|attachment| attachment.says.fingerprint()).collect()
    }

    /// The texts of its indexes and statistics.
    pub(crate) fn indexing_text(self) -> String {
        let built = self.data().attachments.iter();
        let built =
            built.filter(|attached| matches!(attached.says, Says::Index { .. } | Says::Statistics { .. }));
        built.map(|attached| format!("{};\n", self.slice(attached.span))).collect()
    }

    /// The definition and what is attached to it, without the comments.
    pub(crate) fn whole_text(self) -> String {
        let data = self.data();
        let mut text = String::new();
        for span in std::iter::once(data.statement).chain(data.attachments.iter().map(|a| a.span)) {
            text.push_str(self.slice(span));
            text.push_str(";\n");
        }
        text
    }
}
