//! Differences that are known and accepted, so that a check does not fail for them.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::str::FromStr;

use super::check::Check;

/// The known differences of a database, one a line as [`Check`] names them: `altered view app.totals`, `pending V9__wider`,
/// `failed sql/checks/ids.sql`. Lines that begin with `#`, and empty ones, say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    lines: BTreeSet<String>,
}

impl Baseline {
    /// Everything that a check found.
    pub fn of(check: &Check) -> Self {
        let known = check.known.iter().cloned();
        Baseline { lines: check.differences().chain(known).map(|line| plain(&line)).collect() }
    }

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
