//! How live objects and shadows made from the files look.

use serde_json::Value;

use super::server_error::event_trigger;
use super::server_error::refusal::{Sent, refused};
use crate::decide::compare::shadows::Shadows;
use crate::decide::facts::Shapes;
use crate::read::catalog;
use crate::read::session::{Failure, Session};
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};

/// Makes the shadows for as long as it takes to look at them. `may_be_refused`: that the server refuses one is an answer, and not an
/// error.
pub fn shapes(
    session: &mut Session<'_>,
    project: &Project,
    shadows: &Shadows,
    live: &[Value],
    may_be_refused: bool,
) -> Result<Shapes, Error> {
    let path = format!("set local search_path to {};\n", project.search_path());
    let make = format!("{path}{}", shadows.script.text());
    let other =
        |failure: Failure| failure.while_(ErrorKind::Ledger, "cannot compare the objects with their files");
    let shapes = |session: &mut Session<'_>| catalog::shapes(session, project, live, &make, &shadows.wanted);
    match session.taken_back(shapes).map_err(other)? {
        Ok((live, shadows)) => Ok(Shapes { live, shadows, refused: false }),
        Err(Failure::Server(_)) if may_be_refused => Ok(Shapes { refused: true, ..Shapes::default() }),
        // The transaction is whole again, so the statement that fails can be looked for, from this savepoint on.
        Err(failure) => {
            let triggers = event_trigger::named(session, &failure);
            session.mark("savepoint viewkeeper_changes").map_err(other)?;
            let sent = Sent { script: &shadows.script, head: &path, path: &project.search_path() };
            Err(event_trigger::told(&triggers, refused(session, project, &sent, failure)))
        }
    }
}
