//! Who yields when two releases of one project meet.

use std::collections::BTreeMap;

use crate::read::facts::{CurrentRelease, LedgerState};
use crate::set::project::Release;
use crate::words::checksum::short;
use crate::words::moment::{in_the_future, utc};
use crate::words::options::Superseded;

/// 2000-01-01 in milliseconds: an earlier moment is that of a reproducible build and says nothing.
const KNOWN_SINCE: u64 = 946_684_800_000;

/// The environment variable by which an operator overrules the option: `leave`, `refuse` or `restore`.
pub const VARIABLE: &str = "VIEWKEEPER_SUPERSEDED";

/// What time it is, in milliseconds since 1970, and when the release that stands was applied, as `2026-11-21T19:00:00Z`. That
/// matters only where a moment is one that has not come yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    pub now: u64,
    pub applied: Option<String>,
}

/// Whether a moment of the two releases has not come yet.
pub fn ahead(ours: &Release, standing: Option<&LedgerState>, now: u64) -> bool {
    let theirs = standing.and_then(|standing| standing.standing.as_ref());
    theirs.is_some_and(|theirs| {
        theirs.checksum != ours.checksum.as_str()
            && (in_the_future(theirs.built, now) || in_the_future(ours.built, now))
    })
}

/// What a binary does about the release that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It applies its own.
    Proceed {
        /// What the operator should know.
        warning: Option<String>,
    },
    /// It leaves the database as it is and says why.
    Leave(String),
    /// It fails and says why.
    Refuse(String),
}

/// Decides. `newest_applied` and `newest_known` are migration versions; they count only where the ledger holds no
/// release yet.
pub fn decide(
    ours: &Release,
    standing: Option<&LedgerState>,
    newest_applied: Option<i64>,
    newest_known: Option<i64>,
    option: Superseded,
    clock: &Clock,
) -> Verdict {
    let Some(release) = standing.and_then(|standing| standing.standing.as_ref()) else {
        return match (newest_applied, newest_known) {
            (Some(applied), known) if known.is_none_or(|known| applied > known) => by_option(
                option,
                format!(
                    "the database has migration {applied}, which is newer than any in this binary{}",
                    known.map_or(String::new(), |known| format!(" (the newest is {known})"))
                ),
                "",
            ),
            _ => Verdict::Proceed { warning: None },
        };
    };
    if release.checksum == ours.checksum.as_str() {
        return Verdict::Proceed { warning: None };
    }
    let short = short(&release.checksum);
    if in_the_future(release.built, clock.now) {
        return not_come_yet(ours, release, option, clock);
    }
    if in_the_future(ours.built, clock.now) {
        let why = format!(
            "this binary says that it was built {}, which is more than a day from now, so nobody knows whether it is newer than \
             release {short}, which stands in the database",
            utc(ours.built)
        );
        return by_option(option, why, &format!("build it again: {BUILD}"));
    }
    if ours.built < KNOWN_SINCE || release.built < KNOWN_SINCE {
        let why = format!(
            "release {short} stands in the database, and which of the two is newer is unknown, because one was built without a \
             moment"
        );
        return by_option(option, why, &format!("build with one: {BUILD}"));
    }
    if release.built <= ours.built {
        return Verdict::Proceed { warning: None };
    }
    let why = format!("release {short}, built later than this binary, stands in the database");
    let again = if standing.is_some_and(|standing| standing.seen_before) {
        format!(
            "this is release {} again, which stood before: if going back is intended, set {VARIABLE}=restore",
            ours.checksum
        )
    } else {
        String::new()
    };
    by_option(option, why, &again)
}

/// What is said of objects that are not as the release that stands made them; of each, whether it is gone.
pub fn not_healed(drifted: &BTreeMap<String, bool>, release: &str) -> String {
    let named: Vec<String> = drifted
        .iter()
        .take(NAMED)
        .map(|(identity, gone)| format!("{identity} {}", if *gone { "is missing" } else { "was changed" }))
        .collect();
    let more = match drifted.len().checked_sub(NAMED + 1) {
        Some(more) => format!(", and {} more", more + 1),
        None => String::new(),
    };
    format!(
        "not as release {release} made it: {}{more}; this binary does not hold that release's files, so a start of a binary of release \
         {release}, or of a later one, heals it",
        named.join(", ")
    )
}

/// As many objects as are named.
const NAMED: usize = 8;

/// How a build is given its moment.
const BUILD: &str = "VIEWKEEPER_RELEASE=$(date +%s%3N) cargo build";

/// The moment of the release that stands has not come yet. It was built before it was applied, so that what was built after that
/// is newer. Else the option decides, or its replicas and those of the release before it would take turns.
fn not_come_yet(ours: &Release, theirs: &CurrentRelease, option: Superseded, clock: &Clock) -> Verdict {
    let applied =
        clock.applied.as_ref().map_or(String::new(), |applied| format!(" and was applied {applied}"));
    let why = format!(
        "release {}, which stands in the database{applied}, says that it was built {}, which is more than a day from now",
        short(&theirs.checksum),
        utc(theirs.built)
    );
    let known = ours.built >= KNOWN_SINCE && !in_the_future(ours.built, clock.now);
    let newer = clock.applied.as_ref().is_some_and(|applied| utc(ours.built) > *applied);
    if known && newer {
        let warning = format!("{why}; this binary was built after it was applied, and takes its place");
        return Verdict::Proceed { warning: Some(warning) };
    }
    let advice = format!(
        "what is built from now on takes its place: {BUILD}; or set {VARIABLE}=restore to let this binary do it"
    );
    by_option(option, why, &advice)
}

/// `advice` is for an operator who finds the database left alone.
fn by_option(option: Superseded, why: String, advice: &str) -> Verdict {
    let advised = || if advice.is_empty() { why.clone() } else { format!("{why}; {advice}") };
    match option {
        Superseded::Leave => Verdict::Leave(advised()),
        Superseded::Refuse => Verdict::Refuse(advised()),
        Superseded::Restore => Verdict::Proceed { warning: Some(why) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::facts::CurrentRelease;
    use crate::words::checksum::Checksum;

    const NOW: u64 = 1_790_000_000_000;

    fn standing(checksum: &Checksum, built: u64) -> LedgerState {
        LedgerState {
            standing: Some(CurrentRelease { id: 1, checksum: checksum.as_str().into(), built }),
            writable: true,
            ..LedgerState::default()
        }
    }

    fn clock() -> Clock {
        Clock { now: NOW + 5, applied: None }
    }

    fn verdict(ours: u64, theirs: u64, option: Superseded) -> Verdict {
        at(ours, theirs, option, &clock())
    }

    fn at(ours: u64, theirs: u64, option: Superseded, clock: &Clock) -> Verdict {
        let release = Release { checksum: Checksum::of("ours"), built: ours };
        decide(&release, Some(&standing(&Checksum::of("theirs"), theirs)), None, None, option, clock)
    }

    #[test]
    fn the_release_that_was_built_later_stays() {
        assert_eq!(verdict(NOW + 1, NOW, Superseded::Leave), Verdict::Proceed { warning: None });
        assert!(matches!(verdict(NOW, NOW + 1, Superseded::Leave), Verdict::Leave(_)));
        assert!(matches!(verdict(NOW, NOW + 1, Superseded::Refuse), Verdict::Refuse(_)));
        assert!(matches!(verdict(NOW, NOW + 1, Superseded::Restore), Verdict::Proceed { warning: Some(_) }));
    }

    #[test]
    fn a_moment_before_2000_is_unknown_and_the_option_decides() {
        for (ours, theirs) in [(0, NOW), (NOW, 0), (315_532_800_000, NOW)] {
            assert!(matches!(verdict(ours, theirs, Superseded::Leave), Verdict::Leave(_)));
            assert!(matches!(
                verdict(ours, theirs, Superseded::Restore),
                Verdict::Proceed { warning: Some(_) }
            ));
        }
    }

    #[test]
    fn an_equal_checksum_is_never_superseded() {
        let ours = Release { checksum: Checksum::of("same"), built: 5 };
        let standing = standing(&Checksum::of("same"), NOW);
        assert_eq!(
            decide(&ours, Some(&standing), None, None, Superseded::Refuse, &clock()),
            Verdict::Proceed { warning: None }
        );
    }

    #[test]
    fn unknown_migrations_count_only_without_a_release() {
        let ours = Release { checksum: Checksum::of("ours"), built: NOW };
        let without = |applied| decide(&ours, None, applied, Some(3), Superseded::Leave, &clock());
        assert_eq!(without(None), Verdict::Proceed { warning: None });
        assert_eq!(without(Some(3)), Verdict::Proceed { warning: None });
        assert!(matches!(without(Some(4)), Verdict::Leave(_)));
        let older = standing(&Checksum::of("theirs"), NOW - 1);
        assert_eq!(
            decide(&ours, Some(&older), Some(9), Some(3), Superseded::Leave, &clock()),
            Verdict::Proceed { warning: None }
        );
    }

    #[test]
    fn going_back_to_an_earlier_release_is_told_how() {
        let ours = Release { checksum: Checksum::of("ours"), built: NOW };
        let mut standing = standing(&Checksum::of("theirs"), NOW + 1);
        standing.seen_before = true;
        let decided = |option| decide(&ours, Some(&standing), None, None, option, &clock());
        let Verdict::Leave(why) = decided(Superseded::Leave) else {
            panic!("it must leave the database alone")
        };
        assert!(why.contains("again") && why.contains("VIEWKEEPER_SUPERSEDED=restore"), "{why}");
        // Who has set it is not told to set it.
        let Verdict::Proceed { warning: Some(why) } = decided(Superseded::Restore) else {
            panic!("it restores")
        };
        assert!(why.contains("built later") && !why.contains("VIEWKEEPER_SUPERSEDED"), "{why}");
    }

    /// 2099-01-01.
    const FAR: u64 = 4_070_908_800_000;

    #[test]
    fn a_release_from_the_future_yields_to_what_was_built_after_it_was_applied() {
        let applied = Clock { now: NOW + 60_000, applied: Some(utc(NOW)) };
        let Verdict::Proceed { warning: Some(why) } = at(NOW + 1000, FAR, Superseded::Leave, &applied) else {
            panic!("it takes its place")
        };
        assert!(why.contains("2099-01-01T00:00:00Z") && why.contains(&utc(NOW)), "{why}");
        // What may be the older one, and what has no moment itself, is decided by the option.
        for ours in [NOW - 1, NOW, 0, FAR + 1, FAR - 1] {
            let Verdict::Leave(why) = at(ours, FAR, Superseded::Leave, &applied) else { panic!("{ours}") };
            assert!(
                why.contains("2099-01-01T00:00:00Z") && why.contains("VIEWKEEPER_RELEASE=$(date +%s%3N)"),
                "{why}"
            );
            assert!(matches!(at(ours, FAR, Superseded::Refuse, &applied), Verdict::Refuse(_)));
            let Verdict::Proceed { warning: Some(why) } = at(ours, FAR, Superseded::Restore, &applied) else {
                panic!("{ours}")
            };
            assert!(!why.contains("VIEWKEEPER_SUPERSEDED"), "{why}");
        }
        assert!(
            matches!(verdict(NOW, FAR, Superseded::Leave), Verdict::Leave(_)),
            "nobody knows when it was applied"
        );
    }

    #[test]
    fn a_binary_from_the_future_does_not_take_the_database_back() {
        let Verdict::Leave(why) = verdict(FAR, NOW, Superseded::Leave) else {
            panic!("it must leave it alone")
        };
        assert!(why.contains("built 2099-01-01T00:00:00Z") && why.contains("build it again"), "{why}");
        assert!(matches!(verdict(FAR, NOW, Superseded::Restore), Verdict::Proceed { warning: Some(_) }));
    }

    #[test]
    fn the_clock_matters_only_where_a_moment_has_not_come() {
        let release = |name: &str, built| Release { checksum: Checksum::of(name), built };
        let theirs = |built| standing(&Checksum::of("theirs"), built);
        assert!(!ahead(&release("ours", NOW), None, NOW));
        assert!(!ahead(&release("ours", NOW), Some(&theirs(NOW + 1)), NOW));
        assert!(ahead(&release("ours", NOW), Some(&theirs(FAR)), NOW));
        assert!(ahead(&release("ours", FAR), Some(&theirs(NOW)), NOW));
        assert!(!ahead(&release("theirs", FAR), Some(&theirs(FAR)), NOW));
    }
}
