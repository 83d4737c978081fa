//! What belonged to an object of one kind, for one of another kind in its place.

use std::collections::BTreeSet;

use crate::decide::compare::classify::Classification;
use crate::read::saved::{About, Act, Part, Saved};
use crate::words::facet::Facet;
use crate::words::object::Kind;

/// What belonged to a view, as far as a materialized view in its place can carry it, or the other way round. What it cannot
/// carry is told: indexes, statistics and options of storage of the one; column defaults, rules, triggers and options of
/// the other.
///
/// What our text stated is no loss.
pub fn of_kind(mut saved: Saved, look: &Classification<'_>) -> Saved {
    let kind = look.object.kind();
    let applied = look.record.iter().flat_map(|record| &record.stated.attachments);
    let stated: BTreeSet<Facet> = applied.flat_map(|one| Facet::of(&one.says)).collect();
    let is_ours = |part: &&Part| {
        part.about.as_ref().and_then(About::facet).is_some_and(|facet| stated.contains(&facet))
    };
    let (carried, lost): (Vec<Part>, Vec<Part>) =
        saved.parts.into_iter().partition(|part| !part.late && is_carried(part.act));
    saved.parts = carried.into_iter().map(|part| about_kind(part, kind)).collect();
    let rows = |part: &Part| matches!(part.act, Act::Refresh | Act::Analyze);
    let lost = lost.iter().filter(|part| !is_ours(part) && !rows(part));
    saved.warnings.extend(lost.map(|part| format!("is a {kind} now, and lost: {}", part.statement)));
    saved
}

/// Options and what is said of columns are those of one kind.
fn is_carried(act: Act) -> bool {
    !matches!(act, Act::Option | Act::Column | Act::Depend)
}

/// The statement with the other kind's name, where it names a kind.
fn about_kind(part: Part, kind: Kind) -> Part {
    let heads = ["alter ", "comment on ", "security label for ", "alter extension "];
    let found = ["materialized view ", "view "].iter().find_map(|old| {
        let at = part.statement.find(old)?;
        let before = &part.statement[..at];
        let is_name = heads.iter().any(|head| before.starts_with(head)) && !before.contains(['.', '\'']);
        is_name.then_some((at, old.len()))
    });
    match found {
        Some((at, length)) => {
            let (before, behind) = (&part.statement[..at], &part.statement[at + length..]);
            Part { statement: format!("{before}{kind} {behind}"), ..part }
        }
        None => part,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_about_one_kind_become_those_about_another() {
        let about = |statement: &str, kind: Kind| {
            let part = Part {
                option: None,
                column: None,
                late: false,
                about: None,
                pieces: None,
                act: Act::Comment,
                by: None,
                to: None,
                statement: statement.into(),
            };
            about_kind(part, kind).statement
        };
        let same = "comment on column a.v.c is 'a materialized view '";
        assert_eq!(about(same, Kind::View), same);
        assert_eq!(about("alter materialized view a.v owner to x", Kind::View), "alter view a.v owner to x");
        assert_eq!(
            about("comment on view a.v is 'my view'", Kind::MaterializedView),
            "comment on materialized view a.v is 'my view'"
        );
        assert!(!is_carried(Act::Column));
        assert!(is_carried(Act::Grant));
    }
}
