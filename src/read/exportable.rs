//! What can be exported: live objects with the statements that make them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use super::attached::{Attached, LiveGrant};
use super::catalog::{CANONICAL, pins};
use super::dependent::Thing;
use super::session::{Failure, Session, Value, array, bind, under};
use crate::read::address::Address;
use crate::set::project::Project;
use crate::words::identity::Identity;
use crate::words::object::Kind;

/// The answer of `sql/exportable.sql`.
#[derive(Debug, Deserialize)]
pub struct Exportables {
    /// Who asks, unquoted.
    pub role: String,
    /// `server_version_num`.
    pub server: u32,
    /// There is a ledger that we may read.
    pub ledger: bool,
    /// The chosen schemas that are not there.
    pub missing: Vec<String>,
    pub initial: Vec<Initial>,
    pub objects: Vec<Exportable>,
}

/// The rights on a new relation or routine of the role that asks, by itself and by ALTER DEFAULT PRIVILEGES.
#[derive(Debug, Deserialize)]
pub struct Initial {
    pub schema: String,
    /// Of a routine; else of a relation.
    pub routine: bool,
    pub grants: Vec<LiveGrant>,
}

/// A live object.
#[derive(Debug, Deserialize)]
pub struct Exportable {
    pub address: Address,
    pub kind: Kind,
    pub schema: String,
    pub name: String,
    /// For a routine: the types of its input arguments, as they are called under the project's search_path.
    pub arguments: Option<Vec<String>>,
    /// For a trigger: its table.
    pub table: Option<String>,
    /// Of a view its query, of an aggregate what follows its name, of all else the whole statement.
    pub definition: String,
    /// Who may change it, unquoted; of a trigger, who may change its table.
    pub owner: String,
    /// We take the owner's word.
    pub trusted: bool,
    /// What it uses, or a part of it, of owners whose word we do not take.
    pub strange: Vec<Strange>,
    pub populated: bool,
    /// The access method, where it is not the usual one.
    pub method: Option<String>,
    pub tablespace: Option<String>,
    /// The extension that it is a member of.
    pub extension: Option<String>,
    /// Something that is made together with the tables needs it.
    pub early: bool,
    pub columns: Vec<String>,
    /// The addresses of what it stands on.
    pub needs: Vec<Address>,
    pub parts: Vec<ExportablePart>,
}

/// A view, routine, type, operator or the like of an owner whose word we do not take.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Strange {
    pub address: Address,
    /// `function lair.f(integer)`.
    pub what: String,
    /// Unquoted.
    pub owner: String,
}

/// What is made beside a view and stated in its file.
#[derive(Debug, Deserialize)]
pub struct ExportablePart {
    pub kind: Thing,
    /// Unquoted; of a default, its column.
    pub name: String,
    /// Of statistics.
    pub schema: Option<String>,
    /// The whole statement; of a default its expression.
    pub text: String,
    /// The addresses of what it stands on.
    pub needs: Vec<Address>,
}

impl Exportable {
    pub fn identity(&self) -> Identity {
        Identity {
            schema: self.schema.clone(),
            name: self.name.clone(),
            arguments: self.arguments.as_ref().map(|arguments| arguments.join(",")),
            table: self.table.clone(),
        }
    }
}

/// The objects of these schemas, or of every schema; the ledger's own are left out.
pub fn exportable(
    session: &mut Session<'_>,
    project: &Project,
    schemas: Option<&[String]>,
    ledger: &str,
) -> Result<Exportables, Failure> {
    let every = if schemas.is_none() { "true" } else { "false" };
    let schemas = array(schemas.unwrap_or_default());
    let values = [
        ("schema", Value::Text(project.schema())),
        ("schemas", Value::Text(&schemas)),
        ("every", Value::Sql(every)),
        ("ledger", Value::Text(ledger)),
    ];
    let text = under(&project.search_path(), &bind("exportable", &values));
    session.ask(&format!("{};\n{text}", pins(CANONICAL)))
}

/// How many objects are asked about at once: the statement is made for the few that a run looks at, and its work grows with
/// the square of their number.
const AT_ONCE: usize = 200;

/// What is attached to the objects at these addresses. What the server makes of indexes and rules is not read.
pub fn attached(
    session: &mut Session<'_>,
    addresses: &[Address],
) -> Result<BTreeMap<Address, Attached>, Failure> {
    let mut all = BTreeMap::new();
    for some in addresses.chunks(AT_ONCE) {
        let wanted =
            some.iter().map(|address| json!({"address": address, "found": address, "attached": true}));
        let wanted = json!(wanted.collect::<Vec<_>>()).to_string();
        let values = [("wanted", Value::Text(&wanted)), ("made", Value::Sql("'{}'::pg_catalog.json"))];
        let text = bind("attached", &values);
        let found: Vec<Attached> = session.ask(&format!("{};\n{text}", pins(CANONICAL)))?;
        all.extend(found.into_iter().map(|attached| (attached.address.clone(), attached)));
    }
    Ok(all)
}

/// Which project keeps which object, by address.
pub fn owners(session: &mut Session<'_>, ledger: &str) -> Result<BTreeMap<Address, String>, Failure> {
    session.ask(&bind("owners", &[("ledger", Value::Text(ledger))]))
}
