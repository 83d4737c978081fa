//! Routines that are created before the table migrations: what they need must be there by then.

use super::draft::Draft;
use super::edges::Edges;
use crate::text::diagnostic::Diagnostic;
use crate::text::parse::Word;

/// Reports each early routine that needs an object which is created after the migrations.
pub fn check(drafts: &[Draft<'_>], edges: &[Edges], problems: &mut Vec<Diagnostic>) {
    for (draft, edges) in drafts.iter().zip(edges) {
        if !draft.says(Word::BeforeMigrations) {
            continue;
        }
        let late = edges.hard.iter().find(|edge| !drafts[edge.to].says(Word::BeforeMigrations));
        if let Some((edge, other)) = late.map(|edge| (edge, &drafts[edge.to])) {
            let message = format!(
                "\"{}\" is created before the migrations, and needs \"{}\", which is created after them",
                draft.identity, other.identity
            );
            let place = other.file.place(other.definition.name.span.start);
            let problem = draft.file.problem(edge.span.start, message).and(place);
            problems.push(if other.kind().is_routine() {
                problem.help("write -- viewkeeper: before-migrations before its CREATE, too")
            } else {
                problem.help("let it read tables instead, or leave out before-migrations")
            });
        }
    }
}
