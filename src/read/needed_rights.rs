//! Which rights are missing of those that statements will need.

use serde::{Deserialize, Serialize};

use super::session::{Failure, Session, Value, bind};
use crate::words::needed_right::Right;

/// A question of `sql/needed_rights.sql`.
#[derive(Clone, Debug, Serialize)]
pub struct Question {
    /// Among the questions.
    pub place: usize,
    pub right: Right,
    /// Those in which the name is looked up, in order.
    pub schemas: Vec<String>,
    pub name: String,
    /// The role, language or trigger.
    pub of: Option<String>,
    pub unless: Option<Unless>,
    /// Of the object that `unless` is about.
    pub kind: Option<&'static str>,
    /// Nothing runs before it that may change who has which rights.
    #[serde(skip)]
    pub surely: bool,
}

/// When nothing is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unless {
    /// An object of the kind and name is there.
    There,
    /// It belongs to the role.
    Owned,
}

/// The answer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Answer {
    pub role: String,
    pub database: String,
    pub lacks: Vec<Lack>,
}

/// A right that is missing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Lack {
    /// That of the question.
    pub place: usize,
    pub lacks: Lacking,
    /// A schema or relation, quoted.
    #[serde(rename = "in")]
    pub inside: Option<String>,
    /// No earlier statement can make it be about something else.
    pub surely: bool,
}

/// Which right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lacking {
    /// To become the role.
    Role,
    /// CREATE on the schema, for the role.
    Schema,
    /// CREATE on the schema.
    Create,
    /// CREATE on the database.
    Database,
    /// USAGE on the language.
    Usage,
    /// To be a superuser, for the language.
    Superuser,
    Trigger,
    References,
    Extension,
    EventTrigger,
}

/// Asks; without a question nothing is sent.
pub fn read(session: &mut Session<'_>, questions: &[Question]) -> Result<Answer, Failure> {
    if questions.is_empty() {
        return Ok(Answer::default());
    }
    let needed = serde_json::json!(questions).to_string();
    session.ask(&bind("needed_rights", &[("needed", Value::Text(&needed))]))
}
