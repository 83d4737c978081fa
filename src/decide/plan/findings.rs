//! What the facts mean, object by object, before anything is decided.

use std::collections::{BTreeMap, HashMap};

use super::retirement::Retirement;
use crate::decide::compare::classify::Classification;
use crate::decide::compare::comparison::Comparison;
use crate::decide::facts::Facts;
use crate::read::address::Address;
use crate::read::dependent::Dependent;
use crate::read::facts::ManagedObject;
use crate::set::project::Project;

/// The facts, and what was found by comparing them.
pub struct Findings<'a> {
    pub project: &'a Project,
    pub facts: &'a Facts,
    /// In the project's order.
    pub looks: &'a [Classification<'a>],
    /// What the shadows showed.
    pub comparison: &'a Comparison,
    /// By identity, retired ones included.
    pub managed: &'a HashMap<&'a str, &'a ManagedObject>,
    /// The objects that are to be rebuilt and all that depends on them, those they depend on first.
    pub dependents: &'a [Dependent],
    /// Why some of them no longer fit.
    pub misfits: &'a BTreeMap<Address, String>,
    /// What stepped aside for a table migration and could not be put back yet.
    pub aside: &'a [Dependent],
    pub leaving: &'a Retirement,
    /// What goes now, and all that depends on it.
    pub pruned: &'a [Dependent],
}
