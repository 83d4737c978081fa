//! What can be stated of an object beside its definition, one by one.

use std::fmt;

use super::attachment::{Fires, Says, Subject};
use super::name::identifier;

/// Something of an object that a file can state beside the definition, in the order of reports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Facet {
    /// The comment on the object or on a part of it.
    Comment(Subject),
    /// Whose it is.
    Owner,
    /// All grants and revokes, which are only right together.
    Grants,
    /// An option: `security_barrier`, `toast.autovacuum_enabled`.
    Option(String),
    /// The default of a column.
    Default(String),
    /// A rule.
    Rule(String),
    /// An index.
    Index(String),
    /// The index in whose order CLUSTER puts the rows.
    Cluster,
    /// Extended statistics.
    Statistics(String),
    /// When a trigger fires.
    Fires,
}

impl Facet {
    /// What a statement states: one facet, or one for each option.
    pub fn of(says: &Says) -> Vec<Self> {
        let one = match says {
            Says::Set { .. } | Says::Reset { .. } => {
                return says.options().into_iter().map(|name| Facet::Option(name.to_owned())).collect();
            }
            Says::Comment { on, .. } => Facet::Comment(on.clone()),
            Says::Owner { .. } => Facet::Owner,
            Says::Grant { .. } | Says::Revoke { .. } => Facet::Grants,
            Says::Default { column, .. } => Facet::Default(column.clone()),
            Says::Rule { name } => Facet::Rule(name.clone()),
            Says::Index { name, .. } => Facet::Index(name.clone()),
            Says::Statistics { name, .. } => Facet::Statistics(name.clone()),
            Says::Cluster { .. } => Facet::Cluster,
            Says::Fires { .. } => Facet::Fires,
        };
        vec![one]
    }

    /// Whether its statement makes something whose text the server does not keep.
    pub fn is_made(&self) -> bool {
        match self {
            Facet::Default(_) | Facet::Rule(_) | Facet::Index(_) | Facet::Statistics(_) => true,
            Facet::Comment(_)
            | Facet::Owner
            | Facet::Grants
            | Facet::Option(_)
            | Facet::Cluster
            | Facet::Fires => false,
        }
    }

    /// What is made that this is the comment on.
    pub fn commented(&self) -> Option<Facet> {
        match self {
            Facet::Comment(Subject::Rule(name)) => Some(Facet::Rule(name.clone())),
            Facet::Comment(Subject::Index(name)) => Some(Facet::Index(name.clone())),
            Facet::Comment(Subject::Statistics(name)) => Some(Facet::Statistics(name.clone())),
            _ => None,
        }
    }

    /// The column that it is about.
    pub fn column(&self) -> Option<&str> {
        match self {
            Facet::Comment(Subject::Column(column)) | Facet::Default(column) => Some(column),
            _ => None,
        }
    }
}

/// `comment on column a`, `default of column a`, `index genes_key`.
impl fmt::Display for Facet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Facet::Comment(Subject::Whole) => f.write_str("comment"),
            Facet::Comment(Subject::Column(name)) => write!(f, "comment on column {}", identifier(name)),
            Facet::Comment(Subject::Rule(name)) => write!(f, "comment on rule {}", identifier(name)),
            Facet::Comment(Subject::Index(name)) => write!(f, "comment on index {}", identifier(name)),
            Facet::Comment(Subject::Statistics(name)) => {
                write!(f, "comment on statistics {}", identifier(name))
            }
            Facet::Owner => f.write_str("owner"),
            Facet::Grants => f.write_str("grants"),
            Facet::Option(name) => write!(f, "option {name}"),
            Facet::Default(column) => write!(f, "default of column {}", identifier(column)),
            Facet::Rule(name) => write!(f, "rule {}", identifier(name)),
            Facet::Index(name) => write!(f, "index {}", identifier(name)),
            Facet::Cluster => f.write_str("cluster on an index"),
            Facet::Statistics(name) => write!(f, "statistics {}", identifier(name)),
            Facet::Fires => f.write_str("when it fires"),
        }
    }
}

/// What a text states of a trigger when it says when it fires.
pub fn fires_state(fires: Fires) -> &'static str {
    match fires {
        Fires::Origin => "enabled state",
        Fires::Never => "disabled state",
        Fires::Replica => "state enabled for replicas",
        Fires::Always => "state always enabled",
    }
}
