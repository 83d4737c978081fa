//! How far a run or a refresh is.

use std::fmt;
use std::sync::Arc;

use super::escape::said;

/// What is being done at this moment, told to an observer before it begins. It prints itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// What kind of work it is.
    pub stage: Stage,
    /// On what, where that is one thing: `V3__scores`, `public.gene_ranks`.
    pub what: Option<String>,
    /// The place of this thing among all of its step, from 1; of work in one message, 1.
    pub number: usize,
    /// How many things the step has; of work in one message, how many objects it is about.
    pub all: usize,
}

/// The kinds of work that can take long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// Another process works on the project.
    Wait,
    /// A table migration runs.
    Migrate,
    /// Objects are compared with their files.
    Compare,
    /// Materialized views and indexes are made beside the old ones; nothing is locked.
    Build,
    /// Locks are taken, and the objects are changed.
    Change,
    /// A materialized view is filled anew.
    Refresh,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.stage {
            Stage::Wait => "waiting for",
            Stage::Migrate => "migrating",
            Stage::Compare => "comparing",
            Stage::Build => "building beside the old ones:",
            Stage::Change => "changing",
            Stage::Refresh => "refreshing",
        })?;
        match &self.what {
            Some(what) if self.all > 1 => said!(f, " {what} ({} of {})", self.number, self.all),
            Some(what) => said!(f, " {what}"),
            None => write!(f, " {}", crate::words::amount::count(self.all, "object")),
        }
    }
}

/// Whom to tell.
#[derive(Clone, Default)]
pub struct Observer(Option<Arc<Listener>>);

/// What is called with each step.
type Listener = dyn Fn(&Progress) + Send + Sync;

impl Observer {
    pub fn new(observer: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        Observer(Some(Arc::new(observer)))
    }

    /// Work on one thing of several.
    pub fn tell(&self, stage: Stage, what: impl fmt::Display, (number, all): (usize, usize)) {
        if let Some(observer) = &self.0 {
            observer(&Progress { stage, what: Some(what.to_string()), number, all });
        }
    }

    /// Work on many things at once.
    pub fn tell_of_all(&self, stage: Stage, all: usize) {
        if let Some(observer) = &self.0 {
            observer(&Progress { stage, what: None, number: 1, all });
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Observer(..)" } else { "Observer(none)" })
    }
}
