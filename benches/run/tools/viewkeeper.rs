//! viewkeeper, with the project embedded.

use postgres::{Client, Config, NoTls};

use super::{Session, Tool, versioned};
use crate::Result;
use crate::application::migrate;

pub struct Viewkeeper;

struct Open(Client);

impl Tool for Viewkeeper {
    fn name(&self) -> String {
        versioned("viewkeeper")
    }

    fn connect(&self, config: &Config) -> Result<Box<dyn Session + '_>> {
        Ok(Box::new(Open(config.connect(NoTls)?)))
    }
}

impl Session for Open {
    fn run(&mut self) -> Result {
        migrate::run(&mut self.0)?;
        Ok(())
    }
}
