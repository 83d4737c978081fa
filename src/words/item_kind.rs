//! What kinds of thing a database's schema is made of.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kind of an [`Item`](crate::schema::Item), in an order in which most can be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ItemKind {
    /// A schema.
    Schema,
    /// An extension; its members are no items.
    Extension,
    /// A foreign data wrapper.
    #[serde(rename = "foreign data wrapper")]
    ForeignDataWrapper,
    /// A foreign server.
    Server,
    /// A collation.
    Collation,
    /// An enum type.
    Enum,
    /// A domain; its checks are constraints.
    Domain,
    /// A composite type.
    Composite,
    /// A range type, with its multirange type.
    Range,
    /// A dictionary of text search.
    #[serde(rename = "text search dictionary")]
    TextSearchDictionary,
    /// A configuration of text search, with its mappings.
    #[serde(rename = "text search configuration")]
    TextSearchConfiguration,
    /// A sequence that is no identity column's.
    Sequence,
    /// A table, partitioned or not, or a partition.
    Table,
    /// A foreign table.
    #[serde(rename = "foreign table")]
    ForeignTable,
    /// A column of a table.
    Column,
    /// The default of a column, of a view's too.
    Default,
    /// A constraint of a table or domain. NOT NULL is told with the column.
    Constraint,
    /// An index that no constraint brings with it.
    Index,
    /// Extended statistics.
    Statistics,
    /// A function.
    Function,
    /// A procedure.
    Procedure,
    /// An aggregate.
    Aggregate,
    /// An operator, by the types of its arguments; `NONE` stands for a left one that is not there.
    Operator,
    /// A cast.
    Cast,
    /// A view.
    View,
    /// A materialized view.
    #[serde(rename = "materialized view")]
    MaterializedView,
    /// A rule, other than that of a view's query.
    Rule,
    /// A trigger.
    Trigger,
    /// A policy of row level security.
    Policy,
    /// An event trigger.
    #[serde(rename = "event trigger")]
    EventTrigger,
    /// A publication.
    Publication,
    /// The rights on objects that a role will make (ALTER DEFAULT PRIVILEGES).
    #[serde(rename = "default privileges")]
    DefaultPrivileges,
    /// That an object belongs to another role than the one that owns most of the schema.
    Owner,
    /// The rights of a role on an object or column, where they are not those that a new object has.
    Grant,
    /// A comment.
    Comment,
}

/// How the names of a kind are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    /// By one name.
    Whole,
    /// By words that are no name, as they are written in statements.
    Words,
    /// By schema and name.
    InSchema,
    /// By schema, name and argument types.
    Routine,
    /// By table and column.
    Column,
    /// By a name on a relation or domain.
    OnRelation,
    /// By another item, with a grantee for a grant.
    About,
}

impl ItemKind {
    /// Every kind, in the order of [`Ord`].
    pub const ALL: [ItemKind; 35] = [
        ItemKind::Schema,
        ItemKind::Extension,
        ItemKind::ForeignDataWrapper,
        ItemKind::Server,
        ItemKind::Collation,
        ItemKind::Enum,
        ItemKind::Domain,
        ItemKind::Composite,
        ItemKind::Range,
        ItemKind::TextSearchDictionary,
        ItemKind::TextSearchConfiguration,
        ItemKind::Sequence,
        ItemKind::Table,
        ItemKind::ForeignTable,
        ItemKind::Column,
        ItemKind::Default,
        ItemKind::Constraint,
        ItemKind::Index,
        ItemKind::Statistics,
        ItemKind::Function,
        ItemKind::Procedure,
        ItemKind::Aggregate,
        ItemKind::Operator,
        ItemKind::Cast,
        ItemKind::View,
        ItemKind::MaterializedView,
        ItemKind::Rule,
        ItemKind::Trigger,
        ItemKind::Policy,
        ItemKind::EventTrigger,
        ItemKind::Publication,
        ItemKind::DefaultPrivileges,
        ItemKind::Owner,
        ItemKind::Grant,
        ItemKind::Comment,
    ];

    /// The words that name the kind: `materialized view`.
    pub fn keyword(self) -> &'static str {
        match self {
            ItemKind::Schema => "schema",
            ItemKind::Extension => "extension",
            ItemKind::ForeignDataWrapper => "foreign data wrapper",
            ItemKind::Server => "server",
            ItemKind::Collation => "collation",
            ItemKind::Enum => "enum",
            ItemKind::Domain => "domain",
            ItemKind::Composite => "composite",
            ItemKind::Range => "range",
            ItemKind::TextSearchDictionary => "text search dictionary",
            ItemKind::TextSearchConfiguration => "text search configuration",
            ItemKind::Sequence => "sequence",
            ItemKind::Table => "table",
            ItemKind::ForeignTable => "foreign table",
            ItemKind::Column => "column",
            ItemKind::Default => "default",
            ItemKind::Constraint => "constraint",
            ItemKind::Index => "index",
            ItemKind::Statistics => "statistics",
            ItemKind::Function => "function",
            ItemKind::Procedure => "procedure",
            ItemKind::Aggregate => "aggregate",
            ItemKind::Operator => "operator",
            ItemKind::Cast => "cast",
            ItemKind::View => "view",
            ItemKind::MaterializedView => "materialized view",
            ItemKind::Rule => "rule",
            ItemKind::Trigger => "trigger",
            ItemKind::Policy => "policy",
            ItemKind::EventTrigger => "event trigger",
            ItemKind::Publication => "publication",
            ItemKind::DefaultPrivileges => "default privileges",
            ItemKind::Owner => "owner",
            ItemKind::Grant => "grant",
            ItemKind::Comment => "comment",
        }
    }

    /// The words that stand before a name of this kind in ALTER and COMMENT ON.
    pub(crate) fn spoken(self) -> &'static str {
        match self {
            ItemKind::Enum | ItemKind::Composite | ItemKind::Range => "type",
            kind => kind.keyword(),
        }
    }

    pub(crate) fn naming(self) -> Naming {
        match self {
            ItemKind::Schema
            | ItemKind::Extension
            | ItemKind::ForeignDataWrapper
            | ItemKind::Server
            | ItemKind::EventTrigger
            | ItemKind::Publication => Naming::Whole,
            ItemKind::Cast | ItemKind::DefaultPrivileges => Naming::Words,
            ItemKind::Collation
            | ItemKind::Enum
            | ItemKind::Domain
            | ItemKind::Composite
            | ItemKind::Range
            | ItemKind::TextSearchDictionary
            | ItemKind::TextSearchConfiguration
            | ItemKind::Sequence
            | ItemKind::Table
            | ItemKind::ForeignTable
            | ItemKind::Index
            | ItemKind::Statistics
            | ItemKind::View
            | ItemKind::MaterializedView => Naming::InSchema,
            ItemKind::Function | ItemKind::Procedure | ItemKind::Aggregate | ItemKind::Operator => {
                Naming::Routine
            }
            ItemKind::Column | ItemKind::Default => Naming::Column,
            ItemKind::Constraint | ItemKind::Rule | ItemKind::Trigger | ItemKind::Policy => {
                Naming::OnRelation
            }
            ItemKind::Owner | ItemKind::Grant | ItemKind::Comment => Naming::About,
        }
    }
}

impl fmt::Display for ItemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.keyword())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_written_as_it_is_shown() {
        assert!(ItemKind::ALL.is_sorted());
        for kind in ItemKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.keyword());
        }
    }
}
