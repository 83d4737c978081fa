//! The session that creates and drops databases.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use postgres::Client;

use crate::testing::Error;
use crate::testing::address::Address;
use crate::testing::random;

/// What the names of our databases and of this session begin with; `leftovers.sql` has it too.
const PREFIX: &str = "viewkeeper_test_";

/// Kept open as long as the server is in use: its name in the list of sessions tells later runs that the databases
/// with the same name in front are still needed.
pub struct Admin {
    address: Address,
    run: String,
    /// How a database is copied, as `create database` takes it.
    strategy: &'static str,
    client: Mutex<Client>,
    made: AtomicUsize,
}

/// What the server says about itself and about us.
pub struct Facts {
    pub version: String,
    pub version_number: i32,
    pub may_create: bool,
    pub role: String,
}

impl Admin {
    pub fn connect(address: Address) -> Result<Admin, Error> {
        let run = format!("{PREFIX}{}", random::token());
        let client = Mutex::new(address.connect(Some(&run))?);
        Ok(Admin { address, run, strategy: "", client, made: AtomicUsize::new(0) })
    }

    /// Copies databases as files, in a quarter of the time. It takes a checkpoint, which is for nothing where nothing is
    /// written to the disk, and dear on a server with other users. Before 15 the server knows no other way.
    pub fn copying_files(self, version_number: i32) -> Admin {
        let strategy = if version_number >= 150_000 { "strategy file_copy" } else { "" };
        Admin { strategy, ..self }
    }

    pub fn facts(&self) -> Result<Facts, Error> {
        self.with(|client| {
            let row = client.query_one(include_str!("facts.sql"), &[])?;
            Ok(Facts {
                version: row.try_get("version")?,
                version_number: row.try_get("version_number")?,
                may_create: row.try_get("may_create")?,
                role: row.try_get("role")?,
            })
        })
    }

    /// What a setting is; nothing if the server does not know it.
    pub fn setting(&self, name: &str) -> Result<Option<String>, Error> {
        self.with(|client| {
            client.query_one("select pg_catalog.current_setting($1, true)", &[&name])?.try_get(0)
        })
    }

    /// Drops the databases of runs that were killed before they could.
    pub fn sweep(&self) -> Result<(), Error> {
        let leftovers = self.with(|client| client.query(include_str!("leftovers.sql"), &[]))?;
        for row in leftovers {
            // One that cannot be dropped, or that another run drops right now, is in nobody's way.
            let _ = self.drop_database(row.get("name"));
        }
        Ok(())
    }

    /// A new database with its own name, as a copy of `template`.
    pub fn create_database(&self, template: &str) -> Result<Address, Error> {
        let name = format!("{}_{}", self.run, self.made.fetch_add(1, Ordering::Relaxed) + 1);
        // Both names are ours, of letters, digits and underscores.
        let create = format!("create database {name} template {template} {}", self.strategy);
        self.with(|client| client.batch_execute(&create))?;
        Ok(self.address.database(&name))
    }

    /// Drops a database with all its sessions.
    pub fn drop_database(&self, name: &str) -> Result<(), Error> {
        self.with(|client| client.batch_execute(&format!("drop database if exists {name} with (force)")))
    }

    /// Runs something in the session, which is made anew if a test has ended it.
    fn with<T>(&self, run: impl FnOnce(&mut Client) -> Result<T, postgres::Error>) -> Result<T, Error> {
        // A test that panics elsewhere cannot leave the session half-way.
        let mut client = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if client.is_closed() {
            *client = self.address.connect(Some(&self.run))?;
        }
        run(&mut client).map_err(|error| Error::new("the server of the tests refused").caused_by(&error))
    }
}
