//! The pending changes of objects as a migration that people review.

use std::collections::BTreeSet;

use postgres::Client;

use super::migrator::{Migrator, logged};
use crate::act::commands::reviewed;
use crate::decide::reviewed::migration::Reviewed;
use crate::words::error::Error;

impl Migrator {
    /// The pending changes of objects as a table migration and its reverse, none where there are none; `created` are the identities of the objects that
    /// a table migration of the project creates, which only the parser knows.
    ///
    /// # Errors
    ///
    /// A later release stands, table migrations are pending, or the database cannot be read; or an object is to be renamed and the
    /// role may not do that.
    pub(crate) fn as_migration(
        &self,
        client: &mut Client,
        created: &BTreeSet<String>,
    ) -> Result<Option<Reviewed>, Error> {
        let reviewed = reviewed::reviewed(self.project(), self.options(), client, created);
        logged(reviewed.map_err(|error| self.placed(error)))
    }
}
