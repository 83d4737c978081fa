//! `plan`: what `apply` would do.

use std::fs;
use std::path::PathBuf;

use super::answer::{Answer, Failed};
use super::context::Context;

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  viewkeeper plan                            with reasons, locks and statements
  viewkeeper plan --script > next.sql        the statements alone, as one script
  viewkeeper plan --rehearse                 do it all, tell what happened, roll back
  viewkeeper plan --facts facts.json         and write down what it was decided on")]
pub struct Arguments {
    /// Do it all in a transaction that is rolled back, and print what happened and which locks were taken
    #[arg(long)]
    rehearse: bool,
    /// Print the SQL as one script, in the order in which it would be sent; `--sql` without a folder says the same
    #[arg(long, conflicts_with = "rehearse")]
    pub script: bool,
    /// Write what the plan was decided on into a file, as JSON: the files of the objects, what the database told of them, and
    /// what is recorded; no rows of tables. It makes a report of a wrong plan complete
    #[arg(long, value_name = "FILE", conflicts_with = "rehearse")]
    facts: Option<PathBuf>,
    /// With the texts of objects that are of no file of the project, too, instead of their hashes
    #[arg(long, requires = "facts")]
    full: bool,
}

pub fn answer(arguments: &Arguments, context: &Context<'_>) -> Result<Answer, Failed> {
    let migrator = context.project()?;
    let mut client = context.connect()?;
    if let Some(file) = &arguments.facts {
        let facts = migrator.facts(&mut client, arguments.full)?;
        fs::write(file, facts).map_err(Failed::of_file("write", file))?;
    }
    if arguments.rehearse {
        let rehearsal = migrator.rehearse(&mut client)?;
        let report = &rehearsal.report;
        let differs =
            !rehearsal.plan.is_empty() || !report.migrations.is_empty() || !report.pending.is_empty();
        return Ok(Answer::new(&rehearsal, differs || rehearsal.stopped.is_some()));
    }
    let plan = migrator.plan(&mut client)?;
    let differs = !plan.is_empty() || !plan.pending.is_empty();
    if arguments.script {
        let json = serde_json::json!({"sql": plan.script()});
        return Ok(Answer::raw(plan.script().trim_end(), json, differs));
    }
    Ok(Answer::new(&plan, differs))
}
