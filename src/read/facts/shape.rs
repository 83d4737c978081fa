//! How an object looks under some search_path.

use serde::{Deserialize, Serialize};

/// The answer of `sql/shapes.sql`: an object as it looks under some search_path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// What was asked for.
    pub key: String,
    pub text: String,
    /// The plain text in two pieces around the name, where the server may print it otherwise once it has read it again.
    #[serde(default)]
    pub plain: Option<(String, String)>,
    pub options: Vec<String>,
    pub columns: Vec<Column>,
    pub routine: Option<Signature>,
    /// What it uses: class/oid.
    #[serde(default)]
    pub references: Vec<String>,
    /// What is recorded of those that use it: class/oid of itself and of its types.
    #[serde(default)]
    pub stands: Vec<String>,
}

/// What of a routine cannot be replaced in place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// In words: `function`, `window function`.
    pub kind: String,
    /// The return type, with OUT and TABLE columns.
    pub result: String,
    /// Of the input arguments.
    pub types: Vec<String>,
    /// Of the input arguments; empty for one without a name.
    pub names: Vec<String>,
    /// How many arguments have defaults.
    pub defaults: usize,
}

/// A column, as text that can be compared between a view and its shadow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    #[serde(rename = "type")]
    pub data_type: String,
    pub collation: Option<String>,
}
