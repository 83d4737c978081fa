//! A right that a statement needs of the role that runs it, as far as its text tells.

use serde::{Deserialize, Serialize};

/// Something for which a right may be missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeededRight {
    /// What it is for.
    pub right: Right,
    /// The schema that is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// What it is about: a relation, a routine, a schema, an extension.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The role, language or trigger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
}

/// What a right is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// None: the statement may change who has which rights, so what the database says of them before it holds no longer.
    Changes,
    /// CREATE SCHEMA.
    Schema,
    /// CREATE SCHEMA in a DO block, as far as words tell.
    SchemaUnseen,
    /// CREATE SCHEMA ... AUTHORIZATION, of another role.
    SchemaOf,
    /// ALTER ... OWNER TO, of a relation or routine.
    Owner,
    /// CREATE FUNCTION and CREATE PROCEDURE, in a language.
    Language,
    /// CREATE TRIGGER, on a table.
    Trigger,
    /// A foreign key, to a table.
    References,
    /// CREATE EXTENSION.
    Extension,
    /// CREATE EVENT TRIGGER.
    EventTrigger,
    /// To make an object in its schema.
    Make,
}

impl NeededRight {
    /// For something of this name, in the schema that is written.
    pub fn new(right: Right, schema: Option<&str>, name: &str) -> Self {
        NeededRight { right, schema: schema.map(str::to_owned), name: name.to_owned(), of: None }
    }

    /// Of this role, language or trigger.
    pub fn of(self, of: &str) -> Self {
        NeededRight { of: Some(of.to_owned()), ..self }
    }
}
