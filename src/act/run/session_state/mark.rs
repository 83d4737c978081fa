//! What a text made in its session, and no transaction takes back.

use serde::Deserialize;

use crate::read::session::{Failure, Session, Value, array, bind, decode};

/// A moment of the session. What a migration prepares or locks for the session after it outlives the transaction, and stands in the
/// way of the same text when that is sent again, or of other sessions; outside of a transaction also temporary tables, cursors and channels.
#[derive(Clone, Debug, Deserialize)]
pub struct Mark {
    pid: i32,
    since: String,
    locks: Vec<String>,
    channels: Vec<String>,
    temporary: Vec<u32>,
}

impl Mark {
    /// The question whose answer is one.
    pub fn question() -> String {
        bind("session_mark", &[])
    }

    /// The process of the server.
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// Reads the answer.
    pub fn read(answer: Option<&String>) -> Result<Self, Failure> {
        decode(answer)
    }

    /// Before a text is sent that says so; none where it says nothing of the kind. What a function does that it calls is taken
    /// back at the end alone.
    pub fn before(session: &mut Session<'_>, text: &str) -> Result<Option<Self>, Failure> {
        let lower = text.to_ascii_lowercase();
        if !["prepare", "advisory"].iter().any(|word| lower.contains(word)) {
            return Ok(None);
        }
        let answers = session.send_theirs(&Mark::question())?;
        Mark::read(answers.last()).map(Some)
    }

    /// The statement that takes back what came since.
    pub fn back(&self) -> String {
        let pid = self.pid.to_string();
        let temporary = array(self.temporary.iter().map(ToString::to_string));
        let values = [
            ("pid", Value::Sql(pid.as_str())),
            ("since", Value::Text(&self.since)),
            ("locks", Value::Text(&array(&self.locks))),
            ("channels", Value::Text(&array(&self.channels))),
            ("temporary", Value::Text(&temporary)),
        ];
        bind("session_back", &values)
    }

    /// Goes back to a savepoint, so that what was sent since can be sent again.
    pub fn back_to(session: &mut Session<'_>, savepoint: &str, mark: Option<&Self>) -> Result<(), Failure> {
        session.back_to(savepoint)?;
        mark.map_or(Ok(()), |mark| session.mark(&mark.back()))
    }
}
