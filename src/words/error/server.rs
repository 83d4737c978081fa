//! What the server said.

use postgres::error::DbError;

/// What the server said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerError {
    pub code: String,
    pub message: String,
    pub detail: Option<String>,
    pub hint: Option<String>,
    pub context: Option<String>,
    /// The schema of what it is about, where the server says so.
    pub schema: Option<String>,
    /// The routine of the server's source that refused.
    pub routine: Option<String>,
    /// Counts characters of the whole text that was sent, from 1.
    pub position: Option<usize>,
    /// The same within the body of a routine.
    pub in_body: Option<usize>,
    /// All of it, as it came.
    pub raw: Option<Box<DbError>>,
}
