//! The facts: everything that a decision about the objects needs. What was read of them, what the caller chose, and the answers to
//! what the decision asked.
//!
//! It is one value that owns all its parts, so it can be written down: as a report of what a database looked like, or as a
//! test of the planner that needs no server.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::read::address::Address;
use crate::read::attached::Made;
use crate::read::dependent::Dependent;
use crate::read::evaluated::Evaluated;
use crate::read::facts::{Live, Recorded, Shape};
use crate::read::needed_rights;
use crate::read::path::{Meaning, Meant};
use crate::words::options::{Direction, Drift, Foreign, Options, Prune};
use crate::words::temporary::TemporaryNames;

/// What is known of the objects that need a look.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Facts {
    pub choices: Choices,
    /// The names of what is made for a while.
    pub names: TemporaryNames,
    pub recorded: Recorded,
    pub live: Live,
    /// What of other schemas the project may mean.
    #[serde(default)]
    pub meant: Meant,
    /// The schemas that the session searches beside those of the project.
    #[serde(default)]
    pub others: Vec<String>,
    /// The migrations, by place, that ran before.
    #[serde(default)]
    pub migrations: Vec<usize>,
    /// The objects that were not as they were recorded before the migrations of this run, in whatever transaction: what else
    /// differs, differs by them. None where no migration ran.
    #[serde(default)]
    pub drifted_before: Option<BTreeSet<String>>,
    /// What the server evaluates while it parses a text that names it.
    #[serde(default)]
    pub evaluated: Vec<Evaluated>,
    /// What the decision asked for.
    #[serde(default)]
    pub answers: Answers,
}

/// What the caller chose, as far as it decides about objects.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    pub drift: Drift,
    pub foreign: Foreign,
    pub prune: Prune,
    pub direction: Direction,
    /// What is decided is done, so what cannot be told is an error; else it is said so.
    pub acting: bool,
}

impl Choices {
    /// Those of the options, to act or to tell.
    pub fn of(options: &Options, acting: bool) -> Self {
        let Options { drift, foreign, prune, direction, .. } = *options;
        Choices { drift, foreign, prune, direction, acting }
    }
}

/// The answers to the [questions](super::question::Question); none where nobody asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Answers {
    /// What the texts mean along the project's path, and along the session's.
    pub meanings: Option<Meanings>,
    /// What the server makes of the files' indexes, statistics, defaults and rules that are in doubt, by identity.
    pub index_shadows: Option<BTreeMap<String, OnCopies>>,
    /// What each round of shadows showed: at most two.
    pub shadows: Vec<Shapes>,
    /// What showed of those that print otherwise than their shadows, by identity.
    pub alike: Option<BTreeMap<String, Likeness>>,
    /// The objects that are to be rebuilt, with all that depends on them, those that it depends on first.
    pub dependents: Option<Vec<Dependent>>,
    /// Why some of these no longer fit.
    pub misfits: Option<BTreeMap<Address, String>>,
    /// The objects that are to be dropped, with all that depends on them.
    pub dropped: Option<Vec<Dependent>>,
    /// The rights that the role lacks of those that the work needs.
    pub rights: Option<needed_rights::Answer>,
}

/// What objects mean along two paths.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Meanings {
    pub ours: Vec<Meaning>,
    pub theirs: Vec<Meaning>,
}

/// What the server makes on copies of a relation.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OnCopies {
    /// Of the file's statements.
    #[serde(flatten)]
    pub made: Made,
    /// Of what it prints of these.
    pub again: Made,
    /// Of what it prints of the live ones.
    pub live_again: Made,
}

/// What showed of an object that prints otherwise than its shadow: the object, and its shadow.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Likeness {
    /// Beside a shadow that stands on what is live; none where the server refuses that.
    pub lone: Option<[Shape; 2]>,
    /// The texts of both, made again from what the server prints; none where that cannot be read.
    pub remade: Option<[String; 2]>,
    /// The text of a shadow among copies of what is live, where something below the object changes.
    pub before: Option<String>,
}

/// Live objects beside their shadows; the keys are identities.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Shapes {
    pub live: Vec<Shape>,
    pub shadows: Vec<Shape>,
    /// The server refused a shadow.
    pub refused: bool,
}
