//! The builder's methods that look at the whole schema.

use postgres::Client;

use super::migrator::{Migrator, logged};
use crate::act::commands::discover;
use crate::act::commands::validate;
use crate::read::scratch::Scratch;
use crate::words::differences::Differences;
use crate::words::error::Error;
use crate::words::ignore::Ignore;
use crate::words::schemas::Schemas;
use crate::words::snapshot::Snapshot;

impl Migrator {
    /// Every object of the database, whoever made it, in all schemas. Members of extensions, the ledger and the migration
    /// history are left out. Only reads, in one round trip, and takes no lock that others would notice.
    ///
    /// ```no_run
    /// # mod migrate { pub fn migrator() -> viewkeeper::Migrator { unimplemented!() } }
    /// use viewkeeper::schema::{Attribute, ItemKind, Schemas};
    ///
    /// # fn example(mut client: viewkeeper::postgres::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let snapshot = migrate::migrator().discover(&mut client, &Schemas::All)?;
    /// for column in snapshot.of_kind(ItemKind::Column).filter(|c| c.attribute(Attribute::Timezone) == Some("without")) {
    ///     println!("{} has no time zone", column.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The catalog cannot be read.
    pub fn discover(&self, client: &mut Client, schemas: &Schemas) -> Result<Snapshot, Error> {
        logged(discover::discover(&self.project, &self.options, schemas.names(), client))
    }

    /// How the database's whole schema differs from what the project makes of an empty database: what is missing, extra, or
    /// there in another form. The project is applied to `scratch`, and both are discovered; in the schemas that the project is
    /// about, so that a schema of somebody else's is no difference. The database itself is only read.
    ///
    /// ```no_run
    /// # mod migrate { pub fn migrator() -> viewkeeper::Migrator { unimplemented!() } }
    /// use viewkeeper::postgres::NoTls;
    /// use viewkeeper::schema::{Ignore, Scratch};
    ///
    /// # fn example(config: viewkeeper::postgres::Config, mut client: viewkeeper::postgres::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let beside = |name: &str| config.clone().dbname(name).connect(NoTls);
    /// let differences = migrate::migrator().validate(&mut client, Scratch::Beside(&beside), &Ignore::default())?;
    /// assert!(differences.is_empty(), "{differences}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The project cannot be applied to an empty database, the scratch database cannot be made or is not empty, or the
    /// catalog cannot be read.
    pub fn validate(
        &self,
        client: &mut Client,
        scratch: Scratch<'_>,
        ignore: &Ignore,
    ) -> Result<Differences, Error> {
        let differences = validate::validate(&self.project, &self.options, client, scratch, ignore);
        logged(differences.map_err(|error| self.placed(error)))
    }

    /// How the database's schema differs from a snapshot, which is the JSON of a [`Snapshot`]; in the schemas that the
    /// snapshot was made of. Needs no scratch database.
    ///
    /// # Errors
    ///
    /// The catalog cannot be read.
    pub fn validate_snapshot(
        &self,
        client: &mut Client,
        snapshot: &Snapshot,
        ignore: &Ignore,
    ) -> Result<Differences, Error> {
        logged(validate::validate_snapshot(&self.project, &self.options, client, snapshot, ignore))
    }
}
