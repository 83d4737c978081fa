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
    /// The role may create temporary objects.
    pub temporary: bool,
    /// Those that are made, or in which something is made.
    pub schemas: Vec<FirstSchema>,
}

/// A schema that a first run makes, or makes something in.
#[derive(Clone, Debug, Deserialize)]
pub struct FirstSchema {
    #[serde(flatten)]
    pub live: LiveSchema,
    /// Whether something is made in it is known only when a migration ran.
    pub perhaps: bool,
    /// What is in it may be named; true where it is not there.
    pub usage: bool,
}

impl FirstRights {
    /// Asks for the rights in these schemas, and on this history.
    pub fn read(
        session: &mut Session<'_>,
        schemas: &[String],
        perhaps: &[String],
        history: Option<&str>,
    ) -> Result<Self, Failure> {
        let (schemas, perhaps) = (array(schemas), array(perhaps));
        let values = [
            ("schemas", Value::Text(&schemas)),
            ("perhaps", Value::Text(&perhaps)),
            ("history", Value::Text(history.unwrap_or_default())),
        ];
        session.ask(&bind("first_rights", &values))
    }
}
