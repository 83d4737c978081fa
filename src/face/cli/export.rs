//! `export`: live objects as files of a project. Adopting a database that exists starts here.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use super::answer::{Answer, Failed, written};
use super::context::Context;
use crate::words::amount::count;
use crate::words::escape::{row, said};
use crate::words::export::{Existing, Export, ExportedFile, FileState, Selection};

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  viewkeeper export                          every object of the project's schemas that is not as a file says
  viewkeeper export gene_scores 'score(int)' these and no others
  viewkeeper export --schema app --to sql    a database that viewkeeper does not know: makes the folder
  viewkeeper export --schemas app,stats      the objects of two schemas
  viewkeeper export --owner app_owner        what this role owns, too, though the connected one does not trust it
  viewkeeper export --script > objects.sql   one script, in an order in which they can be created

Tables, types and sequences are not exported: they belong in table migrations.")]
pub struct Arguments {
    /// Only the objects of these names: a relation, a routine with or without its types, `trigger on table`
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// The project's folder that the files are written to, instead of the shared --sql; made where there is none
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// Print one script, in dependency order, and write no file
    #[arg(long, conflicts_with = "to")]
    script: bool,
    /// The schemas to export, instead of the project's and those of its objects
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with = "all_schemas")]
    schemas: Vec<String>,
    /// Export every schema but the server's own
    #[arg(long)]
    all_schemas: bool,
    /// Export what these roles own, too: by default what a role owns that is not trusted is left out
    #[arg(long, value_name = "ROLES", value_delimiter = ',')]
    owner: Vec<String>,
    /// Write over files that say something else, without asking
    #[arg(long, short)]
    yes: bool,
}

/// What was written.
#[derive(Serialize)]
struct Exported {
    /// As it was given.
    folder: String,
    files: Vec<ExportedFile>,
    /// No table migration is in the project yet.
    without_tables: bool,
    #[serde(flatten)]
    export: Export,
}

pub fn answer(arguments: &Arguments, context: &Context<'_>) -> Result<Answer, Failed> {
    let folder = arguments.to.as_deref().unwrap_or_else(|| context.folder());
    let migrator = match &arguments.to {
        Some(folder) => context.project_in(folder)?,
        None => context.project_or_new()?,
    };
    let export = migrator.export(&mut context.connect()?, &arguments.selection())?;
    if arguments.script {
        let json = serde_json::to_value(&export).unwrap_or_default();
        return Ok(Answer::raw(export.script().trim_end(), json, false));
    }
    let different: Vec<String> = (export.compare(folder)?.into_iter())
        .filter(|file| file.state == FileState::Differs)
        .map(|file| file.file)
        .collect();
    if !different.is_empty() {
        let question = format!("write over {}: {}?", count(different.len(), "file"), different.join(", "));
        context.confirm(&question, arguments.yes)?;
    }
    let files = export.write(folder, Existing::Replace)?;
    let exported = Exported {
        folder: folder.display().to_string(),
        files,
        without_tables: migrator.project().manifest().migrations.is_empty(),
        export,
    };
    Ok(Answer::new(&exported, false))
}

impl Arguments {
    fn selection(&self) -> Selection {
        let selection = Selection::default().names(&self.names).owners(&self.owner);
        match self.all_schemas {
            true => selection.every_schema(),
            false if self.schemas.is_empty() => selection,
            false => selection.schemas(&self.schemas),
        }
    }
}

impl fmt::Display for Exported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |state: FileState| self.files.iter().filter(move |file| file.state == state);
        let kept = self.export.objects.iter().filter(|object| object.in_project).count();
        let changed = self.files.iter().filter(|file| file.state != FileState::Same);
        let changed = count(changed.count(), "file");
        said!(f, "{}: {}", self.export.project, written(changed, &self.folder))?;
        for file in of(FileState::New) {
            row!(f, "  new       {}", file.file)?;
        }
        for file in of(FileState::Differs) {
            row!(f, "  replaced  {}", file.file)?;
        }
        match of(FileState::Same).count() {
            0 => {}
            same => row!(f, "  same      {}", count(same, "file"))?,
        }
        if kept > 0 {
            row!(f, "  in sync   {}", count(kept, "object"))?;
        }
        for left in &self.export.left_out {
            write!(f, "\n  left out: {}", left.to_string().replace('\n', "\n  "))?;
        }
        for warning in &self.export.warnings {
            row!(f, "  warning: {warning}")?;
        }
        if self.without_tables && !self.export.objects.is_empty() {
            row!(
                f,
                "  note: tables, types and sequences are not exported; write what `pg_dump --schema-only` says of them as \
                 the first file of {}/migrations, guarded so that it can run here, too (`if not exists`)",
                self.folder
            )?;
        }
        Ok(())
    }
}
