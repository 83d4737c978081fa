//! `check`: how the database differs from the project.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::answer::{Answer, Failed};
use super::context::Context;
use crate::words::baseline::Baseline;
use crate::words::check::Check;
use crate::words::escape::Line;

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  viewkeeper check                                        exit code 1 when anything differs
  viewkeeper check --all                                  the objects that are in sync, too
  viewkeeper check --baseline known.txt --write-baseline  accept what differs now
  viewkeeper check --baseline known.txt                   from then on, fail for anything else
  viewkeeper check --summary \"$GITHUB_STEP_SUMMARY\"        a table for the page of the CI run")]
pub struct Arguments {
    /// List the objects that are in sync, too
    #[arg(long)]
    all: bool,
    /// Differences that are known and do not count, one a line
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write the differences of now into the baseline, instead of comparing with it
    #[arg(long, requires = "baseline")]
    write_baseline: bool,
    /// Append a summary in Markdown to a file
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,
}

pub fn answer(arguments: &Arguments, context: &Context<'_>) -> Result<Answer, Failed> {
    let mut check = context.project()?.check(&mut context.connect()?)?;
    if let Some(file) = &arguments.baseline {
        let baseline = match arguments.write_baseline {
            true => check.baseline(),
            false => read(file)?,
        };
        if arguments.write_baseline {
            fs::write(file, baseline.to_string()).map_err(Failed::of_file("write", file))?;
        }
        check = check.without(&baseline);
    }
    if let Some(file) = &arguments.summary {
        let summary = OpenOptions::new().create(true).append(true).open(file);
        let text = check.markdown();
        summary
            .and_then(|mut summary| summary.write_all(text.as_bytes()))
            .map_err(Failed::of_file("write", file))?;
    }
    let mut answer = Answer::new(&check, !check.in_sync());
    if arguments.all {
        answer.text.push_str(&in_sync(&check));
    }
    Ok(answer)
}

fn in_sync(check: &Check) -> String {
    let lines = check.in_sync.iter();
    lines.map(|object| format!("\n  in sync   {} {}", object.kind, Line(&object.object))).collect()
}

fn read(file: &Path) -> Result<Baseline, Failed> {
    let text = fs::read_to_string(file).map_err(Failed::of_file("read", file))?;
    let Ok(baseline) = text.parse();
    Ok(baseline)
}
