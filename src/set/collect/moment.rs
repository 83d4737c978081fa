//! The moment of a build: what the environment says, or now. Which of two releases yields is decided by it for as long as
//! either of them runs, so one that cannot be right is refused here.

use crate::words::moment::{in_the_future, utc};

/// The line that is meant.
const MILLISECONDS: &str = "VIEWKEEPER_RELEASE=$(date +%s%3N)";

/// 2000-01-01 in seconds. Read as milliseconds it is in January 1970.
const SECONDS_OF_2000: u64 = 946_684_800;

/// A moment, and what is odd about it.
#[derive(Debug, PartialEq, Eq)]
pub struct Moment {
    pub built: u64,
    pub warnings: Vec<String>,
}

/// The moment of a build at `now`, in milliseconds since 1970: `release` (VIEWKEEPER_RELEASE) in these, else `epoch`
/// (SOURCE_DATE_EPOCH) in seconds, else now. An error is lines for the author.
pub fn of_build(release: Option<&str>, epoch: Option<&str>, now: u64) -> Result<Moment, Vec<String>> {
    let (name, text, factor) = match (release, epoch) {
        (Some(text), _) => ("VIEWKEEPER_RELEASE", text, 1),
        (None, Some(text)) => ("SOURCE_DATE_EPOCH", text, 1000),
        (None, None) => return Ok(Moment { built: now, warnings: Vec::new() }),
    };
    let help = match factor {
        1 => format!("  help: {MILLISECONDS}"),
        _ => format!(
            "  help: SOURCE_DATE_EPOCH=$(date +%s), or give the release its own moment: {MILLISECONDS}"
        ),
    };
    let unit = if factor == 1 { "milliseconds" } else { "seconds" };
    let digits = text.trim();
    if digits.is_empty() || digits.bytes().any(|byte| !byte.is_ascii_digit()) {
        return Err(vec![format!("{name} is {text:?}, which is not a number of {unit} since 1970"), help]);
    }
    // So many digits that they are no number of ours are a moment as far away as any.
    let number = digits.parse::<u64>().ok();
    let built = number.and_then(|number| number.checked_mul(factor)).unwrap_or(u64::MAX);
    if in_the_future(built, now) {
        let date =
            if number.is_some() && built != u64::MAX { utc(built) } else { "no date at all".to_owned() };
        return Err(vec![
            format!("{name} is {digits}: in {unit} since 1970 that is {date}, more than a day from now"),
            "  every release that is built later would count as older than this one".to_owned(),
            help,
        ]);
    }
    let seconds = factor == 1 && (SECONDS_OF_2000..SECONDS_OF_2000 * 1000).contains(&built);
    let warnings = if seconds {
        vec![
            format!(
                "{name} is {digits}: in milliseconds since 1970 that is {}, so it counts as unknown",
                utc(built)
            ),
            help,
        ]
    } else {
        Vec::new()
    };
    Ok(Moment { built, warnings })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_796_060_196_000;

    fn release(text: &str) -> Result<Moment, Vec<String>> {
        of_build(Some(text), Some("0"), NOW)
    }

    fn plain(built: u64) -> Result<Moment, Vec<String>> {
        Ok(Moment { built, warnings: Vec::new() })
    }

    #[test]
    fn the_release_comes_before_the_epoch_and_that_before_now() {
        assert_eq!(release("1796060196000"), plain(NOW));
        assert_eq!(release(" 1796060196000\n"), plain(NOW));
        assert_eq!(of_build(None, Some("1796060196"), NOW), plain(NOW));
        assert_eq!(of_build(None, None, NOW), plain(NOW));
    }

    #[test]
    fn a_build_may_be_old_or_without_a_moment() {
        assert_eq!(release("0"), plain(0));
        assert_eq!(release("315532800"), plain(315_532_800));
        assert_eq!(release("946684800000"), plain(946_684_800_000));
        assert_eq!(of_build(None, Some("0"), NOW), plain(0));
        assert_eq!(of_build(None, Some("315532800"), NOW), plain(315_532_800_000));
    }

    #[test]
    fn an_hour_ahead_is_another_clock_and_two_days_are_wrong() {
        assert_eq!(release("1796063796000"), plain(NOW + 3_600_000));
        let error = release("1796232996000").unwrap_err().join("\n");
        assert!(error.contains("2026-12-02T17:36:36Z, more than a day from now"), "{error}");
    }

    #[test]
    fn what_is_no_moment_is_refused_with_the_line_that_is_meant() {
        for (text, said) in [
            ("1796060196406617178", "that is 56916851-11-27T16:56:57Z, more than a day from now"),
            ("1796060196406617", "that is 58884-"),
            ("4070908800000", "that is 2099-01-01T00:00:00Z"),
            ("9223372036854775808", "that is 292278994-"),
            ("18446744073709551615", "more than a day from now"),
            ("99999999999999999999999999", "that is no date at all"),
            ("", "VIEWKEEPER_RELEASE is \"\", which is not a number of milliseconds since 1970"),
            ("-1", "is \"-1\", which is not a number"),
            ("+1", "is \"+1\", which is not a number"),
            ("1.7e12", "is \"1.7e12\", which is not a number"),
            ("2026-11-30", "is \"2026-11-30\", which is not a number"),
            ("%s%3N", "is \"%s%3N\", which is not a number"),
            ("17960601963N", "is \"17960601963N\", which is not a number"),
            (
                "1796060196000\ncargo::warning=x",
                "is \"1796060196000\\ncargo::warning=x\", which is not a number",
            ),
        ] {
            let lines = release(text).expect_err(text);
            assert!(lines[0].contains(said), "{text}: {lines:?}");
            assert_eq!(lines.last().map(String::as_str), Some("  help: VIEWKEEPER_RELEASE=$(date +%s%3N)"));
            assert!(lines.iter().all(|line| !line.contains('\n')), "{lines:?}");
        }
    }

    #[test]
    fn an_epoch_is_refused_in_the_same_way() {
        for text in
            ["", "-1", "x", "1796060196000", "4070908800", "18446744073709551615", "18446744073709552"]
        {
            let lines = of_build(None, Some(text), NOW).expect_err(text);
            assert!(lines[0].starts_with("SOURCE_DATE_EPOCH is ") && lines[0].contains("seconds since 1970"));
            assert!(lines.last().unwrap().contains("date +%s), or"), "{lines:?}");
        }
    }

    #[test]
    fn seconds_instead_of_milliseconds_are_warned_of() {
        let Moment { built, warnings } = release("1796060196").unwrap();
        assert_eq!(built, 1_796_060_196);
        assert!(warnings[0].contains("1970-01-21T18:54:20Z, so it counts as unknown"), "{warnings:?}");
    }
}
