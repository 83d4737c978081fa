//! The database that a URL names, and the way to it.

use std::rc::Rc;

use postgres::config::SslMode;
use postgres::{Client, Config, NoTls};

use crate::words::error::{Error, ErrorKind};

/// How a URL is read: by the binary with libpq's words for TLS, by an application's commands as its own connections read it.
pub type Read<'c> = &'c dyn Fn(&str) -> Result<Target, Error>;

/// How a connection is made.
pub type Connect = dyn Fn(&Config) -> Result<Client, postgres::Error>;

/// How a connection is made, and what helps where it cannot be made.
pub trait Way {
    fn connect(&self, config: &Config) -> Result<Client, postgres::Error>;

    fn help(&self, config: &Config, error: &postgres::Error) -> Option<String>;
}

/// A database, and the way to it. It shows nothing of the URL, which can hold a password.
#[derive(Clone)]
pub struct Target {
    config: Config,
    way: Rc<dyn Way>,
}

impl Target {
    /// Its sessions say in `pg_stat_activity` who they are.
    pub fn new(mut config: Config, way: Rc<dyn Way>) -> Self {
        if config.get_application_name().is_none() {
            config.application_name("viewkeeper");
        }
        Target { config, way }
    }

    /// Another database of the same server.
    pub fn beside(&self, database: &str) -> Self {
        let mut target = self.clone();
        target.config.dbname(database);
        target
    }

    pub fn connect(&self) -> Result<Client, postgres::Error> {
        self.way.connect(&self.config)
    }

    /// The error of a connection that could not be made, as it is told.
    pub fn failed(&self, error: postgres::Error) -> Error {
        let help = self.way.help(&self.config, &error);
        let error = Error::new(ErrorKind::Connection, "cannot connect").caused_by(error);
        match help {
            Some(help) => error.help(help),
            None => error,
        }
    }
}

/// Reads a connection string as the postgres crate does. What it cannot read is in no error.
pub fn parsed(url: &str) -> Result<Config, Error> {
    url.parse().map_err(|error: postgres::Error| unreadable().caused_by(error))
}

pub fn unreadable() -> Error {
    Error::new(ErrorKind::Connection, "the database URL cannot be read")
}

/// An application's own way.
pub struct Own(pub Box<Connect>);

impl Way for Own {
    fn connect(&self, config: &Config) -> Result<Client, postgres::Error> {
        self.0(config)
    }

    fn help(&self, config: &Config, error: &postgres::Error) -> Option<String> {
        let tls = config.get_ssl_mode() == SslMode::Require && error.as_db_error().is_none();
        tls.then(|| {
            "these commands connect without TLS, where the application does not say how it connects \
             (viewkeeper::cli::Commands::connect); the program viewkeeper speaks TLS"
                .to_owned()
        })
    }
}

/// The way of an application that names none.
pub fn without_tls(config: &Config) -> Result<Client, postgres::Error> {
    config.connect(NoTls)
}
