//! Migrations that cannot run in a transaction: each statement by itself, under a claim that others can see.
//!
//! These run at least once: a crash after a statement and before the history row runs them again. An index that is
//! there and valid counts as done; an invalid one, which a broken CREATE INDEX CONCURRENTLY leaves, is dropped first.

use std::time::{Duration, Instant};

use log::info;
use serde::Deserialize;

use crate::read::session::{Failure, Session, Value, bind};
use crate::set::bundle::{Migration, Outside};
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::escape::Line;
use crate::words::place::Place;

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

/// Runs the statements of a migration. No transaction is open.
pub fn run(session: &mut Session<'_>, project: &Project, migration: &Migration) -> Result<Duration, Error> {
    let started = Instant::now();
    let text = project.text(&migration.file);
    for statement in migration.outside.iter().flatten() {
        let sql = text.get(statement.span.start..statement.span.end).unwrap_or("");
        if !already_there(session, project, statement)? {
            session
                .send_theirs(sql)
                .map_err(|failure| failed(project, migration, statement, sql, failure))?;
        }
    }
    Ok(started.elapsed())
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
    let byte = position
        .and_then(|position| sql.char_indices().nth(position.checked_sub(1)?))
        .map_or(0, |(byte, _)| byte);
    let place = Place::new(
        project.shown(&migration.file),
        project.text(&migration.file),
        statement.span.start + byte,
    );
    let label = super::tables::label(migration);
    failure
        .while_(ErrorKind::Migration, format!("migration {label} failed"))
        .object(label.as_str())
        .at(place)
        .note("it runs outside of a transaction: its earlier statements are committed, and it will run again from its start")
}
