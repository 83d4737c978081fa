//! Where a session finds unqualified names, and what is there.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::session::{Failure, SET_OURS, Session, Value, array, bind, decode};
use crate::set::project::Project;

/// The project's path as it is here, beside the session's.
#[derive(Clone, Debug, Default)]
pub struct PathHere {
    /// The schemas that this session searches, or one that begins now, and the project does not.
    pub others: Vec<String>,
    pub schemas: PathSchemas,
}

/// The answer of `sql/path.sql`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct PathSchemas {
    pub role: String,
    pub missing: Vec<String>,
    /// Those that the role may not use.
    pub closed: Vec<String>,
    pub open: Vec<OpenSchema>,
}

/// A schema in which roles that are not trusted may create things.
#[derive(Clone, Debug, Deserialize)]
pub struct OpenSchema {
    pub schema: String,
    /// The roles that were granted it, quoted.
    pub roles: Vec<String>,
    /// Its owner, quoted, where that is not trusted.
    pub owner: Option<String>,
}

/// The answer of `sql/meant.sql`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Meant {
    /// Something in the other schemas may give objects another meaning.
    pub any: bool,
    /// What the migrations may mean.
    pub migrations: Vec<MeantElsewhere>,
}

/// Something that a migration may mean.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MeantElsewhere {
    pub schema: String,
    /// `extensions.=(extensions.citext,extensions.citext)`
    pub what: String,
    /// The relation of whose column that is.
    pub by: Option<String>,
}

/// What a temporary object came to mean: a row of the answer of `sql/meanings.sql`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meaning {
    /// `relation`, `routine`, or `trigger` by the name of its table.
    pub kind: String,
    pub name: String,
    pub text: String,
    pub uses: Vec<UsedElsewhere>,
}

/// Something of another schema that it uses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UsedElsewhere {
    pub schema: String,
    /// `operator extensions.=(extensions.citext,extensions.citext)`
    pub what: String,
    pub trusted: bool,
}

impl PathHere {
    /// The question, for a transaction. `found`: the session's search_path.
    pub fn question(project: &Project, found: &str) -> String {
        let session = bind("session_path", &[("found", Value::Text(found))]);
        format!("{session};\n{}", schemas_text(project))
    }

    /// Reads the answers.
    pub fn read(project: &Project, answers: &[String]) -> Result<Self, Failure> {
        let [_, now, later, schemas] = answers else {
            return Err(Failure::Answer("the server sent no answer about the search_path".into()));
        };
        let mut searched: Vec<String> = decode(Some(now))?;
        searched.extend(decode::<Vec<String>>(Some(later))?);
        let mut others: Vec<String> = Vec::new();
        for schema in searched {
            let own = schema == "pg_catalog"
                || schema.starts_with("pg_temp_")
                || project.named_schemas().any(|named| named == schema);
            if !own && !others.contains(&schema) {
                others.push(schema);
            }
        }
        Ok(PathHere { others, schemas: decode(Some(schemas))? })
    }
}

/// Asks for the schemas again, after something may have made them.
pub fn schemas(session: &mut Session<'_>, project: &Project) -> Result<PathSchemas, Failure> {
    session.ask(&schemas_text(project))
}

/// What some migrations may mean in these other schemas, by place.
pub fn meant(
    session: &mut Session<'_>,
    project: &Project,
    others: &[String],
    migrations: &[usize],
) -> Result<Meant, Failure> {
    // Compiling would need seconds. The setting is the caller's still, who gets it back.
    session.ask(&format!(
        "savepoint viewkeeper_path;\nset local jit to off;\n{};\n\
         rollback to savepoint viewkeeper_path;\nrelease savepoint viewkeeper_path",
        meant_text(project, others, migrations)
    ))
}

fn schemas_text(project: &Project) -> String {
    bind("path", &[("schemas", Value::Text(&named(project)))])
}

fn named(project: &Project) -> String {
    array(project.named_schemas())
}

/// The question what of some other schemas the project may mean; these migrations, by place, among it.
pub fn meant_text(project: &Project, others: &[String], migrations: &[usize]) -> String {
    let all = &project.manifest().migrations;
    let compared: Vec<_> = migrations.iter().flat_map(|&index| &all[index].compares).collect();
    let called = array(migrations.iter().flat_map(|&index| &all[index].calls));
    let written = project.objects().flat_map(|object| &object.data().written);
    let written: BTreeSet<&str> = written.map(|(schema, _)| schema.as_str()).collect();
    let compared = json!(compared).to_string();
    bind(
        "meant",
        &[
            ("others", Value::Text(&array(others))),
            ("schemas", Value::Text(&named(project))),
            ("written", Value::Text(&array(written))),
            ("compared", Value::Text(&compared)),
            ("called", Value::Text(&called)),
        ],
    )
}

/// What the temporary objects mean that `make` creates under this search_path.
pub fn meanings(
    session: &mut Session<'_>,
    path: &str,
    make: &str,
    others: &[String],
) -> Result<Vec<Meaning>, Failure> {
    let others = array(others);
    let read = bind("meanings", &[("others", Value::Text(&others))]);
    let text = format!("set local search_path to {path};\n{make}{SET_OURS}{read}");
    decode(session.send_theirs(&text)?.last())
}

/// The first of some schemas that has something of this name, or the only one of those that are not known.
pub fn elsewhere(
    session: &mut Session<'_>,
    name: &str,
    schemas: &[String],
    known: impl IntoIterator<Item = impl AsRef<str>>,
) -> Result<Option<String>, Failure> {
    let (schemas, known) = (array(schemas), array(known));
    let values = [("name", name), ("schemas", &schemas), ("known", &known)];
    let text = bind("elsewhere", &values.map(|(name, value)| (name, Value::Text(value))));
    let answers = session.send(&text)?;
    Ok(answers.into_iter().next())
}
