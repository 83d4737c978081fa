//! The objects' part of a boot: look, compare, plan, apply. Everything happens in the caller's open transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use log::{debug, info};

use crate::decide::compare::{self, Cause, Look, State};
use crate::decide::needs::Facts;
use crate::decide::plan::Plan;
use crate::decide::planner;
use crate::decide::script::Script;
use crate::decide::statements::{self, Work};
use crate::decide::twins::{self, Difference, Twins};
use crate::read::catalog::{self, CANONICAL, pins};
use crate::read::facts::{Attached, Live, ManagedObject, Recorded, RecordedObject, Shape};
use crate::read::ledger::Ledger;
use crate::read::session::{Failure, Session, Value, bind};
use crate::set::project::{Object, Project};
use crate::words::error::{Error, ErrorKind};
use crate::words::options::{Drift, Options};
use crate::words::report::{TierTime, Verb};

/// What was read of the objects that need a look.
#[derive(Debug)]
pub struct Survey {
    pub recorded: Recorded,
    pub live: Live,
}

/// Reads what is recorded and what is there. Without a ledger every object needs a look.
pub fn survey(
    session: &mut Session<'_>,
    project: &Project,
    ledger: Option<&Ledger<'_>>,
    options: &Options,
) -> Result<Survey, Error> {
    let failed = |failure: Failure| failure.while_(ErrorKind::Ledger, "cannot read the state of the objects");
    // Reading waits behind somebody's ALTER TABLE, too; and not for ever.
    let timeout = format!("set local lock_timeout to {}", milliseconds(options.lock_timeout));
    session.send(&timeout).map_err(failed)?;
    let recorded = match ledger {
        Some(ledger) => ledger.recorded(session).map_err(failed)?,
        None => Recorded {
            objects: project
                .objects()
                .map(|object| RecordedObject {
                    identity: object.identity(),
                    record: None,
                    other_project: None,
                })
                .collect(),
            ..Recorded::default()
        },
    };
    let live = catalog::live(session, project, &recorded).map_err(failed)?;
    debug!(target: "viewkeeper::read", "{} of {} objects need a look", recorded.objects.len(), project.objects().len());
    Ok(Survey { recorded, live })
}

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
struct Comparison {
    /// Why there are none.
    impossible: Option<&'static str>,
    differences: BTreeMap<usize, Difference>,
    options: BTreeMap<usize, Vec<String>>,
    columns: BTreeMap<usize, Vec<String>>,
}

/// Compares what is in doubt with twins made from the files, reads what hangs on what must be dropped, and decides.
pub fn decide(
    session: &mut Session<'_>,
    project: &Project,
    survey: &Survey,
    options: &Options,
    purpose: Purpose,
) -> Result<(Plan, Work), Error> {
    let looks = compare::looks(project, &survey.recorded, &survey.live)?;
    let managed: HashMap<String, ManagedObject> =
        survey.recorded.managed.iter().map(|managed| (managed.identity.clone(), managed.clone())).collect();
    // What stays as a person left it changes nothing above it.
    let left: BTreeSet<usize> = looks
        .iter()
        .filter(|look| options.drift == Drift::Report && look.cause == Cause::Hand)
        .map(|look| look.object.index())
        .collect();
    let compared = Compared { project, survey, looks: &looks, managed: &managed, left: &left };
    let comparison = compared.with_twins(session, purpose)?;
    let roots = match comparison.impossible {
        None => compared.rebuilt(&comparison),
        Some(_) => Vec::new(),
    };
    let (dependents, attached) = if roots.is_empty() {
        (Vec::new(), HashMap::new())
    } else {
        let failed =
            |failure: Failure| failure.while_(ErrorKind::Ledger, "cannot read what hangs on the views");
        let dependents = catalog::dependents(session, &roots).map_err(failed)?;
        let dropped: Vec<u32> =
            roots.iter().copied().chain(dependents.iter().filter_map(|dependent| dependent.oid)).collect();
        let mut attached: HashMap<u32, Vec<Attached>> = HashMap::new();
        for part in catalog::attached(session, &dropped).map_err(failed)? {
            attached.entry(part.oid).or_default().push(part);
        }
        (dependents, attached)
    };
    planner::plan(&Facts {
        project,
        live: &survey.live,
        managed: &managed,
        looks: &looks,
        differences: &comparison.differences,
        dependents: &dependents,
        attached: &attached,
        options: &comparison.options,
        columns: &comparison.columns,
        retired: &survey.recorded.retired,
        drift: options.drift,
        not_comparable: comparison.impossible,
    })
}

/// True when nothing but fingerprints moved. A base that changed below an object leaves it in doubt.
pub fn settled(project: &Project, survey: &Survey) -> Result<bool, Error> {
    let looks = compare::looks(project, &survey.recorded, &survey.live)?;
    Ok(survey.recorded.retired.is_empty() && looks.iter().all(|look| look.state == State::Settled))
}

/// What can be said of the objects while table migrations are pending, whose tables they may read.
pub fn forecast(project: &Project, survey: &Survey) -> Result<Plan, Error> {
    let looks = compare::looks(project, &survey.recorded, &survey.live)?;
    Ok(planner::forecast(project, &looks, &survey.recorded.retired))
}

/// What the comparison works on.
struct Compared<'a> {
    project: &'a Project,
    survey: &'a Survey,
    looks: &'a [Look<'a>],
    managed: &'a HashMap<String, ManagedObject>,
    /// Objects that stay as they are, whatever they are.
    left: &'a BTreeSet<usize>,
}

impl Compared<'_> {
    /// The oids of the live views whose columns do not allow a replacement in place.
    fn rebuilt(&self, comparison: &Comparison) -> Vec<u32> {
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
    fn with_twins(&self, session: &mut Session<'_>, purpose: Purpose) -> Result<Comparison, Error> {
        let first = twins::first_round(self.looks);
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
        let twins = Twins::new(project, objects);
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
        let undo = format!(
            "rollback to savepoint viewkeeper_changes;\nrelease savepoint viewkeeper_changes;\nset local search_path to {CANONICAL}"
        );
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
        let mut comparison = Comparison::default();
        for (&index, name) in &twins.names {
            let Some(new) = twin.get(name.as_str()) else { continue };
            comparison.columns.insert(index, new.columns.iter().map(|column| column.name.clone()).collect());
            let Some(old) = oids.get(&index).and_then(|oid| live.get(oid)) else { continue };
            let stated = &self.project.object(index).data().options;
            let record = looked.get(&index).and_then(|look| look.record);
            let before = record.map_or(stated.as_slice(), |record| &record.stated.options);
            comparison.options.insert(index, old.options.clone());
            comparison.differences.insert(index, twins::difference(old, new, stated, before));
        }
        comparison
    }
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

/// The server's refusal of one statement of a script that was sent behind `head`, with the object and the place in its
/// file. Not every refusal has a position: then the statements are sent again, one by one, until it comes again.
/// Whatever that does is rolled back with the transaction.
fn refused(
    session: &mut Session<'_>,
    project: &Project,
    script: &Script,
    head: &str,
    failure: Failure,
) -> Error {
    let Failure::Server(server) = &failure else {
        return failure.while_(ErrorKind::Object, "cannot change the objects");
    };
    let position = server.position.and_then(|position| position.checked_sub(head.chars().count()));
    if let Some((object, place)) = position.and_then(|position| script.locate(project, position)) {
        return of_object(failure, object).at(place);
    }
    let locked = ["55P03", "40P01", "57014"].contains(&server.code.as_str());
    let path = project.search_path();
    let again = format!("rollback to savepoint viewkeeper_changes;\nset local search_path to {path}");
    if !locked && session.send(&again).is_ok() {
        for (statement, object) in script.statements() {
            match (session.send(statement), object) {
                (Ok(_), _) => {}
                (Err(failure), Some((object, start))) => {
                    let object = project.object(object);
                    return of_object(failure, object).at(object.place(start));
                }
                (Err(failure), None) => {
                    return failure.while_(ErrorKind::Object, format!("cannot do \"{}\"", statement.trim()));
                }
            }
        }
    }
    failure.while_(ErrorKind::Object, "cannot change the objects")
}

fn of_object(failure: Failure, object: Object<'_>) -> Error {
    let doing = format!("cannot create {} \"{}\"", object.kind(), object.name());
    failure.while_(ErrorKind::Object, doing).object(object.identity())
}

/// Carries a plan out: locks under a deadline, then everything else in one message. Gives the time of each tier.
pub fn apply(
    session: &mut Session<'_>,
    project: &Project,
    work: &Work,
    options: &Options,
) -> Result<Vec<TierTime>, Error> {
    if work.changes.is_empty() {
        return Ok(Vec::new());
    }
    // The locks come under one deadline for all: each waits for what the earlier ones left of it.
    let deadline = milliseconds(options.lock_timeout);
    let mut head = format!("{};\nsavepoint viewkeeper_changes;\n", pins(&project.search_path()));
    for (lock, _) in work.locks.statements() {
        head.push_str(&bind("lock_deadline", &[("milliseconds", Value::Sql(&deadline))]));
        head.push_str(";\n");
        head.push_str(lock);
    }
    head.push_str(&format!("set local lock_timeout to {deadline};\n{};\n", statements::CLOCK));
    let answers = match session.send(&format!("{head}{}", work.changes.text())) {
        Ok(answers) => answers,
        Err(failure) => return Err(refused(session, project, &work.changes, &head, failure)),
    };
    let times: Vec<f64> =
        answers.iter().filter_map(|answer| answer.strip_prefix("clock ")?.parse().ok()).collect();
    let mut tiers: BTreeMap<usize, TierTime> = BTreeMap::new();
    for (span, &(tier, objects)) in times.windows(2).zip(&work.tiers) {
        let duration = Duration::from_secs_f64((span[1] - span[0]).max(0.0));
        let time = tiers.entry(tier).or_insert(TierTime { tier, objects: 0, duration: Duration::ZERO });
        time.objects += objects;
        time.duration += duration;
    }
    for TierTime { tier, objects, duration } in tiers.values() {
        info!(target: "viewkeeper::apply", "tier {tier}: {objects} objects in {duration:?}");
    }
    Ok(tiers.into_values().collect())
}

/// Whole milliseconds as the server takes them for a timeout; 0 would mean none.
pub fn milliseconds(duration: Duration) -> String {
    duration.as_millis().clamp(1, i32::MAX as u128).to_string()
}

/// The text that writes the ledger after [`apply`].
pub fn record_text(ledger: &Ledger<'_>, plan: &Plan, retired: &[String], history: Option<&str>) -> String {
    let done: Vec<(usize, Verb)> = plan
        .actions
        .iter()
        .filter(|action| !matches!(action.verb, Verb::Leave | Verb::Retire | Verb::Rename))
        .filter_map(|action| Some((action.index?, action.verb)))
        .collect();
    format!("{};\n{}", pins(CANONICAL), ledger.record_text(&done, retired, history))
}
