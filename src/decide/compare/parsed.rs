//! What a role wrote that is not trusted, and the server would run while it parses a text of the project: refused before that.

use super::evaluated::first_named;
use crate::decide::facts::Facts;
use crate::read::evaluated::Evaluated;
use crate::set::project::{Object, Project};
use crate::words::error::{Error, ErrorKind};
use crate::words::name::identifier;

/// Refuses texts that cannot be parsed without harm along the project's path.
pub fn may_be_parsed(project: &Project, facts: &Facts) -> Result<(), Error> {
    // There nothing is made, not even for a moment.
    if facts.live.recovery || facts.live.read_only {
        return Ok(());
    }
    let own = |thing: &&Evaluated| project.named_schemas().any(|schema| schema == thing.schema);
    refuse(project, project.objects(), facts.evaluated.iter().filter(own))
}

/// Refuses the first of some objects that names one of these.
pub fn refuse<'p, 'e>(
    project: &'p Project,
    objects: impl IntoIterator<Item = Object<'p>>,
    evaluated: impl IntoIterator<Item = &'e Evaluated>,
) -> Result<(), Error> {
    let Some((object, at, thing)) = first_named(project, objects, evaluated) else { return Ok(()) };
    let schema = identifier(&thing.schema);
    let Evaluated { what, code, .. } = thing;
    let error = Error::new(
        ErrorKind::Conflict,
        told(&format!("{} \"{}\"", object.kind(), object.identity()), thing),
    )
    .object(object.key())
    .at(object.place(at))
    .help("write the schema of what is meant, as in pg_catalog.upper(...) or operator(pg_catalog.=)")
    .help(format!(
        "or have {what} dropped, and create on schema {schema} revoked from whoever should make nothing there"
    ))
    .help(format!(
        "or, if it is meant, have {code} given to a role that is trusted: alter {code} owner to ..."
    ));
    Err(error.unchanged())
}

/// What a text would do.
pub fn told(who: &str, thing: &Evaluated) -> String {
    let Evaluated { what, code, owner, .. } = thing;
    format!(
        "{who} may mean {what} by a name that its file writes without a schema, and the server would run {code} of role {owner}, \
         which is not trusted, while it parses the text"
    )
}
