//! What a neighbour in the same database may try, and that none of it runs with our rights.

mod adoption;
mod bodies;
mod export;
mod history;
mod ledger;
mod meanwhile;
mod operators;
mod parsing;
mod path;
mod put_back;
mod put_back_bodies;
mod read_again;
mod recipe;
mod rows;
mod text;
mod triggers;
mod words;

use crate::support::Case;

/// A role that may create things beside the project, and a canary that only another role's rights can touch.
pub struct Neighbour {
    pub role: String,
}

impl Neighbour {
    /// The neighbour, with rights such as `create on schema public`.
    pub fn beside(case: &mut Case, rights: &[&str]) -> Self {
        let role = case.role("mallory", rights);
        // A sequence: what was done with it stays done when the transaction is rolled back.
        case.by_hand("create schema canary; create sequence canary.song");
        Neighbour { role }
    }

    /// What the neighbour's code does, as the body of a PL/pgSQL block: with its own rights it comes to nothing.
    pub fn harm(&self) -> &'static str {
        "begin perform pg_catalog.nextval('canary.song'); exception when insufficient_privilege then null; end;"
    }

    /// The neighbour runs statements, which are still there at the end.
    pub fn does(&self, case: &mut Case, sql: &str) {
        case.by_hand(&format!("set role {}; {sql}; reset role", self.role));
    }

    /// Nothing of the neighbour's ran with the rights of another role.
    pub fn came_to_nothing(&self, case: &mut Case) {
        assert_eq!(
            case.column("select is_called from canary.song"),
            ["f"],
            "the neighbour's code ran with our rights"
        );
    }
}
