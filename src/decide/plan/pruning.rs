//! Objects whose files are gone: they stay for one release, and go with the next; and objects that the release does not hold to
//! which one goes back.

use std::collections::{BTreeMap, BTreeSet};

use super::dependents::Dependents;
use super::findings::Findings;
use super::object_decision::ObjectDecision;
use super::obstacle::Obstacle;
use super::value::Action;
use crate::decide::lock::Lock;
use crate::decide::reason::Reason;
use crate::decide::reasons::Reasons;
use crate::read::address::Address;
use crate::read::dependent::Dependent;
use crate::read::facts::{GoneObject, RetiredObject};
use crate::words::amount::count;
use crate::words::error::{Error, ErrorKind};
use crate::words::identity::Identity;
use crate::words::object::Kind;
use crate::words::options::Direction;
use crate::words::verb::Verb;

/// The retired objects that are dropped now.
///
/// # Errors
///
/// Something else hangs on one of them.
pub fn prunable(
    findings: &Findings<'_>,
    decisions: &BTreeMap<usize, ObjectDecision<'_>>,
    dependents: &Dependents<'_>,
) -> Result<Vec<Dependent>, Error> {
    let roots: BTreeSet<&Address> = findings.leaving.prune.iter().map(|retired| &retired.address).collect();
    let is_root = |dependent: &Dependent| roots.contains(&dependent.id);
    // What is made anew from its file reads it no more, unless the file says so: then it is told by the server.
    let changes: BTreeSet<&Address> = decisions
        .values()
        .filter(|decision| matches!(decision.verb, Verb::Replace | Verb::Rebuild))
        .filter_map(|decision| decision.address.as_ref())
        .collect();
    let is_made_anew = |dependent: &Dependent| {
        changes.contains(&dependent.id) || dependents.gone.iter().any(|(gone, _)| gone.id == dependent.id)
    };
    let mut anew: BTreeSet<&str> = BTreeSet::new();
    let mut problems = Vec::new();
    for dependent in findings.pruned {
        let root_below = |id: &String| findings.pruned.iter().any(|other| other.id == *id && is_root(other));
        if is_root(dependent) {
            continue;
        }
        let on_anew_only = !dependent.needs.iter().any(root_below)
            && dependent.needs.iter().all(|id| anew.contains(id.as_str()));
        if is_made_anew(dependent) || on_anew_only {
            anew.insert(&dependent.id);
        } else {
            problems.push(dependent.to_string());
        }
    }
    if problems.is_empty() {
        let dropped = |dependent: &&Dependent| {
            is_root(dependent) && !findings.dependents.iter().any(|other| other.id == dependent.id)
        };
        return Ok(findings.pruned.iter().filter(dropped).cloned().collect());
    }
    Err(hung_on(findings, &problems))
}

/// Something that stays hangs on what is to be dropped.
fn hung_on(findings: &Findings<'_>, problems: &[String]) -> Error {
    let names: Vec<_> =
        findings.leaving.prune.iter().map(|retired| format!("\"{}\"", retired.identity)).collect();
    let (why, help) = match findings.facts.choices.direction {
        Direction::Forward | Direction::Compare => (
            if names.len() == 1 { "whose file is gone" } else { "whose files are gone" },
            "drop or change them before, or give the view its file back, or keep it with Prune::Never",
        ),
        Direction::Back => (
            "which that release does not hold",
            "drop or change them before, or keep what came later: rollback --keep, or prune(Prune::Never) before rollback(...)",
        ),
    };
    let (names, many) = (names.join(", "), count(problems.len(), "object"));
    let hang = if problems.len() == 1 { "hangs" } else { "hang" };
    let message = format!("cannot drop {names}, {why}: {many} still {hang} on it: {}", problems.join(", "));
    Error::new(ErrorKind::Conflict, message)
        .object(findings.leaving.prune[0].identity.as_str())
        .unchanged()
        .help(help)
}

/// What is said of one that somebody changed since, or keeps.
pub fn taken_warning(taken: &GoneObject, direction: Direction) -> String {
    let which = match direction {
        Direction::Forward | Direction::Compare => "whose file is gone",
        Direction::Back => "which that release does not hold",
    };
    format!(
        "{}, {which}, was changed by hand since, or another project keeps it now: it stays, and is not this project's",
        taken.identity
    )
}

/// What is said of the objects whose files are gone.
pub fn retirement(findings: &Findings<'_>, dependents: &Dependents<'_>, pruned: &[Dependent]) -> Vec<Action> {
    let direction = findings.facts.choices.direction;
    let going: BTreeSet<&Address> = pruned.iter().map(|dependent| &dependent.id).collect();
    let gone = dependents.gone.iter().map(|(dependent, why)| {
        let kind = Kind::ALL.into_iter().find(|kind| kind.keyword() == dependent.kind).unwrap_or(Kind::View);
        let identity = Identity::displayed(&dependent.identity).to_string();
        let reason = match why {
            Obstacle::Gone(direction) => Reason::Gone(*direction),
            why => Reason::GoneAndUnfit(direction, why.to_string()),
        };
        (RetiredObject { identity, kind }, reason, dependent.script.drop.clone())
    });
    let prune = findings.leaving.prune.iter().filter(|retired| going.contains(&retired.address)).filter_map(
        |retired| {
            let dependent = pruned.iter().find(|dependent| dependent.id == retired.address)?;
            let retired = RetiredObject { identity: retired.identity.clone(), kind: retired.kind };
            Some((retired, Reason::Gone(direction), dependent.script.drop.clone()))
        },
    );
    let dropped: Vec<_> = gone.chain(prune).collect();
    let stays = |one: &&RetiredObject| !dropped.iter().any(|(dropped, ..)| dropped.identity == one.identity);
    let mut actions: Vec<Action> =
        findings.leaving.staying.iter().filter(stays).map(|retired| retire(retired, direction)).collect();
    actions.extend(dropped.iter().map(|(retired, reason, sql)| Action {
        lock: Some(Lock::AccessExclusive.words()),
        sql: vec![sql.clone()],
        breaks: Some("the object is gone".to_owned()),
        ..about(Verb::Drop, retired, reason)
    }));
    actions
}

/// It stays for now.
pub fn retire(retired: &RetiredObject, direction: Direction) -> Action {
    about(Verb::Retire, retired, &Reasons::from(Reason::Gone(direction)).and([Reason::StaysForNow]))
}

fn about(verb: Verb, retired: &RetiredObject, reason: &impl ToString) -> Action {
    Action {
        verb,
        kind: retired.kind,
        object: Identity::displayed(&retired.identity),
        reason: reason.to_string(),
        drift: false,
        diff: None,
        lock: None,
        sql: Vec::new(),
        builds: Vec::new(),
        puts_back: Vec::new(),
        breaks: None,
        tier: 0,
        index: None,
        unfilled: false,
    }
}
