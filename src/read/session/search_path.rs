//! The search_path under which our own statements are read.

use crate::read::statement::{Value, part};

/// The search_path of our own statements: what they name is PostgreSQL's, whoever made something of that name. Temporary
/// relations and types would come first where they are not named.
pub const OURS: &str = "pg_catalog, pg_temp";

/// The statement that sets it. A plain SET would outlive the transaction, and stay with a pooler.
pub const SET_OURS: &str = "set local search_path to pg_catalog, pg_temp;\n";

/// A query of ours whose answer is what it is under another search_path: it is read under ours, and run under that one, and
/// ours is set behind it. For a transaction, or a message of several statements, wherever it stands in it.
pub fn under(path: &str, query: &str) -> String {
    part("under", &[("path", Value::Sql(path)), ("query", Value::Sql(query))])
}
