//! What kinds of object a project file can define.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kind of a managed object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// A plain view.
    View,
}

impl Kind {
    /// The words that name the kind in SQL, in lower case: `view`.
    pub fn keyword(self) -> &'static str {
        match self {
            Kind::View => "view",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.keyword())
    }
}
