//! The builder's methods that look at the whole schema.

use postgres::Client;

use super::migrator::Migrator;
use crate::act::discover;
use crate::words::error::Error;
use crate::words::registry::Registry;

impl Migrator {
    /// Every object of the database, whoever made it, in all schemas. Members of extensions, the ledger and the migration
    /// history are left out. Only reads, in one round trip, and takes no lock that others would notice.
    ///
    /// ```ignore
    /// let registry = migrate::migrator().discover(&mut client)?;
    /// for column in registry.of_kind(ItemKind::Column).filter(|c| c.aspect(Aspect::Timezone) == Some("without")) {
    ///     println!("{} has no time zone", column.id);
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// The catalog cannot be read.
    pub fn discover(&self, client: &mut Client) -> Result<Registry, Error> {
        discover::discover(&self.project, &self.options, &[], client)
    }

    /// As [`discover`](Self::discover), in these schemas, and what belongs to the whole database.
    ///
    /// # Errors
    ///
    /// As [`discover`](Self::discover).
    pub fn discover_only<S: Into<String>>(
        &self,
        client: &mut Client,
        schemas: impl IntoIterator<Item = S>,
    ) -> Result<Registry, Error> {
        let schemas: Vec<String> = schemas.into_iter().map(Into::into).collect();
        discover::discover(&self.project, &self.options, &schemas, client)
    }
}
