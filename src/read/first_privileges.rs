//! What a first run finds of the role's rights.

use serde::Deserialize;

use super::facts::LiveSchema;
use super::session::{Failure, Session, Value, array, bind};

/// The answer of `sql/first_rights.sql`.
#[derive(Clone, Debug, Deserialize)]
pub struct FirstRights {
    pub role: String,
    pub database: String,
    pub recovery: bool,
    pub read_only: bool,
    /// The role may create schemas.
    pub create: bool,
    /// The role may write the migration history that is there, if there is one.
    pub history: bool,
    /// Those that are made, or in which something is made.
    pub schemas: Vec<LiveSchema>,
}

impl FirstRights {
    /// Asks for the rights in these schemas, and on this history.
    pub fn read(
        session: &mut Session<'_>,
        schemas: &[String],
        history: Option<&str>,
    ) -> Result<Self, Failure> {
        let schemas = array(schemas);
        let values =
            [("schemas", Value::Text(&schemas)), ("history", Value::Text(history.unwrap_or_default()))];
        session.ask(&bind("first_rights", &values))
    }
}
