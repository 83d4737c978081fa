//! What each object needs: found in its text, or said by a directive.

use std::collections::BTreeSet;

use super::draft::{Draft, Known};
use crate::text::diagnostic::Diagnostic;
use crate::text::parse::{Use, UseKind, Word, Written, directive};
use crate::words::name::Name;
use crate::words::nearest::nearest;
use crate::words::object::Kind;
use crate::words::span::Span;

/// One object needs another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The other one, as an index into the drafts.
    pub to: usize,
    /// Where it is named.
    pub span: Span,
    /// True where its name stands in the definition, so that another can be put in its place.
    pub replaceable: bool,
    /// True where it only stands before a column.
    pub qualifies: bool,
    /// True where it is called, so that another overload may be meant.
    pub called: bool,
}

/// What one object needs and what it mentions.
#[derive(Default)]
pub struct Edges {
    /// What PostgreSQL needs to be there before it, in the order of the text.
    pub hard: Vec<Edge>,
    /// What a string body names.
    pub soft: Vec<usize>,
}

/// The edges of each draft. `tables`: the relations that table migrations create.
pub fn find(
    drafts: &[Draft<'_>],
    known: &Known<'_>,
    tables: &BTreeSet<Name>,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Edges> {
    let index = Index { drafts, known, tables };
    let edges = drafts.iter().enumerate();
    edges
        .map(|(from, draft)| Edges { hard: index.hard(from, draft, problems), soft: index.soft(from, draft) })
        .collect()
}

struct Index<'d> {
    drafts: &'d [Draft<'d>],
    known: &'d Known<'d>,
    tables: &'d BTreeSet<Name>,
}

impl Index<'_> {
    /// Looks a name up as the server will: an unqualified one in the project's schema, then along the path, up to a table of that
    /// name. A call can mean every overload that its arguments fit.
    fn find(&self, used: &Use) -> Vec<usize> {
        for name in self.known.names(&used.name) {
            let (found, ends) = match used.kind {
                UseKind::Routine => (Vec::new(), false),
                UseKind::Function(_) | UseKind::Procedure => (self.called(&name, used.kind), false),
                _ => (self.known.relation(&name).into_iter().collect(), self.tables.contains(&name)),
            };
            if ends || !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    fn called(&self, name: &Name, call: UseKind) -> Vec<usize> {
        let overloads = self.known.routines(name).iter().copied();
        overloads.filter(|&index| self.drafts[index].answers(call)).collect()
    }

    /// What a trigger executes, and what an aggregate is made of, is a function.
    fn calls(&self, kind: Kind, routine: usize) -> bool {
        !matches!(kind, Kind::Trigger | Kind::Aggregate) || self.drafts[routine].kind() == Kind::Function
    }

    /// A routine whose argument is a row of this relation is not what the relation itself calls.
    fn takes(&self, routine: usize, relation: usize) -> bool {
        let arguments = self.drafts[routine].routine().map(|routine| routine.arguments.as_slice());
        arguments.unwrap_or_default().iter().any(|argument| {
            let name = Written::read(argument.trim_end_matches("[]"), 0);
            name.is_some_and(|name| self.find(&Use { kind: UseKind::Type, name }).contains(&relation))
        })
    }

    fn hard(&self, from: usize, draft: &Draft<'_>, problems: &mut Vec<Diagnostic>) -> Vec<Edge> {
        let mut edges = Vec::new();
        let definition = draft.statement.uses.iter().map(|used| (used, true));
        let attached = draft.attachments.iter().flat_map(|attached| &attached.statement.uses);
        for (used, in_definition) in definition.chain(attached.map(|used| (used, false))) {
            let called = used.kind.is_call();
            let replaceable = in_definition && used.kind != UseKind::Literal;
            let qualifies = used.kind == UseKind::Qualifier;
            let found = self.find(used).into_iter().filter(|&to| !called || self.calls(draft.kind(), to));
            let others = found.filter(|&to| {
                if called { to != from && !self.takes(to, from) } else { to != from || in_definition }
            });
            edges.extend(others.map(|to| Edge { to, span: used.name.span, replaceable, qualifies, called }));
        }
        // What looks like a qualifier may be a field of a composite column.
        let read: Vec<usize> = edges.iter().filter(|edge| !edge.qualifies).map(|edge| edge.to).collect();
        edges.retain(|edge| !edge.qualifies || read.contains(&edge.to));
        for directive in
            draft.statement.directives.iter().filter(|directive| directive.word == Word::DependsOn)
        {
            for object in &directive.names {
                let mut found = self.directed(object);
                // The other overloads, where a routine names them all.
                if found.len() > 1 {
                    found.retain(|&to| to != from);
                }
                if found.is_empty() {
                    problems.push(self.unknown(draft, object));
                }
                let span = object.name.span;
                edges.extend(found.into_iter().map(|to| Edge {
                    to,
                    span,
                    replaceable: false,
                    qualifies: false,
                    called: false,
                }));
            }
        }
        edges
    }

    /// What the string body names and is not the object itself.
    fn soft(&self, from: usize, draft: &Draft<'_>) -> Vec<usize> {
        let mentions = draft.routine().map(|routine| routine.mentions.as_slice()).unwrap_or_default();
        let mut found: Vec<usize> = mentions.iter().flat_map(|used| self.find(used)).collect();
        found.retain(|&to| to != from);
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The objects that a directive names: a bare name means a relation and all routines of that name.
    fn directed(&self, object: &directive::Object) -> Vec<usize> {
        let mut found = self.known.names(&object.name).map(|name| match (&object.on, object.types()) {
            (Some(table), _) => self.known.trigger(&name.name, &self.known.name(table)).into_iter().collect(),
            (None, Some(types)) => self.known.routine(&name, &types).into_iter().collect(),
            (None, None) => {
                let routines = self.known.routines(&name).iter().copied();
                self.known.relation(&name).into_iter().chain(routines).collect::<Vec<_>>()
            }
        });
        found.find(|found| !found.is_empty()).unwrap_or_default()
    }

    fn unknown(&self, draft: &Draft<'_>, object: &directive::Object) -> Diagnostic {
        let problem = draft
            .file
            .problem(object.name.span.start, format!("no file of the project defines \"{object}\""));
        if let Some(overload) = self.known.routines(&self.known.name(&object.name)).first() {
            return problem.help(format!("did you mean \"{}\"?", self.drafts[*overload].identity));
        }
        let others = self.drafts.iter().filter(|other| other.identity != draft.identity);
        match nearest(&object.name.name, others.map(|other| other.identity.name.as_str())) {
            Some(near) if object.arguments.is_none() => problem.help(format!("did you mean \"{near}\"?")),
            _ => problem.help("what a table migration creates is always there before: it needs no directive"),
        }
    }
}
