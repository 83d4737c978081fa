//! What the work lacks of rights is said before anything is done.

use crate::act::run::Run;
use crate::decide::plan::first_privileges;
use crate::decide::plan::needed_rights::{Missing, before_migrations, makes_schema_unseen, missing};
use crate::read::facts::Probe;
use crate::read::first_privileges::FirstRights;
use crate::read::needed_rights;
use crate::read::session::Failure;
use crate::words::error::{Error, ErrorKind};
use crate::words::name::identifier;

/// Whether something is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    Look,
    Work,
}

impl Run<'_, '_> {
    /// The role, and the rights that it lacks: for a first run, and for the pending migrations. What objects need that are looked at
    /// later is asked then.
    pub fn missing_beforehand(
        &mut self,
        probe: &Probe,
        pending: &[usize],
        aim: Aim,
    ) -> Result<(String, Missing), Error> {
        let first = probe.readable().is_none();
        let (mut role, mut lacks) =
            if first { self.missing_at_first(probe, pending)? } else { Default::default() };
        if first || !pending.is_empty() {
            let questions = before_migrations(self.project, pending, first || aim == Aim::Look);
            let answer = needed_rights::read(&mut self.session, &questions).map_err(unread)?;
            let more = missing(&questions, &answer);
            lacks.rights.extend(more.rights);
            lacks.warnings.extend(more.warnings);
            if role.is_empty() {
                role = answer.role;
            }
        }
        Ok((role, lacks.once()))
    }

    /// For a first run.
    fn missing_at_first(&mut self, probe: &Probe, pending: &[usize]) -> Result<(String, Missing), Error> {
        let history = self.history(probe);
        let mut schemas = vec![self.options.ledger.clone()];
        let left = self.migrations_make_schema() && !pending.is_empty();
        if !probe.schema && !left {
            schemas.push(self.project.schema().to_owned());
        }
        let mut homes = Vec::new();
        if history.is_none() && !self.project.manifest().migrations.is_empty() {
            // The history is made before the migration that makes the project's schema.
            homes.push(if left && !probe.schema { "public" } else { self.project.schema() }.to_owned());
        }
        schemas.extend(homes.iter().filter(|home| !schemas.contains(home)).cloned().collect::<Vec<_>>());
        let public = "public".to_owned();
        let unseen =
            history.is_none() && !probe.schema && !left && makes_schema_unseen(self.project, pending);
        let perhaps = if unseen { vec![public] } else { Vec::new() };
        let rights =
            FirstRights::read(&mut self.session, &schemas, &perhaps, history.as_deref()).map_err(unread)?;
        let history = history.as_deref().filter(|_| !pending.is_empty());
        let missing = first_privileges::missing(&rights, history, &homes, self.project);
        Ok((rights.role, missing))
    }

    /// Refuses a run that could not end.
    pub fn may_begin(&mut self, probe: &Probe, pending: &[usize]) -> Result<(), Error> {
        let (role, missing) = self.missing_beforehand(probe, pending, Aim::Work)?;
        if !missing.rights.is_empty() {
            return Err(lacking(&role, &missing.rights));
        }
        missing.later.into_iter().for_each(|warning| self.warn("viewkeeper::run", warning));
        Ok(())
    }
}

fn unread(failure: Failure) -> Error {
    failure.while_(ErrorKind::Rights, "cannot read the rights of the role")
}

/// The error that names every missing right.
pub fn lacking(role: &str, missing: &[String]) -> Error {
    let (role, missing) = (identifier(role), missing.join("; "));
    Error::new(ErrorKind::Rights, format!("role {role} lacks what the work needs: {missing}"))
        .note("no object was locked")
        .unchanged()
}
