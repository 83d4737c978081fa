//! Differences that are known and accepted, so that a check does not fail for them.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::str::FromStr;

/// The known differences of a database, one a line as [`Check`](super::check::Check) names them: `altered view app.totals`, `pending V9__wider`,
/// `failed sql/checks/ids.sql`. Lines that begin with `#`, and empty ones, say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    lines: BTreeSet<String>,
}

impl Baseline {
    pub(super) fn contains(&self, difference: &str) -> bool {
        self.lines.contains(&plain(difference))
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = &String> {
        self.lines.iter()
    }
}

/// A difference as it is compared: with one space where there are more.
pub(super) fn plain(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl FromIterator<String> for Baseline {
    fn from_iter<T: IntoIterator<Item = String>>(lines: T) -> Self {
        Baseline { lines: lines.into_iter().map(|line| plain(&line)).collect() }
    }
}

impl FromStr for Baseline {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lines = text.lines().map(plain);
        Ok(Baseline { lines: lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect() })
    }
}

impl std::fmt::Display for Baseline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("# Differences that `viewkeeper check --baseline` does not fail for, one a line.\n")?;
        for line in &self.lines {
            f.write_str(line)?;
            f.write_char('\n')?;
        }
        Ok(())
    }
}
