//! What the server makes of the indexes, extended statistics, defaults and rules of files.

use std::collections::BTreeMap;

use log::debug;

use crate::decide::compare::index_shadows::IndexShadows;
use crate::read::attached::Made;
use crate::read::catalog;
use crate::read::session::{Failure, Session};
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::escape::Line;

/// What the server makes of these, by identity: one message for all of them, or one for each where one does not fit its relation as
/// it is.
pub fn made(
    session: &mut Session<'_>,
    project: &Project,
    shadows: &[IndexShadows],
) -> Result<BTreeMap<String, Made>, Error> {
    if let Some(made) = of_all(session, project, shadows)? {
        return Ok(made);
    }
    let mut all = BTreeMap::new();
    for one in shadows {
        all.extend(of_all(session, project, std::slice::from_ref(one))?.unwrap_or_default());
    }
    Ok(all)
}

/// None where the server refuses one of them.
fn of_all(
    session: &mut Session<'_>,
    project: &Project,
    shadows: &[IndexShadows],
) -> Result<Option<BTreeMap<String, Made>>, Error> {
    let other = |failure: Failure| {
        failure.while_(ErrorKind::Ledger, "cannot compare the indexes with what their files say")
    };
    let asked: String = shadows.iter().map(|one| one.asked.as_str()).collect();
    let make: String = shadows.iter().map(|one| one.script.text()).collect();
    let copies: Vec<_> = shadows.iter().map(|one| one.copy.clone()).collect();
    let answer =
        session.taken_back(|session| catalog::index_shadows(session, project, (&asked, &make), &copies));
    match answer.map_err(other)? {
        Ok(made) => Ok(Some(made)),
        Err(Failure::Server(error)) => {
            debug!(target: "viewkeeper::read", "an index cannot be compared: {}", Line(&error.message));
            Ok(None)
        }
        Err(failure) => Err(other(failure)),
    }
}
