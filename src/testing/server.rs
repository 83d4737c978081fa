//! The server that tests and examples use.

use std::env;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use postgres::Client;

use crate::testing::address::Address;
use crate::testing::admin::Admin;
use crate::testing::cluster::{self, Cluster};
use crate::testing::{Database, Error, Template};

/// The oldest server that the library works with, in the server's own way of counting.
const OLDEST: i32 = 140_000;

/// A PostgreSQL server, either the one of `DATABASE_URL` or a throwaway one; see the [module](crate::testing).
///
/// A throwaway server is stopped and removed when this value and all its databases are dropped.
pub struct Server(Arc<Running>);

/// What the server and each of its databases hold on to.
///
/// The fields are dropped in this order: the session ends before its server.
pub(super) struct Running {
    pub(super) admin: Admin,
    version: String,
    cluster: Option<Cluster>,
}

impl Server {
    /// The server of `DATABASE_URL`, or a new throwaway one.
    pub fn start() -> Result<Server, Error> {
        Server::builder().start()
    }

    /// A server with settings of its own.
    pub fn builder() -> ServerBuilder {
        ServerBuilder::default()
    }

    /// One server for all tests of a process, started by the first that asks.
    ///
    /// It is never dropped, but it is gone when the process is.
    pub fn shared() -> Result<&'static Server, Error> {
        static SHARED: OnceLock<Result<Server, Error>> = OnceLock::new();
        SHARED.get_or_init(Server::start).as_ref().map_err(Clone::clone)
    }

    /// A new, empty database.
    pub fn database(&self) -> Result<Database, Error> {
        // Not template1, in which somebody may have put something.
        Database::create(&self.0, "template0")
    }

    /// A database to copy: `fill` is run once, and [`Template::database`] costs the same whatever it did.
    pub fn template(
        &self,
        fill: impl FnOnce(&mut Client) -> Result<(), Box<dyn std::error::Error>>,
    ) -> Result<Template, Error> {
        Template::create(self.database()?, fill)
    }

    /// Which server it is, in one line for people, such as "PostgreSQL 15.18 from /usr/lib/postgresql/15/bin,
    /// throwaway cluster in the temporary directory".
    pub fn description(&self) -> String {
        match &self.0.cluster {
            Some(cluster) => cluster.description(),
            None => format!("PostgreSQL {}, the server of DATABASE_URL", self.0.version),
        }
    }

    /// The server's version, such as "15.18".
    pub fn version(&self) -> &str {
        &self.0.version
    }

    /// One of PostgreSQL's programs, such as `pg_dump`, of the server's major version, if this machine has it.
    pub fn bin(&self, program: &str) -> Option<PathBuf> {
        match &self.0.cluster {
            Some(cluster) => cluster.program(program),
            None => cluster::program(program, &self.0.version),
        }
    }
}

/// How a server is started; made by [`Server::builder`].
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is started before `start` is called"]
pub struct ServerBuilder {
    settings: Vec<(String, String)>,
    throwaway: bool,
}

impl ServerBuilder {
    /// Starts the server with a setting of postgresql.conf, such as `wal_level` or `autovacuum`.
    ///
    /// The server of `DATABASE_URL` is not ours to set up: if it has another value, [`start`](Self::start) fails and
    /// says so.
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> ServerBuilder {
        self.settings.push((name.into(), value.into()));
        self
    }

    /// Starts a throwaway server even if `DATABASE_URL` is set, for tests that do to a server what nobody may do to
    /// one that others use.
    pub fn throwaway(mut self) -> ServerBuilder {
        self.throwaway = true;
        self
    }

    /// Starts it, and waits until it takes connections.
    pub fn start(self) -> Result<Server, Error> {
        let given = env::var("DATABASE_URL").ok().filter(|url| !url.is_empty() && !self.throwaway);
        let running = match given {
            Some(url) => self.given(&url)?,
            None => self.own()?,
        };
        Ok(Server(Arc::new(running)))
    }

    fn own(&self) -> Result<Running, Error> {
        let cluster = Cluster::start(&self.settings)?;
        let admin = Admin::connect(Address::parse(&cluster.url())?)?;
        let facts = admin.facts()?;
        let admin = admin.copying_files(facts.version_number);
        Ok(Running { admin, version: facts.version, cluster: Some(cluster) })
    }

    fn given(&self, url: &str) -> Result<Running, Error> {
        let unset = "or unset DATABASE_URL, and a throwaway server is started";
        let admin = Address::parse(url).and_then(Admin::connect).map_err(|error| {
            error
                .note("the server is the one of DATABASE_URL; connections are made without TLS")
                .help(format!("set DATABASE_URL to a server that is there, {unset}"))
        })?;
        let facts = admin.facts()?;
        if facts.version_number < OLDEST {
            return Err(Error::new(format!("the server of DATABASE_URL is PostgreSQL {}", facts.version))
                .help(format!("set DATABASE_URL to a server of version 14 or newer, {unset}")));
        }
        if !facts.may_create {
            let role = facts.role;
            return Err(Error::new(format!("role \"{role}\" of DATABASE_URL may not create databases"))
                .note("each test gets a database of its own")
                .help(format!("as a superuser: alter role \"{role}\" createdb"))
                .help(unset));
        }
        for (name, wanted) in &self.settings {
            let has = admin.setting(name)?.unwrap_or_default();
            if has != *wanted {
                return Err(Error::new(format!(
                    "the server of DATABASE_URL has {name} = {has}, not {wanted}"
                ))
                .help(format!("set it in the server's configuration, {unset}")));
            }
        }
        admin.sweep()?;
        Ok(Running { admin, version: facts.version, cluster: None })
    }
}

impl Running {
    /// Whether the server goes when `self` goes, so that nothing in it needs to be cleaned up.
    pub(super) fn is_throwaway(&self) -> bool {
        self.cluster.is_some()
    }
}
