//! An object that would use what a role wrote that is not trusted, and what is put back that came to run such.

use serde::Deserialize;

use crate::decide::compare::uses::{CODE, Untrusted};
use crate::read::session::Failure;
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::sqlstate::CAME_BETWEEN;

/// The error of [`question`](crate::decide::compare::uses::question), where a failure is one.
pub fn untrusted(project: &Project, failure: &Failure) -> Option<Error> {
    let Failure::Server(server) = failure else { return None };
    if server.code != CODE {
        return None;
    }
    let found: Vec<Untrusted> = serde_json::from_str(server.detail.as_deref()?).ok()?;
    let Untrusted { identity, what, owner, body, runs } = found.first()?;
    let object = project.find(identity);
    let kind = object.map_or_else(String::new, |object| format!("{} ", object.kind()));
    let writer = body.as_ref().map_or_else(|| "its file".to_owned(), |body| format!("the body of {body}"));
    let ran =
        runs.as_ref().map(|runs| format!(", and the server would run {runs} for it")).unwrap_or_default();
    let message = format!(
        "{kind}\"{identity}\" would use {what} of role {owner}, which is not trusted, for a name that {writer} writes without a schema{ran}"
    );
    let error = Error::new(ErrorKind::Conflict, message)
        .object(identity)
        .help("write the schema of what is meant, as in pg_catalog.upper(...) or operator(pg_catalog.=)")
        .help(format!("or, if {what} is, write its schema, or have it given to a role that is trusted: alter {what} owner to ..."));
    let error = match object {
        Some(object) => error.at(object.place(object.data().statement.start)),
        None => error,
    };
    let error = found[1..].iter().take(5).fold(error, |error, Untrusted { identity, what, owner, .. }| {
        error.note(format!("\"{identity}\" would use {what} of role {owner}"))
    });
    Some(error.unchanged())
}

/// What came between what was decided and what was done, where an error says so: something that is put back would run a
/// stranger's code by now.
pub fn came_between(error: &Error) -> Option<Error> {
    let server = error.server_error().filter(|server| server.code == CAME_BETWEEN)?;
    let found: Vec<CameBetween> = serde_json::from_str(server.detail.as_deref()?).ok()?;
    let first = found.first()?;
    let message =
        format!("cannot put back what hangs on what is changed: {}, since a moment ago", first.what);
    let named = Error::new(ErrorKind::Conflict, message);
    Some(match &first.give {
        Some(give) => named
            .help(format!("read what it does, and then give it to a trusted role ({give} ...;), or drop it")),
        None => named,
    })
}

/// A row of the answer of `sql/trust_unchanged/again.sql`.
#[derive(Deserialize)]
struct CameBetween {
    what: String,
    give: Option<String>,
}
