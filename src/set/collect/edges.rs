//! What each object needs: found in its text, or said by a directive.

use std::collections::BTreeMap;

use super::draft::{Draft, Identity, by_identity};
use crate::text::diagnostic::Diagnostic;
use crate::text::parse::{UseKind, Word, Written, directive};
use crate::words::nearest::nearest;
use crate::words::span::Span;

/// One object needs another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The other one, as an index into the drafts.
    pub to: usize,
    /// Where it is named.
    pub span: Span,
    /// True where it is named as a relation or type in the definition, so that another name can be put in its place.
    pub replaceable: bool,
    /// True where it only stands before a column.
    pub qualifies: bool,
}

/// The edges of each draft, in the order of the text.
pub fn find(drafts: &[Draft<'_>], schema: &str, problems: &mut Vec<Diagnostic>) -> Vec<Vec<Edge>> {
    let index = Index { by_identity: by_identity(drafts), schema };
    drafts.iter().enumerate().map(|(from, draft)| index.edges(from, draft, problems)).collect()
}

struct Index<'d> {
    by_identity: BTreeMap<Identity, usize>,
    schema: &'d str,
}

impl Index<'_> {
    /// Looks a name up as the server will: an unqualified one in the project's schema, then in `public`.
    fn find(&self, name: &Written) -> Option<usize> {
        let own = self.by_identity.get(&Identity::of(name, self.schema));
        own.or_else(|| self.by_identity.get(&Identity::of(name, "public"))).copied()
    }

    fn edges(&self, from: usize, draft: &Draft<'_>, problems: &mut Vec<Diagnostic>) -> Vec<Edge> {
        let mut edges = Vec::new();
        let definition = draft.statement.uses.iter().map(|used| (used, true));
        let attached = draft.attachments.iter().flat_map(|(statement, _)| &statement.uses);
        for (used, in_definition) in definition.chain(attached.map(|used| (used, false))) {
            let found = match used.kind {
                UseKind::Function => None,
                UseKind::Relation | UseKind::Type | UseKind::Literal | UseKind::Qualifier => {
                    self.find(&used.name)
                }
            };
            if let Some(to) = found.filter(|&to| in_definition || to != from) {
                let named = matches!(used.kind, UseKind::Relation | UseKind::Qualifier | UseKind::Type);
                let replaceable = in_definition && named;
                let qualifies = used.kind == UseKind::Qualifier;
                edges.push(Edge { to, span: used.name.span, replaceable, qualifies });
            }
        }
        // What looks like a qualifier may be a field of a composite column.
        let read: Vec<usize> = edges.iter().filter(|edge| !edge.qualifies).map(|edge| edge.to).collect();
        edges.retain(|edge| !edge.qualifies || read.contains(&edge.to));
        for directive in
            draft.statement.directives.iter().filter(|directive| directive.word == Word::DependsOn)
        {
            for object in &directive.names {
                match self.find(&object.name).filter(|_| object.arguments.is_none()) {
                    Some(to) => {
                        edges.push(Edge { to, span: object.name.span, replaceable: false, qualifies: false })
                    }
                    None => problems.push(self.unknown(draft, object)),
                }
            }
        }
        edges
    }

    fn unknown(&self, draft: &Draft<'_>, object: &directive::Object) -> Diagnostic {
        let problem = draft
            .file
            .problem(object.name.span.start, format!("no file of the project defines \"{object}\""));
        let others = self.by_identity.keys().filter(|identity| **identity != draft.identity);
        match nearest(&object.name.name, others.map(|identity| identity.name.as_str())) {
            Some(near) if object.arguments.is_none() => problem.help(format!("did you mean \"{near}\"?")),
            _ => problem.help("what a table migration creates is always there before: it needs no directive"),
        }
    }
}
