//! What is typed: the options of every command, and the commands.

use clap::{Args, Parser, Subcommand};

use super::answer::Failed;
use super::{check, discover, export, graph, history, plan, refresh, rollback, validate};
#[cfg(feature = "tool")]
use super::{completions, new};

/// Keeps the tables and views of a PostgreSQL database as SQL files say.
#[derive(Parser)]
#[command(name = "viewkeeper", version, disable_help_subcommand = true, after_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    pub options: Shared,
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Exit codes: 0 in sync or done, 1 differences found, 2 error.

Examples:
  viewkeeper plan                    what apply would do, and why
  viewkeeper apply                   do it
  viewkeeper check --json            for a machine: how the database differs from the files";

/// What every command takes.
#[derive(Args)]
pub struct Shared {
    /// The folder of SQL files
    // `plan --sql` without a value asks for the script.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        default_value = "sql",
        num_args = 0..=1,
        default_missing_value = "",
        help_heading = "Shared options"
    )]
    pub sql: String,
    /// The database, such as postgres://user@host/name?sslmode=verify-full; DATABASE_URL when it is not given
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "DATABASE_URL",
        hide_env = true,
        help_heading = "Shared options"
    )]
    pub database_url: Option<String>,
    /// The schema of unqualified names, instead of the project's
    #[arg(long, global = true, value_name = "NAME", help_heading = "Shared options")]
    pub schema: Option<String>,
    /// Print JSON, errors too
    #[arg(long, global = true, help_heading = "Shared options")]
    pub json: bool,
    /// Print nothing but errors; the exit code says the rest
    #[arg(long, short, global = true, help_heading = "Shared options")]
    pub quiet: bool,
}

impl Arguments {
    /// Settles what a `--sql` without a folder means: in `plan` the script, and elsewhere nothing.
    pub fn settle(&mut self) -> Result<(), Failed> {
        if self.options.sql.is_empty() {
            let Command::Plan(plan) = &mut self.command else {
                return Err(Failed::new("--sql needs a folder here"));
            };
            plan.script = true;
            self.options.sql = "sql".to_owned();
        }
        Ok(())
    }
}

#[derive(Subcommand)]
pub enum Command {
    /// Check the files without a database, as the build script does
    #[cfg(feature = "tool")]
    Build,
    /// Print what apply would do; change nothing
    Plan(plan::Arguments),
    /// Bring the database to what the files say
    Apply,
    /// Compare the database with the files; change nothing
    Check(check::Arguments),
    /// Write live objects as files of a project: how an existing database is adopted
    Export(export::Arguments),
    /// Which release stands, who applied it and when, what is pending, and who is at work
    Status,
    /// Print every object of the database with its definition; with --json, the snapshot that validate compares with
    Discover(discover::Arguments),
    /// Compare the whole schema with what the files make of an empty database
    Validate(validate::Arguments),
    /// Fill materialized views anew, in dependency order, concurrently where possible
    Refresh(refresh::Arguments),
    /// Show which object stands on which
    Graph(graph::Arguments),
    /// Make a new migration or object file
    #[cfg(feature = "tool")]
    New(new::Arguments),
    /// Show every release, or every text that an object ever had, by whom and when
    History(history::Arguments),
    /// Bring the objects back to what they were in an earlier release
    Rollback(rollback::Arguments),
    /// Print the script that completes commands in a shell
    #[cfg(feature = "tool")]
    Completions(completions::Arguments),
    /// Print the manual page
    #[cfg(feature = "tool")]
    Man,
}
