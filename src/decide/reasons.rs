//! All that is to be said of why something is done to an object.

use std::fmt;

use super::reason::Reason;

/// All reasons, the first one first.
#[derive(Clone, Debug)]
pub struct Reasons(Vec<Reason>);

impl Reasons {
    pub fn add(&mut self, reason: impl IntoIterator<Item = Reason>) {
        self.0.extend(reason);
    }

    pub fn and(mut self, reason: impl IntoIterator<Item = Reason>) -> Self {
        self.add(reason);
        self
    }
}

impl From<Reason> for Reasons {
    fn from(first: Reason) -> Self {
        Reasons(vec![first])
    }
}

impl fmt::Display for Reasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, reason) in self.0.iter().enumerate() {
            write!(f, "{}{reason}", if place == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}
