//! The graph of a project with what a database says.

use postgres::Client;

use super::migrator::Migrator;
use crate::graph::Graph;
use crate::words::error::Error;

impl Migrator {
    /// The objects of the project and which stands on which, each with how it is in the database.
    /// [`Project::graph`](crate::Project::graph) says the same without a database.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub fn graph(&self, client: &mut Client) -> Result<Graph, Error> {
        Ok(self.project().graph().with_check(&self.check(client)?))
    }
}
