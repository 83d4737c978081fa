//! Attachments that cannot be judged without a shadow: another statement of ours made the live one, or it was there before us.

use std::collections::BTreeMap;

use super::classify::Classification;
use super::comparison::not_comparable;
use super::index_shadows::{IndexShadows, shadow};
use crate::decide::facts::Facts;
use crate::decide::question::{Question, Stop};
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
        if let Some(on_copy) = made.get(&look.object.key()) {
            let made = self::made(look, on_copy);
            look.reconciled.settle(&made);
        }
    }
    Ok(())
}

/// Whether something of it cannot be judged without a shadow.
fn is_doubtful(look: &Classification<'_>) -> bool {
    look.reconciled.doubtful().next().is_some()
}

/// What the server made of the statements, by their places.
fn made(look: &Classification<'_>, on_copy: &Made) -> BTreeMap<usize, String> {
    let all = look.object.data().attachments.iter().enumerate();
    let trace = |place: usize, says: &Says| match Facet::of(says).pop()? {
        Facet::Index(_) => on_copy.get(&Facet::Index(shadow(place))),
        Facet::Statistics(_) => on_copy.get(&Facet::Statistics(shadow(place))),
        // These have their own names there: a view has no other rules and defaults than those that are made on it.
        facet => on_copy.get(&facet),
    };
    all.filter_map(|(place, attachment)| Some((place, trace(place, &attachment.says)?.hash.clone())))
        .collect()
}
