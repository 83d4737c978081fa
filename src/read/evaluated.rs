//! What of some schemas the server evaluates while it parses a text that names it.

use serde::{Deserialize, Serialize};

use super::session::{Value, array, bind};

/// A function, an operator or a type through which a literal comes to what a role wrote that is not trusted: a row of the answer of
/// `sql/evaluated.sql`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluated {
    pub schema: String,
    pub name: String,
    pub form: Form,
    /// `function public.pick(mallory.d[],integer)`
    pub what: String,
    /// Only a literal of a row is harm.
    pub row: bool,
    /// Its owner is trusted.
    pub trusted: bool,
    /// The types that make it so, as (schema, name).
    pub types: Vec<(String, String)>,
    /// What the server would run: `domain mallory.d`
    pub code: String,
    /// Whose that is, quoted.
    pub owner: String,
    /// The types of the function of that name which the server chooses before it wherever a literal could be of such a type:
    /// `mood,text`, with the schemas of types.
    pub first: Option<String>,
}

/// How a text names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    Call,
    Operator,
    Type,
    /// By the name of what it is an array of.
    Array,
}

/// The question, for these schemas.
pub fn evaluated_text<'s>(schemas: impl IntoIterator<Item = &'s str>) -> String {
    bind("evaluated", &[("schemas", Value::Text(&array(schemas)))])
}
