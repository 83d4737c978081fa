//! `discover`: every object of the database.

use super::answer::{Answer, Failed};
use super::context::Context;
use crate::words::schemas::Schemas;

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  viewkeeper discover                          every object, with its definition and what it needs
  viewkeeper discover --schema-only app        those in one schema
  viewkeeper discover --json > schema.json     the snapshot that validate --schema-snapshot compares with")]
pub struct Arguments {
    /// Only these schemas, and what belongs to the whole database
    #[arg(long, value_name = "NAME", num_args = 1..)]
    schema_only: Vec<String>,
}

pub fn answer(arguments: &Arguments, context: &Context<'_>) -> Result<Answer, Failed> {
    let project = context.project_or_new()?;
    let schemas = match arguments.schema_only.as_slice() {
        [] => Schemas::All,
        names => Schemas::named(names),
    };
    let snapshot = project.discover(&mut context.connect()?, &schemas)?;
    Ok(Answer::new(&snapshot, false))
}
