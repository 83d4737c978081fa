//! An object that would use what a role wrote that is not trusted.

use crate::decide::uses::{CODE, Untrusted};
use crate::read::session::Failure;
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};

/// The error of [`question`](crate::decide::uses::question), where a failure is one.
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
