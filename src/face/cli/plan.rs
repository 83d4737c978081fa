//! `plan`: what `apply` would do.

use postgres::Client;

use super::{Answer, Failed};
use crate::face::migrator::Migrator;

pub fn answer(migrator: &Migrator, client: &mut Client, rehearse: bool) -> Result<Answer, Failed> {
    if rehearse {
        let rehearsal = migrator.rehearse(client)?;
        let differs = !rehearsal.plan.is_empty() || !rehearsal.report.migrations.is_empty();
        return Ok(Answer::new(&rehearsal, differs || rehearsal.stopped.is_some()));
    }
    let plan = migrator.plan(client)?;
    Ok(Answer::new(&plan, !plan.is_empty()))
}
