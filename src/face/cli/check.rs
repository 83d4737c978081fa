//! `check`: how the database differs from the project.

use postgres::Client;

use super::{Answer, Failed};
use crate::face::migrator::Migrator;

pub fn answer(migrator: &Migrator, client: &mut Client) -> Result<Answer, Failed> {
    let check = migrator.check(client)?;
    Ok(Answer::new(&check, !check.in_sync()))
}
