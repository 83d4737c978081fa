//! What the server refused: which object it was about, and where that stands in its file.

use crate::decide::script::{Script, Target};
use crate::read::session::{Failure, Session};
use crate::set::project::{Object, Project};
use crate::words::error::{Error, ErrorKind};

/// The server's refusal of one statement of a script that was sent behind `head`, with the object and the place in its
/// file. Not every refusal has a position: then the statements are sent again, one by one, until it comes again.
/// Whatever that does is rolled back with the transaction.
pub fn refused(
    session: &mut Session<'_>,
    project: &Project,
    script: &Script,
    head: &str,
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
    let path = project.search_path();
    let again = format!("rollback to savepoint viewkeeper_changes;\nset local search_path to {path}");
    if !locked && session.send(&again).is_ok() {
        for (statement, target) in script.statements() {
            let Err(failure) = session.send(statement) else { continue };
            return match target {
                Target::File(object, start) => {
                    let object = project.object(object);
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

fn of_object(failure: Failure, object: Object<'_>) -> Error {
    let doing = format!("cannot create {} \"{}\"", object.kind(), object.name());
    failure.while_(ErrorKind::Object, doing).object(object.key())
}
