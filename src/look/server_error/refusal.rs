//! What the server refused: which object it was about, and where that stands in its file.

use super::filling::lacking;
use super::uses::untrusted;
use crate::decide::plan::script::{Script, Target};
use crate::read::session::{Failure, Session};
use crate::set::project::{Object, Project};
use crate::words::amount::count;
use crate::words::error::{Error, ErrorKind};
use crate::words::span::Span;
use crate::words::sqlstate::{
    DEPENDENT_OBJECTS, NO_ACTIVE_TRANSACTION, QUERY_CANCELED, does_not_fit, is_of_the_moment,
};

/// A script that was sent to the server.
pub struct Sent<'s> {
    pub script: &'s Script,
    /// What was sent before it, in the same message.
    pub head: &'s str,
    /// The search_path under which it was.
    pub path: &'s str,
}

/// Why no statement of a script is to blame.
enum Blameless {
    /// None is looked for: it would not fail again, or another way.
    Unasked,
    /// Each of them succeeds.
    Innocent,
    /// The transaction is over: it was the commit that failed.
    Over,
}

/// The server's refusal of one statement of a script, with the object and the place in its file.
pub fn refused(session: &mut Session<'_>, project: &Project, sent: &Sent<'_>, failure: Failure) -> Error {
    match placed(session, project, sent, failure) {
        Ok(error) => error,
        Err((failure, _)) => undone(project, sent.script, failure),
    }
}

/// The failure as an error about all of a script. One that was stopped says no statement, and what takes time is a fill.
fn undone(project: &Project, script: &Script, failure: Failure) -> Error {
    let filled: Vec<Object<'_>> = match failure.code() {
        QUERY_CANCELED => script.filled().map(|index| project.object(index)).collect(),
        _ => Vec::new(),
    };
    let error = failure.while_(ErrorKind::Object, "cannot change the objects");
    let names: Vec<String> =
        filled.iter().take(NAMED).map(|object| format!("\"{}\"", object.identity())).collect();
    match filled.as_slice() {
        [] => error,
        [object] => error
            .object(object.key())
            .at(object.place(object.data().statement.start))
            .note(format!("what takes time in it is the filling of {}", names.join(""))),
        all if all.len() <= NAMED => {
            error.note(format!("what takes time in it is the filling of {}", names.join(", ")))
        }
        all => error.note(format!(
            "what takes time in it is the filling of {}, {} and others",
            count(all.len(), "materialized view"),
            names.join(", ")
        )),
    }
}

/// The same, of a message that goes on behind the script with the ledger, which is in this schema, and the commit of what these
/// migrations did, too.
pub fn refused_or_not_committed(
    session: &mut Session<'_>,
    project: &Project,
    sent: &Sent<'_>,
    (ledger, migrations): (&str, &[usize]),
    failure: Failure,
) -> Error {
    let of_ledger = |failure: Failure| failure.while_(ErrorKind::Ledger, "cannot write the ledger");
    if matches!(&failure, Failure::Server(server) if server.schema.as_deref() == Some(ledger)) {
        return of_ledger(failure);
    }
    match placed(session, project, sent, failure) {
        Ok(error) => error,
        Err((failure, Blameless::Unasked)) => undone(project, sent.script, failure),
        Err((failure, Blameless::Innocent)) => of_ledger(failure),
        Err((failure, Blameless::Over)) => {
            of_commit(project, migrations, failure.while_(ErrorKind::Migration, "the commit was refused"))
        }
    }
}

/// As many migrations as an error names.
const NAMED: usize = 8;

/// Says of a commit which migrations it was of: a deferred constraint that one of them left violated is checked only then.
pub fn of_commit(project: &Project, migrations: &[usize], error: Error) -> Error {
    if error.code().is_none() {
        return error;
    }
    let all = &project.manifest().migrations;
    let labels: Vec<String> = migrations.iter().map(|&index| all[index].label()).collect();
    match (migrations, labels.as_slice()) {
        ([], _) | (_, []) => error,
        (&[index], [label]) => error
            .object(label.as_str())
            .in_file(project.shown(&all[index].file))
            .note(format!("what is checked at the commit was left so by migration {label}")),
        (_, labels) if labels.len() <= NAMED => {
            error.note(format!("what is checked at the commit was left so by one of {}", labels.join(", ")))
        }
        (_, [first, .., last]) => error.note(format!(
            "what is checked at the commit was left so by one of {}, {first} to {last}",
            count(labels.len(), "migration")
        )),
        _ => error,
    }
}

/// Finds the statement that was refused. Not every refusal has a position: then the statements are sent again, one by one,
/// until it comes again. Whatever that does is rolled back with the transaction.
fn placed(
    session: &mut Session<'_>,
    project: &Project,
    sent: &Sent<'_>,
    failure: Failure,
) -> Result<Error, (Failure, Blameless)> {
    if let Some(error) = untrusted(project, &failure) {
        return Ok(error);
    }
    let Sent { script, head, path } = *sent;
    let Failure::Server(server) = &failure else { return Err((failure, Blameless::Unasked)) };
    let position = server.position.and_then(|position| position.checked_sub(head.chars().count()));
    if let Some((object, place)) = position.and_then(|position| script.locate(project, position)) {
        return Ok(of_object(failure, object).at(place));
    }
    if is_of_the_moment(server) {
        return Err((failure, Blameless::Unasked));
    }
    let again = format!("viewkeeper_changes;\nset local search_path to {path}");
    match session.back_to(&again) {
        Err(refused) if refused.code() == NO_ACTIVE_TRANSACTION => return Err((failure, Blameless::Over)),
        Err(_) => return Err((failure, Blameless::Unasked)),
        Ok(_) => {}
    }
    for (number, (statement, target)) in script.statements().enumerate() {
        let Err(denied) = session.send_theirs(statement) else { continue };
        // The first time nobody was in the way, so the first failure is the one to be told.
        if denied.refusal().is_some_and(is_of_the_moment) {
            return Err((failure, Blameless::Unasked));
        }
        return Ok(match target {
            Target::File(object, start) => {
                let object = project.object(object);
                let start = in_body(&denied, object).unwrap_or(start);
                let error = of_object(denied, object).at(object.place(start));
                lacking(session, (script, number), &again, error)
            }
            Target::About(what) => about(project, what, denied),
            Target::Own | Target::Question => {
                let statement = statement.trim_end_matches([';', '\n']);
                denied.while_(ErrorKind::Object, format!("cannot do \"{statement}\""))
            }
        });
    }
    Err((failure, Blameless::Innocent))
}

/// The failure as an error about what is dropped and put back: an object of the project, or somebody's.
fn about(project: &Project, what: &str, failure: Failure) -> Error {
    let ours = project.objects().find(|object| what == format!("{} {}", object.kind(), object.key()));
    // Whether it fits is its owner's matter. Who forbids it, by an event trigger or by a right, says so himself.
    let misfit =
        failure.refusal().is_some_and(|server| does_not_fit(server) || server.code == DEPENDENT_OBJECTS);
    let error = failure.while_(ErrorKind::Object, format!("cannot drop and put back {what}"));
    match ours {
        Some(object) => error.object(object.key()).at(object.place(object.data().statement.start)),
        None if misfit => {
            error.object(what).help("change or drop it before: it is in no file of this project")
        }
        None => error.object(what),
    }
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
