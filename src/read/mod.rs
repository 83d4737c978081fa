//! Reading the live database and the ledger.

pub mod address;
pub mod advisory;
pub mod attached;
pub mod beside;
pub mod catalog;
pub mod dependent;
pub mod evaluated;
pub mod exportable;
pub mod facts;
pub mod first_privileges;
pub mod history_elsewhere;
pub mod interruption;
pub mod ledger;
pub mod ledger_history;
pub mod needed_rights;
pub mod older_parts;
pub mod path;
pub mod refreshable;
pub mod scratch;
pub mod session;
pub mod snapshot;
pub mod stale;
pub mod statement;
pub mod status;
pub mod trusted;
