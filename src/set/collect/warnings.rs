//! What the build warns of: it works, but hardly as it was meant.

use super::draft::Draft;
use crate::text::diagnostic::Diagnostic;
use crate::text::parse::Word;
use crate::words::attachment::Says;
use crate::words::refresh::Refresh;

/// By file and line.
pub fn of(drafts: &[Draft<'_>]) -> Vec<Diagnostic> {
    let mut warnings: Vec<Diagnostic> = drafts.iter().filter_map(readers_wait).collect();
    warnings.sort_by(|left, right| left.places.cmp(&right.places));
    warnings
}

/// A materialized view that is refreshed by itself, and has no index by which PostgreSQL could do it beside its readers.
fn readers_wait(draft: &Draft<'_>) -> Option<Diagnostic> {
    let mut directives = draft.statement.directives.iter();
    let directive = directives.find(|directive| directive.word == Word::Refresh)?;
    if matches!(directive.refresh, None | Some(Refresh::Manual)) {
        return None;
    }
    let says = draft.attachments.iter().map(|attached| &attached.said.says);
    if says.into_iter().any(|says| matches!(says, Says::Index { identifies: true, .. })) {
        return None;
    }
    let message = format!(
        "\"{}\" has no unique index over plain columns, so its readers wait while it is refreshed",
        draft.identity
    );
    let name = &draft.definition.name;
    let problem = draft.file.problem(directive.span.start, message);
    Some(problem.help(format!("write one: create unique index {}_key on {name} (...)", name.name)))
}
