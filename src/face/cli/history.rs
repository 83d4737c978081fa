//! `history`: what became of the objects, release by release; and forgetting old texts.

use super::answer::{Answer, Failed};
use super::context::Context;

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  viewkeeper history                            every release, and what it changed
  viewkeeper history app.gene_scores            every text that it had, by whom, when, and what differs
  viewkeeper history --releases --limit 5       the last five releases alone
  viewkeeper history --project app              without a folder of SQL files
  viewkeeper history --forget-before previous   keep no older texts than that release needs")]
pub struct Arguments {
    /// Only this object, by its identity or its name; a name without a schema is in the project's
    #[arg(value_name = "OBJECT")]
    object: Option<String>,
    /// The releases alone, without what they changed
    #[arg(long, conflicts_with = "object")]
    releases: bool,
    /// Only the last so many releases, or changes of an object
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Forget the texts that no release from this one on holds; going back further is impossible after that
    #[arg(long, value_name = "RELEASE", conflicts_with_all = ["object", "releases", "limit"])]
    forget_before: Option<String>,
    /// Forget without asking
    #[arg(long, requires = "forget_before")]
    yes: bool,
    /// The project with this name, instead of that of the files
    #[arg(long, value_name = "NAME")]
    project: Option<String>,
}

pub fn answer(arguments: &Arguments, context: &Context<'_>) -> Result<Answer, Failed> {
    let migrator = context.remembered(arguments.project.as_deref())?;
    let mut client = context.connect()?;
    if let Some(before) = &arguments.forget_before {
        let question =
            format!("forget the texts that no release from \"{before}\" on holds? they cannot be had back");
        context.confirm(&question, arguments.yes)?;
        return Ok(Answer::new(&migrator.forget(&mut client, before)?, false));
    }
    let mut history = migrator.history(&mut client, arguments.object.as_deref())?;
    if arguments.releases {
        history = history.without_objects();
    }
    if let Some(limit) = arguments.limit {
        history = history.limited(limit);
    }
    Ok(Answer::new(&history, false))
}
