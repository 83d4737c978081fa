//! Migrations that use what only a file defines. The objects of files are created after the whole chain, so on a fresh
//! database such a migration would fail; on the developer's own it does not, because the object is there already.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Draft, Identity, by_identity};
use super::file::File;
use super::migrations::Migration;
use crate::text::diagnostic::Diagnostic;
use crate::text::parse::{Effect, Statement, UseKind, Written};

/// Follows the chain and reports each first use of an object that is not there at that moment.
pub fn check(
    migrations: &[Migration<'_>],
    drafts: &[Draft<'_>],
    schema: &str,
    problems: &mut Vec<Diagnostic>,
) {
    // What a statement with a syntax error creates is not known.
    if migrations.iter().any(|migration| !migration.file.is_whole()) {
        return;
    }
    let mut chain = Chain { drafts, by_identity: by_identity(drafts), schema, there: BTreeSet::new() };
    for Migration { file, .. } in migrations {
        let mut follows_path = false;
        let mut reported = BTreeSet::new();
        for statement in &file.parsed.statements {
            follows_path |= statement.sets_search_path;
            for name in chain.missing(statement, follows_path) {
                if reported.insert(name.to_string()) {
                    problems.extend(chain.problem(file, name));
                }
            }
            chain.apply(file, statement);
        }
    }
}

struct Chain<'c> {
    drafts: &'c [Draft<'c>],
    by_identity: BTreeMap<Identity, usize>,
    schema: &'c str,
    there: BTreeSet<Identity>,
}

impl Chain<'_> {
    fn draft(&self, identity: &Identity) -> Option<&Draft<'_>> {
        self.by_identity.get(identity).map(|&index| &self.drafts[index])
    }

    /// The objects of files that a statement uses before they are there. After SET search_path nobody knows which
    /// relation an unqualified name means.
    fn missing<'s>(&self, statement: &'s Statement, follows_path: bool) -> Vec<&'s Written> {
        let uses =
            statement.uses.iter().filter(|used| !matches!(used.kind, UseKind::Function | UseKind::Qualifier));
        uses.map(|used| &used.name)
            .filter(|name| name.schema.is_some() || !follows_path)
            .filter(|name| {
                let identity = Identity::of(name, self.schema);
                !self.there.contains(&identity) && self.draft(&identity).is_some()
            })
            .collect()
    }

    fn apply(&mut self, file: &File<'_>, statement: &Statement) {
        for effect in &statement.effects {
            match effect {
                Effect::Adds(name) => self.there.insert(Identity::of(name, self.schema)),
                Effect::Removes(name) => self.there.remove(&Identity::of(name, self.schema)),
            };
        }
        // A body that mentions a name may create it: `DO $$ ... EXECUTE 'create view ...' $$`.
        for body in statement.bodies.iter().map(|body| file.slice(*body).to_lowercase()) {
            let mentioned = self.drafts.iter().map(|draft| &draft.identity);
            let mentioned = mentioned.filter(|identity| body.contains(&identity.name.to_lowercase()));
            self.there.extend(mentioned.cloned());
        }
    }

    fn problem(&self, file: &File<'_>, name: &Written) -> Option<Diagnostic> {
        let draft = self.draft(&Identity::of(name, self.schema))?;
        let message = format!(
            "this migration uses the {} \"{}\", which no earlier migration creates",
            draft.kind(),
            draft.identity
        );
        let problem =
            file.problem(name.span.start, message).and(draft.file.place(draft.view.name.span.start));
        Some(
            problem
                .help(format!(
                    "objects are created after all migrations: what is about \"{}\", such as a grant, belongs in {}; what \
                     reads it can read its tables instead",
                    draft.identity, draft.file.shown
                ))
                .help("or create it in an earlier migration as it was then; its file takes it over after the chain"),
        )
    }
}
