//! The migrators that are compared.

mod refinery;
mod sqlx;
mod viewkeeper;

use postgres::Config;

use crate::Result;
use crate::application::Application;

/// A migrator that holds the application's files, as it would in the application's binary.
pub trait Tool {
    /// Its name and the version that is measured.
    fn name(&self) -> String;

    /// A connection of the client library that the tool works with.
    fn connect(&self, config: &Config) -> Result<Box<dyn Session + '_>>;
}

/// An open connection.
pub trait Session {
    /// What the application calls at its start.
    fn run(&mut self) -> Result;
}

pub fn all(application: &Application) -> Result<Vec<Box<dyn Tool>>> {
    Ok(vec![
        Box::new(viewkeeper::Viewkeeper),
        Box::new(refinery::Refinery::new(application)?),
        Box::new(sqlx::Sqlx::new(application)?),
    ])
}

/// A crate's name with the version that cargo chose.
fn versioned(package: &str) -> String {
    let lock = include_str!("../../../Cargo.lock").replace("\r\n", "\n");
    let entry = lock.split_once(&format!("name = \"{package}\"\nversion = \""));
    let version = entry.and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default();
    format!("{package} {version}")
}
