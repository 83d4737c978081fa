//! Carrying a plan out, in the caller's open transaction.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use log::{debug, info};

use crate::act::run::backoff::Backoff;
use crate::decide::plan::statements::{CLOCK, Work};
use crate::look::read_facts::milliseconds;
use crate::look::server_error::refusal::{Sent, refused, refused_or_not_committed};
use crate::read::catalog::{CANONICAL, lock_timeout, pins};
use crate::read::session::{Failure, Session, Value, bind};
use crate::set::project::Project;
use crate::words::error::Error;
use crate::words::name::literal;
use crate::words::options::Options;
use crate::words::progress::Stage;
use crate::words::report::TierTime;
use crate::words::sqlstate::gives_way;

/// How it went.
#[derive(Debug)]
pub struct Applied {
    pub tiers: Vec<TierTime>,
    /// When the first exclusive lock was asked for.
    pub switch: Instant,
    /// How often the locks were not to be had, and what was made before them was kept.
    pub retries: usize,
}

/// What goes behind the changes in their message: what is written down, and the commit.
pub struct End<'e> {
    pub text: &'e str,
    /// The schema of the ledger.
    pub ledger: &'e str,
    /// The migrations that this transaction ran.
    pub migrations: &'e [usize],
}

/// Makes what needs no lock; then takes the locks under a deadline, does everything else, writes down what was done and
/// commits, in one message: from the first exclusive lock on, the server needs nothing more from us. When a lock is not to
/// be had in time, only that message is done again, if something was made before it and nothing else is locked: `holds` says
/// that the transaction has exclusive locks already, for which readers wait. Without an end, nothing is committed.
pub fn apply(
    session: &mut Session<'_>,
    project: &Project,
    work: &Work,
    options: &Options,
    (end, holds): (Option<&End<'_>>, bool),
) -> Result<Applied, Error> {
    let mut applied = Applied { tiers: Vec::new(), switch: Instant::now(), retries: 0 };
    if !work.early.is_empty() {
        build(session, project, work, options)?;
    }
    let path = project.search_path();
    let mut backoff = Backoff::of_moments(options.retry_for);
    let head = head(work, &path, &milliseconds(options.lock_timeout));
    let sent = Sent { script: &work.changes, head: &head, path: &path };
    if !work.changes.is_empty() {
        // Where that message fails, others follow to find the statement.
        session.hold(thinking(project));
        options.observer.tell_of_all(Stage::Change, work.objects);
    }
    loop {
        applied.switch = Instant::now();
        let failure = match switch(session, work, &head, end) {
            Ok(answers) => {
                applied.tiers = tiers(&answers, work);
                return Ok(applied);
            }
            Err(failure) => failure,
        };
        let busy = failure.refusal().is_some_and(gives_way);
        if holds || work.early.is_empty() || !busy || !try_again(session, &mut backoff) {
            return Err(match end {
                Some(end) => {
                    let of = (end.ledger, end.migrations);
                    refused_or_not_committed(session, project, &sent, of, failure)
                }
                None => refused(session, project, &sent, failure),
            });
        }
        applied.retries += 1;
    }
}

/// How long it may take to decide about the objects between two messages: also in a binary that was not optimised.
pub fn thinking(project: &Project) -> Duration {
    Duration::from_millis(project.objects().len() as u64)
}

/// Makes what needs no lock.
fn build(session: &mut Session<'_>, project: &Project, work: &Work, options: &Options) -> Result<(), Error> {
    let path = &work.early_path;
    let head = format!("{};\nsavepoint viewkeeper_changes;\n", pins(path));
    debug!(target: "viewkeeper::apply", "making what needs no lock");
    options.observer.tell_of_all(Stage::Build, work.objects);
    let sent = Sent { script: &work.early, head: &head, path };
    session
        .send_theirs(&format!("{head}{}", work.early.text()))
        .map(drop)
        .map_err(|failure| refused(session, project, &sent, failure))
}

/// The message that holds the exclusive locks.
fn switch(
    session: &mut Session<'_>,
    work: &Work,
    head: &str,
    end: Option<&End<'_>>,
) -> Result<Vec<String>, Failure> {
    let changes = work.changes.text();
    match end {
        Some(End { text, .. }) => session.commit_theirs(&format!("{head}{changes}{text}")),
        None if work.changes.is_empty() => Ok(Vec::new()),
        None => session.send_theirs(&format!("{head}{changes}")),
    }
}

/// Frees the locks and waits a little; what was made before them stays.
fn try_again(session: &mut Session<'_>, backoff: &mut Backoff) -> bool {
    let back: Result<_, Failure> = session.back_to("viewkeeper_changes");
    back.is_ok() && backoff.pause()
}

/// The locks come under one deadline for all: each waits for what the earlier ones left of it.
fn head(work: &Work, path: &str, deadline: &str) -> String {
    let mut head = format!("{};\nsavepoint viewkeeper_changes;\n", pins(CANONICAL));
    if work.changes.is_empty() {
        return head;
    }
    // What functions have to say could fill the way to a client that stands still, and then the server waits for it.
    head.push_str("set local client_min_messages to warning;\n");
    head.push_str(&locks(work, deadline));
    let rest = lock_timeout(deadline);
    head.push_str(&format!("{rest};\n{CLOCK};\nset local search_path to {path};\n"));
    head
}

/// The locks, each behind what sets its deadline.
fn locks(work: &Work, deadline: &str) -> String {
    let mut text = String::new();
    let many = work.locks.statements().count() > MANY;
    for (lock, _) in work.locks.statements() {
        let next = bind("lock_deadline", &[("milliseconds", Value::Sql(deadline))]);
        if many {
            text.push_str(&format!("perform deadline.* from ({next}) deadline;\n{lock}"));
        } else {
            text.push_str(&format!("{next};\n{lock}"));
        }
    }
    match many {
        true => format!("do {};\n", literal(&format!("begin\n{text}end"))),
        false => text,
    }
}

/// Of more locks the answers are longer than what is sure to be taken from the server while this process stands still: a
/// socket of the file system takes 200 kB. Then they are taken in a statement that answers once.
const MANY: usize = 200;

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
