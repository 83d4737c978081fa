//! `refresh`: materialized views filled anew.

use super::answer::{Answer, Failed};
use super::context::Context;
use crate::words::views::Views;

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  viewkeeper refresh                 all of them
  viewkeeper refresh gene_scores     this one, and nothing else
  viewkeeper refresh --changed       what starts and refreshes left behind")]
pub struct Arguments {
    /// Only these; a name without a schema is in the project's
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Only those whose rows are known to be old: what a run or a refresh of ours left behind
    #[arg(long, conflicts_with = "names")]
    changed: bool,
}

/// One of the project that is not there counts as a difference.
pub fn answer(arguments: &Arguments, context: &Context<'_>) -> Result<Answer, Failed> {
    let migrator = context.project()?;
    let mut client = context.connect()?;
    let refreshed = match arguments.names.as_slice() {
        _ if arguments.changed => migrator.refresh(&mut client, &Views::Stale)?,
        [] => migrator.refresh(&mut client, &Views::All)?,
        names => migrator.refresh(&mut client, &Views::named(names))?,
    };
    Ok(Answer::new(&refreshed, !refreshed.skipped.is_empty()))
}
