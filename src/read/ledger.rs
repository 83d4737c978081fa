//! The ledger: what we applied before.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::catalog::deparsed;
use super::facts::{Address, Probe, Recorded};
use super::session::{Failure, Session, Value, array, bind};
use crate::set::kept::keep;
use crate::set::project::Project;
use crate::set::source::statement;
use crate::words::name::Name;

/// What is written down after the work.
#[derive(Debug, Default)]
pub struct Done<'d> {
    /// The objects, by index, that were made or found equal.
    pub objects: Vec<usize>,
    /// Those whose files are gone.
    pub retired: Vec<String>,
    /// Those that were dropped.
    pub dropped: Vec<String>,
    /// Those that are somebody else's now.
    pub taken: Vec<String>,
    /// The addresses of the routines among them.
    pub found: BTreeMap<String, Address>,
    /// Old and new identities.
    pub renamed: Vec<(String, String)>,
    /// The table of the migration history.
    pub history: Option<&'d str>,
}

/// The ledger of one project.
pub struct Ledger<'p> {
    project: &'p Project,
    schema: &'p str,
}

impl<'p> Ledger<'p> {
    /// The format that this version writes.
    pub const FORMAT: u32 = 1;

    pub fn new(project: &'p Project, schema: &'p str) -> Self {
        Ledger { project, schema }
    }

    /// The text of the probe: one statement, one round trip, no lock beyond reading the catalog, nothing written.
    pub fn probe_text(&self) -> String {
        let (versions, table) = (self.outside(), Name::new(self.schema, "object").to_string());
        let inner = bind(
            "probe_ledger",
            &[
                ("ledger", Value::Text(self.schema)),
                ("ledger_table", Value::Text(&table)),
                ("versions", Value::Text(&versions)),
                ("project", Value::Text(self.project.name())),
                ("checksum", Value::Text(self.project.release().checksum.as_str())),
            ],
        );
        let histories: Vec<_> = self
            .project
            .histories()
            .iter()
            .enumerate()
            .map(|(place, name)| json!({"place": place, "schema": name.schema, "name": name.name, "quoted": name.to_string()}))
            .collect();
        let histories = json!(histories).to_string();
        bind(
            "probe",
            &[
                ("ledger", Value::Text(self.schema)),
                ("schema", Value::Text(self.project.schema())),
                ("inner", Value::Text(&inner)),
                ("histories", Value::Text(&histories)),
            ],
        )
    }

    /// The versions of the project's migrations that run outside of a transaction.
    fn outside(&self) -> String {
        let migrations = self.project.manifest().migrations.iter();
        array(migrations.filter(|m| m.outside.is_some()).map(|m| m.version.to_string()))
    }

    /// Asks the probe.
    pub fn probe(&self, session: &mut Session<'_>) -> Result<Probe, Failure> {
        session.ask(&self.probe_text())
    }

    /// Makes the ledger's tables.
    pub fn create(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        session.send(&bind("ledger", &[("ledger", Value::Text(self.schema))])).map(drop)
    }

    /// What is recorded of the objects that need a look.
    pub fn recorded(&self, session: &mut Session<'_>) -> Result<Recorded, Failure> {
        let wanted: Vec<_> = self
            .project
            .objects()
            .map(|object| {
                json!({
                    "identity": object.key(),
                    "checksum": object.data().checksum,
                    "renamed_from": object.earlier().iter().map(ToString::to_string).collect::<Vec<_>>(),
                    "routine": object.kind().is_routine().then(|| format!("{}(", object.name())),
                })
            })
            .collect();
        let wanted = json!(wanted).to_string();
        session.ask(&bind(
            "recorded",
            &[
                ("ledger", Value::Text(self.schema)),
                ("project", Value::Text(self.project.name())),
                ("checksum", Value::Text(self.project.release().checksum.as_str())),
                ("wanted", Value::Text(&wanted)),
                ("deparsed", Value::Sql(&deparsed())),
            ],
        ))
    }

    /// The addresses of the project's objects as they were recorded.
    pub fn owned(&self, session: &mut Session<'_>) -> Result<BTreeSet<Address>, Failure> {
        let project = Value::Text(self.project.name());
        session.ask(&bind("owned", &[("ledger", Value::Text(self.schema)), ("project", project)]))
    }

    /// The text that keeps what stepped aside for a table migration over the end of the transaction.
    pub fn aside_text(&self, aside: &serde_json::Value) -> String {
        let aside = aside.to_string();
        let project = Value::Text(self.project.name());
        let values =
            [("ledger", Value::Text(self.schema)), ("project", project), ("aside", Value::Text(&aside))];
        bind("step_aside", &values)
    }

    /// The text that writes down what was done.
    pub fn record_text(&self, done: &Done<'_>) -> String {
        let objects = &done.objects;
        let objects: Vec<_> = objects
            .iter()
            .map(|&index| {
                let object = self.project.object(index);
                let name = object.name();
                let (text, entry) = keep(object);
                json!({
                    "identity": object.key(),
                    "kind": object.kind(),
                    "schema": name.schema,
                    "name": name.name,
                    "table": object.identity().table,
                    "found": done.found.get(&object.key()),
                    "checksum": object.data().checksum,
                    "stated": object.stated(),
                    "text": text,
                    "entry": entry,
                    "attached": object.attached_kinds(),
                })
            })
            .collect();
        let release = self.project.release();
        let objects = json!(objects).to_string();
        let list = |identities: &[String]| json!(identities).to_string();
        let (retired, dropped, taken) = (list(&done.retired), list(&done.dropped), list(&done.taken));
        let renamed: Vec<_> = done.renamed.iter().map(|(from, to)| json!({"from": from, "to": to})).collect();
        let renamed = json!(renamed).to_string();
        let built = release.built.to_string();
        bind(
            "record",
            &[
                ("ledger", Value::Text(self.schema)),
                ("project", Value::Text(self.project.name())),
                ("checksum", Value::Text(release.checksum.as_str())),
                ("schema", Value::Text(self.project.schema())),
                ("built", Value::Sql(&built)),
                ("viewkeeper", Value::Text(env!("CARGO_PKG_VERSION"))),
                ("made", Value::Sql(statement("made"))),
                ("history", Value::Text(done.history.unwrap_or(""))),
                ("objects", Value::Text(&objects)),
                ("retired", Value::Text(&retired)),
                ("dropped", Value::Text(&dropped)),
                ("taken", Value::Text(&taken)),
                ("renamed", Value::Text(&renamed)),
                ("standing", Value::Sql(&self.standing())),
                ("deparsed", Value::Sql(&deparsed())),
            ],
        )
    }

    /// What these recorded objects of the project stand on, of its others, as the server sees it.
    pub fn edges(
        &self,
        session: &mut Session<'_>,
        identities: &[String],
    ) -> Result<Vec<(String, String)>, Failure> {
        let identities = array(identities);
        session.ask(&bind(
            "edges",
            &[
                ("standing", Value::Sql(&self.standing())),
                ("ledger", Value::Text(self.schema)),
                ("project", Value::Text(self.project.name())),
                ("identities", Value::Text(&identities)),
            ],
        ))
    }

    /// What the recorded objects stand on, as a part of a statement.
    fn standing(&self) -> String {
        bind("standing", &[("ledger", Value::Text(self.schema))])
    }

    /// The text that asks where the database stands.
    pub fn status_text(&self) -> String {
        bind("status", &[("ledger", Value::Text(self.schema)), ("project", Value::Text(self.project.name()))])
    }

    /// A statement about a claim: `claim`, `claims` or `unclaim`.
    pub fn claim_text(&self, statement: &str, version: i64, name: &str) -> String {
        let (version, versions) = (version.to_string(), self.outside());
        bind(
            statement,
            &[
                ("versions", Value::Text(&versions)),
                ("ledger", Value::Text(self.schema)),
                ("project", Value::Text(self.project.name())),
                ("version", Value::Sql(&version)),
                ("name", Value::Text(name)),
            ],
        )
    }
}
