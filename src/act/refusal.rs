//! What the server refused: which object it was about, and where that stands in its file.

use crate::decide::script::{Script, Target};
use crate::read::session::{Failure, Session};
use crate::set::project::{Object, Project};
use crate::words::error::{Error, ErrorKind};
use crate::words::span::Span;

/// The server's refusal of one statement of a script that was sent behind `head`, under this search_path, with the object and the place in its
/// file. Not every refusal has a position: then the statements are sent again, one by one, until it comes again.
/// Whatever that does is rolled back with the transaction.
pub fn refused(
    session: &mut Session<'_>,
    project: &Project,
    script: &Script,
    head: &str,
    path: &str,
    failure: Failure,
) -> Error {
    let Failure::Server(server) = &failure else {
        return failure.while_(ErrorKind::Object, "cannot change the objects");
    };
    let position = server.position.and_then(|position| position.checked_sub(head.chars().count()));
    if let Some((object, place)) = position.and_then(|position| script.locate(project, position)) {
        return of_object(failure, object).at(place);
    }
    let locked = ["55P03", "40P01", "57014"].contains(&server.code.as_str());
    let again = format!("viewkeeper_changes;\nset local search_path to {path}");
    if !locked && session.back_to(&again).is_ok() {
        for (statement, target) in script.statements() {
            let Err(failure) = session.send_theirs(statement) else { continue };
            return match target {
                Target::File(object, start) => {
                    let object = project.object(object);
                    let start = in_body(&failure, object).unwrap_or(start);
                    of_object(failure, object).at(object.place(start))
                }
                Target::About(what) => {
                    let error = failure.while_(ErrorKind::Object, format!("cannot drop and put back {what}"));
                    error.object(what).help("change or drop it before: it is in no file of this project")
                }
                Target::Own => {
                    let statement = statement.trim_end_matches([';', '\n']);
                    failure.while_(ErrorKind::Object, format!("cannot do \"{statement}\""))
                }
            };
        }
    }
    failure.while_(ErrorKind::Object, "cannot change the objects")
}

/// The failure as an error about an object.
pub fn of_object(failure: Failure, object: Object<'_>) -> Error {
    let doing = format!("cannot create {} \"{}\"", object.kind(), object.identity());
    failure.while_(ErrorKind::Object, doing).object(object.key())
}

/// The byte of the file where the server found something wrong in the body of a routine. It counts characters of the body,
/// and a quote that is doubled in the file is one.
pub fn in_body(failure: &Failure, object: Object<'_>) -> Option<usize> {
    let Failure::Server(server) = failure else { return None };
    let (position, body) = (server.in_body?, object.data().routine.as_ref()?.body?);
    let before = object.slice(Span { start: body.start.checked_sub(1)?, end: body.start });
    let text = object.slice(body);
    let doubled = |at: usize| before == "'" && text[..at].ends_with('\'') && text[at..].starts_with('\'');
    let mut skip = false;
    let mut counted = text.char_indices().filter(|&(at, _)| {
        skip = !skip && doubled(at);
        !skip
    });
    counted.nth(position.checked_sub(1)?).map(|(at, _)| body.start + at)
}
