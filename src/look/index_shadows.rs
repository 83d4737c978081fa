//! Comparing indexes, extended statistics, defaults and rules that nobody knows with shadows made from the files.

use std::collections::BTreeMap;

use log::debug;

use super::comparison::{not_comparable, undo};
use super::survey::Survey;
use crate::decide::compare::classify::Classification;
use crate::decide::compare::index_shadows::{self, IndexShadows, is_doubtful};
use crate::decide::compare::uses::question_before;
use crate::read::attached::Made;
use crate::read::catalog;
use crate::read::session::{Failure, Session};
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::escape::Line;

/// Finds out which of the indexes and statistics that the looks showed as somebody else's are as the files say: one
/// message for all of them. Where no shadow can be made they stay somebody else's, and are built as the file says.
pub fn settle(
    session: &mut Session<'_>,
    project: &Project,
    survey: &Survey,
    looks: &mut [Classification<'_>],
) -> Result<(), Error> {
    if not_comparable(survey).is_some() || !looks.iter().any(is_doubtful) {
        return Ok(());
    }
    let doubtful: Vec<&Classification<'_>> = looks.iter().filter(|look| is_doubtful(look)).collect();
    let made = match made(session, project, &doubtful)? {
        Some(made) => made,
        // One of them does not fit its view as it is now; the others still can.
        None => {
            let mut all = BTreeMap::new();
            for look in doubtful {
                all.extend(made_of(session, project, look)?);
            }
            all
        }
    };
    for look in looks {
        if let Some(on_copy) = made.get(&look.object.index().to_string()) {
            let made = index_shadows::made(look, on_copy);
            look.upkeep.settle(&made);
        }
    }
    Ok(())
}

fn made_of(
    session: &mut Session<'_>,
    project: &Project,
    look: &Classification<'_>,
) -> Result<BTreeMap<String, Made>, Error> {
    Ok(made(session, project, &[look])?.unwrap_or_default())
}

/// What the server makes of the statements of these; none where it refuses one of them.
fn made(
    session: &mut Session<'_>,
    project: &Project,
    looks: &[&Classification<'_>],
) -> Result<Option<BTreeMap<String, Made>>, Error> {
    let other = |failure: Failure| {
        failure.while_(ErrorKind::Ledger, "cannot compare the indexes with what their files say")
    };
    let shadows = IndexShadows::new(looks.iter().copied());
    // An expression is worked out where it can be, also where no row is. What is refused here is so again where it is made.
    let asked = looks.iter().map(|look| {
        let (object, text) = (look.object, look.object.indexing_text());
        format!("{};\n", question_before(project, &object.data().indexed_by, &object.key(), &text))
    });
    let asked: String = asked.collect();
    session.mark("savepoint viewkeeper_changes").map_err(other)?;
    let answer = catalog::index_shadows(session, project, (&asked, shadows.script.text()), &shadows.copies);
    undo(session).map_err(other)?;
    match answer {
        Ok(made) => Ok(Some(made)),
        Err(Failure::Server(error)) => {
            debug!(target: "viewkeeper::read", "an index cannot be compared: {}", Line(&error.message));
            Ok(None)
        }
        Err(failure) => Err(other(failure)),
    }
}
