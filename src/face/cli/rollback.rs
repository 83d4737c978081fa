//! `rollback`: back to an earlier release's objects.

use super::answer::{Answer, Failed};
use super::context::Context;
use crate::words::checksum::short;
use crate::words::options::Prune;

#[derive(clap::Args)]
#[command(after_help = "\
A release is the first digits of its checksum (4 or more), its number, or `previous`; `viewkeeper history --releases` lists
them. Views, materialized views, functions and triggers go back; tables and their rows stay as they are.

Examples:
  viewkeeper rollback --to previous --plan      what it would do
  viewkeeper rollback --to 3f2a91               show it, ask, and do it
  viewkeeper rollback --to 3 --yes              without a question, for a script
  viewkeeper rollback --to 3 --project app      without a folder of SQL files")]
pub struct Arguments {
    /// The release to go back to: digits of its checksum, its number, or `previous`
    #[arg(long, value_name = "RELEASE")]
    to: String,
    /// Print what it would do; change nothing
    #[arg(long)]
    plan: bool,
    /// Keep the objects that came later, instead of dropping them
    #[arg(long)]
    keep: bool,
    /// Do it without asking
    #[arg(long, conflicts_with = "plan")]
    yes: bool,
    /// The project with this name, instead of that of the files
    #[arg(long, value_name = "NAME")]
    project: Option<String>,
}

pub fn answer(arguments: &Arguments, context: &Context<'_>) -> Result<Answer, Failed> {
    let mut migrator = context.remembered(arguments.project.as_deref())?;
    if arguments.keep {
        migrator = migrator.prune(Prune::Never);
    }
    let mut client = context.connect()?;
    let to = &arguments.to;
    if arguments.yes {
        return Ok(Answer::new(&migrator.rollback(&mut client, to)?, false));
    }
    let plan = migrator.plan_rollback(&mut client, to)?;
    if arguments.plan {
        return Ok(Answer::new(&plan, !plan.plan.is_empty()));
    }
    context.show(&plan);
    context.confirm(&format!("go back to release {}?", short(&plan.release)), false)?;
    Ok(Answer::new(&migrator.rollback_as_planned(&mut client, &plan)?, false))
}
