//! The objects' part of a boot: look, compare, plan, apply. Everything happens in the caller's open transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use log::info;

use super::comparison::{Compared, Purpose};
use super::refusal::refused;
use super::survey::{Survey, milliseconds};
use crate::decide::compare::{self, Cause};
use crate::decide::needs::Facts;
use crate::decide::plan::Plan;
use crate::decide::planner;
use crate::decide::statements::{self, Work};
use crate::read::catalog::{self, CANONICAL, pins};
use crate::read::facts::{Attached, ManagedObject};
use crate::read::ledger::Ledger;
use crate::read::session::{Failure, Session, Value, bind};
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::options::{Drift, Options};
use crate::words::report::{TierTime, Verb};

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

/// What can be said of the objects while table migrations are pending, whose tables they may read.
pub fn forecast(project: &Project, survey: &Survey) -> Result<Plan, Error> {
    let looks = compare::looks(project, &survey.recorded, &survey.live)?;
    Ok(planner::forecast(project, &looks, &survey.recorded.retired))
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

/// The text that writes the ledger after [`apply`].
pub fn record_text(ledger: &Ledger<'_>, plan: &Plan, retired: &[String], history: Option<&str>) -> String {
    let done: Vec<usize> = plan
        .actions
        .iter()
        .filter(|action| !matches!(action.verb, Verb::Leave | Verb::Retire | Verb::Rename))
        .filter_map(|action| action.index)
        .collect();
    format!("{};\n{}", pins(CANONICAL), ledger.record_text(&done, retired, history))
}
