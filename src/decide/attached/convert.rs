//! What belonged to an object of one kind, for one of another kind in its place.

use std::collections::BTreeSet;

use crate::decide::compare::classify::Classification;
use crate::read::dependent::{About, Act, Dependent, Part};
use crate::words::facet::Facet;
use crate::words::identity::Identity;

/// What belonged to a view, as far as a materialized view in its place can carry it, or the other way round. What it cannot
/// carry is told: indexes, statistics and options of storage of the one; column defaults, rules, triggers and options of
/// the other.
///
/// What our text stated is no loss.
pub fn of_kind(mut dependent: Dependent, look: &Classification<'_>) -> Dependent {
    let kind = look.object.kind();
    let applied = look.found.record.iter().flat_map(|record| &record.stated.attachments);
    let stated: BTreeSet<Facet> = applied.flat_map(|one| Facet::of(&one.says)).collect();
    let is_ours = |part: &&Part| {
        part.about.as_ref().and_then(About::facet).is_some_and(|facet| stated.contains(&facet))
    };
    let (carried, lost): (Vec<Part>, Vec<Part>) =
        dependent.script.parts.into_iter().partition(|part| !part.late && is_carried(part.act));
    let name = Identity::displayed(&dependent.identity).qualified();
    let about_kind = |part: Part| Part { statement: part.on(kind.keyword(), &name), ..part };
    dependent.script.parts = carried.into_iter().map(about_kind).collect();
    let rows = |part: &Part| matches!(part.act, Act::Refresh | Act::Analyze);
    // The statement that makes an index says how it is kept, too.
    let index = |part: &Part| part.act == Act::Storage && part.about.is_some();
    let lost = lost.iter().filter(|part| !is_ours(part) && !rows(part) && !index(part));
    dependent.warnings.extend(lost.map(|part| format!("is a {kind} now, and lost: {}", part.statement)));
    dependent
}

/// Options and what is said of columns are those of one kind.
fn is_carried(act: Act) -> bool {
    !matches!(act, Act::Option | Act::Column | Act::Depend | Act::Storage | Act::Cluster)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_kind_has_the_owner_and_the_grants_and_not_the_options() {
        assert!([Act::Owner, Act::Grant, Act::Comment, Act::Other].into_iter().all(is_carried));
        assert!(![Act::Option, Act::Column, Act::Depend, Act::Storage].into_iter().any(is_carried));
    }
}
