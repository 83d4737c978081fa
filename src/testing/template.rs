//! A database that others are copies of.

use postgres::Client;

use crate::testing::{Database, Error};

/// A database in which something was prepared once; made by [`Server::template`](crate::testing::Server::template).
pub struct Template(Database);

impl Template {
    pub(super) fn create(
        database: Database,
        fill: impl FnOnce(&mut Client) -> Result<(), Box<dyn std::error::Error>>,
    ) -> Result<Template, Error> {
        let mut client = database.connect()?;
        fill(&mut client).map_err(|error| Error::new("the template cannot be filled").caused_by(&*error))?;
        // A database in which somebody is at work cannot be copied.
        client
            .close()
            .map_err(|error| Error::new("the template's session did not end well").caused_by(&error))?;
        Ok(Template(database))
    }

    /// A new database with everything that is in the template.
    pub fn database(&self) -> Result<Database, Error> {
        Database::create(self.0.running(), self.0.name())
    }
}
