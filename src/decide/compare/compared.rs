//! Comparing what is in doubt with shadows made from the files.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::json;

use super::alike::{Unlike, standing_for, uses_the_same};
use super::classify::{Classification, State};
use super::comparison::{Comparison, Pair, not_comparable};
use super::difference::{self, Difference, Known};
use super::shadows::{self, Shadows};
use crate::decide::facts::{Facts, Shapes};
use crate::decide::plan::side_by_side::rebuild_below;
use crate::decide::question::{Question, Stop};
use crate::read::address::Address;
use crate::read::facts::{Live, ManagedObject, Shape};
use crate::set::graph;
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::name::{Name, identifier};

/// What the comparison works on.
pub struct Compared<'a> {
    pub project: &'a Project,
    pub facts: &'a Facts,
    pub looks: &'a [Classification<'a>],
    pub managed: &'a HashMap<&'a str, &'a ManagedObject>,
    /// Objects that stay as they are, whatever they are.
    pub left: &'a BTreeSet<usize>,
}

impl Compared<'_> {
    /// The addresses of the live objects that cannot be replaced in place.
    pub fn rebuilt(&self, comparison: &Comparison) -> Vec<Address> {
        let uncompared = self
            .looks
            .iter()
            .filter(|look| look.state == State::Suspect)
            .map(|look| look.object.index())
            .filter(|index| !comparison.differences.contains_key(index));
        let columns = comparison
            .differences
            .iter()
            .filter(|(_, difference)| matches!(difference, Difference::Rebuild { .. }))
            .map(|(&index, _)| index);
        let addresses = self.addresses();
        uncompared
            .chain(columns)
            .filter(|index| !self.left.contains(index))
            .filter_map(|index| addresses.get(&index).cloned())
            .collect()
    }

    /// The live object of each that was looked at, and of the others that the ledger knows.
    fn addresses(&self) -> BTreeMap<usize, Address> {
        let known = self.managed.values();
        let mut addresses: BTreeMap<usize, Address> = known
            .filter_map(|managed| {
                Some((self.project.find(&managed.identity)?.index(), managed.address.clone()))
            })
            .collect();
        for look in self.looks {
            match look.found.live {
                Some(live) => addresses.insert(look.object.index(), live.address.clone()),
                None => addresses.remove(&look.object.index()),
            };
        }
        addresses
    }

    /// At most two rounds: when the columns of an object in doubt change, what depends on it is in doubt too.
    /// `columns`: the columns of what is not there are wanted too.
    pub fn with_shadows(&self, columns: bool) -> Result<Comparison, Stop> {
        let first = shadows::first_round(self.project, self.looks, columns);
        if first.is_empty() {
            return Ok(Comparison::default());
        }
        if let Some(why) = not_comparable(&self.facts.live) {
            return match self.facts.choices.acting {
                false => Ok(Comparison { impossible: Some(why), ..Comparison::default() }),
                true => Err(uncompared(self.looks, &self.facts.live, why).into()),
            };
        }
        // A changed view may read a column that an unchanged one below it only gets now, from a third one.
        let another = || shadows::second_round(self.project, &first, &first).len() > first.len();
        let shapes = self.round(0, &first, another)?;
        let mut comparison = self.read_shapes(first.clone(), shapes);
        let moving = match shapes.refused {
            true => first.clone(),
            false => self.moving(&comparison),
        };
        let second = shadows::second_round(self.project, &first, &moving);
        if second.len() != first.len() {
            let shapes = self.round(1, &second, || false)?;
            comparison = self.read_shapes(second, shapes);
        }
        self.settle_unlike(&mut comparison)?;
        rebuild_below(self.project, self.looks, self.left, &mut comparison.differences);
        Ok(comparison)
    }

    /// Finds out whether what prints otherwise than its shadow is alike all the same, or asks.
    fn settle_unlike(&self, comparison: &mut Comparison) -> Result<(), Stop> {
        let mut unlike = std::mem::take(&mut comparison.unlike);
        let elsewhere = self.above_what_is_elsewhere();
        unlike.retain(|index, _| !elsewhere.contains(index));
        if unlike.is_empty() {
            return Ok(());
        }
        let shaky = self.shaky(comparison, &unlike);
        let Some(answer) = &self.facts.answers.alike else {
            let addresses = self.addresses();
            let asked: BTreeSet<usize> =
                unlike.keys().copied().filter(|index| shaky.contains(index)).collect();
            let before = (!asked.is_empty()).then(|| self.before(comparison, &asked));
            let unlike = unlike
                .keys()
                .filter_map(|index| Some(Unlike::new(self.project.object(*index), addresses.get(index)?)));
            return Err(Question::Alike { unlike: unlike.collect(), before }.into());
        };
        for (index, unlike) in unlike {
            let among = shaky.contains(&index).then_some(unlike.printed.as_str());
            let likeness = answer.get(&self.project.object(index).key());
            if likeness.is_some_and(|likeness| likeness.is_alike(among)) {
                comparison.differences.insert(index, unlike.if_alike);
            }
        }
        Ok(())
    }

    /// The shadows of these among copies of what is live.
    fn before(&self, comparison: &Comparison, asked: &BTreeSet<usize>) -> Shadows {
        let found: BTreeMap<usize, Name> = self
            .looks
            .iter()
            .filter_map(|look| Some((look.object.index(), look.found.live?.identity.qualified())))
            .collect();
        let addresses = self.addresses();
        let relations = comparison.objects.iter().filter(|index| !asked.contains(index));
        let relations = relations.filter(|index| self.project.object(**index).kind().is_relation());
        let live = relations.filter(|index| addresses.contains_key(index)).map(|&index| {
            let own = || self.project.object(index).name();
            (index, found.get(&index).cloned().unwrap_or_else(own))
        });
        Shadows::before(self.project, &comparison.objects, &self.facts.live.taken, &live.collect())
    }

    /// What stands on something that is not there yet, or not under its name: on what is live its text means something else, or nothing.
    fn above_what_is_elsewhere(&self) -> BTreeSet<usize> {
        let elsewhere = self.looks.iter().filter(|look| {
            look.state == State::Missing || look.moved_from().is_some() || look.is_other_kind()
        });
        self.above(&elsewhere.map(|look| look.object.index()).collect())
    }

    fn above(&self, below: &BTreeSet<usize>) -> BTreeSet<usize> {
        let needs: Vec<&[usize]> =
            self.project.objects().map(|object| object.data().needs.as_slice()).collect();
        graph::dependents(&needs, below)
    }

    /// What stands on something whose columns or arguments change: its text may come to mean more.
    fn shaky(&self, comparison: &Comparison, unlike: &BTreeMap<usize, Pair>) -> BTreeSet<usize> {
        let unlike = unlike.iter().map(|(&index, pair)| (index, &pair.if_alike));
        let mut differences: BTreeMap<usize, &Difference> =
            comparison.differences.iter().map(|(&index, difference)| (index, difference)).collect();
        differences.extend(unlike);
        let changes = differences.into_iter().filter(|(index, _)| !self.left.contains(index));
        let changes = changes.filter(|(_, difference)| match difference {
            Difference::None => false,
            Difference::InPlace { grows, renamed, .. } => *grows || !renamed.is_empty(),
            Difference::Rebuild { .. } => true,
        });
        self.above(&changes.map(|(index, _)| index).collect())
    }

    /// The objects whose columns change.
    fn moving(&self, comparison: &Comparison) -> BTreeSet<usize> {
        let changes = comparison.differences.iter().filter(|(index, _)| !self.left.contains(index));
        let moving = changes.filter(|(_, difference)| match difference {
            Difference::None => false,
            Difference::InPlace { grows, .. } => *grows,
            Difference::Rebuild { .. } => true,
        });
        moving.map(|(&index, _)| index).collect()
    }

    /// What the shadows of these objects showed, or the question. `another`: another round can be tried.
    fn round(
        &self,
        round: usize,
        objects: &BTreeSet<usize>,
        another: impl Fn() -> bool,
    ) -> Result<&Shapes, Stop> {
        if let Some(shapes) = self.facts.answers.shadows.get(round) {
            return Ok(shapes);
        }
        let shadows = Shadows::new(self.project, objects, &self.facts.live.taken);
        let known = self.addresses();
        let live = objects.iter().filter_map(|index| {
            let key = self.project.object(*index).key();
            Some(json!({"key": key, "address": known.get(index)?}))
        });
        let live = live.collect();
        Err(Question::Shadows { shadows, live, may_be_refused: another() }.into())
    }

    fn read_shapes(&self, objects: BTreeSet<usize>, shapes: &Shapes) -> Comparison {
        let looked: BTreeMap<usize, &Classification<'_>> =
            self.looks.iter().map(|look| (look.object.index(), look)).collect();
        let (live, shadow) = (self.by_object(&shapes.live), self.by_object(&shapes.shadows));
        let both = shadow.iter().filter_map(|(index, shadow)| Some((*live.get(index)?, *shadow)));
        let standing_for = standing_for(both);
        let mut comparison = Comparison { objects, ..Comparison::default() };
        for (&index, new) in &shadow {
            let object = self.project.object(index);
            if object.kind().is_relation() {
                let columns = new.columns.iter().map(|column| column.name.clone());
                comparison.columns.insert(index, columns.collect());
            }
            let Some(old) = live.get(&index) else { continue };
            let look = looked.get(&index).copied();
            // Of another kind, it is not compared.
            if look.is_some_and(Classification::is_other_kind) && object.kind().is_relation() {
                continue;
            }
            let stated = &object.data().options;
            let record = look.and_then(|look| look.found.record);
            let before = record.map_or(stated.clone(), |record| record.stated.options_of_definition());
            let same_object = record.filter(|record| {
                look.and_then(|look| look.found.live).is_none_or(|live| live.address == record.address)
            });
            let known = Known {
                alike: old.text == new.text && uses_the_same(old, new, &standing_for),
                kind: object.kind(),
                constraint: object.data().words == "constraint trigger",
                stated,
                before: &before,
                made: same_object.map_or(&[][..], |record| record.columns.as_slice()),
            };
            comparison.options.insert(index, old.options.clone());
            let difference = |known: Known<'_>| match difference::difference(old, new, known) {
                Difference::None => match look.and_then(elsewhere) {
                    Some(what) => Difference::Rebuild { what, breaks: false, renamed: Vec::new() },
                    None => Difference::None,
                },
                other => other,
            };
            let (now, if_alike) = (difference(known), difference(Known { alike: true, ..known }));
            if now != if_alike {
                comparison.unlike.insert(index, Pair { printed: new.text.clone(), if_alike });
            }
            comparison.differences.insert(index, now);
            if old.text != new.text {
                comparison.printed.insert(index, [old.text.clone(), new.text.clone()]);
            }
        }
        comparison
    }

    fn by_object<'s>(&self, shapes: &'s [Shape]) -> BTreeMap<usize, &'s Shape> {
        shapes.iter().filter_map(|shape| Some((self.project.find(&shape.key)?.index(), shape))).collect()
    }
}

/// What a file says of where an object is kept, and is not so.
fn elsewhere(look: &Classification<'_>) -> Option<String> {
    let on = || look.object.identity().on().map(|on| format!("it belongs on {on}"));
    storage(look).or_else(|| on().filter(|_| look.found.on_partition))
}

/// What a file says of where a materialized view is kept, and is not so.
fn storage(look: &Classification<'_>) -> Option<String> {
    let (stated, live) = (look.object.data().materialized.as_ref()?, look.found.live?);
    let differs = |stated: &Option<String>, live: &Option<String>, what: &str| match stated {
        Some(to) if Some(to) != live.as_ref() => {
            Some(format!("{what} {} -> {to}", live.as_deref().unwrap_or("none")))
        }
        _ => None,
    };
    differs(&stated.tablespace, &live.tablespace, "tablespace")
        .or_else(|| differs(&stated.method, &live.method, "access method"))
}

/// Without shadows nothing can be said of these objects, so nothing is done to them.
fn uncompared(looks: &[Classification<'_>], live: &Live, why: &str) -> Error {
    let objects: Vec<_> = looks
        .iter()
        .filter(|look| look.state == State::Suspect)
        .map(|look| format!("\"{}\" ({})", look.object.name(), look.reason))
        .collect();
    Error::new(ErrorKind::Rights, format!("not comparable here, because {why}: {}", objects.join(", ")))
        .unchanged()
        .help(format!(
            "run with a role that may create temporary objects: grant temporary on database {} to {}",
            identifier(&live.database),
            identifier(&live.role)
        ))
}
