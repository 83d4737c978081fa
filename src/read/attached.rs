//! What is attached to live objects, as values.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::read::address::Address;
use crate::words::attachment::{Fires, Subject};

/// What is attached to a live object, of `sql/attached.sql`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Attached {
    pub address: Address,
    /// Unquoted.
    pub owner: String,
    pub grants: Vec<LiveGrant>,
    /// What a new object of this owner has, by itself and by ALTER DEFAULT PRIVILEGES.
    pub initial: Vec<LiveGrant>,
    pub comments: Vec<LiveComment>,
    /// `security_barrier=true`, `toast.autovacuum_enabled=false`.
    pub options: Vec<String>,
    /// When a trigger fires.
    pub fires: Option<Fires>,
    pub made: Made,
    /// What somebody put on an index or on extended statistics, and would go with them, by their names.
    pub keeps: BTreeMap<String, Vec<String>>,
}

impl Attached {
    /// The comment on the object or on a part of it.
    pub fn comment(&self, subject: &Subject) -> Option<&str> {
        let found = self.comments.iter().find(|comment| match subject {
            Subject::Whole => {
                **comment == LiveComment { text: comment.text.clone(), ..LiveComment::default() }
            }
            Subject::Column(column) => comment.column.as_ref() == Some(column),
            Subject::Rule(rule) => comment.rule.as_ref() == Some(rule),
            Subject::Index(index) => comment.index.as_ref() == Some(index),
            Subject::Statistics(name) => comment.statistics.as_ref() == Some(name),
        });
        found.map(|comment| comment.text.as_str())
    }

    /// The value of an option.
    pub fn option(&self, name: &str) -> Option<&str> {
        let mut options = self.options.iter().filter_map(|option| option.split_once('='));
        options.find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

/// A privilege that a role has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveGrant {
    /// Unquoted; none is PUBLIC.
    pub grantee: Option<String>,
    /// Lower case.
    pub privilege: String,
    pub column: Option<String>,
    /// With grant option.
    pub option: bool,
    /// The owner granted it, so the owner can revoke it.
    pub by_owner: bool,
}

/// A comment on the object, or on a part of it: then one of the first four is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveComment {
    #[serde(default)]
    pub column: Option<String>,
    #[serde(default)]
    pub rule: Option<String>,
    #[serde(default)]
    pub index: Option<String>,
    #[serde(default)]
    pub statistics: Option<String>,
    pub text: String,
}

/// What the server makes of column defaults, rules, indexes and extended statistics, whose texts it does not keep.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Made {
    /// By column.
    #[serde(default)]
    pub defaults: BTreeMap<String, Trace>,
    /// By name.
    #[serde(default)]
    pub rules: BTreeMap<String, Trace>,
    /// By name.
    #[serde(default)]
    pub indexes: BTreeMap<String, Trace>,
    /// By name.
    #[serde(default)]
    pub statistics: BTreeMap<String, Trace>,
}

/// What tells one state of such a thing from another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The schema of extended statistics, which need not be their relation's.
    #[serde(default)]
    pub schema: Option<String>,
    /// Of the catalog row.
    pub xmin: String,
    /// Of the deparsed text, and for a rule of when it fires, for an index of whether it is valid.
    pub hash: String,
}
