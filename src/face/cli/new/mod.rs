//! `new`: a file with the right name in the right folder.

mod file;
mod migration;
mod object;

use std::fmt;

use clap::{Args, Subcommand};
use serde::Serialize;

use self::file::NewFile;
use self::object::Wanted;
use super::answer::{Answer, Failed};
use super::context::Context;
use super::folder::new_settings;
use crate::set::collect::{SETTINGS, inventory};
use crate::words::escape::{Line, row};
use crate::words::object::Kind;

#[derive(Args)]
#[command(after_help = "\
Examples:
  viewkeeper new migration add_scores              migrations/V9__add_scores.sql, with the next version
  viewkeeper new view gene_scores                  views/gene_scores.sql, or where the project keeps its views
  viewkeeper new trigger touch --on app.genes      with a function of its own
  viewkeeper new migration --from-plan -m \"scores with a tier\"
                                                   the pending changes of objects as a migration, and its reverse")]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// A table migration with the next version
    Migration(migration::Arguments),
    /// A view
    View(Named),
    /// A materialized view
    MaterializedView(Named),
    /// A function
    Function(Named),
    /// A procedure
    Procedure(Named),
    /// A trigger, with its function
    Trigger(Trigger),
}

#[derive(Args)]
struct Named {
    /// Its name, as it stands in SQL; without a schema it is in the project's
    name: String,
}

#[derive(Args)]
struct Trigger {
    /// Its name, as it stands in SQL
    name: String,
    /// The table or view that it is on; without a schema it is in the project's
    #[arg(long, value_name = "TABLE")]
    on: String,
}

pub fn answer(arguments: &Arguments, context: &Context<'_>) -> Result<Answer, Failed> {
    let shown = context.folder().display().to_string();
    let held = inventory(context.folder(), &shown);
    let object = |kind: Kind, name: &str, on: Option<&str>| {
        let file = object::file(&held, &Wanted { kind, name, on })?;
        write(context, vec![file])
    };
    let created = match &arguments.what {
        What::Migration(arguments) if arguments.from_plan => migration::from_plan(arguments, context, &held)?,
        What::Migration(arguments) => write(context, vec![migration::file(arguments, &held)?])?,
        What::View(named) => object(Kind::View, &named.name, None)?,
        What::MaterializedView(named) => object(Kind::MaterializedView, &named.name, None)?,
        What::Function(named) => object(Kind::Function, &named.name, None)?,
        What::Procedure(named) => object(Kind::Procedure, &named.name, None)?,
        What::Trigger(trigger) => object(Kind::Trigger, &trigger.name, Some(&trigger.on))?,
    };
    Ok(Answer::new(&created, false))
}

/// The files that were made.
#[derive(Serialize)]
struct Created {
    files: Vec<String>,
    /// What to do now.
    next: Vec<String>,
}

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files: Vec<String> =
            self.files.iter().map(|file| Line(format_args!("created {file}")).to_string()).collect();
        if files.is_empty() {
            let next: Vec<String> = self.next.iter().map(|next| Line(next).to_string()).collect();
            return f.write_str(&next.join("\n"));
        }
        f.write_str(&files.join("\n"))?;
        self.next.iter().try_for_each(|next| row!(f, "  note: {next}"))
    }
}

/// Writes files that must not be there; in a new project its settings before them.
fn write(context: &Context<'_>, mut files: Vec<NewFile>) -> Result<Created, Failed> {
    let folder = context.folder();
    if let Some(text) = new_settings(folder) {
        files.insert(0, NewFile { path: SETTINGS.to_owned(), text, next: Vec::new() });
    }
    let next = files.iter().flat_map(|file| file.next.clone()).collect();
    for file in &files {
        file.check(folder)?;
    }
    for file in &files {
        file.write(folder)?;
    }
    let files = files.iter().map(|file| folder.join(&file.path).display().to_string()).collect();
    Ok(Created { files, next })
}
