//! The ledger: what we applied before.

pub mod answer;
pub mod done;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use self::answer::Answer;
pub use self::done::{Done, Written};
use crate::read::address::Address;
use crate::read::facts::{Home, Probe, Recorded};
use crate::read::older_parts::complete;
use crate::read::session::{Failure, Session, Value, array, bind};
use crate::set::kept::keep;
use crate::set::project::Project;
use crate::words::name::{Name, literal};

/// The ledger of one project.
pub struct Ledger<'p> {
    project: &'p Project,
    schema: &'p str,
}

/// How closely a probe looks at what ledger and history are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// What is known at once; what may be wrong is a doubt.
    Quick,
    /// Exactly.
    Exact,
}

impl<'p> Ledger<'p> {
    /// The format that this version writes.
    pub const FORMAT: u32 = 2;

    pub fn new(project: &'p Project, schema: &'p str) -> Self {
        Ledger { project, schema }
    }

    /// The text of the probe: one message, one round trip, no lock beyond reading the catalog, nothing written.
    pub fn probe_text(&self, care: Care) -> String {
        let (versions, table) = (self.outside(), Name::new(self.schema, "object").to_string());
        let histories = self.histories();
        let doubts = match care {
            Care::Quick => Value::File("probe/doubts"),
            Care::Exact => Value::File("probe/refusals"),
        };
        bind(
            "probe",
            &[
                ("doubts", doubts),
                ("ledger", Value::Text(self.schema)),
                ("project", Value::Text(self.project.name())),
                ("ledger_table", Value::Text(&table)),
                ("versions", Value::Text(&versions)),
                ("checksum", Value::Text(self.project.release().checksum.as_str())),
                ("schema", Value::Text(self.project.schema())),
                ("histories", Value::Text(&histories)),
                ("table", Value::Sql("%s")),
            ],
        )
    }

    /// The tables under whose names the migration history may be, as `sql/probe/relations.sql` wants them.
    fn histories(&self) -> String {
        let histories = self.project.histories();
        let histories = histories.iter().enumerate().map(|(place, name)| {
            json!({"place": place, "schema": name.schema, "name": name.name, "quoted": name.to_string()})
        });
        json!(histories.collect::<Vec<_>>()).to_string()
    }

    /// The versions of the project's migrations that run outside of a transaction.
    fn outside(&self) -> String {
        let migrations = self.project.manifest().migrations.iter();
        array(migrations.filter(|m| m.outside.is_some()).map(|m| m.version.to_string()))
    }

    /// Asks the probe.
    pub fn probe(&self, session: &mut Session<'_>, care: Care) -> Result<Probe, Failure> {
        let answer: Answer = session.ask(&self.probe_text(care))?;
        session.counts_bytes(answer.bytes);
        Ok(answer.probe(self.schema))
    }

    /// Makes the ledger's tables; in a schema of its own unless that is there.
    pub fn create(&self, session: &mut Session<'_>, home: Option<&Home>) -> Result<(), Failure> {
        let ledger = ("ledger", Value::Text(self.schema));
        let mut parts = Vec::new();
        if home.is_none() {
            parts.push(bind("ledger_schema", &[ledger]));
        }
        parts.push(bind("ledger", &[ledger]));
        parts.push(self.kept_tables());
        let tables = format!("n.nspname = {}", literal(self.schema));
        parts.push(bind("tables_alone", &[("which", Value::Sql(&tables))]));
        // Somebody else's schema is opened by whom it belongs to.
        if home.is_none_or(|home| home.owned) {
            parts.push(bind("ledger_usage", &[ledger]));
        }
        session.send(&parts.join(";\n")).map(drop)
    }

    /// Moves a ledger of format 1 to this one.
    pub fn move_from_1(&self, session: &mut Session<'_>, lock_timeout: &str) -> Result<(), Failure> {
        let moved = bind("ledger_from_1", &[("ledger", Value::Text(self.schema))]);
        let kept = self.kept_tables();
        session.send(&format!("set local lock_timeout to {lock_timeout};\n{moved};\n{kept}")).map(drop)
    }

    fn kept_tables(&self) -> String {
        bind("ledger_kept", &[("ledger", Value::Text(self.schema))])
    }

    /// The text that tidies the tables of a ledger that was moved, in no transaction: until then they are marked as having
    /// triggers, and every probe would have to look.
    pub fn vacuum_text(&self) -> String {
        bind("ledger_vacuum", &[("ledger", Value::Text(self.schema))])
    }

    /// What is recorded of the objects that need a look; `every`: all do.
    pub fn recorded(&self, session: &mut Session<'_>, every: bool) -> Result<Recorded, Failure> {
        let wanted: Vec<_> = self
            .project
            .objects()
            .map(|object| json!({"identity": object.key(), "checksum": object.data().checksum}))
            .collect();
        let wanted = json!(wanted).to_string();
        let mut recorded: Recorded = session.ask(&bind(
            "recorded",
            &[
                ("ledger", Value::Text(self.schema)),
                ("project", Value::Text(self.project.name())),
                ("checksum", Value::Text(self.project.release().checksum.as_str())),
                ("wanted", Value::Text(&wanted)),
                ("ledger_objects", Value::File("parts/objects_here")),
                ("every", Value::Sql(if every { "true" } else { "false" })),
            ],
        ))?;
        recorded.aside.iter_mut().for_each(complete);
        Ok(recorded)
    }

    /// What the migration history is called that has this oid.
    pub fn history_now(&self, session: &mut Session<'_>, oid: u32) -> Result<Option<Name>, Failure> {
        let (oid, project) = (oid.to_string(), Value::Text(self.project.name()));
        let values = [
            ("history_oid", Value::Text(oid.as_str())),
            ("ledger", Value::Text(self.schema)),
            ("project", project),
        ];
        let names: Vec<Name> = session.ask(&bind("history_now", &values))?;
        Ok(names.into_iter().next())
    }

    /// What the project's schema is called by now, where it has another name than when objects were recorded in it.
    pub fn schema_now(&self, session: &mut Session<'_>) -> Result<Option<String>, Failure> {
        let values = [
            ("schema", Value::Text(self.project.schema())),
            ("ledger", Value::Text(self.schema)),
            ("project", Value::Text(self.project.name())),
        ];
        let names: Vec<String> = session.ask(&bind("schema_now", &values))?;
        Ok(names.into_iter().next())
    }

    /// The objects that are not as they were recorded, and of each whether it is gone.
    pub fn drifted(&self, session: &mut Session<'_>) -> Result<BTreeMap<String, bool>, Failure> {
        let project = Value::Text(self.project.name());
        session.ask(&bind("drifted", &[("ledger", Value::Text(self.schema)), ("project", project)]))
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
        let values = [
            ("ledger", Value::Text(self.schema)),
            ("project", project),
            ("schema", Value::Text(self.project.schema())),
            ("aside", Value::Text(&aside)),
        ];
        bind("step_aside", &values)
    }

    /// The text that writes down what was done.
    pub fn record_text(&self, done: &Done<'_>) -> String {
        let objects = &done.objects;
        let objects: Vec<_> = objects
            .iter()
            .enumerate()
            .map(|(place, &index)| {
                let object = self.project.object(index);
                let name = object.name();
                let (text, entry) = keep(object);
                json!({
                    "place": place,
                    "identity": object.key(),
                    "kind": object.kind(),
                    "schema": name.schema,
                    "name": name.name,
                    "table": object.identity().table,
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
        let hash = done
            .written
            .history
            .map_or(("history_hash", Value::Sql("null")), |table| ("table", Value::Sql(table)));
        let follow = if done.written.follow { self.follow_text() + ";\n" } else { String::new() };
        follow
            + &bind(
                "record",
                &[
                    ("ledger", Value::Text(self.schema)),
                    ("project", Value::Text(self.project.name())),
                    ("checksum", Value::Text(release.checksum.as_str())),
                    ("schema", Value::Text(self.project.schema())),
                    ("built", Value::Sql(&built)),
                    ("viewkeeper", Value::Text(env!("CARGO_PKG_VERSION"))),
                    ("history", Value::Text(done.written.history.unwrap_or(""))),
                    hash,
                    ("keep_history", Value::Sql(if done.written.keep_history { "true" } else { "false" })),
                    ("lost", Value::Sql(if done.written.lost { "true" } else { "false" })),
                    ("objects", Value::Text(&objects)),
                    ("routines", Value::Sql(done.routines)),
                    ("retired", Value::Text(&retired)),
                    ("dropped", Value::Text(&dropped)),
                    ("taken", Value::Text(&taken)),
                    ("renamed", Value::Text(&renamed)),
                ],
            )
    }

    /// The text that asks what these recorded objects of the project stand on, of its others, as the server sees it.
    pub fn edges_text(&self, identities: &[String]) -> String {
        let identities = array(identities);
        bind(
            "edges",
            &[
                ("ledger", Value::Text(self.schema)),
                ("project", Value::Text(self.project.name())),
                ("identities", Value::Text(&identities)),
            ],
        )
    }

    /// The text that asks where the database stands.
    pub fn status_text(&self) -> String {
        bind("status", &[("ledger", Value::Text(self.schema)), ("project", Value::Text(self.project.name()))])
    }

    /// The text that lets what the ledger has of the project follow it into its schema.
    fn follow_text(&self) -> String {
        let values = [
            ("ledger", Value::Text(self.schema)),
            ("project", Value::Text(self.project.name())),
            ("schema", Value::Text(self.project.schema())),
        ];
        bind("ledger_follow", &values)
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
                ("schema", Value::Text(self.project.schema())),
                ("version", Value::Sql(&version)),
                ("name", Value::Text(name)),
            ],
        )
    }
}
