//! What an attach does to an object whose definition stays: which statements of its file it sends, what it builds on a
//! materialized view, what makes room for that, and the lock that all of it takes.

use super::reconciled::Stands;
use crate::decide::lock::Lock;
use crate::decide::plan::object_decision::ObjectDecision;
use crate::set::project::Object;
use crate::words::attachment::{Says, Subject};
use crate::words::facet::Facet;
use crate::words::name::{Name, identifier};
use crate::words::temporary::TemporaryNames;
use crate::words::verb::Verb;

/// What has to make room for what a statement of an attach makes.
pub fn in_the_way<'n>(decision: &'n ObjectDecision<'_>, place: usize) -> Option<&'n Stands> {
    let look = decision.look.filter(|_| decision.verb == Verb::Attach)?;
    look.reconciled.in_the_way().find(|(by, _)| *by == place).map(|(_, stands)| stands)
}

/// Makes room for an index or for statistics. An index gets another name, because to drop it would keep readers waiting
/// while the new one is built; nobody waits for statistics.
pub fn step_aside(object: Object<'_>, place: usize, stands: &Stands) -> String {
    if stands.is_index {
        format!("alter index {} rename to {}", stands.name, identifier(&aside(object, place)))
    } else {
        format!("drop statistics {}", stands.name)
    }
}

/// The name of an index while another takes its place.
fn aside(object: Object<'_>, place: usize) -> String {
    TemporaryNames::of_old_index(object.project().name(), object.index(), place)
}

/// Drops the indexes in whose places others were built.
pub fn drop_aside(object: Object<'_>, decision: &ObjectDecision<'_>) -> Vec<String> {
    let Some(look) = decision.look.filter(|_| decision.verb == Verb::Attach) else { return Vec::new() };
    let indexes = look.reconciled.in_the_way().filter(|(_, stands)| stands.is_index);
    indexes
        .map(|(place, stands)| {
            format!("drop index {}", Name::new(stands.name.schema.as_str(), aside(object, place)))
        })
        .collect()
}

/// Whether an attach builds something on a materialized view, which takes its time.
pub fn builds(object: Object<'_>, decision: &ObjectDecision<'_>) -> bool {
    sent(object, decision).any(|says| matches!(says, Says::Index { .. } | Says::Statistics { .. }))
}

/// What the statements of the file that an attach sends say.
fn sent<'n>(object: Object<'n>, decision: &ObjectDecision<'_>) -> impl Iterator<Item = &'n Says> {
    let look = decision.look.filter(|_| decision.verb == Verb::Attach);
    let only = look.map(|look| look.reconciled.statements()).unwrap_or_default();
    let all = object.data().attachments.iter().enumerate();
    all.filter(move |(place, _)| only.contains(place)).map(|(_, attachment)| &attachment.says)
}

/// The strongest lock that the statements of an attach take.
pub fn lock_of(object: Object<'_>, decision: &ObjectDecision<'_>) -> Lock {
    // Nobody waits for a routine.
    let Some(look) = decision.look.filter(|_| !object.kind().is_routine()) else {
        return Lock::ShareUpdateExclusive;
    };
    let stands = look.reconciled.in_the_way().any(|(_, stands)| stands.is_index);
    let sent = sent(object, decision).flat_map(Facet::of).map(|facet| lock_of_stating(&facet));
    let removed = look.reconciled.removed.iter().map(|one| lock_of_removing(&one.facet));
    let strongest = sent.chain(removed).chain(stands.then_some(Lock::AccessExclusive)).max();
    strongest.unwrap_or(Lock::ShareUpdateExclusive)
}

fn lock_of_stating(facet: &Facet) -> Lock {
    match facet {
        Facet::Comment(_) | Facet::Grants | Facet::Cluster | Facet::Statistics(_) => {
            Lock::ShareUpdateExclusive
        }
        Facet::Index(_) => Lock::Share,
        Facet::Fires => Lock::ShareRowExclusive,
        Facet::Owner | Facet::Option(_) | Facet::Default(_) | Facet::Rule(_) => Lock::AccessExclusive,
    }
}

fn lock_of_removing(facet: &Facet) -> Lock {
    match facet {
        Facet::Comment(Subject::Rule(_) | Subject::Index(_)) => Lock::AccessExclusive,
        Facet::Comment(_) | Facet::Grants | Facet::Cluster | Facet::Statistics(_) => {
            Lock::ShareUpdateExclusive
        }
        Facet::Fires => Lock::ShareRowExclusive,
        Facet::Owner | Facet::Option(_) | Facet::Default(_) | Facet::Rule(_) | Facet::Index(_) => {
            Lock::AccessExclusive
        }
    }
}
