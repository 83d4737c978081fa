//! Comparing what is in doubt with twins made from the files.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::refusal::refused;
use super::survey::Survey;
use crate::decide::compare::{Look, State};
use crate::decide::twins::{self, Difference, Twins};
use crate::read::catalog::{self, CANONICAL};
use crate::read::facts::{ManagedObject, Shape};
use crate::read::session::{Failure, Session};
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};

/// Why one looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To tell what would be done; what cannot be told is said so.
    Look,
    /// To do it; what cannot be told is an error.
    Apply,
}

/// What the twins showed.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Why there are none.
    pub impossible: Option<&'static str>,
    /// The objects that got a twin.
    pub objects: BTreeSet<usize>,
    pub differences: BTreeMap<usize, Difference>,
    pub options: BTreeMap<usize, Vec<String>>,
    pub columns: BTreeMap<usize, Vec<String>>,
}

/// What the comparison works on.
pub struct Compared<'a> {
    pub project: &'a Project,
    pub survey: &'a Survey,
    pub looks: &'a [Look<'a>],
    pub managed: &'a HashMap<String, ManagedObject>,
    /// Objects that stay as they are, whatever they are.
    pub left: &'a BTreeSet<usize>,
}

impl Compared<'_> {
    /// The oids of the live views whose columns do not allow a replacement in place.
    pub fn rebuilt(&self, comparison: &Comparison) -> Vec<u32> {
        let uncompared = self
            .looks
            .iter()
            .filter(|look| look.state == State::Suspect)
            .map(|look| look.object.index())
            .filter(|index| !comparison.differences.contains_key(index));
        let columns = comparison
            .differences
            .iter()
            .filter(|(_, difference)| matches!(difference, Difference::Columns { .. }))
            .map(|(&index, _)| index);
        let oids = self.oids();
        uncompared
            .chain(columns)
            .filter(|index| !self.left.contains(index))
            .filter_map(|index| oids.get(&index).copied())
            .collect()
    }

    /// The live view of each object that was looked at, and of the others that the ledger knows.
    fn oids(&self) -> BTreeMap<usize, u32> {
        let known = self.managed.values();
        let mut oids: BTreeMap<usize, u32> = known
            .filter_map(|managed| Some((self.project.find(&managed.identity)?.index(), managed.oid)))
            .collect();
        for look in self.looks {
            match look.live {
                Some(live) => oids.insert(look.object.index(), live.oid),
                None => oids.remove(&look.object.index()),
            };
        }
        oids
    }

    /// At most two rounds: when the columns of an object in doubt change, what stands on it is in doubt too.
    /// `columns`: the columns of what is not there are wanted too.
    pub fn with_twins(
        &self,
        session: &mut Session<'_>,
        columns: bool,
        purpose: Purpose,
    ) -> Result<Comparison, Error> {
        let first = twins::first_round(self.looks, columns);
        if first.is_empty() {
            return Ok(Comparison::default());
        }
        if let Some(why) = not_comparable(self.survey) {
            return match purpose {
                Purpose::Look => Ok(Comparison { impossible: Some(why), ..Comparison::default() }),
                Purpose::Apply => Err(uncompared(self.looks, why)),
            };
        }
        let all = twins::second_round(self.project, &first, &first);
        let outcome = self.round(session, &first);
        let moving: BTreeSet<usize> = match &outcome {
            Ok(comparison) => comparison
                .differences
                .iter()
                .filter(|(index, _)| !self.left.contains(index))
                .filter(|(_, difference)| match difference {
                    Difference::None => false,
                    Difference::InPlace { grows, .. } => *grows,
                    Difference::Columns { .. } => true,
                })
                .map(|(&index, _)| index)
                .collect(),
            // A changed view may read a column that an unchanged one below it only gets now, from a third one.
            Err(RoundError::Refused(_)) if all.len() > first.len() => first.clone(),
            Err(_) => return outcome.map_err(RoundError::into_error),
        };
        let second = twins::second_round(self.project, &first, &moving);
        if second.len() == first.len() && outcome.is_ok() {
            return outcome.map_err(RoundError::into_error);
        }
        self.round(session, &second).map_err(RoundError::into_error)
    }

    fn round(&self, session: &mut Session<'_>, objects: &BTreeSet<usize>) -> Result<Comparison, RoundError> {
        let project = self.project;
        let twins = Twins::new(project, objects, &self.survey.live.taken);
        let known = self.oids();
        let oids: BTreeMap<usize, u32> =
            twins.names.keys().filter_map(|&index| Some((index, *known.get(&index)?))).collect();
        let path = format!("set local search_path to {};\n", project.search_path());
        let make = format!("{path}{}", twins.script.text());
        let names: Vec<String> = twins.names.values().cloned().collect();
        let oid_list: Vec<u32> = oids.values().copied().collect();
        let other = |failure: Failure| {
            RoundError::Other(
                failure.while_(ErrorKind::Ledger, "cannot compare the objects with their files"),
            )
        };
        session.send("savepoint viewkeeper_changes").map_err(other)?;
        let answer = catalog::shapes(session, project, &oid_list, &make, &names);
        let undo = undo_text();
        let (live, twin) = match answer {
            Ok(shapes) => shapes,
            Err(failure) => {
                let by_server = matches!(failure, Failure::Server(_));
                let error = refused(session, project, &twins.script, &path, failure);
                session.send(&undo).map_err(other)?;
                return Err(if by_server { RoundError::Refused(error) } else { RoundError::Other(error) });
            }
        };
        session.send(&undo).map_err(other)?;
        Ok(self.read_shapes(&oids, &twins, &live, &twin))
    }

    fn read_shapes(
        &self,
        oids: &BTreeMap<usize, u32>,
        twins: &Twins,
        live: &[Shape],
        twin: &[Shape],
    ) -> Comparison {
        let looked: BTreeMap<usize, &Look<'_>> =
            self.looks.iter().map(|look| (look.object.index(), look)).collect();
        let live: BTreeMap<u32, &Shape> = live.iter().map(|shape| (shape.oid, shape)).collect();
        let twin: BTreeMap<&str, &Shape> = twin.iter().map(|shape| (shape.name.as_str(), shape)).collect();
        let objects = twins.names.keys().copied().collect();
        let mut comparison = Comparison { objects, ..Comparison::default() };
        for (&index, name) in &twins.names {
            let Some(new) = twin.get(name.as_str()) else { continue };
            comparison.columns.insert(index, new.columns.iter().map(|column| column.name.clone()).collect());
            let Some(old) = oids.get(&index).and_then(|oid| live.get(oid)) else { continue };
            let stated = &self.project.object(index).data().options;
            let record = looked.get(&index).and_then(|look| look.record);
            let before = record.map_or(stated.clone(), |record| record.stated.options_of_definition());
            let made = record.filter(|record| record.oid == old.oid).map(|record| record.columns.as_slice());
            comparison.options.insert(index, old.options.clone());
            comparison.differences.insert(index, twins::difference(old, new, stated, &before, made));
        }
        comparison
    }
}

/// Takes back what was made in the savepoint.
pub fn undo_text() -> String {
    format!(
        "rollback to savepoint viewkeeper_changes;\nrelease savepoint viewkeeper_changes;\nset local search_path to {CANONICAL}"
    )
}

enum RoundError {
    /// The server refused a twin.
    Refused(Error),
    Other(Error),
}

impl RoundError {
    fn into_error(self) -> Error {
        match self {
            RoundError::Refused(error) | RoundError::Other(error) => error,
        }
    }
}

/// Why no twin can be made here.
fn not_comparable(survey: &Survey) -> Option<&'static str> {
    let live = &survey.live;
    match (live.recovery, live.read_only, live.temporary) {
        (true, _, _) => Some("the server is a standby"),
        (_, true, _) => Some("the session is read-only"),
        (_, _, false) => Some("the role lacks TEMPORARY on the database"),
        _ => None,
    }
}

/// Without twins nothing can be said of these objects, so nothing is done to them.
fn uncompared(looks: &[Look<'_>], why: &str) -> Error {
    let objects: Vec<_> = looks
        .iter()
        .filter(|look| look.state == State::Suspect)
        .map(|look| format!("\"{}\" ({})", look.object.name(), look.reason))
        .collect();
    Error::new(ErrorKind::Rights, format!("not comparable here, because {why}: {}", objects.join(", ")))
        .note("nothing was changed")
        .help("boot with a role that may create temporary objects: grant temporary on database ... to ...")
}
