//! A view's query.

use serde::Deserialize;

/// The answer of `sql/texts.sql`: a view's query.
#[derive(Clone, Debug, Deserialize)]
pub struct ViewText {
    pub oid: u32,
    pub name: String,
    pub columns: Vec<String>,
    /// No other relation in the search_path has its name.
    pub alone: bool,
    pub text: String,
}
