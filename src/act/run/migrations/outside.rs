//! Migrations that cannot run in a transaction: each statement by itself, under a claim that others can see.
//!
//! These run at least once: a crash after a statement and before the history row runs them again. An index that is
//! there and valid counts as done; an invalid one, which a broken CREATE INDEX CONCURRENTLY leaves, is dropped first.

use std::time::{Duration, Instant};

use log::info;
use serde::Deserialize;

use super::pinpoint::changes_a_type;
use crate::act::run::backoff::Backoff;
use crate::act::run::retry::busy;
use crate::act::run::session_state::own_session::OwnSession;
use crate::act::run::session_state::settings::{Settings, session_pins};
use crate::act::run::session_state::stand_ins::StandIns;
use crate::decide::plan::do_body;
use crate::look::read_facts::milliseconds;
use crate::read::catalog;
use crate::read::facts::Blocker;
use crate::read::session::{Failure, Session, Value, bind};
use crate::set::bundle::{Migration, Outside};
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind, ServerError};
use crate::words::escape::Line;
use crate::words::options::Options;
use crate::words::place::Place;
use crate::words::sqlstate::{DEPENDENT_OBJECTS, FEATURE_NOT_SUPPORTED, gives_way};

/// A claim of another session that lives.
#[derive(Clone, Debug, Deserialize)]
pub struct Claim {
    pub name: String,
    pub pid: i32,
    pub application: String,
    pub seconds: i64,
}

#[derive(Deserialize)]
struct Index {
    valid: bool,
    name: String,
}

/// How it went.
pub struct Ran {
    pub duration: Duration,
    /// How often a statement gave way to somebody and was run again, and to whom.
    pub retries: usize,
    pub blockers: Vec<Blocker>,
}

/// Runs the statements of a migration, and sets the session back. No transaction is open.
pub fn run(
    session: &mut Session<'_>,
    project: &Project,
    options: &Options,
    migration: &Migration,
    settings: &Settings,
) -> Result<Ran, Error> {
    let own = OwnSession::find(session)?;
    let pins = session_pins(&project.search_path());
    own.send(session, &pins, &format!("cannot begin migration {}", migration.label()))?;
    let work = Work { project, options, migration, pins: &pins, own: &own };
    let ran = work.run(session);
    let back = own.give_back(session, settings);
    match (ran, back) {
        (Ok(ran), back) => back.map(|()| ran),
        (Err(error), Ok(())) => Err(error),
        (Err(error), Err(back)) => Err(error.followed_by(back)),
    }
}

/// A migration that runs in a session that has its settings.
struct Work<'w> {
    project: &'w Project,
    options: &'w Options,
    migration: &'w Migration,
    pins: &'w str,
    own: &'w OwnSession,
}

impl Work<'_> {
    fn run(&self, session: &mut Session<'_>) -> Result<Ran, Error> {
        let Work { project, options, migration, .. } = *self;
        let started = Instant::now();
        let mut ran = Ran { duration: Duration::ZERO, retries: 0, blockers: Vec::new() };
        let stand_ins = StandIns::new(project.text(&migration.file), self.pins, None);
        let mut own_deadline = false;
        for statement in migration.outside.iter().flatten() {
            let sql = statement_text(project, migration, statement);
            if !own_deadline {
                self.deadline(session, sql)?;
            }
            let mut backoff: Option<Backoff> = None;
            while !already_there(session, project, statement)? {
                let Err(failure) = self.own.send_theirs(session, &stand_ins.of(sql)) else { break };
                if let Some(error) = self.own.lost(&failure) {
                    return Err(error);
                }
                let held = failure.refusal().is_some_and(gives_way);
                let error = failed(project, migration, statement, sql, failure);
                if !held {
                    return Err(error);
                }
                let blockers = catalog::blockers(session, &[], sql).unwrap_or_default();
                Blocker::add(&mut ran.blockers, &blockers);
                let backoff = backoff.get_or_insert_with(|| {
                    Backoff::between_turns(options.migration_lock_timeout, options.retry_for)
                });
                let last = ran.retries + 1 >= options.tries as usize;
                let who: Vec<String> = blockers.iter().map(Blocker::to_string).collect();
                info!(target: "viewkeeper::migrate", "gives way: {}; {}", Line(&error), Line(who.join("; ")));
                if last || !backoff.pause() {
                    return Err(busy(error, ran.retries + 1, &ran.blockers));
                }
                ran.retries += 1;
            }
            if stand_ins.may_set_deadline(sql) {
                own_deadline = self.has_own_deadline(session)?;
            }
        }
        ran.duration = started.elapsed();
        Ok(ran)
    }

    /// How long the statement may wait for a lock, where the migration set no deadline of its own. One that works concurrently keeps
    /// nobody waiting, and leaves an invalid index when it gives up.
    fn deadline(&self, session: &mut Session<'_>, sql: &str) -> Result<(), Error> {
        let wait = match sql.to_ascii_lowercase().contains("concurrently") {
            true => "0".to_owned(),
            false => milliseconds(self.options.migration_lock_timeout),
        };
        self.own.send(session, &format!("set lock_timeout to {wait}"), "cannot set the deadline for locks")
    }

    /// Whether the migration set a deadline, and not ours or none.
    fn has_own_deadline(&self, session: &mut Session<'_>) -> Result<bool, Error> {
        let now: u64 = self.own.ask(session, &bind("deadline", &[]), "cannot read the deadline for locks")?;
        Ok(now > 0 && now.to_string() != milliseconds(self.options.migration_lock_timeout))
    }
}

fn statement_text<'p>(project: &'p Project, migration: &Migration, statement: &Outside) -> &'p str {
    project.text(&migration.file).get(statement.span.start..statement.span.end).unwrap_or("")
}

fn already_there(session: &mut Session<'_>, project: &Project, statement: &Outside) -> Result<bool, Error> {
    let Some((schema, name)) = &statement.index else { return Ok(false) };
    let schema = schema.as_deref().unwrap_or(project.schema());
    let failed =
        |failure: Failure| failure.while_(ErrorKind::Migration, format!("cannot look at index \"{name}\""));
    let answers = session
        .send(&bind("index_state", &[("schema", Value::Text(schema)), ("name", Value::Text(name))]))
        .map_err(failed)?;
    let index: Option<Index> = answers
        .first()
        .map(|answer| crate::read::session::decode(Some(answer)))
        .transpose()
        .map_err(failed)?;
    match index {
        Some(index) if index.valid => {
            info!(target: "viewkeeper::migrate", "index {} is there and valid", Line(&index.name));
            Ok(true)
        }
        Some(index) => {
            info!(target: "viewkeeper::migrate", "index {} is invalid, so it is built again", Line(&index.name));
            session.send_alone(&format!("drop index concurrently {}", index.name)).map_err(failed)?;
            Ok(false)
        }
        None => Ok(false),
    }
}

fn failed(
    project: &Project,
    migration: &Migration,
    statement: &Outside,
    sql: &str,
    failure: Failure,
) -> Error {
    let position = match &failure {
        Failure::Server(server) => server.position,
        _ => None,
    };
    let context = failure.refusal().and_then(|server| server.context.as_deref());
    let byte = position
        .and_then(|position| sql.char_indices().nth(position.checked_sub(1)?))
        .map(|(byte, _)| byte)
        .or_else(|| do_body::place(sql, context?))
        .unwrap_or(0);
    let place = Place::new(
        project.shown(&migration.file),
        project.text(&migration.file),
        statement.span.start + byte,
    );
    let label = migration.label();
    let stands_in_the_way = failure.refusal().is_some_and(|server| is_in_the_way(server, sql));
    let error = failure
        .while_(ErrorKind::Migration, format!("migration {label} failed"))
        .object(label.as_str())
        .at(place)
        .note("it runs outside of a transaction: its earlier statements are committed, and it will run again from its start");
    match stands_in_the_way {
        true => error.help(
            "what is in the way of a statement steps aside only in a transaction: put this one into a migration of its own, \
             without the directive no-transaction",
        ),
        false => error,
    }
}

/// Whether objects are in the way that would step aside in a transaction. What keeps a role from being dropped would not.
fn is_in_the_way(server: &ServerError, sql: &str) -> bool {
    match server.code.as_str() {
        DEPENDENT_OBJECTS => server.routine.as_deref() == Some("reportDependentObjects"),
        FEATURE_NOT_SUPPORTED => changes_a_type(sql),
        _ => false,
    }
}
