//! The two databases of a case: the one that lives, and the fresh install that it is compared with.

use std::fmt::Write;

use postgres::{Client, SimpleQueryMessage};
use viewkeeper::Report;
use viewkeeper::report::Outcome;
use viewkeeper::testing::Database;

use super::hand::Hand;
use super::model::{APP, BI, Model, Relation, View};
use crate::support::{Files, server};

/// Made once for many cases: databases are dearer than schemas.
pub struct World {
    live: (Client, Database),
    fresh: (Client, Database),
}

/// What was done so far, in words that can be done again.
pub type Story = String;

impl World {
    pub fn new() -> Self {
        let database = || {
            let database = server().database().unwrap_or_else(|error| panic!("{error}"));
            (database.connect().unwrap_or_else(|error| panic!("{error}")), database)
        };
        World { live: database(), fresh: database() }
    }

    /// Empties the database that lives.
    pub fn reset(&mut self, ledger: Ledger) {
        empty(&mut self.live.0, ledger);
    }

    /// A person's statement.
    pub fn by_hand(&mut self, sql: &str, story: &mut Story) -> Result<(), String> {
        let _ = writeln!(story, "by hand: {sql};");
        self.live.0.batch_execute(sql).map_err(|error| format!("the test's own statement failed: {error:?}"))
    }

    /// Runs.
    pub fn run(&mut self, files: &Files) -> Result<Report, String> {
        files.migrator().run(&mut self.live.0).map_err(|error| format!("the run failed: {error:?}"))
    }

    /// A run that must fail, name the reason, and change nothing.
    pub fn refused(&mut self, files: &Files, reason: &Relation) -> Result<(), String> {
        let before = discovery(&mut self.live.0, &[]);
        let error = match files.migrator().run(&mut self.live.0) {
            Ok(report) => return Err(format!("the run should be refused:\n{report}")),
            Err(error) => format!("{error:?}"),
        };
        if !error.contains(&reason.to_string()) {
            return Err(format!("the refusal does not name {reason}: {error}"));
        }
        equal(("before", &before), ("after the refusal", &discovery(&mut self.live.0, &[])))
            .map_err(|difference| format!("{difference}\nafter {error}"))
    }

    /// Law 2.
    pub fn second_run_is_a_no_op(&mut self, files: &Files) -> Result<(), String> {
        let again = self.run(files)?;
        match again.outcome == Outcome::UpToDate && again.objects.is_empty() {
            true => Ok(()),
            false => Err(format!("the second run is no no-op:\n{again}")),
        }
    }

    /// Laws 1 and 3. Views that are retired are left out, and are there as long as they should be.
    pub fn equals_a_fresh_install(
        &mut self,
        model: &Model,
        files: &Files,
        hand: &Hand,
    ) -> Result<(), String> {
        let standing = model.standing();
        for retired in &model.retired {
            let (there, relation) = (self.there(&retired.view), retired.view.relation());
            let expected = standing.iter().any(|view| view.name == retired.view.name);
            if there != expected {
                return Err(format!("retired view {relation} stands: {there}, and should: {expected}"));
            }
        }
        let live = discovery(&mut self.live.0, &standing);
        let fresh = &mut self.fresh.0;
        empty(fresh, Ledger::Empty);
        files.migrator().run(fresh).map_err(|error| format!("a fresh install failed: {error:?}"))?;
        for sql in hand.statements(model) {
            fresh.batch_execute(&sql).map_err(|error| format!("on a fresh install {sql}: {error:?}"))?;
        }
        equal(("a fresh install", &discovery(fresh, &[])), ("this database", &live))
    }

    fn there(&mut self, view: &View) -> bool {
        let sql = format!("select to_regclass('{}') is not null", view.relation());
        self.live.0.query_one(&sql, &[]).is_ok_and(|row| row.get(0))
    }
}

/// What a case begins with.
#[derive(Clone, Copy)]
pub enum Ledger {
    /// None.
    New,
    /// That of the case before, without a row: making it is the dearest part of a run.
    Empty,
}

const NEW: &str = "drop schema if exists viewkeeper cascade";

const EMPTY: &str = "set session_replication_role to replica; do $do$ declare name regclass; begin \
     for name in select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace \
                  where n.nspname = 'viewkeeper' and c.relkind = 'r' and c.relname <> 'format' \
     loop execute 'delete from ' || name; end loop; end $do$; reset session_replication_role";

fn empty(client: &mut Client, ledger: Ledger) {
    let ledger = match ledger {
        Ledger::New => NEW,
        Ledger::Empty => EMPTY,
    };
    let sql = format!(
        "set client_min_messages to warning; {ledger}; drop schema if exists {APP}, {BI} cascade; \
         drop table if exists refinery_schema_history; create schema {APP}; create schema {BI}; \
         create function {BI}.nothing() returns trigger language plpgsql as 'begin return new; end'"
    );
    client.batch_execute(&sql).unwrap_or_else(|error| panic!("{error:?}"));
}

/// Everything but the ledger and these views, a line each.
fn discovery(client: &mut Client, without: &[&View]) -> Vec<String> {
    let mut sql = "begin; set local search_path to ''; set local client_min_messages to warning; ".to_owned();
    if !without.is_empty() {
        let names: Vec<_> = without.iter().map(|view| view.relation().to_string()).collect();
        let _ = write!(sql, "drop view {}; ", names.join(", "));
    }
    sql.push_str(include_str!("../support/discover.sql"));
    let messages = client.simple_query(&sql);
    let ended = client.batch_execute("rollback");
    let messages = messages.unwrap_or_else(|error| panic!("{error:?}"));
    ended.unwrap_or_else(|error| panic!("{error:?}"));
    let line = |message: &SimpleQueryMessage| match message {
        SimpleQueryMessage::Row(row) => {
            let values: Vec<_> = (0..row.len()).map(|i| row.get(i).unwrap_or("null")).collect();
            Some(values.join(" | "))
        }
        _ => None,
    };
    messages.iter().filter_map(line).collect()
}

fn equal(one: (&str, &[String]), other: (&str, &[String])) -> Result<(), String> {
    if one.1 == other.1 {
        return Ok(());
    }
    let mut difference = String::new();
    for (of, lines, others) in [(one.0, one.1, other.1), (other.0, other.1, one.1)] {
        for line in lines.iter().filter(|line| !others.contains(line)) {
            let _ = writeln!(difference, "only in {of}: {line}");
        }
    }
    Err(difference)
}
