//! Where a run works: the ledger and the project's schema, made where they are not there.

use log::info;

use super::Run;
use crate::decide::compare::adopting::of_stranger;
use crate::read::catalog;
use crate::read::facts::Probe;
use crate::words::error::{Error, ErrorKind};
use crate::words::escape::Line;
use crate::words::name::identifier;
use crate::words::sqlstate::INSUFFICIENT_PRIVILEGE;

impl Run<'_, '_> {
    pub fn create_ledger(&mut self, probe: &Probe) -> Result<(), Error> {
        info!(target: "viewkeeper::ledger", "making the ledger in schema {}", Line(&self.options.ledger));
        let home = probe.looked.home.as_ref();
        self.ledger.create(&mut self.session, home).map_err(|failure| {
            let schema = identifier(&self.options.ledger);
            let rights = failure.code() == INSUFFICIENT_PRIVILEGE;
            // What the server refuses us itself has no context; with one, somebody's event trigger was refused something.
            let own = failure.refusal().is_some_and(|server| server.context.is_none());
            let error = failure.while_(
                if rights { ErrorKind::Rights } else { ErrorKind::Ledger },
                format!("cannot make the ledger in schema {schema}"),
            );
            if rights && own {
                match home {
                    Some(_) => error.help(format!("grant create, usage on schema {schema} to the role")),
                    None => error
                        .help("grant create on the database to the role, or run once as its owner")
                        .help(format!(
                            "or let somebody make the schema: create schema {schema} authorization ...;"
                        )),
                }
            } else {
                error
            }
        })
    }

    /// Migrations make tables in the project's schema, before the objects are looked at.
    fn check_schema(&mut self) -> Result<(), Error> {
        let found = catalog::untrusted_owner(&mut self.session, self.project.schema());
        let found = found.map_err(|failure| {
            failure.while_(ErrorKind::Ledger, "cannot read whose the project's schema is")
        })?;
        match found {
            Some((owner, role)) => Err(of_stranger(self.project, &owner, &role)),
            None => Ok(()),
        }
    }

    /// Makes the project's schema, unless a migration does, or a person renamed it; gives whether it is there.
    pub fn ensure_schema(&mut self, exists: bool, pending: &[usize]) -> Result<bool, Error> {
        let schema = self.project.schema();
        if exists && !pending.is_empty() {
            self.check_schema()?;
        }
        if exists || (self.migrations_make_schema() && !pending.is_empty()) || self.is_renamed()? {
            return Ok(exists);
        }
        self.session.send(&format!("create schema {}", identifier(schema))).map_err(|failure| {
            let rights = failure.code() == INSUFFICIENT_PRIVILEGE;
            let kind = if rights { ErrorKind::Rights } else { ErrorKind::Object };
            failure.while_(kind, format!("cannot create schema \"{schema}\""))
        })?;
        self.attempt.made_schema = !pending.is_empty();
        Ok(true)
    }

    /// Whether a person renamed the project's schema, which is refused once it is known that the files do not follow.
    fn is_renamed(&mut self) -> Result<bool, Error> {
        let now = self.ledger.schema_now(&mut self.session).map_err(|failure| {
            failure.while_(ErrorKind::Ledger, "cannot read what the project's schema is called")
        })?;
        Ok(now.is_some())
    }

    /// Whether a migration makes the project's schema: its text says so, or it was seen to.
    pub fn migrations_make_schema(&self) -> bool {
        self.project.manifest().creates_schema || self.learned.schema_left.is_some()
    }
}
