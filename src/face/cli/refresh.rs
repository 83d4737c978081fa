//! `refresh`: materialized views filled anew.

use postgres::Client;

use super::{Answer, Failed};
use crate::face::migrator::Migrator;

/// One of the project that is not there counts as a difference.
pub fn answer(
    migrator: &Migrator,
    client: &mut Client,
    names: &[String],
    changed: bool,
) -> Result<Answer, Failed> {
    let refreshed = match names {
        _ if changed => migrator.refresh_stale(client)?,
        [] => migrator.refresh(client)?,
        names => migrator.refresh_only(client, names)?,
    };
    Ok(Answer::new(&refreshed, !refreshed.skipped.is_empty()))
}
