//! The commands: for the binary `viewkeeper`, which reads a folder, and for applications that offer them on their
//! embedded project. One file a command; each is a function from its arguments to an answer.

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use postgres::{Client, NoTls};
use serde::Serialize;

use super::migrator::Migrator;
use crate::words::error::{Error, ErrorKind};

mod apply;
#[cfg(feature = "tool")]
mod build;
mod check;
#[cfg(feature = "tool")]
mod folder;
mod plan;
mod refresh;

/// Keeps the tables and views of a PostgreSQL database as SQL files say.
///
/// Exit codes: 0 in sync or done, 1 differences found, 2 error.
#[derive(Parser)]
#[command(name = "viewkeeper", version, disable_help_subcommand = true)]
struct Arguments {
    #[command(flatten)]
    options: Shared,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Args)]
struct Shared {
    /// The folder of SQL files
    #[arg(long, global = true, value_name = "DIR", default_value = "sql")]
    sql: String,
    /// The database, such as postgres://user@host/name
    #[arg(long, global = true, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// The schema of unqualified names, instead of the project's
    #[arg(long, global = true, value_name = "NAME")]
    schema: Option<String>,
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Check the files without a database, as the build script does
    #[cfg(feature = "tool")]
    Build,
    /// Print what apply would do; change nothing
    Plan {
        /// Do it all in a transaction that is rolled back, and print what happened and which locks were taken
        #[arg(long)]
        rehearse: bool,
    },
    /// Bring the database to what the files say
    Apply,
    /// Compare the database with the files; change nothing
    Check,
    /// Fill materialized views anew, in dependency order, concurrently where possible
    Refresh {
        /// Only these; a name without a schema is in the project's
        #[arg(value_name = "NAME")]
        names: Vec<String>,
        /// Only those whose rows are known to be old: what a boot or a refresh of ours left behind
        #[arg(long, conflicts_with = "names")]
        changed: bool,
    },
}

/// What a command found, and whether it counts as a difference.
struct Answer {
    text: String,
    json: serde_json::Value,
    differs: bool,
}

impl Answer {
    fn new(value: &(impl Display + Serialize), differs: bool) -> Self {
        let json = serde_json::to_value(value).unwrap_or_default();
        Answer { text: value.to_string(), json, differs }
    }
}

/// Why a command failed, as a text for people.
struct Failed(String);

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Failed(format!("error: {error:?}"))
    }
}

/// The commands on an application's embedded project, for its own `main`:
/// `viewkeeper::cli::main(migrate::migrator())`.
pub fn main(migrator: Migrator) -> ExitCode {
    let hidden = Arguments::command().mut_arg("sql", |argument| argument.hide(true));
    run(hidden, |_| Ok(migrator.clone()))
}

/// The binary `viewkeeper`.
#[cfg(feature = "tool")]
pub fn main_on_folder() -> ExitCode {
    run(Arguments::command(), |options| folder::migrator(&options.sql))
}

fn run(command: clap::Command, project: impl Fn(&Shared) -> Result<Migrator, Failed>) -> ExitCode {
    let arguments = match Arguments::from_arg_matches(&command.get_matches()) {
        Ok(arguments) => arguments,
        Err(error) => error.exit(),
    };
    match answer(&arguments, project) {
        Ok(answer) => {
            let text = if arguments.options.json { format!("{:#}", answer.json) } else { answer.text };
            // A reader that went away has seen what it wanted.
            let _ = writeln!(std::io::stdout(), "{text}");
            if answer.differs { ExitCode::from(1) } else { ExitCode::SUCCESS }
        }
        Err(Failed(text)) => {
            let _ = writeln!(std::io::stderr(), "{text}");
            ExitCode::from(2)
        }
    }
}

fn answer(
    arguments: &Arguments,
    project: impl Fn(&Shared) -> Result<Migrator, Failed>,
) -> Result<Answer, Failed> {
    let options = &arguments.options;
    let mut migrator = project(options)?;
    if let Some(schema) = &options.schema {
        migrator = migrator.schema(schema);
    }
    match &arguments.command {
        #[cfg(feature = "tool")]
        Command::Build => Ok(build::answer(&migrator)),
        Command::Plan { rehearse } => plan::answer(&migrator, &mut connect(options)?, *rehearse),
        Command::Apply => apply::answer(&migrator, &mut connect(options)?),
        Command::Check => check::answer(&migrator, &mut connect(options)?),
        Command::Refresh { names, changed } => {
            refresh::answer(&migrator, &mut connect(options)?, names, *changed)
        }
    }
}

fn connect(options: &Shared) -> Result<Client, Failed> {
    let url = options
        .database_url
        .as_deref()
        .ok_or_else(|| Failed("error: no database: give --database-url, or set DATABASE_URL".to_owned()))?;
    let mut config: postgres::Config = url.parse().map_err(|error: postgres::Error| {
        Error::new(ErrorKind::Connection, "the database URL cannot be read").caused_by(error)
    })?;
    if config.get_application_name().is_none() {
        config.application_name("viewkeeper");
    }
    let client = config.connect(NoTls);
    Ok(client.map_err(|error| Error::new(ErrorKind::Connection, "cannot connect").caused_by(error))?)
}
