//! Who yields when two releases of one project meet.

use crate::read::facts::Standing;
use crate::set::project::Release;
use crate::words::checksum::short;
use crate::words::options::Superseded;

/// 2000-01-01 in milliseconds: an earlier moment is that of a reproducible build and says nothing.
const KNOWN_SINCE: u64 = 946_684_800_000;

/// The environment variable by which an operator overrules the option: `leave`, `refuse` or `restore`.
pub const VARIABLE: &str = "VIEWKEEPER_SUPERSEDED";

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
    standing: Option<&Standing>,
    newest_applied: Option<i64>,
    newest_known: Option<i64>,
    option: Superseded,
) -> Verdict {
    let Some(release) = standing.and_then(|standing| standing.standing.as_ref()) else {
        return match (newest_applied, newest_known) {
            (Some(applied), known) if known.is_none_or(|known| applied > known) => by_option(
                option,
                format!(
                    "the database has migration {applied}, which is newer than any in this binary{}",
                    known.map_or(String::new(), |known| format!(" (the newest is {known})"))
                ),
            ),
            _ => Verdict::Proceed { warning: None },
        };
    };
    if release.checksum == ours.checksum.as_str() {
        return Verdict::Proceed { warning: None };
    }
    let short = short(&release.checksum);
    if ours.built < KNOWN_SINCE || release.built < KNOWN_SINCE {
        return by_option(
            option,
            format!(
                "release {short} stands in the database, and which of the two is newer is unknown, because one was \
                 built without a moment; build with VIEWKEEPER_RELEASE set to the milliseconds since 1970"
            ),
        );
    }
    if release.built <= ours.built {
        return Verdict::Proceed { warning: None };
    }
    let again = if standing.is_some_and(|standing| standing.seen_before) {
        format!(
            "; this is release {} again, which stood before: if going back is intended, set {VARIABLE}=restore",
            ours.checksum
        )
    } else {
        String::new()
    };
    by_option(option, format!("release {short}, built later than this binary, stands in the database{again}"))
}

fn by_option(option: Superseded, why: String) -> Verdict {
    match option {
        Superseded::Leave => Verdict::Leave(why),
        Superseded::Refuse => Verdict::Refuse(why),
        Superseded::Restore => Verdict::Proceed { warning: Some(why) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::facts::StandingRelease;
    use crate::words::checksum::Checksum;

    const NOW: u64 = 1_790_000_000_000;

    fn standing(checksum: &Checksum, built: u64) -> Standing {
        Standing {
            standing: Some(StandingRelease { id: 1, checksum: checksum.as_str().into(), built }),
            writable: true,
            ..Standing::default()
        }
    }

    fn verdict(ours: u64, theirs: u64, option: Superseded) -> Verdict {
        let release = Release { checksum: Checksum::of("ours"), built: ours };
        decide(&release, Some(&standing(&Checksum::of("theirs"), theirs)), None, None, option)
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
            decide(&ours, Some(&standing), None, None, Superseded::Refuse),
            Verdict::Proceed { warning: None }
        );
    }

    #[test]
    fn unknown_migrations_count_only_without_a_release() {
        let ours = Release { checksum: Checksum::of("ours"), built: NOW };
        let without = |applied| decide(&ours, None, applied, Some(3), Superseded::Leave);
        assert_eq!(without(None), Verdict::Proceed { warning: None });
        assert_eq!(without(Some(3)), Verdict::Proceed { warning: None });
        assert!(matches!(without(Some(4)), Verdict::Leave(_)));
        let older = standing(&Checksum::of("theirs"), NOW - 1);
        assert_eq!(
            decide(&ours, Some(&older), Some(9), Some(3), Superseded::Leave),
            Verdict::Proceed { warning: None }
        );
    }

    #[test]
    fn going_back_to_an_earlier_release_is_told_how() {
        let ours = Release { checksum: Checksum::of("ours"), built: NOW };
        let mut standing = standing(&Checksum::of("theirs"), NOW + 1);
        standing.seen_before = true;
        let Verdict::Leave(why) = decide(&ours, Some(&standing), None, None, Superseded::Leave) else {
            panic!("it must leave the database alone");
        };
        assert!(why.contains("again") && why.contains("VIEWKEEPER_SUPERSEDED=restore"), "{why}");
    }
}
