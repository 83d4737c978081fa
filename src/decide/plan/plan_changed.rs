//! What moved between a plan that somebody saw and the one that would be carried out.

use std::collections::{BTreeMap, BTreeSet};

use super::value::Plan;
use crate::read::facts::CurrentRelease;
use crate::words::checksum::short;
use crate::words::error::{Error, ErrorKind};

/// How much of it an error names.
const NAMED: usize = 5;

/// The error, where another release stands than the one of this number.
pub fn another_release(stood: i64, now: Option<&CurrentRelease>) -> Option<Error> {
    match now {
        Some(now) if now.id == stood => None,
        Some(now) => {
            let (checksum, number) = (short(&now.checksum), now.id);
            Some(error(&[format!("release {checksum} (number {number}) stands, where number {stood} stood")]))
        }
        None => Some(error(&[format!("no release stands, where number {stood} stood")])),
    }
}

/// The error, where something else would be done than what was shown, or to what is not as it was.
pub fn another_plan(shown: &Plan, now: &Plan) -> Option<Error> {
    let actions = |plan: &'_ Plan| {
        by_object(plan.actions.iter().map(|one| (format!("{} {}", one.kind, one.object), one.clone())))
    };
    let foreign = |plan: &'_ Plan| {
        by_object(plan.foreign.iter().map(|one| (format!("{} {}", one.kind, one.object), one.clone())))
    };
    let mut moved = differing(&actions(shown), &actions(now), |one| (one.verb.past(), &one.reason));
    moved.extend(differing(&foreign(shown), &foreign(now), |one| ("put back", &one.reason)));
    // One that is dropped or made anew takes with it what a person made of it in between.
    let changed =
        now.seen.iter().filter(|(object, seen)| shown.seen.get(*object).is_some_and(|then| then != *seen));
    moved.extend(changed.map(|(object, _)| format!("{object} was changed")));
    (!moved.is_empty()).then(|| error(&moved))
}

/// What is to be done, by object.
fn by_object<T>(all: impl Iterator<Item = (String, T)>) -> BTreeMap<String, Vec<T>> {
    let mut objects: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for (object, one) in all {
        objects.entry(object).or_default().push(one);
    }
    objects
}

/// In words, where it is not the same for an object. `tell`: what is done, and why.
fn differing<T: PartialEq>(
    shown: &BTreeMap<String, Vec<T>>,
    now: &BTreeMap<String, Vec<T>>,
    tell: impl Fn(&T) -> (&'static str, &str),
) -> Vec<String> {
    let objects: BTreeSet<&String> = shown.keys().chain(now.keys()).collect();
    let told = |all: &[T]| {
        all.iter().map(&tell).map(|(what, why)| format!("{what} ({why})")).collect::<Vec<_>>().join(" and ")
    };
    let differing = objects.into_iter().filter_map(|object| match (shown.get(object), now.get(object)) {
        (then, now) if then == now => None,
        (None, Some(now)) => Some(format!("{object} would be {}, too", told(now))),
        (Some(then), Some(now)) if told(then) == told(now) => {
            Some(format!("{object} would be {} with other statements", told(now)))
        }
        (Some(_), Some(now)) => Some(format!("{object} would be {}", told(now))),
        (_, None) => Some(format!("nothing would be done to {object}")),
    });
    differing.collect()
}

fn error(moved: &[String]) -> Error {
    let mut named = moved.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    if let Some(more @ 1..) = moved.len().checked_sub(NAMED) {
        named = format!("{named}; and {more} more");
    }
    let message = format!("the database is not as it was when the rollback was planned: {named}");
    Error::new(ErrorKind::Moved, message)
        .unchanged()
        .help("look at the plan again: rollback --plan, or plan_rollback(...)")
}
