//! What shadows mean along the project's path, and along one that goes on with the other schemas of the session's.

use crate::decide::compare::shadows::Shadows;
use crate::decide::facts::Meanings;
use crate::read::path;
use crate::read::session::{Failure, Session};
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::name::identifier;

/// Nothing where one of the shadows cannot be made: then there is an error of the server, or no other meaning.
pub fn meanings(
    session: &mut Session<'_>,
    project: &Project,
    shadows: &Shadows,
    others: &[String],
) -> Result<Meanings, Error> {
    let own = project.named_schemas().chain(others.iter().map(String::as_str));
    let own: Vec<String> = own.map(identifier).collect();
    let paths = [project.search_path(), format!("{}, pg_temp", own.join(", "))];
    let mut meanings = Vec::new();
    for path in paths {
        let read =
            session.taken_back(|session| path::meanings(session, &path, shadows.script.text(), others));
        match read.map_err(unread)? {
            Ok(read) => meanings.push(read),
            Err(Failure::Server(_)) => break,
            Err(failure) => return Err(unread(failure)),
        }
    }
    let mut meanings = meanings.into_iter();
    let both = meanings.next().zip(meanings.next());
    Ok(both.map(|(ours, theirs)| Meanings { ours, theirs }).unwrap_or_default())
}

fn unread(failure: Failure) -> Error {
    failure.while_(ErrorKind::Ledger, "cannot read what the project's names mean")
}
