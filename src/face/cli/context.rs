//! What a command works on: the project, the database, and the person who asks.

use std::fmt::Display;
use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;

use postgres::Client;

use super::answer::Failed;
use super::arguments::Shared;
use super::{interrupt, paint, progress};
use crate::face::connect::target::{self, Read, Target};
use crate::face::migrator::Migrator;
use crate::set::kept;
use crate::words::error::Error;
use crate::words::escape::Lines;

/// How the project is come by: read from the folder, or embedded.
pub type Source<'c> = &'c dyn Fn(&Shared) -> Result<Migrator, Failed>;

/// What a command works on.
pub struct Context<'c> {
    options: &'c Shared,
    source: Source<'c>,
    read: Read<'c>,
}

impl<'c> Context<'c> {
    pub fn new(options: &'c Shared, source: Source<'c>, read: Read<'c>) -> Self {
        Context { options, source, read }
    }

    /// The project, with the options that every command takes.
    pub fn project(&self) -> Result<Migrator, Failed> {
        Ok(self.with_options((self.source)(self.options)?))
    }

    /// The project with this name, of which only the ledger is asked; without a name, the files' one.
    pub fn remembered(&self, name: Option<&str>) -> Result<Migrator, Failed> {
        match name {
            Some(name) => Ok(self.with_options(Migrator::of(kept::nameless(name)))),
            None => self.project(),
        }
    }

    /// The project; a new one where there is no folder, because a database can be looked at without files.
    pub fn project_or_new(&self) -> Result<Migrator, Failed> {
        match self.project() {
            Err(_) if !self.folder().exists() => self.project_in(self.folder()),
            project => project,
        }
    }

    /// The project of another folder, or a new one where there is none.
    #[cfg(feature = "tool")]
    pub fn project_in(&self, folder: &Path) -> Result<Migrator, Failed> {
        Ok(self.with_options(super::folder::migrator_or_new(&folder.display().to_string())?))
    }

    /// An application's embedded project is its own in any folder.
    #[cfg(not(feature = "tool"))]
    pub fn project_in(&self, _: &Path) -> Result<Migrator, Failed> {
        self.project()
    }

    fn with_options(&self, mut migrator: Migrator) -> Migrator {
        if let Some(schema) = &self.options.schema {
            migrator = migrator.schema(schema);
        }
        if self.options.quiet {
            return migrator;
        }
        migrator.observer(progress::observer(self.options.json))
    }

    /// The folder of SQL files; of no meaning for an embedded project.
    pub fn folder(&self) -> &Path {
        Path::new(&self.options.sql)
    }

    /// A connection to the database.
    pub fn connect(&self) -> Result<Client, Failed> {
        self.target().and_then(|target| connected(&target))
    }

    /// A connection to a database of another URL.
    pub fn connect_to(&self, url: &str) -> Result<Client, Failed> {
        connected(&self.reads(url)?)
    }

    /// Connects to other databases of the same server.
    pub fn beside(&self) -> Result<impl Fn(&str) -> Result<Client, postgres::Error> + use<>, Failed> {
        let target = self.target()?;
        Ok(move |database: &str| interrupt::connect(&target.beside(database)))
    }

    fn target(&self) -> Result<Target, Failed> {
        let url = self.options.database_url.as_deref();
        let url = url.ok_or_else(|| Failed::new("no database: give --database-url, or set DATABASE_URL"))?;
        Ok(self.reads(url)?)
    }

    fn reads(&self, url: &str) -> Result<Target, Error> {
        target::check(url)?;
        (self.read)(url)
    }

    /// Shows a person at a terminal what will be asked about.
    pub fn show(&self, what: &impl Display) {
        if is_asked() {
            let _ = writeln!(anstream::stderr(), "{}\n", paint::painted(&what.to_string()));
        }
    }

    /// Lets something that destroys go on: when the caller said `--yes`, or a person at a terminal says yes.
    pub fn confirm(&self, question: &str, yes: bool) -> Result<(), Failed> {
        if yes {
            return Ok(());
        }
        if !is_asked() {
            return Err(Failed::new(format!("{question}\n  help: nobody can be asked here; say --yes")));
        }
        let _ = write!(std::io::stderr(), "{} [y/N] ", Lines(question));
        let mut answer = String::new();
        let _ = interrupt::asking(|| std::io::stdin().lock().read_line(&mut answer));
        match answer.trim().to_lowercase().as_str() {
            "y" | "yes" => Ok(()),
            _ => Err(Failed::new("not confirmed; nothing was changed")),
        }
    }
}

/// Whether somebody is there who can answer.
fn is_asked() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

fn connected(target: &Target) -> Result<Client, Failed> {
    interrupt::connect(target).map_err(|error| target.failed(error).into())
}
