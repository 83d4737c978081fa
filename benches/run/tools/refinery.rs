//! refinery alone, with its defaults: a transaction for each migration, and one for each row of its history.

use postgres::{Client, Config, NoTls};
use refinery::{Error, Migration, Runner};

use super::{Session, Tool, versioned};
use crate::Result;
use crate::application::Application;

pub struct Refinery(Runner);

struct Open<'a> {
    runner: &'a Runner,
    client: Client,
}

impl Refinery {
    pub fn new(application: &Application) -> std::result::Result<Refinery, Error> {
        let files = application.migrations.iter();
        let migrations: std::result::Result<Vec<_>, _> = files
            .map(|file| Migration::unapplied(&format!("V{}__{}", file.version, file.name), &file.sql))
            .collect();
        Ok(Refinery(Runner::new(&migrations?)))
    }
}

impl Tool for Refinery {
    fn name(&self) -> String {
        versioned("refinery")
    }

    fn connect(&self, config: &Config) -> Result<Box<dyn Session + '_>> {
        Ok(Box::new(Open { runner: &self.0, client: config.connect(NoTls)? }))
    }
}

impl Session for Open<'_> {
    fn run(&mut self) -> Result {
        self.runner.run(&mut self.client)?;
        Ok(())
    }
}
