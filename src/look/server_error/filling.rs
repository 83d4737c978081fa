//! A materialized view that its owner may not fill: what that role lacks.

use serde::Deserialize;

use crate::decide::plan::script::Script;
use crate::read::session::Session;
use crate::read::statement::{Value, bind};
use crate::words::error::Error;
use crate::words::sqlstate::INSUFFICIENT_PRIVILEGE;

/// A row of the answer of `sql/fill_lacks.sql`.
#[derive(Deserialize)]
struct Lack {
    owner: String,
    privilege: String,
    on_what: String,
}

/// Says what the owner of a materialized view lacks, where this statement of a script fills one and was refused for that.
/// `savepoint`: where the script began. The server names the first thing alone, and not whose right is missing.
pub fn lacking(
    session: &mut Session<'_>,
    (script, place): (&Script, usize),
    savepoint: &str,
    error: Error,
) -> Error {
    let statements: Vec<&str> = script.statements().map(|(statement, _)| statement).collect();
    let filled = statements[place].trim().trim_end_matches(';').strip_prefix("refresh materialized view ");
    let Some(name) = filled.filter(|_| error.code() == Some(INSUFFICIENT_PRIVILEGE)) else { return error };
    let again = session.back_to(savepoint).and_then(|()| {
        statements[..place].iter().try_for_each(|statement| session.send_theirs(statement).map(drop))
    });
    let question = bind("fill_lacks", &[("name", Value::Text(name.trim()))]);
    let lacks: Vec<Lack> = again.and_then(|()| session.ask(&question)).unwrap_or_default();
    lacks.into_iter().fold(error, |error, Lack { owner, privilege, on_what }| {
        error
            .note(format!("the server fills it as its owner, {owner}, who lacks {privilege} on {on_what}"))
            .help(format!("grant {privilege} on {on_what} to {owner}"))
    })
}
