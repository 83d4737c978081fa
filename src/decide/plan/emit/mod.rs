//! Making everything, each after what it stands on: some of it beside the old objects, before anything is locked.

mod belongings;
mod define;
mod early;
mod fill;
mod foreign;
mod late;
mod push;

use std::collections::HashMap;

use super::object_decision::ObjectDecision;
use super::order::Item;
use super::statements::{CLOCK, Decided, Work, action};
use super::value::{Action, ForeignAction};
use crate::decide::attached::attachments::{Searched, kept};
use crate::decide::attached::indexes::lock_of;
use crate::decide::lock::Lock;
use crate::decide::reason::Reason;
use crate::set::project::Object;
use crate::words::object::Kind;
use crate::words::verb::Verb;

/// When a statement is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Before anything is locked.
    Early,
    /// With the locks.
    Switch,
}

/// Makes everything.
pub fn make(decided: &Decided<'_, '_>, work: &mut Work) -> (Vec<Action>, Vec<ForeignAction>) {
    let managed = || decided.order.iter().filter_map(Item::managed);
    let actions = managed().map(|index| {
        let (object, decision) = (decided.findings.project.object(index), &decided.decisions[&index]);
        let keeps = kept(decided.findings, object, decision, decided.rebuilt(index)).map(Reason::Keeps);
        Action {
            reason: decision.reasons.clone().and(keeps).to_string(),
            ..action(decision.verb, object, decision, Vec::new(), lock(object, decision))
        }
    });
    let mut made = Made {
        decided,
        actions: actions.collect(),
        places: managed().enumerate().map(|(place, index)| (index, place)).collect(),
        work,
        foreign: Vec::new(),
        searched: Searched::AsProject,
        tier: 0,
        of_tier: 0,
        asked: false,
    };
    made.early();
    for item in decided.order {
        match item {
            Item::Managed(index) => {
                made.search(Searched::AsProject);
                made.managed(*index);
            }
            Item::Foreign(dependent) => made.foreign(dependent),
        }
    }
    made.late();
    made.end_tier();
    (made.actions, made.foreign)
}

/// The lock on what exists that making an object anew takes.
fn lock(object: Object<'_>, decision: &ObjectDecision<'_>) -> Option<Lock> {
    match decision.verb {
        Verb::Replace if object.kind().is_routine() => None,
        Verb::Replace if object.kind() == Kind::Trigger => Some(Lock::ShareRowExclusive),
        Verb::Replace | Verb::Rebuild => Some(Lock::AccessExclusive),
        Verb::Attach => Some(lock_of(object, decision)),
        _ => None,
    }
}

/// Things in the making.
struct Made<'m, 'd, 'a> {
    decided: &'m Decided<'d, 'a>,
    work: &'m mut Work,
    /// Of the objects of the project, in order.
    actions: Vec<Action>,
    /// Where they are in it.
    places: HashMap<usize, usize>,
    foreign: Vec<ForeignAction>,
    /// Where names are searched at the end of what the switch has so far.
    searched: Searched,
    tier: usize,
    /// How many objects of the tier were made since its last mark.
    of_tier: usize,
    /// Nothing was made since it was asked what somebody's own things rest on.
    asked: bool,
}

impl Made<'_, '_, '_> {
    /// The server's clock at the end of a tier: statements that go together in one message are timed where they run.
    fn end_tier(&mut self) {
        if self.of_tier > 0 {
            self.work.changes.push(CLOCK);
            self.work.tiers.push((self.tier, std::mem::take(&mut self.of_tier)));
        }
    }
}
