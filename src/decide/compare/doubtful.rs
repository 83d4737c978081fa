//! Attachments that cannot be judged without a shadow: another statement of ours made the live one, or it was there before us.

use std::collections::BTreeMap;

use super::classify::{Classification, State};
use super::comparison::not_comparable;
use super::index_shadows::{IndexShadows, shadow};
use crate::decide::facts::{Facts, OnCopies};
use crate::decide::question::{Question, Stop};
use crate::decide::reason::Reason;
use crate::read::attached::Made;
use crate::set::project::Project;
use crate::words::attachment::Says;
use crate::words::facet::Facet;

/// Finds out which of the attachments that the looks showed as somebody else's are as the files say. Where no shadow can be
/// made they stay somebody else's, and are made as the file says.
pub fn settle(project: &Project, facts: &Facts, looks: &mut [Classification<'_>]) -> Result<(), Stop> {
    if not_comparable(&facts.live).is_some() || !looks.iter().any(is_doubtful) {
        return Ok(());
    }
    let Some(made) = &facts.answers.index_shadows else {
        let doubtful = looks.iter().filter(|look| is_doubtful(look));
        let shadows = doubtful.filter_map(|look| IndexShadows::of(project, look)).collect();
        return Err(Question::IndexShadows(shadows).into());
    };
    for look in looks.iter_mut().filter(|look| is_doubtful(look)) {
        let attached = look.found.live.and_then(|live| facts.live.attached.get(&live.address));
        if let (Some(on_copies), Some(attached)) = (made.get(&look.object.key()), attached) {
            let made = self::made(look, on_copies, &attached.made);
            look.reconciled.settle(&made);
            if look.state == State::Detached {
                look.reason = Reason::AttachedByHand(look.reconciled.drifted());
            }
            if look.state == State::Detached && !look.reconciled.is_needed() {
                (look.state, look.reason) = (State::Settled, Reason::OnlyFingerprint);
            }
        }
    }
    Ok(())
}

/// Whether something of it cannot be judged without a shadow.
fn is_doubtful(look: &Classification<'_>) -> bool {
    look.reconciled.doubtful().next().is_some()
}

/// The hashes of what the server makes of the statements, by their places: as the file says, made again of what it prints of that, and what is
/// live where that becomes the same when it is made again.
fn made(look: &Classification<'_>, on_copies: &OnCopies, live: &Made) -> BTreeMap<usize, Vec<String>> {
    let all = look.object.data().attachments.iter().enumerate();
    let hash = |made: &Made, facet: &Facet| made.get(facet).map(|trace| trace.hash.clone());
    let hashes = |place: usize, says: &Says| {
        let own = Facet::of(says).pop()?;
        let on_copy = match own {
            Facet::Index(_) => Facet::Index(shadow(place)),
            Facet::Statistics(_) => Facet::Statistics(shadow(place)),
            // These have their own names there: a view has no other rules and defaults than those that are made on it.
            _ => own.clone(),
        };
        let made = [hash(&on_copies.made, &on_copy), hash(&on_copies.again, &on_copy)];
        let mut made: Vec<String> = made.into_iter().flatten().collect();
        if hash(&on_copies.live_again, &own).is_some_and(|again| made.contains(&again)) {
            made.extend(hash(live, &own));
        }
        Some(made)
    };
    all.filter_map(|(place, attachment)| Some((place, hashes(place, &attachment.says)?))).collect()
}
