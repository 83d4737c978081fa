//! What the ledger's memory means: which release somebody means, what a release held, and what became of each object.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use crate::read::ledger_history::{HistoryDefinition, HistoryRelease, LedgerHistory};
use crate::words::checksum::short;
use crate::words::error::{Error, ErrorKind};
use crate::words::release::AppliedRelease;

/// How many digits of a checksum name a release.
const DIGITS: usize = 4;

/// How many releases an error lists.
const LISTED: usize = 10;

/// What a definition follows that took the place of what was lost.
const LOST: i64 = 0;

impl LedgerHistory {
    /// The release that stands.
    pub fn standing(&self) -> Option<&HistoryRelease> {
        self.releases.iter().find(|release| release.stands)
    }

    /// The release that is meant: by the first digits of its checksum, by the ledger's number, or as `previous`. Of several
    /// applications of one release the last one is meant: all held the same.
    ///
    /// # Errors
    ///
    /// There is no such release, or there are several; the candidates are listed.
    pub fn find(&self, meant: &str) -> Result<&HistoryRelease, Error> {
        if meant == "previous" {
            return self.previous();
        }
        let number = meant.parse::<i64>().ok();
        let digits = meant.to_lowercase();
        let by_digits = meant.len() >= DIGITS && meant.bytes().all(|byte| byte.is_ascii_hexdigit());
        let mut found: Vec<&HistoryRelease> = Vec::new();
        for release in self.releases.iter().rev() {
            let fits = number == Some(release.applied.number)
                || by_digits && release.applied.checksum.starts_with(digits.as_str());
            if fits && !found.iter().any(|other| other.applied.checksum == release.applied.checksum) {
                found.push(release);
            }
        }
        match found[..] {
            [release] => Ok(release),
            [] => {
                let error =
                    Error::new(ErrorKind::Unknown, format!("no release \"{meant}\" was applied here"));
                let error = if by_digits || number.is_some() || meant.len() >= DIGITS {
                    error
                } else {
                    error.help(format!("give {DIGITS} digits of its checksum or more"))
                };
                Err(listed(error, self.releases.iter().rev()))
            }
            _ => {
                let error = Error::new(ErrorKind::Unknown, format!("\"{meant}\" can be several releases"));
                Err(listed(error, found.into_iter()))
            }
        }
    }

    /// The release of this number.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn numbered(&self, number: i64) -> Result<&HistoryRelease, Error> {
        let found = self.releases.iter().find(|release| release.applied.number == number);
        found.ok_or_else(|| {
            Error::new(ErrorKind::Unknown, format!("no release of number {number} was applied here"))
        })
    }

    /// The last one before that which stands, of another checksum.
    fn previous(&self) -> Result<&HistoryRelease, Error> {
        let standing = self.standing();
        let before = |release: &&HistoryRelease| {
            standing.is_some_and(|standing| {
                release.applied.number < standing.applied.number
                    && release.applied.checksum != standing.applied.checksum
            })
        };
        self.releases.iter().rev().find(before).ok_or_else(|| {
            let error = Error::new(ErrorKind::Unknown, "no release stood before the one that stands");
            listed(error, self.releases.iter().rev())
        })
    }

    /// The definitions that a release held.
    pub fn state(&self, number: i64) -> Vec<&HistoryDefinition> {
        let known = |definition: &&HistoryDefinition| definition.release <= number;
        let followed: BTreeSet<i64> =
            self.definitions.iter().filter(known).filter_map(|definition| definition.follows).collect();
        let held = |definition: &&HistoryDefinition| {
            definition.retired.is_none_or(|retired| retired > number) && !followed.contains(&definition.id)
        };
        let held: Vec<_> = self.definitions.iter().filter(known).filter(held).collect();
        // Where an object was recorded anew and did not know what it followed, the last one holds.
        let last: BTreeMap<&str, i64> =
            held.iter().map(|definition| (definition.identity.as_str(), definition.id)).collect();
        let holds = |definition: &&HistoryDefinition| last[definition.identity.as_str()] == definition.id;
        held.into_iter().filter(holds).collect()
    }

    /// Whether the ledger has all texts that the release of this number held.
    pub fn keeps(&self, number: i64) -> bool {
        !self.textless().iter().chain(&self.holes()).any(|releases| releases.contains(&number))
    }

    /// The releases that may have held a definition whose row is not there. Ids are given without a gap, so that one tells of such
    /// a row; where nothing tells how long it was held, it may be held to this day.
    pub fn holes(&self) -> Vec<Range<i64>> {
        let Some(last) = self.definitions.last() else {
            let lost = self.objects > 0 || !self.unfounded.is_empty();
            return Vec::from_iter(lost.then_some(i64::MIN..i64::MAX));
        };
        let anew = self.definitions.iter().rev().find(|definition| definition.follows == Some(LOST));
        let mut holes = Vec::from_iter(anew.map(|anew| i64::MIN..anew.release));
        // What was lost before the others were recorded anew is accounted for by that.
        let mut before: Option<&HistoryDefinition> = None;
        for definition in &self.definitions {
            if anew.is_none_or(|anew| definition.id > anew.id) {
                let first = before.map_or(1, |before| before.id + 1);
                self.hole(first..definition.id, before, definition.counted, &mut holes);
            }
            before = Some(definition);
        }
        self.hole(last.id + 1..i64::MAX, before, false, &mut holes);
        holes
    }

    /// The releases that may have held what is missing between two definitions. `counted`: each of these ids was given.
    fn hole(
        &self,
        ids: Range<i64>,
        before: Option<&HistoryDefinition>,
        counted: bool,
        holes: &mut Vec<Range<i64>>,
    ) {
        if ids.is_empty() {
            return;
        }
        let start = before.map_or(i64::MIN, |before| before.release);
        let followers = self.definitions.iter().filter_map(|definition| {
            Some((definition.follows?, definition.identity.as_str(), definition.release))
        });
        let objects = self
            .unfounded
            .iter()
            .map(|object| (object.definition, object.identity.as_str(), object.retired.unwrap_or(i64::MAX)));
        let mut known: BTreeMap<i64, (&str, i64)> = BTreeMap::new();
        for (id, identity, end) in followers.chain(objects).filter(|(id, ..)| ids.contains(id)) {
            let one = known.entry(id).or_insert((identity, end));
            one.1 = one.1.min(end);
        }
        for &(identity, end) in known.values() {
            // Of one release an object has one text.
            let own = |definition: &HistoryDefinition| {
                definition.id < ids.start && definition.release == start && definition.identity == identity
            };
            let own = self.definitions.iter().any(own);
            holes.push(if own { start + 1 } else { start }..end);
        }
        let all = i64::try_from(known.len()).is_ok_and(|known| known == ids.end - ids.start);
        if counted && !all {
            holes.push(start..i64::MAX);
        }
    }

    /// The names that objects of a release have now, by those that they had; only where these are others, and not those of
    /// other objects of that release.
    pub fn renamed<'p>(&'p self, state: &[&'p HistoryDefinition]) -> BTreeMap<&'p str, &'p str> {
        let followers = self.followers();
        let own: BTreeSet<&str> = state.iter().map(|definition| definition.identity.as_str()).collect();
        let renamed = state.iter().filter_map(|&definition| {
            let mut last = definition;
            while let Some(next) = followers.get(&last.id) {
                last = next;
            }
            // Its own name is among them, too.
            let there = last.retired.is_none() && !own.contains(last.identity.as_str());
            there.then_some((definition.identity.as_str(), last.identity.as_str()))
        });
        renamed.collect()
    }

    /// By definition: the one that took its place.
    pub fn followers(&self) -> HashMap<i64, &HistoryDefinition> {
        let pairs = self.definitions.iter().filter_map(|definition| Some((definition.follows?, definition)));
        pairs.collect()
    }

    /// The releases that held a definition whose text was forgotten or lost.
    fn textless(&self) -> Vec<Range<i64>> {
        let followers = self.followers();
        let textless = self.definitions.iter().filter(|definition| definition.forgotten || definition.lost);
        let held = textless.map(|definition| {
            let followed = followers.get(&definition.id).map(|follower| follower.release);
            let ends = [followed, definition.retired].into_iter().flatten();
            definition.release..ends.min().unwrap_or(i64::MAX)
        });
        held.collect()
    }

    /// The definitions whose texts nobody needs who goes back to this release or a later one: what had lost its place by
    /// then.
    pub fn outlived(&self, number: i64) -> Vec<i64> {
        let followers = self.followers();
        let gone = |definition: &&HistoryDefinition| {
            definition.retired.is_some_and(|retired| retired <= number)
                || followers.get(&definition.id).is_some_and(|follower| follower.release <= number)
        };
        let kept = self.definitions.iter().filter(|definition| !definition.forgotten);
        kept.filter(gone).map(|definition| definition.id).collect()
    }
}

/// Names candidates, newest first.
fn listed<'p>(mut error: Error, releases: impl ExactSizeIterator<Item = &'p HistoryRelease>) -> Error {
    let more = releases.len().saturating_sub(LISTED);
    for release in releases.take(LISTED) {
        error = error.note(named(release));
    }
    if more > 0 { error.note(format!("and {more} more")) } else { error }
}

/// A release as errors and questions name it.
pub fn named(release: &HistoryRelease) -> String {
    let AppliedRelease { number, checksum, applied_at, applied_by, .. } = &release.applied;
    let stands = if release.stands { ", which stands" } else { "" };
    format!("release {} (number {number}, applied {applied_at} by {applied_by}{stands})", short(checksum))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::ledger_history::Unfounded;
    use crate::words::object::Kind;

    fn release(number: i64, checksum: &str) -> HistoryRelease {
        let applied = AppliedRelease {
            number,
            checksum: checksum.to_owned(),
            built: "2026-01-01T00:00:00Z".to_owned(),
            applied_at: "2026-01-01T00:00:00Z".to_owned(),
            applied_by: "alice".to_owned(),
            application: String::new(),
            viewkeeper: String::new(),
        };
        HistoryRelease { applied, schema: "app".to_owned(), moment: 0, stands: false }
    }

    fn definition(id: i64, identity: &str, release: i64, follows: Option<i64>) -> HistoryDefinition {
        HistoryDefinition {
            id,
            identity: identity.to_owned(),
            kind: Kind::View,
            checksum: String::new(),
            release,
            follows,
            retired: None,
            dropped: None,
            recorded_at: String::new(),
            recorded_by: String::new(),
            application: String::new(),
            forgotten: false,
            lost: false,
            counted: true,
        }
    }

    fn releases(checksums: &[&str]) -> LedgerHistory {
        let mut releases: Vec<HistoryRelease> =
            (1..).zip(checksums).map(|(number, checksum)| release(number, checksum)).collect();
        releases.last_mut().unwrap().stands = true;
        LedgerHistory { releases, ..LedgerHistory::default() }
    }

    #[test]
    fn a_release_is_named_by_digits_by_number_or_as_the_previous_one() {
        let past = releases(&["aaaa1", "bbbb1", "aaaa1", "cccc1"]);
        let found = |meant| past.find(meant).unwrap().applied.number;
        assert_eq!((found("2"), found("BBBB"), found("aaaa1"), found("previous")), (2, 2, 3, 3));
        let again = releases(&["aaaa1", "bbbb1", "bbbb1"]);
        assert_eq!(again.find("previous").unwrap().applied.number, 1);
    }

    #[test]
    fn what_is_unknown_or_ambiguous_lists_the_candidates() {
        let past = releases(&["aaaa1", "aaaa2"]);
        let ambiguous = past.find("aaaa").unwrap_err();
        assert!(format!("{ambiguous:?}").contains("note: release aaaa1 (number 1"), "{ambiguous:?}");
        let unknown = past.find("bbbb").unwrap_err();
        assert_eq!(unknown.to_string(), "no release \"bbbb\" was applied here");
        assert!(format!("{unknown:?}").contains("aaaa2"), "{unknown:?}");
        assert!(format!("{:?}", past.find("aaa").unwrap_err()).contains("give 4 digits"));
        assert!(releases(&["aaaa1"]).find("previous").is_err());
    }

    #[test]
    fn a_release_holds_what_was_recorded_and_neither_followed_nor_retired_by_then() {
        let mut past = releases(&["a", "b", "c", "d"]);
        past.definitions = vec![
            definition(1, "v", 1, None),
            HistoryDefinition { retired: Some(3), ..definition(2, "w", 1, None) },
            definition(3, "x", 2, Some(1)),
            definition(4, "w", 4, Some(2)),
            // Made again under the same release.
            definition(5, "w", 4, Some(4)),
        ];
        let held = |number| past.state(number).iter().map(|one| one.id).collect::<Vec<_>>();
        assert_eq!((held(1), held(2), held(3), held(4)), (vec![1, 2], vec![2, 3], vec![3], vec![3, 5]));
        assert_eq!(past.renamed(&past.state(1)).get("v"), Some(&"x"));
        assert_eq!(past.outlived(2), [1]);
        assert_eq!(past.outlived(4), [1, 2, 4]);
    }

    #[test]
    fn a_gap_in_the_ids_tells_which_releases_are_not_kept() {
        let kept = |definitions: Vec<HistoryDefinition>, unfounded: &[(i64, &str)]| {
            let mut past = releases(&["a", "b", "c", "d"]);
            past.definitions = definitions;
            past.objects = 2;
            past.unfounded = unfounded
                .iter()
                .map(|&(definition, identity)| Unfounded {
                    definition,
                    identity: identity.to_owned(),
                    retired: None,
                })
                .collect();
            (1..=4).filter(|number| past.keeps(*number)).collect::<Vec<_>>()
        };
        let all = || {
            vec![
                definition(1, "v", 1, None),
                definition(2, "w", 1, None),
                definition(3, "v", 3, Some(1)),
                definition(4, "v", 4, Some(3)),
            ]
        };
        let without = |id: i64| all().into_iter().filter(|one| one.id != id).collect::<Vec<_>>();
        assert_eq!(kept(all(), &[]), [1, 2, 3, 4]);
        // Its follower says how long it was held, the object that it is held, and nobody anything of a third.
        assert_eq!(kept(without(1), &[]), [3, 4]);
        assert_eq!(kept(without(2), &[(2, "w")]), [0; 0]);
        assert_eq!(kept(without(2), &[]), [0; 0]);
        assert_eq!(kept(without(3), &[]), [1, 4]);
        assert_eq!(kept(without(4), &[(4, "v")]), [1, 2, 3]);
        assert_eq!(kept(Vec::new(), &[]), [0; 0]);
        // Recorded anew.
        let anew = vec![
            definition(7, "v", 3, Some(0)),
            definition(8, "w", 3, Some(0)),
            definition(9, "v", 4, Some(7)),
        ];
        assert_eq!(kept(anew, &[]), [3, 4]);
        // Format 1 left ids out.
        let sparse = all().into_iter().map(|one| HistoryDefinition {
            id: one.id * 3,
            follows: one.follows.map(|id| id * 3),
            counted: false,
            ..one
        });
        assert_eq!(kept(sparse.collect(), &[]), [1, 2, 3, 4]);
    }
}
