//! What a first run lacks is said before anything is done.

use super::Run;
use crate::decide::plan::first_privileges;
use crate::read::facts::Probe;
use crate::read::first_privileges::FirstRights;
use crate::words::error::{Error, ErrorKind};
use crate::words::name::identifier;

impl Run<'_, '_> {
    /// The rights that the role lacks for a first run; none where there is a ledger. `pending`: migrations are to run.
    pub fn missing_at_first(&mut self, probe: &Probe, pending: bool) -> Result<(String, Vec<String>), Error> {
        if probe.readable().is_some() {
            return Ok(Default::default());
        }
        let history = self.history(probe);
        let mut schemas = vec![self.options.ledger.clone()];
        schemas.extend(self.project.schemas());
        // The history is made before the migration that makes the project's schema.
        if history.is_none() && self.migrations_make_schema() && !probe.schema {
            schemas.push("public".to_owned());
        }
        let rights = FirstRights::read(&mut self.session, &schemas, history.as_deref())
            .map_err(|failure| failure.while_(ErrorKind::Rights, "cannot read the rights of the role"))?;
        let missing = first_privileges::missing(&rights, history.as_deref().filter(|_| pending));
        Ok((rights.role, missing))
    }

    /// Refuses a first run that could not end.
    pub fn may_begin(&mut self, probe: &Probe, pending: bool) -> Result<(), Error> {
        let (role, missing) = self.missing_at_first(probe, pending)?;
        if missing.is_empty() { Ok(()) } else { Err(lacking(&role, &missing)) }
    }
}

/// The error that names every missing right.
pub fn lacking(role: &str, missing: &[String]) -> Error {
    let (role, missing) = (identifier(role), missing.join("; "));
    Error::new(ErrorKind::Rights, format!("role {role} lacks what the work needs: {missing}"))
        .note("nothing was changed, and no object was locked")
}
