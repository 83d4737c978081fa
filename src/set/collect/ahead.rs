//! Migrations that use what only a file defines. The objects of files are created after the whole chain, so on a fresh
//! database such a migration would fail; on the developer's own it does not, because the object is there already.

use std::collections::BTreeSet;

use super::draft::{Draft, Known};
use super::file::File;
use super::migrations::Migration;
use crate::text::diagnostic::Diagnostic;
use crate::text::parse::{Effect, Form, Named, Statement, Use, UseKind, What, Word};
use crate::words::name::Name;
use crate::words::object::Kind;

/// Follows the chain and reports each first use of an object that is not there at that moment.
pub fn check(
    migrations: &[Migration<'_>],
    drafts: &[Draft<'_>],
    known: &Known<'_>,
    problems: &mut Vec<Diagnostic>,
) {
    // What a statement with a syntax error creates is not known.
    if migrations.iter().any(|migration| !migration.file.is_whole()) {
        return;
    }
    let mut chain = Chain::new(drafts, known);
    for Migration { file, .. } in migrations {
        let mut follows_path = false;
        let mut reported = BTreeSet::new();
        for statement in &file.parsed.statements {
            follows_path |= statement.sets_search_path;
            for (used, index) in chain.missing(statement, follows_path) {
                if reported.insert(index) {
                    problems.push(chain.problem(file, used.name.span.start, &drafts[index]));
                }
            }
            problems.extend(chain.missing_trigger(file, statement));
            chain.apply(file, statement);
        }
    }
}

/// The relations that are there after the chain.
pub fn relations(migrations: &[Migration<'_>], drafts: &[Draft<'_>], known: &Known<'_>) -> BTreeSet<Name> {
    let mut chain = Chain::new(drafts, known);
    for Migration { file, .. } in migrations {
        file.parsed.statements.iter().for_each(|statement| chain.apply(file, statement));
    }
    chain.relations
}

/// The identities of the objects that the chain creates.
#[cfg(feature = "tool")]
pub fn created(migrations: &[Migration<'_>], drafts: &[Draft<'_>], known: &Known<'_>) -> BTreeSet<String> {
    let mut chain = Chain::new(drafts, known);
    for Migration { file, .. } in migrations {
        file.parsed.statements.iter().for_each(|statement| chain.apply(file, statement));
    }
    let there = |(index, draft): &(usize, &Draft<'_>)| match draft.kind() {
        Kind::Trigger => chain.triggers.contains(index),
        kind if kind.is_routine() => chain.routines.contains(&draft.identity.qualified()),
        _ => chain.relations.contains(&draft.identity.qualified()),
    };
    drafts.iter().enumerate().filter(there).map(|(_, draft)| draft.identity.to_string()).collect()
}

struct Chain<'c> {
    drafts: &'c [Draft<'c>],
    known: &'c Known<'c>,
    /// What the migrations so far have created.
    relations: BTreeSet<Name>,
    routines: BTreeSet<Name>,
    /// By the index of the draft that is the same trigger.
    triggers: BTreeSet<usize>,
}

impl<'c> Chain<'c> {
    fn new(drafts: &'c [Draft<'c>], known: &'c Known<'c>) -> Self {
        Chain {
            drafts,
            known,
            relations: BTreeSet::new(),
            routines: BTreeSet::new(),
            triggers: BTreeSet::new(),
        }
    }

    /// The objects of files that a statement uses before they are there. After SET search_path nobody knows what an
    /// unqualified name means.
    fn missing<'s>(&self, statement: &'s Statement, follows_path: bool) -> Vec<(&'s Use, usize)> {
        let uses = statement.uses.iter().filter(|used| used.name.schema.is_some() || !follows_path);
        uses.filter_map(|used| Some((used, self.absent(used)?))).collect()
    }

    fn absent(&self, used: &Use) -> Option<usize> {
        match used.kind {
            UseKind::Qualifier => None,
            UseKind::Function(_) | UseKind::Procedure | UseKind::Routine => {
                let there = |name: &Name| self.routines.contains(name);
                let meant = |name: &Name| there(name) || !self.known.routines(name).is_empty();
                let name = self.known.names(&used.name).find(meant).filter(|name| !there(name))?;
                self.absent_routine(&name, used.kind)
            }
            _ => {
                let there = |name: &Name| self.relations.contains(name);
                let meant = |name: &Name| there(name) || self.known.relation(name).is_some();
                let name = self.known.names(&used.name).find(meant).filter(|name| !there(name))?;
                self.known.relation(&name)
            }
        }
    }

    fn absent_routine(&self, name: &Name, call: UseKind) -> Option<usize> {
        let overloads = self.known.routines(name);
        let mut meant = overloads.iter().copied().filter(|&index| self.drafts[index].answers(call));
        let first = meant.next()?;
        // One that is there already may be the one that is meant.
        let early = |index: usize| self.drafts[index].says(Word::BeforeMigrations);
        (!early(first) && !meant.any(early)).then_some(first)
    }

    /// A statement about a trigger that only a file defines.
    fn missing_trigger(&self, file: &File<'_>, statement: &Statement) -> Option<Diagnostic> {
        let What::Attach(said) = &statement.what else { return None };
        let target = said.to.first()?;
        let Named::Trigger(name) = &target.is else { return None };
        let index = self.known.trigger(name, &self.known.name(&target.name))?;
        if self.triggers.contains(&index) {
            return None;
        }
        Some(self.problem(file, target.name.span.start, &self.drafts[index]))
    }

    fn apply(&mut self, file: &File<'_>, statement: &Statement) {
        for effect in &statement.effects {
            match effect {
                Effect::Adds(name) => self.relations.insert(self.known.name(name)),
                Effect::Removes(name) => self.relations.remove(&self.known.name(name)),
                Effect::AddsRoutine(name) => self.routines.insert(self.known.name(name)),
            };
        }
        if let What::Create(definition) = &statement.what
            && let Form::Trigger(trigger) = &definition.form
        {
            let table = self.known.name(&trigger.table);
            self.triggers.extend(self.known.trigger(&definition.name.name, &table));
        }
        // A body that mentions a name may create it: `DO $$ ... EXECUTE 'create view ...' $$`.
        for body in statement.bodies.iter().map(|body| file.slice(*body).to_lowercase()) {
            let drafts = self.drafts.iter().enumerate();
            for (index, draft) in
                drafts.filter(|(_, draft)| body.contains(&draft.identity.name.to_lowercase()))
            {
                match draft.kind() {
                    Kind::Trigger => self.triggers.insert(index),
                    kind if kind.is_routine() => self.routines.insert(draft.identity.qualified()),
                    _ => self.relations.insert(draft.identity.qualified()),
                };
            }
        }
    }

    fn problem(&self, file: &File<'_>, at: usize, draft: &Draft<'_>) -> Diagnostic {
        let message = format!(
            "this migration uses the {} \"{}\", which no earlier migration creates",
            draft.kind(),
            draft.identity
        );
        let place = draft.file.place(draft.definition.name.span.start);
        let problem = file.problem(at, message).and(place);
        let instead =
            if draft.kind().is_relation() { "; what reads it can read its tables instead" } else { "" };
        let such = if draft.kind() == Kind::Trigger { "comment" } else { "grant" };
        let problem = problem
            .help(format!(
                "objects are created after all migrations: what is about \"{}\", such as a {such}, belongs in {}{instead}",
                draft.identity, draft.file.shown
            ))
            .help("or create it in an earlier migration as it was then; its file takes it over after the chain");
        if !draft.kind().is_routine() {
            return problem;
        }
        problem.help(format!(
            "or, when a table needs it, write before its CREATE in {}: -- viewkeeper: before-migrations",
            draft.file.shown
        ))
    }
}
