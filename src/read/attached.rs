//! What is attached to live objects, as values.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::read::address::Address;
use crate::words::attachment::{Fires, Subject};
use crate::words::facet::{Facet, fires_state};

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
    /// The index in whose order CLUSTER puts the rows.
    #[serde(default)]
    pub cluster: Option<String>,
    pub made: Made,
    /// What somebody put on an index or on extended statistics, and would go with them, by their names.
    pub keeps: BTreeMap<String, Vec<String>>,
    /// The tablespaces of the indexes that are not in the database's, by their names.
    #[serde(default)]
    pub tablespaces: BTreeMap<String, String>,
}

impl Attached {
    /// What is there of each facet but the grants.
    pub fn facets(&self) -> BTreeMap<Facet, Live<'_>> {
        let comments = self
            .comments
            .iter()
            .map(|comment| (Facet::Comment(comment.subject()), Live::Text(comment.text.as_str())));
        let options = self.options.iter().filter_map(|option| option.split_once('='));
        let options = options.map(|(name, value)| (Facet::Option(name.to_owned()), Live::Text(value)));
        let fires = self.fires.map(|fires| (Facet::Fires, Live::Text(fires_state(fires))));
        let cluster = self.cluster.iter().map(|index| (Facet::Cluster, Live::Text(index.as_str())));
        let owner = (Facet::Owner, Live::Text(self.owner.as_str()));
        comments.chain([owner]).chain(options).chain(self.made.facets()).chain(fires).chain(cluster).collect()
    }
}

/// What is there of a facet.
#[derive(Clone, Copy, Debug)]
pub enum Live<'a> {
    /// The server keeps the text.
    Text(&'a str),
    /// The server keeps what it made of the text.
    Made(&'a Trace),
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

impl LiveComment {
    fn subject(&self) -> Subject {
        let column = self.column.clone().map(Subject::Column);
        let rule = self.rule.clone().map(Subject::Rule);
        let index = self.index.clone().map(Subject::Index);
        let statistics = self.statistics.clone().map(Subject::Statistics);
        column.or(rule).or(index).or(statistics).unwrap_or(Subject::Whole)
    }
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

impl Made {
    /// What the server made of a facet.
    pub fn get(&self, facet: &Facet) -> Option<&Trace> {
        match facet {
            Facet::Default(column) => self.defaults.get(column),
            Facet::Rule(name) => self.rules.get(name),
            Facet::Index(name) => self.indexes.get(name),
            Facet::Statistics(name) => self.statistics.get(name),
            Facet::Comment(_)
            | Facet::Owner
            | Facet::Grants
            | Facet::Option(_)
            | Facet::Cluster
            | Facet::Fires => None,
        }
    }

    fn facets(&self) -> impl Iterator<Item = (Facet, Live<'_>)> {
        let (defaults, rules) = (made(&self.defaults, Facet::Default), made(&self.rules, Facet::Rule));
        let (indexes, statistics) =
            (made(&self.indexes, Facet::Index), made(&self.statistics, Facet::Statistics));
        defaults.chain(rules).chain(indexes).chain(statistics)
    }
}

fn made(
    traces: &BTreeMap<String, Trace>,
    facet: fn(String) -> Facet,
) -> impl Iterator<Item = (Facet, Live<'_>)> {
    traces.iter().map(move |(name, trace)| (facet(name.clone()), Live::Made(trace)))
}

/// The answer of `sql/index_texts.sql`: a statement that makes such a thing anew.
#[derive(Clone, Debug, Deserialize)]
pub struct IndexText {
    /// Of its relation.
    pub key: String,
    /// Up to the name of the relation.
    pub front: String,
    /// Behind it.
    pub rest: String,
    /// What it uses: class/oid.
    pub uses: Vec<String>,
}

/// What the server makes on copies of relations, and the statements that make that anew, and what is on the relations themselves.
#[derive(Clone, Debug)]
pub struct MadeOnCopies {
    pub made: BTreeMap<String, Made>,
    pub of_copies: Vec<IndexText>,
    pub of_live: Vec<IndexText>,
}

/// What tells one state of such a thing from another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The schema of extended statistics, which need not be their relation's.
    #[serde(default)]
    pub schema: Option<String>,
    /// Of the catalog row.
    pub xmin: String,
    /// Of the deparsed text, and for a rule of when it fires, for an index of whether it is valid.
    pub hash: String,
    /// The options of an index.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// The hash of an index with options as it would be without them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bare: Option<String>,
}

impl Trace {
    /// The hash without the options of an index.
    pub fn bare(&self) -> &str {
        self.bare.as_ref().unwrap_or(&self.hash)
    }
}
