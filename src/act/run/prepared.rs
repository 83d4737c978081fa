//! What a text prepared, and its transaction did not take back.

use serde::Deserialize;

use crate::read::session::{Failure, Session, Value, bind, decode};

/// A moment of the session: what a migration prepares after it outlives the transaction, and stands in the way of the same text when
/// that is sent again.
#[derive(Clone, Debug, Deserialize)]
pub struct Prepared {
    pid: i32,
    since: String,
}

impl Prepared {
    /// Before a text that may prepare something is sent; none where it does not.
    pub fn before(session: &mut Session<'_>, text: &str) -> Result<Option<Self>, Failure> {
        if !text.to_ascii_lowercase().contains("prepare") {
            return Ok(None);
        }
        let answers = session.send_theirs(&bind("prepared_mark", &[]))?;
        decode(answers.last()).map(Some)
    }

    /// The statement that deallocates what was prepared since.
    pub fn back(&self) -> String {
        let pid = self.pid.to_string();
        bind("prepared_back", &[("pid", Value::Sql(&pid)), ("since", Value::Text(&self.since))])
    }

    /// Goes back to a savepoint, so that what was sent since can be sent again.
    pub fn back_to(
        session: &mut Session<'_>,
        savepoint: &str,
        prepared: Option<&Self>,
    ) -> Result<(), Failure> {
        session.back_to(savepoint)?;
        prepared.map_or(Ok(()), |prepared| session.mark(&prepared.back()))
    }
}
