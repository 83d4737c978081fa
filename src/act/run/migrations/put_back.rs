//! Putting back, in the middle of a migration, what stepped aside for one of its statements.

use std::collections::BTreeMap;

use crate::decide::attached::attachments::{self, Searched, early_parts, searched, searched_first};
use crate::decide::plan::rests_on::question;
use crate::read::dependent::Dependent;
use crate::read::session::{Failure, Session};
use crate::words::error::ServerError;
use crate::words::sqlstate::{does_not_fit, is_of_the_moment, is_there_already};

/// What became of each object.
#[derive(Debug)]
pub enum Outcome {
    /// It is there again, with all that belongs to it.
    Back,
    /// The migration itself made something of its name, which is what it wants there.
    MadeAnew,
    /// It does not fit, or not yet: what it reads is gone, or gets its name later.
    Waits(String),
}

/// Putting back failed with something else than that it does not fit.
#[derive(Debug)]
pub struct Refused {
    /// The object that was being put back, where that is known.
    pub object: Option<String>,
    pub failure: Failure,
}

impl Refused {
    fn of(dependent: &Dependent) -> impl Fn(Failure) -> Self {
        move |failure| Refused { object: Some(dependent.to_string()), failure }
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Refused { object: None, failure }
    }
}

/// Puts back what fits, each object after those that it stands on. The settings are ours; rows come under the project's
/// `path`.
///
/// All of it goes in one message. Only when something does not fit they go one by one, each in a savepoint.
pub fn put_back(
    session: &mut Session<'_>,
    objects: &[&Dependent],
    path: &str,
) -> Result<Vec<Outcome>, Refused> {
    session.send("set local check_function_bodies to off;\nsavepoint viewkeeper_put_back")?;
    let asked = question(objects.iter().flat_map(|dependent| &dependent.rests))
        .map(|question| format!("{question};\n"));
    let late: String = objects.iter().map(|dependent| late(dependent, path)).collect();
    let again = asked.clone().filter(|_| !late.is_empty());
    let all: Vec<String> = asked
        .into_iter()
        .chain(objects.iter().map(|dependent| early(dependent, path)))
        .chain(again)
        .chain([late])
        .collect();
    let mut outcomes: Vec<Outcome> = match attempt(session, &all.concat(), "viewkeeper_put_back") {
        Ok(None) => objects.iter().map(|_| Outcome::Back).collect(),
        Ok(Some(_)) => one_by_one(session, objects, path)?,
        // Of which object it is shows when they go one by one.
        Err(failure) if failure.refusal().is_some_and(|server| !is_of_the_moment(server)) => {
            session.back_to("viewkeeper_put_back")?;
            one_by_one(session, objects, path)?;
            return Err(failure.into());
        }
        Err(failure) => return Err(failure.into()),
    };
    session.mark("release savepoint viewkeeper_put_back")?;
    outcomes.truncate(objects.len());
    Ok(outcomes)
}

/// What an object's rules and triggers name may be waiting too. Then the object waits with it, and with the object what
/// stands on that, so all is done again without them.
fn one_by_one(
    session: &mut Session<'_>,
    objects: &[&Dependent],
    path: &str,
) -> Result<Vec<Outcome>, Refused> {
    let mut held: BTreeMap<usize, String> = BTreeMap::new();
    'again: loop {
        let mut outcomes: Vec<Outcome> = Vec::with_capacity(objects.len());
        for (place, dependent) in objects.iter().enumerate() {
            let outcome = match held.get(&place).cloned().or_else(|| below(objects, &outcomes, dependent)) {
                Some(why) => Outcome::Waits(why),
                None => {
                    match attempt_in_savepoint(session, &asked(dependent, early(dependent, path)))
                        .map_err(Refused::of(dependent))?
                    {
                        None => Outcome::Back,
                        Some(why) if is_there_already(&why) => Outcome::MadeAnew,
                        Some(why) => Outcome::Waits(words(&why)),
                    }
                }
            };
            outcomes.push(outcome);
        }
        for (place, dependent) in objects.iter().enumerate() {
            if !matches!(outcomes[place], Outcome::Back) {
                continue;
            }
            if let Some(why) = attempt_in_savepoint(session, &asked(dependent, late(dependent, path)))
                .map_err(Refused::of(dependent))?
            {
                held.insert(place, words(&why));
                session.back_to("viewkeeper_put_back")?;
                continue 'again;
            }
        }
        return Ok(outcomes);
    }
}

/// The first of the objects that this one stands on that waits.
fn below(objects: &[&Dependent], outcomes: &[Outcome], dependent: &Dependent) -> Option<String> {
    let waits = |outcome: &Outcome| matches!(outcome, Outcome::Waits(_));
    let mut below = objects.iter().zip(outcomes).filter(|(other, _)| dependent.needs.contains(&other.id));
    below.find(|(_, outcome)| waits(outcome)).map(|(other, _)| format!("it stands on {other}"))
}

fn words(server: &ServerError) -> String {
    format!("{}, {}", server.message, server.code)
}

/// A text that puts something back, behind the question of what that came to run.
fn asked(dependent: &Dependent, text: String) -> String {
    match question(&dependent.rests).filter(|_| !text.is_empty()) {
        Some(question) => format!("{question};\n{text}"),
        None => text,
    }
}

fn early(dependent: &Dependent, path: &str) -> String {
    let create =
        dependent.script.create.iter().map(|statement| (searched_first(dependent), statement.clone()));
    let parts = early_parts(dependent).map(|part| (searched(dependent, part), part.statement.clone()));
    under_paths(create.chain(parts), path)
}

fn late(dependent: &Dependent, path: &str) -> String {
    under_paths(attachments::late(dependent, path).into_iter(), path)
}

/// Statements, each under the search_path that it wants; in the end it is ours, as in the beginning.
fn under_paths(statements: impl Iterator<Item = (Searched, String)>, path: &str) -> String {
    let mut text = String::new();
    let mut now = Searched::AsDeparsed;
    let end = [(Searched::AsDeparsed, String::new())];
    for (searched, statement) in statements.chain(end) {
        if searched != now {
            text.push_str(&searched.set(path));
            text.push_str(";\n");
            now = searched;
        }
        if !statement.is_empty() {
            text.push_str(&statement);
            text.push_str(";\n");
        }
    }
    text
}

fn attempt_in_savepoint(session: &mut Session<'_>, text: &str) -> Result<Option<Box<ServerError>>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    let text = format!("savepoint viewkeeper_part;\n{text}release savepoint viewkeeper_part");
    let refused = attempt(session, &text, "viewkeeper_part")?;
    if refused.is_some() {
        session.mark("release savepoint viewkeeper_part")?;
    }
    Ok(refused)
}

/// Sends a text; when the server finds that something in it does not fit, goes back to the savepoint and gives what it
/// said. Any other refusal is a failure: a right, a lock, a full disk.
fn attempt(
    session: &mut Session<'_>,
    text: &str,
    savepoint: &str,
) -> Result<Option<Box<ServerError>>, Failure> {
    match session.send(text) {
        Ok(_) => Ok(None),
        Err(Failure::Server(mut server)) => {
            // It counts characters of a text that nobody wrote.
            server.position = None;
            if !does_not_fit(&server) {
                return Err(Failure::Server(server));
            }
            session.back_to(savepoint)?;
            Ok(Some(server))
        }
        Err(failure) => Err(failure),
    }
}
