//! `graph`: which object stands on which, as text, for other programs, or as a picture.

use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::json;

use super::answer::{Answer, Failed, written};
use super::context::Context;
use crate::graph::{Follow, Graph};
use crate::words::amount::count;
use crate::words::schemas::Schemas;

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  viewkeeper graph                                   the tiers, as text
  viewkeeper graph gene_scores --down                what stands on gene_scores
  viewkeeper graph --format html --output graph.html
  viewkeeper graph --check --tables --format svg -o graph.svg
                                                     with how the database differs, and the tables below
  viewkeeper graph --format dot | dot -Tpdf -o graph.pdf")]
pub struct Arguments {
    /// Only these objects, with what they stand on and what stands on them; a name without a schema is in the project's
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Of the named objects' surroundings, only what they stand on
    #[arg(long, requires = "names")]
    up: bool,
    /// Of the named objects' surroundings, only what stands on them
    #[arg(long, requires = "names")]
    down: bool,
    /// Ask the database how the objects differ from their files, and show it
    #[arg(long)]
    check: bool,
    /// Ask the database for the tables that the objects stand on, and show them below
    #[arg(long)]
    tables: bool,
    /// What to make of it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write it to a file, and not to the standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The tiers, for people
    Text,
    /// The language of Graphviz
    Dot,
    /// The language of Mermaid, which Markdown on the usual forges draws
    Mermaid,
    /// A picture
    Svg,
    /// One self-contained page: search, zoom, what stands on what, definitions
    Html,
}

pub fn answer(arguments: &Arguments, context: &Context<'_>) -> Result<Answer, Failed> {
    let migrator = context.project()?;
    let mut graph = migrator.project().graph();
    if arguments.check || arguments.tables {
        let mut client = context.connect()?;
        if arguments.check {
            graph = migrator.graph(&mut client)?;
        }
        if arguments.tables {
            graph = graph.with_tables(&migrator.discover(&mut client, &Schemas::All)?);
        }
    }
    let follow = match (arguments.up, arguments.down) {
        (true, false) => Follow::Up,
        (false, true) => Follow::Down,
        _ => Follow::Both,
    };
    let graph = if arguments.names.is_empty() { graph } else { graph.only(&arguments.names, follow)? };
    let answer = match arguments.format {
        Format::Text => Answer::new(&graph, false),
        format => Answer::raw(picture(&graph, format).trim_end(), json_of(&graph), false),
    };
    let Some(file) = &arguments.output else { return Ok(answer) };
    std::fs::write(file, format!("{}\n", answer.text)).map_err(Failed::of_file("write", file))?;
    let text = written(format!("graph of {}", count(graph.nodes.len(), "object")), file.display());
    Ok(Answer { text, json: json!({"file": file, "objects": graph.nodes.len()}), differs: false, raw: false })
}

fn picture(graph: &Graph, format: Format) -> String {
    match format {
        Format::Text => graph.to_string(),
        Format::Dot => graph.dot(),
        Format::Mermaid => graph.mermaid(),
        Format::Svg => graph.svg(),
        Format::Html => graph.html(),
    }
}

/// As a JSON value, whatever the picture is.
fn json_of(graph: &Graph) -> serde_json::Value {
    serde_json::to_value(graph).unwrap_or_default()
}
