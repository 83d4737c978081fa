//! A database of its own for each test.

use std::sync::Arc;

use postgres::{Client, Config};

use crate::testing::Error;
use crate::testing::address::Address;
use crate::testing::server::Running;

/// A database that is dropped with this value, together with the sessions that are still in it.
///
/// Made by [`Server::database`](crate::testing::Server::database) or
/// [`Template::database`](crate::testing::Template::database). It keeps a throwaway server alive.
pub struct Database {
    address: Address,
    running: Arc<Running>,
}

impl Database {
    pub(super) fn create(running: &Arc<Running>, template: &str) -> Result<Database, Error> {
        let address = running.admin.create_database(template)?;
        Ok(Database { address, running: Arc::clone(running) })
    }

    /// The server that it is on.
    pub(super) fn running(&self) -> &Arc<Running> {
        &self.running
    }

    /// A new session in it.
    pub fn connect(&self) -> Result<Client, Error> {
        self.address.connect(None)
    }

    /// Its connection string, for `Client::connect` and for PostgreSQL's programs; it may hold a password.
    pub fn url(&self) -> &str {
        self.address.url()
    }

    /// What the connection string says, for a session with an application name or options of its own.
    pub fn config(&self) -> Config {
        self.address.config().clone()
    }

    /// Its name on the server.
    pub fn name(&self) -> &str {
        self.address.config().get_dbname().expect("every database is made with a name")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // The last one goes with its server.
        if self.running.is_throwaway() && Arc::strong_count(&self.running) == 1 {
            return;
        }
        // There is nobody to tell, and the next run tries again.
        let _ = self.running.admin.drop_database(self.name());
    }
}
