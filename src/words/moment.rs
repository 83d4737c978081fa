//! Moments in milliseconds since 1970.

/// How far into the future a moment may lie: clocks differ, and time zones are forgotten.
const DAY: u64 = 24 * 60 * 60 * 1000;

/// Whether a moment lies so far after `now` that nothing can have been done then.
pub fn in_the_future(moment: u64, now: u64) -> bool {
    moment > now.saturating_add(DAY)
}

/// `2026-11-21T19:00:00Z`. A year has more digits where it needs them. (The days are counted from the first of March of the
/// year 0, so that leap days are at the end of a year.)
pub fn utc(moment: u64) -> String {
    let seconds = moment / 1000;
    let (days, second) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Reads a moment as [`utc`] writes it, or in milliseconds, as a ledger keeps it: the server writes no year as far away.
#[cfg(feature = "run")]
pub fn written<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Moment {
        Milliseconds(i64),
        Written(String),
    }
    let moment: Moment = serde::Deserialize::deserialize(from)?;
    Ok(match moment {
        Moment::Milliseconds(moment) => utc(u64::try_from(moment).unwrap_or_default()),
        Moment::Written(moment) => moment,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_a_date_and_a_time() {
        assert_eq!(utc(0), "1970-01-01T00:00:00Z");
        assert_eq!(utc(951_782_399_000), "2000-02-28T23:59:59Z");
        assert_eq!(utc(951_868_799_999), "2000-02-29T23:59:59Z");
        assert_eq!(utc(4_070_908_800_000), "2099-01-01T00:00:00Z");
        assert_eq!(utc(1_796_060_196_406_617_178), "56916851-11-27T16:56:57Z");
        assert!(utc(u64::MAX).starts_with("584556019-04-03T"), "{}", utc(u64::MAX));
    }

    #[test]
    fn a_day_is_let_pass() {
        assert!(!in_the_future(DAY, 0) && in_the_future(DAY + 1, 0));
        assert!(!in_the_future(u64::MAX, u64::MAX));
    }
}
