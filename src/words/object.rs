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
    /// A materialized view.
    #[serde(rename = "materialized view")]
    MaterializedView,
    /// A function; one that is declared WINDOW too.
    Function,
    /// A procedure.
    Procedure,
    /// An aggregate function.
    Aggregate,
    /// A trigger.
    Trigger,
}

impl Kind {
    /// Every kind.
    #[cfg(feature = "run")]
    pub(crate) const ALL: [Kind; 6] =
        [Kind::View, Kind::MaterializedView, Kind::Function, Kind::Procedure, Kind::Aggregate, Kind::Trigger];

    /// The words that name the kind in SQL, in lower case: `materialized view`.
    pub fn keyword(self) -> &'static str {
        match self {
            Kind::View => "view",
            Kind::MaterializedView => "materialized view",
            Kind::Function => "function",
            Kind::Procedure => "procedure",
            Kind::Aggregate => "aggregate",
            Kind::Trigger => "trigger",
        }
    }

    /// A view or materialized view: one name is that of one relation.
    pub fn is_relation(self) -> bool {
        matches!(self, Kind::View | Kind::MaterializedView)
    }

    /// A function, procedure or aggregate: its argument types belong to its identity.
    pub fn is_routine(self) -> bool {
        matches!(self, Kind::Function | Kind::Procedure | Kind::Aggregate)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.keyword())
    }
}
