//! `apply`: what the boot does.

use postgres::Client;

use super::{Answer, Failed};
use crate::face::migrator::Migrator;

pub fn answer(migrator: &Migrator, client: &mut Client) -> Result<Answer, Failed> {
    let report = migrator.run(client)?;
    Ok(Answer::new(&report, false))
}
