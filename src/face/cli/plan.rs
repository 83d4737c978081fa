//! `plan`: what `apply` would do.

use postgres::Client;

use super::{Answer, Failed};
use crate::face::migrator::Migrator;

pub fn answer(migrator: &Migrator, client: &mut Client) -> Result<Answer, Failed> {
    let plan = migrator.plan(client)?;
    Ok(Answer::new(&plan, !plan.is_empty()))
}
