//! Event triggers that refuse what is made for a while.

use crate::read::session::{Failure, Session, Value, bind};
use crate::words::error::Error;

/// The event triggers whose functions the server names in a refusal of a temporary copy, quoted.
pub fn named(session: &mut Session<'_>, failure: &Failure) -> Vec<String> {
    let Some(context) = failure.refusal().and_then(|server| server.context.as_ref()) else {
        return Vec::new();
    };
    // The refusal itself is what counts, so a failure of this question is not told.
    session.ask(&bind("event_triggers", &[("text", Value::Text(context))])).unwrap_or_default()
}

/// The error about the refusal, which names them.
pub fn told(triggers: &[String], error: Error) -> Error {
    triggers.iter().fold(error, |error, trigger| {
        error
            .note(format!(
                "event trigger {trigger} refused it: to compare objects with their files, copies are made in pg_temp and taken back"
            ))
            .help(format!(
                "let event trigger {trigger} pass what pg_event_trigger_ddl_commands() says is in schema pg_temp, or disable it for \
                 the run: alter event trigger {trigger} disable;"
            ))
    })
}
