//! The exclusive locks of a plan, in the order in which readers take theirs.

use std::collections::BTreeSet;

use super::attachments::{attachments, take_back};
use super::needs::{Facts, Need};
use super::order::Item;
use super::statements::{Decided, Work};
use crate::read::facts::Saved;
use crate::set::project::Object;
use crate::words::report::Verb;

/// Exclusive locks on what will change, dependents first: a reader locks a view before what it stands on. ALTER ...
/// OWNER TO the present owner takes the lock on this one view and writes nothing.
pub fn lock(decided: &Decided<'_, '_>, work: &mut Work) {
    let gone = decided.hanging.gone.iter().rev().map(|(saved, _)| *saved);
    let lock_of = |saved: &Saved| Some((saved.relation, saved.lock.clone()?));
    let mut locks: Vec<(Option<u32>, String)> =
        gone.filter(|saved| is_there(decided, saved)).filter_map(lock_of).collect();
    for item in decided.order.iter().rev() {
        locks.extend(match item {
            Item::Managed(index) => own_lock(decided, *index).map(|lock| (decided.needs[index].oid, lock)),
            Item::Foreign(saved) => lock_of(saved).filter(|_| is_there(decided, saved)),
        });
    }
    // A pruned object comes right after the last that stood on it.
    for saved in decided.pruned.iter().rev() {
        let above = above(decided.facts.pruned, saved);
        let last = locks.iter().rposition(|(oid, _)| oid.is_some_and(|oid| above.contains(&oid)));
        if let Some(lock) = lock_of(saved) {
            locks.insert(last.map_or(0, |last| last + 1), lock);
        }
    }
    let relations = decided.facts.saved.iter().chain(decided.pruned).filter_map(|saved| saved.relation);
    work.locked = relations.chain(decided.needs.values().filter_map(|need| need.oid)).collect();
    let mut taken = BTreeSet::new();
    for (_, lock) in locks.iter().filter(|(_, lock)| taken.insert(lock.as_str())) {
        work.locks.push(lock);
    }
}

/// The relations that stand on one, directly or through others. Each comes after what it stands on.
fn above(saved: &[Saved], root: &Saved) -> BTreeSet<u32> {
    let mut above = BTreeSet::from([root.id.as_str()]);
    let mut relations = BTreeSet::new();
    for saved in saved {
        if saved.needs.iter().any(|id| above.contains(id.as_str())) {
            above.insert(&saved.id);
            relations.extend(saved.relation);
        }
    }
    relations
}

fn own_lock(decided: &Decided<'_, '_>, index: usize) -> Option<String> {
    let need = &decided.needs[&index];
    let moved = need.look.is_some_and(|look| look.moved_from().is_some());
    let changes = match need.verb {
        Verb::Replace | Verb::Rebuild => true,
        Verb::Attach => shuts_readers_out(decided.facts, decided.facts.project.object(index), need),
        _ => moved,
    };
    let now = need.now.as_ref().filter(|_| changes)?;
    let saved = decided.hanging.ours.get(&index).filter(|saved| is_there(decided, saved));
    Some(match saved.and_then(|saved| saved.lock.clone()) {
        Some(lock) => lock,
        None => format!("alter view {} owner to {}", now.name, now.owner),
    })
}

/// Whether something that is attached takes an exclusive lock: grants and comments do not.
fn shuts_readers_out(facts: &Facts<'_>, object: Object<'_>, need: &Need<'_>) -> bool {
    let quiet = |sql: &str| {
        let word: String = sql.trim_start().chars().take_while(char::is_ascii_alphabetic).collect();
        ["grant", "revoke", "comment"].contains(&word.to_ascii_lowercase().as_str())
    };
    attachments(object, need).iter().any(|sql| !quiet(sql.text()))
        || take_back(facts, object, need, None).iter().any(|sql| !quiet(sql))
}

/// It did not step aside for a migration already.
fn is_there(decided: &Decided<'_, '_>, saved: &Saved) -> bool {
    !decided.facts.aside.iter().any(|aside| aside.id == saved.id)
}
