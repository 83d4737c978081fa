//! What pending migrations would take away with CASCADE, for a plan.

use crate::act::run::Run;
use crate::act::run::migrations::cascade::Reach;
use crate::act::run::migrations::target::targets;
use crate::read::session::{Failure, Value, bind, under};
use crate::words::error::{Error, ErrorKind};
use crate::words::span::Span;

impl Run<'_, '_> {
    /// A warning for each statement with which something would go.
    pub fn goes_along(&mut self, pending: &[usize]) -> Result<Vec<String>, Error> {
        let project = self.project;
        let migrations = pending.iter().map(|&index| &project.manifest().migrations[index]);
        let mut warnings = Vec::new();
        for migration in migrations.filter(|migration| migration.outside.is_none()) {
            for &Span { start, end } in &migration.statements {
                let text = project.text(&migration.file).get(start..end).unwrap_or("");
                let targets = match Reach::of(text) {
                    Reach::Cascade(_) => targets(text),
                    _ => continue,
                };
                let targets = serde_json::json!(targets).to_string();
                let question = bind("goes", &[("targets", Value::Text(&targets))]);
                let goes: Vec<String> = self.session.ask(&under(&project.search_path(), &question)).map_err(
                    |failure: Failure| failure.while_(ErrorKind::Migration, "cannot read what would go"),
                )?;
                if !goes.is_empty() {
                    let place = project.place(&migration.file, start).location;
                    warnings.push(format!(
                        "{place} drops with CASCADE, and takes along: {}; what fits behind the migrations comes back, and the report \
                         names the rest",
                        goes.join(", ")
                    ));
                }
            }
        }
        Ok(warnings)
    }
}
