//! What is made beside the old objects before anything is locked: materialized views, whose filling takes long, and what
//! they stand on. Readers wait only for the switch.

use std::collections::{BTreeMap, BTreeSet};

use super::dependents::Dependents;
use super::findings::Findings;
use super::object_decision::ObjectDecision;
use crate::decide::compare::classify::{Classification, State};
use crate::decide::compare::difference::Difference;
use crate::read::dependent::Act;
use crate::set::project::{Object, Project};
use crate::words::name::{Name, identifier};
use crate::words::object::Kind;
use crate::words::temporary::TemporaryNames;
use crate::words::verb::Verb;

/// What is made before the switch.
#[derive(Debug, Default)]
pub struct SideBySide {
    /// Made under their names in schemas of their own, and moved at the switch.
    pub moved: BTreeSet<usize>,
    /// Made where they belong: nothing of their names is there, or it is a routine that is replaced in place, which keeps no
    /// reader waiting.
    pub at_once: BTreeSet<usize>,
    /// The schemas in which the first ones are made, by the schema to which they belong.
    schemas: BTreeMap<String, String>,
    /// What these are called in a plan, by the names that they have in this session.
    shown: BTreeMap<String, String>,
}

impl SideBySide {
    /// What comes before the switch. Nothing where no lock is taken (`locks`), because nobody waits then.
    pub fn new(
        findings: &Findings<'_>,
        decisions: &BTreeMap<usize, ObjectDecision<'_>>,
        dependents: &Dependents<'_>,
        locks: bool,
    ) -> Self {
        let mut side_by_side = SideBySide::default();
        if !locks || !findings.facts.live.create {
            return side_by_side;
        }
        let made = |index: &usize| {
            decisions.get(index).is_some_and(|decision| matches!(decision.verb, Verb::Create | Verb::Rebuild))
        };
        let fills = |index: &&usize| {
            made(index) && fills(findings.project.object(**index), &decisions[*index], dependents)
        };
        let filled = decisions.keys().filter(fills).copied();
        let reached = findings.project.closure(filled, |data| data.needs.iter().chain(&data.mentions));
        // What stands on something that is put back from the catalog has to wait for it.
        let waits = |index: usize| {
            let foreign = |id: &String| dependents.put_back.iter().any(|dependent| dependent.id == *id);
            dependents.ours.get(&index).is_some_and(|dependent| dependent.needs.iter().any(foreign))
        };
        let mut waiting: BTreeSet<usize> = BTreeSet::new();
        for &index in &reached {
            let object = findings.project.object(index);
            let below = &object.data().needs;
            let Some(decision) = decisions.get(&index) else { continue };
            if (made(&index) && waits(index)) || below.iter().any(|below| waiting.contains(below)) {
                waiting.insert(index);
                continue;
            }
            let on_moved = below.iter().any(|below| side_by_side.moved.contains(below));
            match decision.verb {
                Verb::Rebuild => side_by_side.moved.insert(index),
                Verb::Create if on_moved => side_by_side.moved.insert(index),
                Verb::Create => side_by_side.at_once.insert(index),
                Verb::Replace if object.kind().is_routine() && !on_moved => {
                    side_by_side.at_once.insert(index)
                }
                _ => false,
            };
        }
        // A trigger makes others wait; it comes with the switch.
        side_by_side.moved.retain(|&index| findings.project.object(index).kind() != Kind::Trigger);
        side_by_side.at_once.retain(|&index| findings.project.object(index).kind() != Kind::Trigger);
        let schemas = findings.project.schemas();
        for &index in &side_by_side.moved {
            let schema = findings.project.object(index).name().schema;
            let place = schemas.iter().position(|other| *other == schema).unwrap_or_default();
            let name = findings.facts.names.name(place);
            side_by_side
                .shown
                .insert(name.clone(), TemporaryNames::shown(findings.project.name()).name(place));
            side_by_side.schemas.insert(schema, name);
        }
        side_by_side
    }

    pub fn is_empty(&self) -> bool {
        self.moved.is_empty() && self.at_once.is_empty()
    }

    pub fn contains(&self, index: usize) -> bool {
        self.moved.contains(&index) || self.at_once.contains(&index)
    }

    /// The name under which an object is made.
    pub fn name(&self, object: Object<'_>) -> Name {
        let name = object.name();
        match self.schema(object) {
            Some(schema) => Name { schema: schema.to_owned(), ..name },
            None => name,
        }
    }

    /// The schema in which an object is made that is moved at the switch.
    pub fn schema(&self, object: Object<'_>) -> Option<&str> {
        let moved = self.moved.contains(&object.index());
        moved.then(|| self.schemas.get(&object.name().schema).map(String::as_str)).flatten()
    }

    /// The schemas that are made and go again.
    pub fn schemas(&self) -> impl Iterator<Item = &str> {
        self.schemas.values().map(String::as_str)
    }

    /// A statement as a plan shows it: the same in every session.
    pub fn shown(&self, mut statement: String) -> String {
        for (name, shown) in &self.shown {
            statement = statement.replace(name, shown);
        }
        statement
    }

    /// The search_path under which things are made in them.
    pub fn search_path(&self, project: &Project) -> String {
        let own = self.schemas().map(identifier);
        own.chain([project.search_path()]).collect::<Vec<_>>().join(", ")
    }
}

/// Whether a materialized view that is made is filled: it was, or it is new and its file does not say otherwise.
pub fn fills(object: Object<'_>, decision: &ObjectDecision<'_>, dependents: &Dependents<'_>) -> bool {
    let Some(materialized) = &object.data().materialized else { return false };
    let dependent = dependents
        .ours
        .get(&object.index())
        .filter(|dependent| dependent.kind == Kind::MaterializedView.keyword());
    match dependent.filter(|_| matches!(decision.verb, Verb::Rebuild | Verb::Create)) {
        Some(dependent) => dependent.script.parts.iter().any(|part| part.act == Act::Refresh),
        None => !materialized.with_no_data,
    }
}

/// A view below a materialized view that is made would be replaced in place at the switch, and what is filled before that
/// could not use its new columns, and would hold the old one's rows. So it is rebuilt instead, beside the old one. Only where
/// its columns stay and an unchanged materialized view stands on it, that would be filled anew for nothing: there what was
/// filled before is refreshed after the commit, as that one is.
///
/// What stays as a person left it (`left`) is none of that.
pub fn rebuild_below(
    project: &Project,
    looks: &[Classification<'_>],
    left: &BTreeSet<usize>,
    differences: &mut BTreeMap<usize, Difference>,
) {
    let missing = looks.iter().filter(|look| look.state == State::Missing).map(|look| look.object.index());
    let missing: BTreeSet<usize> = missing.filter(|index| !left.contains(index)).collect();
    let is_materialized = |index: &usize| project.object(*index).kind() == Kind::MaterializedView;
    loop {
        // What hangs on something that is rebuilt is made again with it.
        let mut rebuilt: BTreeSet<usize> = BTreeSet::new();
        for object in project.objects() {
            let (index, data) = (object.index(), object.data());
            let hangs = data.needs.iter().any(|below| rebuilt.contains(below));
            let differs = matches!(differences.get(&index), Some(Difference::Rebuild { .. }));
            if hangs || (differs && !left.contains(&index)) {
                rebuilt.insert(index);
            }
        }
        let made = |index: &usize| rebuilt.contains(index) || missing.contains(index);
        let all = || project.objects().map(|object| object.index());
        let needed = |of: &dyn Fn(&usize) -> bool| {
            let of = all().filter(|index| is_materialized(index) && of(index));
            project.closure(of, |data| &data.needs)
        };
        let (below, stays) = (needed(&made), needed(&|index| !made(index)));
        let in_place = |index: &usize| match differences.get(index) {
            Some(Difference::InPlace { grows, .. }) => {
                project.object(*index).kind() == Kind::View && (*grows || !stays.contains(index))
            }
            _ => false,
        };
        let found = below.into_iter().filter(|index| !left.contains(index) && in_place(index));
        let found: Vec<usize> = found.collect();
        if found.is_empty() {
            return;
        }
        for index in found {
            if let Some(Difference::InPlace { what, renamed, .. }) = differences.get(&index) {
                let what = what.as_deref().map_or_else(String::new, |what| format!("{what}, and "));
                let what = format!("{what}a materialized view that is filled anew reads it");
                let renamed = renamed.clone();
                differences.insert(index, Difference::Rebuild { what, breaks: false, renamed });
            }
        }
    }
}
