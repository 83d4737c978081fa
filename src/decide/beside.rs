//! What is made beside the old objects before anything is locked: materialized views, whose filling takes long, and what
//! they stand on. Readers wait only for the switch.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::{Look, State};
use super::difference::Difference;
use super::hanging::Hanging;
use super::needs::{Facts, Need};
use crate::set::project::{Object, Project};
use crate::words::name::{Name, identifier};
use crate::words::object::Kind;
use crate::words::report::Verb;

/// What is made before the switch.
#[derive(Debug, Default)]
pub struct Beside {
    /// Made under their names in schemas of their own, and moved at the switch.
    pub moved: BTreeSet<usize>,
    /// Made where they belong: nothing of their names is there, or it is a routine that is replaced in place, which keeps no
    /// reader waiting.
    pub at_once: BTreeSet<usize>,
    /// The schemas in which the first ones are made, by the schema to which they belong.
    schemas: BTreeMap<String, String>,
}

impl Beside {
    /// What comes before the switch. Nothing where no lock is taken (`locks`), because nobody waits then.
    pub fn new(
        facts: &Facts<'_>,
        needs: &BTreeMap<usize, Need<'_>>,
        hanging: &Hanging<'_>,
        locks: bool,
    ) -> Self {
        let mut beside = Beside::default();
        if !locks || !facts.live.create {
            return beside;
        }
        let made = |index: &usize| {
            needs.get(index).is_some_and(|need| matches!(need.verb, Verb::Create | Verb::Rebuild))
        };
        let fills =
            |index: &&usize| made(index) && fills(facts.project.object(**index), &needs[*index], hanging);
        let mut open: Vec<usize> = needs.keys().filter(fills).copied().collect();
        let mut reached: BTreeSet<usize> = open.iter().copied().collect();
        while let Some(index) = open.pop() {
            let data = facts.project.object(index).data();
            let below = data.needs.iter().chain(&data.mentions).copied();
            open.extend(below.filter(|&below| reached.insert(below)));
        }
        // What stands on something that is put back from the catalog has to wait for it.
        let waits = |index: usize| {
            let foreign = |id: &String| hanging.put_back.iter().any(|saved| saved.id == *id);
            hanging.ours.get(&index).is_some_and(|saved| saved.needs.iter().any(foreign))
        };
        let mut waiting: BTreeSet<usize> = BTreeSet::new();
        for &index in &reached {
            let object = facts.project.object(index);
            let below = &object.data().needs;
            let Some(need) = needs.get(&index) else { continue };
            if (made(&index) && waits(index)) || below.iter().any(|below| waiting.contains(below)) {
                waiting.insert(index);
                continue;
            }
            let on_moved = below.iter().any(|below| beside.moved.contains(below));
            match need.verb {
                Verb::Rebuild => beside.moved.insert(index),
                Verb::Create if on_moved => beside.moved.insert(index),
                Verb::Create => beside.at_once.insert(index),
                Verb::Replace if object.kind().is_routine() && !on_moved => beside.at_once.insert(index),
                _ => false,
            };
        }
        // A trigger makes others wait; it comes with the switch.
        beside.moved.retain(|&index| facts.project.object(index).kind() != Kind::Trigger);
        beside.at_once.retain(|&index| facts.project.object(index).kind() != Kind::Trigger);
        let schemas = facts.project.schemas();
        for &index in &beside.moved {
            let schema = facts.project.object(index).name().schema;
            let place = schemas.iter().position(|other| *other == schema).unwrap_or_default();
            beside.schemas.insert(schema, format!("viewkeeper new {place}"));
        }
        beside
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

    /// The search_path under which things are made in them.
    pub fn search_path(&self, project: &Project) -> String {
        let own = self.schemas().map(identifier);
        own.chain([project.search_path()]).collect::<Vec<_>>().join(", ")
    }
}

/// Whether a materialized view that is made is filled: it was, or it is new and its file does not say otherwise.
pub fn fills(object: Object<'_>, need: &Need<'_>, hanging: &Hanging<'_>) -> bool {
    let Some(materialized) = &object.data().materialized else { return false };
    let saved =
        hanging.ours.get(&object.index()).filter(|saved| saved.kind == Kind::MaterializedView.keyword());
    match saved.filter(|_| matches!(need.verb, Verb::Rebuild | Verb::Create)) {
        Some(saved) => saved.parts.iter().any(|part| part.statement.starts_with("refresh ")),
        None => !materialized.with_no_data,
    }
}

/// A view that gets columns would be replaced in place, and what is made before that for a materialized view could not use
/// them. So the view is rebuilt, beside the old one.
pub fn rebuild_below(project: &Project, looks: &[Look<'_>], differences: &mut BTreeMap<usize, Difference>) {
    let missing = looks.iter().filter(|look| look.state == State::Missing).map(|look| look.object.index());
    let rebuilt =
        differences.iter().filter(|(_, difference)| matches!(difference, Difference::Rebuild { .. }));
    let mut made: BTreeSet<usize> = missing.chain(rebuilt.map(|(&index, _)| index)).collect();
    let is_materialized = |index: &usize| project.object(*index).kind() == Kind::MaterializedView;
    let mut open: Vec<usize> = made.iter().copied().filter(is_materialized).collect();
    let mut seen = BTreeSet::new();
    while let Some(index) = open.pop() {
        if !seen.insert(index) {
            continue;
        }
        for &below in &project.object(index).data().needs {
            if let Some(Difference::InPlace { what, grows: true, renamed }) = differences.get(&below) {
                let what = what.as_deref().unwrap_or("gains columns");
                let what = format!("{what}, which a materialized view on it may use");
                let renamed = renamed.clone();
                differences.insert(below, Difference::Rebuild { what, breaks: false, renamed });
                made.insert(below);
            }
            open.extend(Some(below).filter(|below| made.contains(below)));
        }
    }
}
