//! The choices of a caller. Each has a default that is right for production.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::progress::Observer;
use super::refresh::Refresh;

/// What to do with an object that was changed or dropped by hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Drift {
    /// Bring it back to what its file says. The default.
    #[default]
    Heal,
    /// Leave it, and say so in the report.
    Report,
    /// Fail, naming each, with nothing changed.
    Refuse,
}

/// What to do when the release that stands in the database was built later than this binary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Superseded {
    /// Change nothing, warn, and let the application start. The default: in a rolling deploy old and new replicas run
    /// side by side.
    #[default]
    Leave,
    /// Fail, so that the application does not start.
    Refuse,
    /// Apply this binary's objects all the same.
    Restore,
}

/// What to do with objects of no file of the project that hang on one which must be dropped and created, or that a table
/// migration drops with CASCADE.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Foreign {
    /// Save them from the catalog, drop them with it, and put them back with everything that belongs to them. The default.
    #[default]
    Rebuild,
    /// Fail, naming each, with nothing changed.
    Refuse,
}

/// When to drop an object whose file is gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Prune {
    /// By the release after the one that retires it: until then replicas of the release before may still read it. The
    /// default.
    #[default]
    NextRelease,
    /// At once.
    Now,
    /// Never.
    Never,
}

/// Where to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// To the project's own state. The default.
    #[default]
    Forward,
    /// To that of a release that was put together from the ledger. A person asked for it, so it yields to no other release; the
    /// table migrations, which it does not hold, stay as they are.
    Back,
    /// Nowhere: a person asks how the database differs from the project, whatever release stands.
    Compare,
}

impl Direction {
    /// Why an object goes that the project no longer holds.
    pub fn gone(self) -> &'static str {
        match self {
            Direction::Forward | Direction::Compare => "its file is gone",
            Direction::Back => "that release does not hold it",
        }
    }
}

/// All choices.
#[derive(Clone, Debug)]
pub struct Options {
    pub ledger: String,
    pub drift: Drift,
    pub superseded: Superseded,
    pub foreign: Foreign,
    pub prune: Prune,
    pub direction: Direction,
    pub refresh: Refresh,
    pub lock_wait: Duration,
    pub lock_timeout: Duration,
    pub migration_lock_timeout: Duration,
    pub retry_for: Duration,
    pub tries: u32,
    pub observer: Observer,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            ledger: "viewkeeper".into(),
            drift: Drift::default(),
            superseded: Superseded::default(),
            foreign: Foreign::default(),
            prune: Prune::default(),
            direction: Direction::default(),
            refresh: Refresh::default(),
            lock_wait: Duration::from_secs(600),
            lock_timeout: Duration::from_millis(100),
            migration_lock_timeout: Duration::from_millis(500),
            retry_for: Duration::from_secs(60),
            tries: u32::MAX,
            observer: Observer::default(),
        }
    }
}
