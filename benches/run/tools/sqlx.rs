//! sqlx's migrator, with its defaults, on a runtime of one thread, which is what the other tools' client has inside.

use std::borrow::Cow;
use std::io;

use postgres::Config;
use postgres::config::Host;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{AssertSqlSafe, Connection, SqlSafeStr};
use tokio::runtime::{Builder, Runtime};

use super::{Session, Tool, versioned};
use crate::Result;
use crate::application::Application;

pub struct Sqlx {
    migrator: Migrator,
    runtime: Runtime,
}

struct Open<'a> {
    tool: &'a Sqlx,
    connection: PgConnection,
}

impl Sqlx {
    pub fn new(application: &Application) -> io::Result<Sqlx> {
        let migrations = application.migrations.iter().cloned().map(|file| {
            let sql = AssertSqlSafe(file.sql).into_sql_str();
            Migration::new(file.version.into(), file.name.into(), MigrationType::Simple, sql, false)
        });
        let migrator = Migrator::with_migrations(migrations.collect());
        Ok(Sqlx { migrator, runtime: Builder::new_current_thread().enable_all().build()? })
    }
}

impl Tool for Sqlx {
    fn name(&self) -> String {
        versioned("sqlx")
    }

    fn connect(&self, config: &Config) -> Result<Box<dyn Session + '_>> {
        let options = options(config)?;
        let connection = self.runtime.block_on(PgConnection::connect_with(&options))?;
        Ok(Box::new(Open { tool: self, connection }))
    }
}

impl Session for Open<'_> {
    fn run(&mut self) -> Result {
        let Sqlx { migrator, runtime } = self.tool;
        runtime.block_on(migrator.run(&mut self.connection))?;
        Ok(())
    }
}

/// The same address, account and database in sqlx's words.
fn options(config: &Config) -> Result<PgConnectOptions> {
    let (Some(Host::Tcp(host)), Some(port)) = (config.get_hosts().first(), config.get_ports().first()) else {
        return Err("the server does not listen on TCP".into());
    };
    let options = PgConnectOptions::new_without_pgpass()
        .host(host)
        .port(*port)
        .username(config.get_user().unwrap_or_default())
        .database(config.get_dbname().unwrap_or_default())
        .ssl_mode(PgSslMode::Disable);
    Ok(match config.get_password().map(String::from_utf8_lossy).map(Cow::into_owned) {
        Some(password) => options.password(&password),
        None => options,
    })
}
