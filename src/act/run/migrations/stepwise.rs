//! A table migration past what stands in its way, statement by statement.
//!
//! PostgreSQL refuses to change the type of a column that a view reads, and to drop what something depends on. What is in
//! the way of a statement, and only that, steps aside: it is read from the catalog, dropped, and put back right after
//! the statement. So a migration that reads a view, or grants something on it, finds it there.

use std::borrow::Cow;
use std::collections::BTreeSet;

use log::info;
use serde::Deserialize;

use super::cascade::Reach;
use super::displaced::{Displaced, locks};
use super::pinpoint::shifted;
use super::put_back::Refused;
use super::stopped::Stopped;
use crate::act::run::session_state::mark::Mark;
use crate::act::run::session_state::settings::Moment;
use crate::act::run::session_state::stand_ins::StandIns;
use crate::decide::attached::ownership::{answer_for, distrusted};
use crate::look::read_facts::milliseconds;
use crate::read::address::Address;
use crate::read::catalog;
use crate::read::dependent::Dependent;
use crate::read::ledger::Ledger;
use crate::read::session::{Failure, Session, Value, bind};
use crate::set::project::Project;
use crate::words::amount::count;
use crate::words::error::{Error, ErrorKind, ServerError};
use crate::words::escape::Line;
use crate::words::identity::Identity;
use crate::words::options::{Foreign, Options};
use crate::words::span::Span;
use crate::words::sqlstate::{DEPENDENT_OBJECTS, FEATURE_NOT_SUPPORTED, SYNTAX_ERROR, is_missing};

/// The savepoint before a statement.
pub const SAVEPOINT: &str = "viewkeeper_statement";

/// What is needed to clear the way.
pub struct Way<'w> {
    pub project: &'w Project,
    pub ledger: &'w Ledger<'w>,
    pub options: &'w Options,
    /// The role that called us, whatever a migration makes of it.
    pub role: &'w str,
    pub aside: &'w mut Displaced,
}

/// What is not where it was, once a statement ran.
struct Aside {
    /// What stepped aside for it, each after what it stands on.
    together: Vec<Dependent>,
    /// What the statement itself took away.
    taken: Vec<Dependent>,
}

impl Aside {
    fn new(together: Vec<Dependent>, mut taken: Vec<Dependent>) -> Self {
        taken.retain(|gone| !together.iter().any(|aside| aside.id == gone.id));
        Aside { together, taken }
    }
}

/// The answer of `sql/in_the_way.sql`.
#[derive(Default, Deserialize)]
struct Found {
    /// To be dropped.
    objects: BTreeSet<Address>,
    /// What uses them is to be dropped.
    columns: BTreeSet<Address>,
}

/// What is done that something may be in the way of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doing {
    /// Something is dropped: the server names what depends on it, up to 100 objects.
    Drop,
    /// The type of a column is changed: the server names one object that uses it.
    ChangeType,
}

impl Doing {
    /// What a refusal is about, if something may be in the way.
    fn refused(failure: &Failure) -> Option<Self> {
        let Failure::Server(server) = failure else { return None };
        match server.code.as_str() {
            DEPENDENT_OBJECTS => Some(Doing::Drop),
            FEATURE_NOT_SUPPORTED => Some(Doing::ChangeType),
            // So says 14 of a generated column. A mistake in the text has a position.
            SYNTAX_ERROR if server.position.is_none() => Some(Doing::ChangeType),
            _ => None,
        }
    }
}

/// True when a migration that failed so may succeed statement by statement.
pub fn may_pass(failure: &Failure) -> bool {
    Doing::refused(failure).is_some()
}

impl Way<'_> {
    /// Runs the statements of a migration in the open transaction; gives what stepped aside. Settings, search_path and
    /// temporary objects of one statement hold for the next as they do when the file is sent whole.
    pub fn run(
        &mut self,
        session: &mut Session<'_>,
        index: usize,
        stand_ins: &StandIns,
    ) -> Result<Vec<String>, Stopped> {
        let failed = |failure| Stopped::Migration { index, failure };
        session.mark(&format!("savepoint {SAVEPOINT}")).map_err(failed)?;
        let mut stepped = Vec::new();
        let project = self.project;
        for span in &project.manifest().migrations[index].statements {
            let Aside { together, taken } = self.statement(session, index, *span, stand_ins)?;
            if together.is_empty() && taken.is_empty() {
                continue;
            }
            let names: Vec<String> = together.iter().chain(&taken).map(Dependent::to_string).collect();
            info!(target: "viewkeeper::migrate", "stepped aside: {}", Line(names.join(", ")));
            stepped.extend(names.into_iter().filter(|name| !stepped.contains(name)).collect::<Vec<_>>());
            self.aside.add(taken, (index, span.start), true);
            self.aside.add(together, (index, span.start), false);
            self.put_back(session, index, *span)?;
        }
        let last = project.manifest().migrations[index].statements.last();
        if let Some(span) = last {
            self.put_back(session, index, *span)?;
        }
        session.mark(&format!("release savepoint {SAVEPOINT}")).map_err(failed)?;
        Ok(stepped)
    }

    /// Runs one statement; gives what had to step aside for it, and what went with it.
    fn statement(
        &mut self,
        session: &mut Session<'_>,
        index: usize,
        span: Span,
        stand_ins: &StandIns,
    ) -> Result<Aside, Stopped> {
        let file = self.project.text(&self.project.manifest().migrations[index].file);
        let text = file.get(span.start..span.end).unwrap_or("");
        let failed = |failure: Failure| Stopped::Migration { index, failure: shifted(failure, file, span) };
        let mut found = Found::default();
        let mut together: Vec<Dependent> = Vec::new();
        let mut first: Option<Failure> = None;
        let reach = Reach::of(text);
        let mut taken = match reach {
            Reach::Code => self.taken_by_code(session, (index, span), &stand_ins.of(text))?,
            _ => Vec::new(),
        };
        // A first time without the word, so that the server says what it would take.
        let mut sent = reach.within(text);
        loop {
            let kept =
                format!("{}\n;\nrelease savepoint {SAVEPOINT};\nsavepoint {SAVEPOINT}", stand_ins.of(&sent));
            let mark = Mark::before(session, text).map_err(failed)?;
            let Err(failure) = session.send_theirs(&kept) else { return Ok(Aside::new(together, taken)) };
            if !matches!(failure, Failure::Server(_)) {
                return Err(failed(failure));
            }
            Mark::back_to(session, SAVEPOINT, mark.as_ref()).map_err(failed)?;
            if matches!(sent, Cow::Owned(_)) && Doing::refused(&failure) == Some(Doing::Drop) {
                let named = ask(session, Doing::Drop, &failure, text).map_err(failed)?.objects;
                taken = self.taken_by_cascade(session, (index, span), &named, &failure, text)?;
                sent = Cow::Borrowed(text);
                continue;
            }
            let more = match Doing::refused(&failure) {
                Some(doing) => ask(session, doing, &failure, text).map_err(failed)?,
                // It may miss what stepped aside for an earlier statement and fits by now.
                None if together.is_empty() && self.put_back(session, index, span)? > 0 => continue,
                None => Found::default(),
            };
            if more.objects.is_subset(&found.objects) && more.columns.is_subset(&found.columns) {
                // Where the statement itself reads what had to go for it, that this is missing is not the cause.
                let missed = failure.refusal().is_some_and(|server| misses(server, &together));
                return Err(failed(first.filter(|_| missed).unwrap_or(failure)));
            }
            found.objects.extend(more.objects);
            found.columns.extend(more.columns);
            together = self.clear(session, index, span, &found, &failure)?;
            first.get_or_insert(failure);
        }
    }

    /// Saves and drops what is in the way. The server may name more in the next round; then all of it is read anew, so
    /// that the edges between old and new are known.
    fn clear(
        &mut self,
        session: &mut Session<'_>,
        index: usize,
        span: Span,
        found: &Found,
        refused: &Failure,
    ) -> Result<Vec<Dependent>, Stopped> {
        let project = self.project;
        let name = project.manifest().migrations[index].label();
        let failed = |failure: Failure| {
            let message = format!("cannot clear the way for migration {name}");
            Stopped::Refused(at(project, index, span, failure.while_(ErrorKind::Migration, message)))
        };
        let deadline = milliseconds(self.options.lock_timeout);
        let moment = Moment::enter(session, self.role, &deadline).map_err(failed)?;
        let mut dependents = closure(session, self.project, found).map_err(failed)?;
        self.allow(session, &mut dependents, &name)
            .map_err(|error| Stopped::Refused(at(project, index, span, said(error, refused))))?;
        self.aside.wanted = dependents.iter().filter_map(|dependent| dependent.relation).collect();
        let drops = dependents.iter().rev().map(|dependent| format!("{};\n", dependent.script.drop));
        let text: String = [locks(&dependents, &deadline)].into_iter().chain(drops).collect();
        session.send(&text).map_err(failed)?;
        moment.leave(session).map_err(failed)?;
        Ok(dependents)
    }

    /// Whether these may be dropped for the migration of this name.
    fn allow(
        &self,
        session: &mut Session<'_>,
        dependents: &mut [Dependent],
        migration: &str,
    ) -> Result<(), Error> {
        let conflict =
            |message: String| Error::new(ErrorKind::Conflict, format!("migration {migration} {message}"));
        let problem = |dependent: &Dependent| {
            let missing =
                (!dependent.missing.is_empty()).then(|| format!("lacking {}", dependent.missing.join(", ")));
            Some(format!("{dependent} ({})", dependent.impossible.clone().or(missing)?))
        };
        let wrong: Vec<String> = dependents.iter().filter_map(problem).collect();
        if !wrong.is_empty() {
            let objects = count(wrong.len(), "object");
            let message = format!("has {objects} in its way that cannot be put back: {}", wrong.join("; "));
            return Err(conflict(message).help("change or drop them in the migration, before this statement"));
        }
        let runs =
            dependents.iter().any(|dependent| !dependent.untrusted.is_empty() || !dependent.rests.is_empty());
        if self.options.foreign == Foreign::Rebuild && !runs {
            return Ok(());
        }
        let recorded = self.ledger.owned(session).map_err(|failure| {
            failure.while_(ErrorKind::Ledger, "cannot read which objects are the project's")
        })?;
        let distrusted = dependents.iter().find_map(|dependent| {
            let ours = self.aside.is_ours(self.project, &recorded, dependent);
            Some((dependent, distrusted(self.project, ours, dependent)?))
        });
        if let Some((dependent, untrusted)) = distrusted {
            let what = &untrusted.what;
            let message = format!("has 1 object in its way that cannot be put back: {dependent} ({what})");
            return Err(conflict(message).help(untrusted.help()));
        }
        for dependent in dependents.iter_mut() {
            let ours = self.aside.is_ours(self.project, &recorded, dependent);
            answer_for(self.project, ours, dependent);
        }
        if self.options.foreign == Foreign::Rebuild {
            return Ok(());
        }
        let foreign: Vec<String> = dependents
            .iter()
            .filter(|dependent| !self.aside.is_ours(self.project, &recorded, dependent))
            .map(Dependent::to_string)
            .collect();
        if foreign.is_empty() {
            return Ok(());
        }
        let objects = count(foreign.len(), "object");
        let message = format!("has {objects} of no file of this project in its way: {}", foreign.join(", "));
        Err(conflict(message).help(
            "allow it with Foreign::Rebuild, or change or drop them in the migration, before this statement",
        ))
    }

    /// Puts back what fits by now.
    fn put_back(&mut self, session: &mut Session<'_>, index: usize, span: Span) -> Result<usize, Stopped> {
        if !self.aside.waits() {
            return Ok(0);
        }
        let back = self.put_back_at(session, index, span, false)?;
        let failed = |failure| Stopped::Migration { index, failure };
        session.mark(&format!("release savepoint {SAVEPOINT};\nsavepoint {SAVEPOINT}")).map_err(failed)?;
        Ok(back)
    }

    /// Behind the last migration: puts back what went with statements, and gives up what does not fit.
    pub fn settle(&mut self, session: &mut Session<'_>, index: usize) -> Result<(), Stopped> {
        let migration = &self.project.manifest().migrations[index];
        let span = migration.statements.last().copied().unwrap_or(Span { start: 0, end: 0 });
        if !self.aside.pending.is_empty() {
            self.put_back_at(session, index, span, true)?;
            if self.aside.exchange_with_first() {
                self.put_back_at(session, index, span, true)?;
                self.aside.exchange_with_first();
            }
            let recorded = self.ledger.owned(session).map_err(|failure| {
                let message = "cannot read which objects are the project's";
                Stopped::Refused(failure.while_(ErrorKind::Ledger, message))
            })?;
            self.aside.give_up(self.project, &recorded);
        }
        if !self.aside.remembered.triggers.is_empty() {
            let there = catalog::there(session).map_err(|failure| Stopped::Migration { index, failure })?;
            self.aside.add_lost_triggers(&there, (index, span.start));
        }
        Ok(())
    }

    fn put_back_at(
        &mut self,
        session: &mut Session<'_>,
        index: usize,
        span: Span,
        late: bool,
    ) -> Result<usize, Stopped> {
        let name = self.project.manifest().migrations[index].label();
        let failed = |failure: Failure| {
            let message = format!("cannot put back what stepped aside for migration {name}");
            Stopped::Refused(at(self.project, index, span, failure.while_(ErrorKind::Object, message)))
        };
        let not_back = |refused: Refused| match refused.object {
            None => failed(refused.failure),
            Some(object) => {
                let message = format!("cannot put back {object}, which stepped aside for migration {name}");
                Stopped::Refused(at(
                    self.project,
                    index,
                    span,
                    refused.failure.while_(ErrorKind::Object, message),
                ))
            }
        };
        let deadline = milliseconds(self.options.lock_timeout);
        let moment = Moment::enter(session, self.role, &deadline).map_err(failed)?;
        let back = self.aside.put_back(session, &self.project.search_path(), late).map_err(not_back)?;
        moment.leave(session).map_err(failed)?;
        Ok(back)
    }
}

/// What is in the way of a statement that was refused.
fn ask(
    session: &mut Session<'_>,
    doing: Doing,
    failure: &Failure,
    statement: &str,
) -> Result<Found, Failure> {
    let Failure::Server(server) = failure else { return Ok(Found::default()) };
    // Whose row type is used, the message itself says.
    let detail = server.detail.as_ref().unwrap_or(&server.message);
    let types = if doing == Doing::ChangeType { "true" } else { "false" };
    session.ask_under_theirs(&bind(
        "in_the_way",
        &[
            ("detail", Value::Text(detail)),
            ("statement", Value::Text(statement)),
            ("types", Value::Sql(types)),
        ],
    ))
}

/// Whether the server misses one of these. It says the name, in whatever language.
fn misses(server: &ServerError, gone: &[Dependent]) -> bool {
    let names_it = |dependent: &Dependent| {
        let name = Identity::displayed(&dependent.identity).name;
        let mut places = server.message.match_indices(name.as_str());
        places.any(|(at, _)| {
            let around =
                [server.message[..at].chars().next_back(), server.message[at + name.len()..].chars().next()];
            !around.into_iter().flatten().any(|c| c.is_alphanumeric() || c == '_')
        })
    };
    is_missing(server) && gone.iter().any(names_it)
}

/// Everything that must be dropped for it.
fn closure(session: &mut Session<'_>, project: &Project, found: &Found) -> Result<Vec<Dependent>, Failure> {
    let objects: Vec<Address> = found.objects.iter().cloned().collect();
    if found.columns.is_empty() {
        return catalog::dependents(session, project, &objects, true, &[]);
    }
    let columns: Vec<Address> = found.columns.iter().cloned().collect();
    let users = catalog::dependents(session, project, &columns, false, &[])?;
    if objects.is_empty() {
        return Ok(users);
    }
    let all: Vec<Address> =
        objects.into_iter().chain(users.into_iter().map(|dependent| dependent.id)).collect();
    catalog::dependents(session, project, &all, true, &[])
}

/// The error at a statement of a migration.
pub fn at(project: &Project, index: usize, span: Span, error: Error) -> Error {
    let migration = &project.manifest().migrations[index];
    error.object(migration.label()).at(project.place(&migration.file, span.start))
}

/// Adds the server's words.
pub fn said(error: Error, failure: &Failure) -> Error {
    match failure {
        Failure::Server(server) => error.server((**server).clone()),
        _ => error,
    }
}
