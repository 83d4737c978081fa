//! A message about a place in a file, with the source line and a caret under the place.

use std::fmt;

use crate::words::escape::{row, said};
use crate::words::place::Place;

/// One problem: what is wrong, where, and what helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// A lower-case clause without a final period.
    pub message: String,
    /// Where the problem is; the first place is the main one, others belong to it (the other file of a duplicate,
    /// the members of a cycle).
    pub places: Vec<Place>,
    /// What to do, one sentence each.
    pub helps: Vec<String>,
}

impl Diagnostic {
    /// A problem at one place.
    pub fn new(message: impl Into<String>, place: Place) -> Self {
        Diagnostic { message: message.into(), places: vec![place], helps: Vec::new() }
    }

    /// Adds a place that belongs to the problem.
    pub fn and(mut self, place: Place) -> Self {
        self.places.push(place);
        self
    }

    /// Adds what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.helps.push(help.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        said!(f, "{}", self.message)?;
        for place in &self.places {
            write!(f, "\n{}", place.frame())?;
        }
        for help in &self.helps {
            row!(f, "  help: {help}")?;
        }
        Ok(())
    }
}
