//! The ledger: what we applied before.

use serde_json::json;

use super::facts::{Probe, Recorded};
use super::session::{Failure, Session, Value, array, bind};
use crate::set::project::Project;
use crate::words::name::Name;

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
            .map(|object| json!({"identity": object.identity(), "checksum": object.data().checksum}))
            .collect();
        let wanted = json!(wanted).to_string();
        session.ask(&bind(
            "recorded",
            &[
                ("ledger", Value::Text(self.schema)),
                ("project", Value::Text(self.project.name())),
                ("wanted", Value::Text(&wanted)),
            ],
        ))
    }

    /// The text that writes down what was done: the objects, by index, that were made or found equal, and those whose
    /// files are gone.
    pub fn record_text(&self, objects: &[usize], retired: &[String], history: Option<&str>) -> String {
        let objects: Vec<_> = objects
            .iter()
            .map(|&index| {
                let object = self.project.object(index);
                let name = object.name();
                json!({
                    "identity": object.identity(),
                    "kind": object.kind(),
                    "schema": name.schema,
                    "name": name.name,
                    "checksum": object.data().checksum,
                    "stated": object.stated(),
                    "text": object.whole_text(),
                    "attached": object.attached_kinds(),
                })
            })
            .collect();
        let release = self.project.release();
        let (objects, retired) = (json!(objects).to_string(), json!(retired).to_string());
        let built = release.built.to_string();
        bind(
            "record",
            &[
                ("ledger", Value::Text(self.schema)),
                ("project", Value::Text(self.project.name())),
                ("checksum", Value::Text(release.checksum.as_str())),
                ("built", Value::Sql(&built)),
                ("viewkeeper", Value::Text(env!("CARGO_PKG_VERSION"))),
                ("history", Value::Text(history.unwrap_or(""))),
                ("objects", Value::Text(&objects)),
                ("retired", Value::Text(&retired)),
            ],
        )
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
