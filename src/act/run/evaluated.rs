//! What a role wrote that is not trusted, and the server would run while it parses a text of the project: refused before that.

use std::collections::BTreeSet;

use super::Run;
use super::path::line;
use crate::decide::compare::evaluated::first_named;
use crate::decide::facts::Facts;
use crate::read::evaluated::{Evaluated, evaluated_text};
use crate::read::session::Failure;
use crate::set::project::{Object, Project};
use crate::words::error::{Error, ErrorKind};
use crate::words::name::identifier;

impl Run<'_, '_> {
    /// Refuses texts that cannot be parsed without harm along the project's path.
    pub fn may_be_parsed(&self, facts: &Facts) -> Result<(), Error> {
        // There nothing is made, not even for a moment.
        if facts.live.recovery || facts.live.read_only {
            return Ok(());
        }
        refuse(self.project, self.project.objects(), &of_path(self.project, &facts.evaluated))
    }

    /// The same of some objects before there is a facts.
    pub fn may_be_parsed_early(&mut self, objects: &[Object<'_>]) -> Result<(), Error> {
        let text = evaluated_text(self.project.named_schemas());
        let evaluated: Vec<Evaluated> = self.session.ask(&text).map_err(|failure: Failure| {
            failure.while_(ErrorKind::Ledger, "cannot read what the project's names mean")
        })?;
        refuse(self.project, objects.iter().copied(), &evaluated)
    }

    /// Refuses to find out what these objects would mean along the session's path, where that does harm.
    pub fn meaning_may_be_tried(&self, facts: &Facts, objects: &BTreeSet<usize>) -> Result<(), Error> {
        let others: Vec<Evaluated> = facts
            .evaluated
            .iter()
            .filter(|thing| self.attempt.path.others.contains(&thing.schema))
            .cloned()
            .collect();
        let objects = objects.iter().map(|&index| self.project.object(index));
        let Some((object, at, thing)) = first_named(self.project, objects, &others) else { return Ok(()) };
        let Evaluated { what, code, owner, .. } = thing;
        let schema = identifier(&thing.schema);
        let message = format!(
            "{} \"{}\" may mean something else in this session, which searches schema {schema}, and that cannot be found out: with \
             {what} the server would run {code} of role {owner}, which is not trusted, while it parses the text",
            object.kind(),
            object.identity()
        );
        let error = Error::new(ErrorKind::Conflict, message)
            .object(object.key())
            .at(object.place(at))
            .help("name the schema of what it uses, as in pg_catalog.upper(...) or operator(pg_catalog.=)")
            .help(format!(
                "or leave {schema} out of the search_path of the session, the role and the database"
            ))
            .help(format!("or have {what} dropped, and create on schema {schema} revoked from whoever should make nothing there"));
        Err(error
            .help(format!(
                "if it is meant, {}, and have {code} given to a role that is trusted",
                line(self.project, &[&thing.schema])
            ))
            .unchanged())
    }
}

/// Those that are found along the project's path.
fn of_path(project: &Project, evaluated: &[Evaluated]) -> Vec<Evaluated> {
    let own = |thing: &&Evaluated| project.named_schemas().any(|schema| schema == thing.schema);
    evaluated.iter().filter(own).cloned().collect()
}

fn refuse<'p>(
    project: &'p Project,
    objects: impl IntoIterator<Item = Object<'p>>,
    evaluated: &[Evaluated],
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
