//! Days in the life of materialized views, routines and triggers: what people, files and migrations do to them, as scenarios.

mod beside;
mod drift;
mod hands;
mod materialized_views;
mod migrations;
mod routines;
mod rows;
mod triggers;

use crate::support::scenario::GENES;
use crate::support::{Files, project};

/// A materialized view with a unique index and a view on it, and a function.
fn scores(query: &str) -> Files {
    project("kinds")
        .file("viewkeeper.toml", "schema = \"app\"")
        .file("migrations/V1__genes.sql", GENES)
        .file(
            "functions/weigh.sql",
            "create function weigh(n numeric) returns numeric language sql immutable as 'select n * 2'",
        )
        .file(
            "views/m.sql",
            &format!("create materialized view m as {query};\ncreate unique index m_key on m (id);"),
        )
        .file("views/v.sql", "create view v as select id from m")
}

const FIRST: &str = "select id, weigh(score) as score from genes";
const SECOND: &str = "select id, weigh(score) + 1 as score from genes";
