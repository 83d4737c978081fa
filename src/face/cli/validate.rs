//! `validate`: the whole schema, compared with what the files make of an empty database.

use std::fs;
use std::path::{Path, PathBuf};

use super::answer::{Answer, Failed};
use super::context::Context;
use super::throwaway;
use crate::read::scratch::Scratch;
use crate::words::ignore::Ignore;
use crate::words::snapshot::Snapshot;

#[derive(clap::Args)]
#[command(after_help = "\
The files are applied to an empty scratch database: one that is made on the same server and dropped afterwards, unless
another one is named. The database itself is only read.

Examples:
  viewkeeper validate                                     against a scratch database on the same server
  viewkeeper validate --scratch-url postgres://host/empty against an empty database of your own
  viewkeeper validate --schema-snapshot schema.json       against what `discover --json` printed once
  viewkeeper validate --ignore 'index:*' --ignore 'public.audit_*'")]
pub struct Arguments {
    /// Apply the files to this empty database, instead of one that is made on the same server; what they make stays there
    #[arg(long, value_name = "URL", conflicts_with_all = ["throwaway", "schema_snapshot"])]
    scratch_url: Option<String>,
    /// Apply the files on a server of this machine that is started for it and thrown away
    #[arg(long, conflicts_with = "schema_snapshot", hide = !cfg!(feature = "tool"))]
    throwaway: bool,
    /// Compare with the JSON that `discover --json` printed, and apply nothing
    #[arg(long, value_name = "FILE")]
    schema_snapshot: Option<PathBuf>,
    /// Leave out what fits, and its parts: of an identity, or of a kind and an identity; `*` is for any characters
    #[arg(long, value_name = "PATTERN")]
    ignore: Vec<String>,
}

pub fn answer(arguments: &Arguments, context: &Context<'_>) -> Result<Answer, Failed> {
    // A snapshot says by itself what is expected.
    let project = match arguments.schema_snapshot {
        Some(_) => context.project_or_new()?,
        None => context.project()?,
    };
    let ignore = Ignore::new(&arguments.ignore);
    let mut client = context.connect()?;
    let differences = if let Some(file) = &arguments.schema_snapshot {
        project.validate_snapshot(&mut client, &snapshot(file)?, &ignore)?
    } else if let Some(url) = &arguments.scratch_url {
        project.validate(&mut client, Scratch::Given(&mut context.connect_to(url)?), &ignore)?
    } else if arguments.throwaway {
        throwaway::with_database(|empty| {
            Ok(project.validate(&mut client, Scratch::Throwaway(empty), &ignore)?)
        })?
    } else {
        let beside = context.beside()?;
        project.validate(&mut client, Scratch::Beside(&beside), &ignore)?
    };
    Ok(Answer::new(&differences, !differences.is_empty()))
}

fn snapshot(file: &Path) -> Result<Snapshot, Failed> {
    let shown = file.display();
    let text = fs::read_to_string(file).map_err(Failed::of_file("read", file))?;
    serde_json::from_str(&text).map_err(|error| {
        Failed::new(format!(
            "\"{shown}\" is no snapshot: {error}\n  help: viewkeeper discover --json > {shown}"
        ))
    })
}
