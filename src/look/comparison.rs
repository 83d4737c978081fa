//! Comparing what is in doubt with shadows made from the files.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::json;

use super::server_error::refusal::{Sent, refused};
use super::survey::Survey;
use crate::decide::compare::classify::{Classification, State};
use crate::decide::compare::difference::{self, Difference, Known};
use crate::decide::compare::shadows::{self, Shadows};
use crate::decide::plan::side_by_side::rebuild_below;
use crate::read::address::Address;
use crate::read::catalog;
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

/// What the shadows showed.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Why there are none.
    pub impossible: Option<&'static str>,
    /// The objects that got a shadow.
    pub objects: BTreeSet<usize>,
    pub differences: BTreeMap<usize, Difference>,
    pub options: BTreeMap<usize, Vec<String>>,
    pub columns: BTreeMap<usize, Vec<String>>,
}

/// What the comparison works on.
pub struct Compared<'a> {
    pub project: &'a Project,
    pub survey: &'a Survey,
    pub looks: &'a [Classification<'a>],
    pub managed: &'a HashMap<String, ManagedObject>,
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
            match look.live {
                Some(live) => addresses.insert(look.object.index(), live.address.clone()),
                None => addresses.remove(&look.object.index()),
            };
        }
        addresses
    }

    /// At most two rounds: when the columns of an object in doubt change, what stands on it is in doubt too.
    /// `columns`: the columns of what is not there are wanted too.
    pub fn with_shadows(
        &self,
        session: &mut Session<'_>,
        columns: bool,
        purpose: Purpose,
    ) -> Result<Comparison, Error> {
        let first = shadows::first_round(self.project, self.looks, columns);
        if first.is_empty() {
            return Ok(Comparison::default());
        }
        if let Some(why) = not_comparable(self.survey) {
            return match purpose {
                Purpose::Look => Ok(Comparison { impossible: Some(why), ..Comparison::default() }),
                Purpose::Apply => Err(uncompared(self.looks, why)),
            };
        }
        let all = shadows::second_round(self.project, &first, &first);
        let outcome = self.round(session, &first);
        let moving: BTreeSet<usize> = match &outcome {
            Ok(comparison) => comparison
                .differences
                .iter()
                .filter(|(index, _)| !self.left.contains(index))
                .filter(|(_, difference)| match difference {
                    Difference::None => false,
                    Difference::InPlace { grows, .. } => *grows,
                    Difference::Rebuild { .. } => true,
                })
                .map(|(&index, _)| index)
                .collect(),
            // A changed view may read a column that an unchanged one below it only gets now, from a third one.
            Err(RoundError::Refused(_)) if all.len() > first.len() => first.clone(),
            Err(_) => return outcome.map_err(RoundError::into_error),
        };
        let second = shadows::second_round(self.project, &first, &moving);
        let outcome = match second.len() == first.len() && outcome.is_ok() {
            true => outcome,
            false => self.round(session, &second),
        };
        let mut comparison = outcome.map_err(RoundError::into_error)?;
        rebuild_below(self.project, self.looks, self.left, &mut comparison.differences);
        Ok(comparison)
    }

    fn round(&self, session: &mut Session<'_>, objects: &BTreeSet<usize>) -> Result<Comparison, RoundError> {
        let project = self.project;
        let shadows = Shadows::new(project, objects, &self.survey.live.taken);
        let known = self.addresses();
        let wanted: Vec<_> = shadows
            .names
            .keys()
            .filter_map(|index| Some(json!({"key": index.to_string(), "address": known.get(index)?})))
            .collect();
        let path = format!("set local search_path to {};\n", project.search_path());
        let make = format!("{path}{}", shadows.script.text());
        let other = |failure: Failure| {
            RoundError::Other(
                failure.while_(ErrorKind::Ledger, "cannot compare the objects with their files"),
            )
        };
        session.mark("savepoint viewkeeper_changes").map_err(other)?;
        let answer = catalog::shapes(session, project, &wanted, &make, &shadows.wanted);
        let (live, shadow) = match answer {
            Ok(shapes) => shapes,
            Err(failure) => {
                let sent = Sent { script: &shadows.script, head: &path, path: &project.search_path() };
                let by_server = matches!(failure, Failure::Server(_));
                let error = refused(session, project, &sent, failure);
                undo(session).map_err(other)?;
                return Err(if by_server { RoundError::Refused(error) } else { RoundError::Other(error) });
            }
        };
        undo(session).map_err(other)?;
        Ok(self.read_shapes(&shadows, &live, &shadow))
    }

    fn read_shapes(&self, shadows: &Shadows, live: &[Shape], shadow: &[Shape]) -> Comparison {
        let looked: BTreeMap<usize, &Classification<'_>> =
            self.looks.iter().map(|look| (look.object.index(), look)).collect();
        let by_key = |shapes: &'_ [Shape]| -> BTreeMap<usize, Shape> {
            shapes.iter().filter_map(|shape| Some((shape.key.parse().ok()?, shape.clone()))).collect()
        };
        let (live, shadow) = (by_key(live), by_key(shadow));
        let objects = shadows.names.keys().copied().collect();
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
            let record = look.and_then(|look| look.record);
            let before = record.map_or(stated.clone(), |record| record.stated.options_of_definition());
            let same_object = record.filter(|record| {
                look.and_then(|look| look.live).is_none_or(|live| live.address == record.address)
            });
            let known = Known {
                kind: object.kind(),
                constraint: object.data().words == "constraint trigger",
                stated,
                before: &before,
                made: same_object.map_or(&[][..], |record| record.columns.as_slice()),
            };
            comparison.options.insert(index, old.options.clone());
            let mut difference = difference::difference(old, new, known);
            if let (Difference::None, Some(what)) = (&difference, look.and_then(storage)) {
                difference = Difference::Rebuild { what, breaks: false, renamed: Vec::new() };
            }
            comparison.differences.insert(index, difference);
        }
        comparison
    }
}

/// What a file says of where a materialized view is kept, and is not so.
fn storage(look: &Classification<'_>) -> Option<String> {
    let (stated, live) = (look.object.data().materialized.as_ref()?, look.live?);
    let differs = |stated: &Option<String>, live: &Option<String>, what: &str| match stated {
        Some(to) if Some(to) != live.as_ref() => {
            Some(format!("{what} {} -> {to}", live.as_deref().unwrap_or("none")))
        }
        _ => None,
    };
    differs(&stated.tablespace, &live.tablespace, "tablespace")
        .or_else(|| differs(&stated.method, &live.method, "access method"))
}

/// Takes back what was made in the savepoint.
pub fn undo(session: &mut Session<'_>) -> Result<(), Failure> {
    session.back_to("viewkeeper_changes;\nrelease savepoint viewkeeper_changes")
}

enum RoundError {
    /// The server refused a shadow.
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

/// Why no shadow can be made here.
pub fn not_comparable(survey: &Survey) -> Option<&'static str> {
    let live = &survey.live;
    match (live.recovery, live.read_only, live.temporary) {
        (true, _, _) => Some("the server is a standby"),
        (_, true, _) => Some("the session is read-only"),
        (_, _, false) => Some("the role lacks TEMPORARY on the database"),
        _ => None,
    }
}

/// Without shadows nothing can be said of these objects, so nothing is done to them.
fn uncompared(looks: &[Classification<'_>], why: &str) -> Error {
    let objects: Vec<_> = looks
        .iter()
        .filter(|look| look.state == State::Suspect)
        .map(|look| format!("\"{}\" ({})", look.object.name(), look.reason))
        .collect();
    Error::new(ErrorKind::Rights, format!("not comparable here, because {why}: {}", objects.join(", ")))
        .note("nothing was changed")
        .help("run with a role that may create temporary objects: grant temporary on database ... to ...")
}
