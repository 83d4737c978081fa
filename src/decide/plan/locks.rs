//! The exclusive locks of a plan, in the order in which readers take theirs.

use std::collections::BTreeSet;

use super::order::Item;
use super::statements::{Decided, Work};
use crate::decide::attached::indexes::lock_of;
use crate::decide::lock::Lock;
use crate::read::address::Address;
use crate::read::dependent::Dependent;
use crate::words::verb::Verb;

/// Exclusive locks on what will change, dependents first: a reader locks a view before what it stands on. ALTER ...
/// OWNER TO the present owner takes the lock on this one view and writes nothing.
pub fn lock(decided: &Decided<'_, '_>, work: &mut Work) {
    let gone = decided.dependents.gone.iter().rev().map(|(dependent, _)| *dependent);
    let saved_lock =
        |dependent: &Dependent| Some((Some(dependent.id.clone()), dependent.script.lock.clone()?));
    let mut locks: Vec<(Option<Address>, String)> =
        gone.filter(|dependent| is_there(decided, dependent)).filter_map(saved_lock).collect();
    for item in decided.order.iter().rev() {
        locks.extend(match item {
            Item::Managed(index) => {
                own_lock(decided, *index).map(|lock| (decided.decisions[index].address.clone(), lock))
            }
            Item::Foreign(dependent) => saved_lock(dependent).filter(|_| is_there(decided, dependent)),
        });
    }
    // A pruned object comes right after the last that stood on it.
    for dependent in decided.pruned.iter().rev() {
        let above = above(decided.findings.pruned, dependent);
        let last =
            locks.iter().rposition(|(oid, _)| oid.as_ref().is_some_and(|id| above.contains(id.as_str())));
        if let Some(lock) = saved_lock(dependent) {
            locks.insert(last.map_or(0, |last| last + 1), lock);
        }
    }
    let relations =
        decided.findings.dependents.iter().chain(decided.pruned).filter_map(|dependent| dependent.relation);
    let own = decided.decisions.values().filter_map(|decision| relation(decision.address.as_ref()?));
    work.locked = relations.chain(own).collect();
    let mut taken = BTreeSet::new();
    for (_, lock) in locks.iter().filter(|(_, lock)| taken.insert(lock.as_str())) {
        work.locks.push(lock);
    }
}

/// What stands on one, directly or through others, and itself. Each comes after what it stands on.
fn above<'s>(dependent: &'s [Dependent], root: &'s Dependent) -> BTreeSet<&'s str> {
    let mut above = BTreeSet::from([root.id.as_str()]);
    for dependent in dependent {
        if dependent.needs.iter().any(|id| above.contains(id.as_str())) {
            above.insert(&dependent.id);
        }
    }
    above
}

fn own_lock(decided: &Decided<'_, '_>, index: usize) -> Option<String> {
    let decision = &decided.decisions[&index];
    let object = decided.findings.project.object(index);
    let moved = decision.look.is_some_and(|look| look.moved_from().is_some());
    let changes = match decision.verb {
        Verb::Replace | Verb::Rebuild => true,
        Verb::Attach => lock_of(object, decision) == Lock::AccessExclusive,
        _ => moved,
    };
    let now = decision.now.as_ref().filter(|_| changes)?;
    let dependent = decided.dependents.ours.get(&index).filter(|dependent| is_there(decided, dependent));
    match dependent.and_then(|dependent| dependent.script.lock.clone()) {
        Some(lock) => Some(lock),
        // Nobody waits for a routine, and a trigger locks its table when it is replaced.
        None if !object.kind().is_relation() => None,
        None => Some(format!("alter {} {} owner to {}", object.kind(), now.identity, now.owner)),
    }
}

/// It did not step aside for a migration already.
fn is_there(decided: &Decided<'_, '_>, dependent: &Dependent) -> bool {
    !decided.findings.aside.iter().any(|aside| aside.id == dependent.id)
}

/// The oid of a relation.
fn relation(address: &Address) -> Option<u32> {
    address.strip_prefix("1259/")?.split('/').next()?.parse().ok()
}
