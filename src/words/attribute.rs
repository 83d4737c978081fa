//! What can be said of an item one by one.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One side of an [`Item`](crate::schema::Item), so that a difference can be told as one: the type of a column, the action of a
/// foreign key. Values are texts as PostgreSQL writes them, and `yes` and `no`; what is not said is as usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
#[allow(missing_docs, reason = "the words are PostgreSQL's own; what is not is said")]
pub enum Attribute {
    Type,
    /// Of a time or timestamp: `with` or `without`.
    Timezone,
    Nullable,
    Default,
    Collation,
    /// `always` or `by default`, with what is unusual of the sequence.
    Identity,
    Generated,
    /// The names of columns in their order.
    Columns,
    /// The types of a view's columns.
    Types,
    References,
    OnDelete,
    OnUpdate,
    Expression,
    Deferrable,
    Validated,
    Unique,
    Method,
    Include,
    Predicate,
    /// `no` for an index that a failed CREATE INDEX CONCURRENTLY left.
    Valid,
    Clustered,
    /// The labels of an enum in their order.
    Labels,
    Attributes,
    Increment,
    Minimum,
    Maximum,
    Start,
    Cache,
    Cycle,
    OwnedBy,
    Persistence,
    Partition,
    PartitionBy,
    Inherits,
    OfType,
    Server,
    Options,
    AccessMethod,
    Tablespace,
    RowSecurity,
    ReplicaIdentity,
    Storage,
    Compression,
    StatisticsTarget,
    ColumnSettings,
    Populated,
    Returns,
    Parameters,
    Language,
    Volatility,
    Strict,
    Security,
    Leakproof,
    Parallel,
    Cost,
    Rows,
    Settings,
    Timing,
    Events,
    Level,
    Function,
    Constraint,
    Filter,
    /// Whether a trigger or rule fires: `yes`, `no`, `replica`, `always`.
    Enabled,
    Instead,
    Command,
    /// Of a cast: `explicit`, `assignment` or `implicit`.
    Context,
    /// What a publication is for.
    Publishes,
    Roles,
    Using,
    Check,
    Privileges,
    Role,
    Text,
    Version,
    Schema,
    /// The operators and functions that it uses, where all that is written is the same.
    Uses,
    /// The definition as a whole, where no other attribute tells what differs.
    Definition,
}

impl fmt::Display for Attribute {
    /// The words: `on delete`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = serde_json::to_value(self).unwrap_or_default();
        f.write_str(&words.as_str().unwrap_or_default().replace('-', " "))
    }
}
