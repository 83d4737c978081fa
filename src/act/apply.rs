//! Carrying a plan out, in the caller's open transaction.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use log::{debug, info};

use super::refusal::refused;
use super::survey::milliseconds;
use super::wait::Backoff;
use crate::decide::statements::{CLOCK, Work};
use crate::read::catalog::{CANONICAL, pins};
use crate::read::session::{Failure, Session, Value, bind};
use crate::set::project::Project;
use crate::words::error::Error;
use crate::words::options::Options;
use crate::words::progress::Stage;
use crate::words::report::TierTime;

/// How it went.
#[derive(Debug)]
pub struct Applied {
    pub tiers: Vec<TierTime>,
    /// When the first exclusive lock was asked for.
    pub switch: Instant,
    /// How often the locks were not to be had, and what was made before them was kept.
    pub retries: usize,
}

/// Makes what needs no lock; then takes the locks under a deadline, and does everything else, in one message. When a lock
/// is not to be had in time, only that message is done again, if something was made before it.
pub fn apply(
    session: &mut Session<'_>,
    project: &Project,
    work: &Work,
    options: &Options,
) -> Result<Applied, Error> {
    let mut applied = Applied { tiers: Vec::new(), switch: Instant::now(), retries: 0 };
    if !work.early.is_empty() {
        let path = &work.early_path;
        let head = format!("{};\nsavepoint viewkeeper_changes;\n", pins(path));
        debug!(target: "viewkeeper::apply", "making what needs no lock");
        options.observer.tell_of_all(Stage::Build, work.objects);
        session
            .send_theirs(&format!("{head}{}", work.early.text()))
            .map_err(|failure| refused(session, project, &work.early, &head, path, failure))?;
    }
    if work.changes.is_empty() {
        return Ok(applied);
    }
    let path = project.search_path();
    let (first, longest) = (Duration::from_millis(20), Duration::from_secs(1));
    let mut backoff = Backoff::new(first, longest, options.retry_for);
    let head = head(work, &path, &milliseconds(options.lock_timeout));
    options.observer.tell_of_all(Stage::Change, work.objects);
    loop {
        applied.switch = Instant::now();
        let failure = match session.send_theirs(&format!("{head}{}", work.changes.text())) {
            Ok(answers) => {
                applied.tiers = tiers(&answers, work);
                return Ok(applied);
            }
            Err(failure) => failure,
        };
        let busy = ["55P03", "40P01"].contains(&failure.code());
        if work.early.is_empty() || !busy || !give_way(session, &mut backoff) {
            return Err(refused(session, project, &work.changes, &head, &path, failure));
        }
        applied.retries += 1;
    }
}

/// Frees the locks and waits a little; what was made before them stays.
fn give_way(session: &mut Session<'_>, backoff: &mut Backoff) -> bool {
    let back: Result<_, Failure> = session.back_to("viewkeeper_changes");
    back.is_ok() && backoff.pause()
}

/// The locks come under one deadline for all: each waits for what the earlier ones left of it.
fn head(work: &Work, path: &str, deadline: &str) -> String {
    let mut head = format!("{};\nsavepoint viewkeeper_changes;\n", pins(CANONICAL));
    for (lock, _) in work.locks.statements() {
        head.push_str(&bind("lock_deadline", &[("milliseconds", Value::Sql(deadline))]));
        head.push_str(";\n");
        head.push_str(lock);
    }
    head.push_str(&format!(
        "set local lock_timeout to {deadline};\n{CLOCK};\nset local search_path to {path};\n"
    ));
    head
}

/// The time of each tier, from the clocks between the answers.
fn tiers(answers: &[String], work: &Work) -> Vec<TierTime> {
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
    tiers.into_values().collect()
}
