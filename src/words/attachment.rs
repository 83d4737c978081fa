//! What the statements beside a definition state, as values: in the manifest, and in the ledger, where SQL can look at
//! them.

use serde::{Deserialize, Serialize};

/// What one statement says about its object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Says {
    /// COMMENT ON.
    Comment {
        /// The object or a part of it.
        on: Subject,
        /// None for NULL and for the empty text, which PostgreSQL takes as NULL.
        is: Option<String>,
    },
    /// GRANT.
    Grant {
        /// What is granted.
        privileges: Vec<Privilege>,
        /// To whom.
        roles: Vec<Role>,
        /// WITH GRANT OPTION.
        option: bool,
    },
    /// REVOKE.
    Revoke {
        /// What is taken.
        privileges: Vec<Privilege>,
        /// From whom.
        roles: Vec<Role>,
        /// GRANT OPTION FOR: only the option is taken.
        option: bool,
    },
    /// ALTER ... OWNER TO.
    Owner {
        /// The new owner.
        role: Role,
    },
    /// ALTER ... SET (...).
    Set {
        /// Names and values; a name alone is `true`.
        options: Vec<(String, String)>,
    },
    /// ALTER ... RESET (...).
    Reset {
        /// The names.
        options: Vec<String>,
    },
    /// ALTER ... ALTER COLUMN ... SET DEFAULT or DROP DEFAULT.
    Default {
        /// The column.
        column: String,
        /// As written; none for DROP DEFAULT.
        expression: Option<String>,
    },
    /// CREATE RULE.
    Rule {
        /// The rule's name.
        name: String,
    },
    /// CREATE INDEX.
    Index {
        /// The index's name.
        name: String,
        /// Unique over plain columns and all rows: what REFRESH ... CONCURRENTLY asks for.
        identifies: bool,
        /// Names and values of WITH (...).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        options: Vec<(String, String)>,
        /// The tablespace that it names.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tablespace: Option<String>,
    },
    /// ALTER MATERIALIZED VIEW ... CLUSTER ON or SET WITHOUT CLUSTER.
    Cluster {
        /// The index; none for SET WITHOUT CLUSTER.
        index: Option<String>,
    },
    /// CREATE STATISTICS.
    Statistics {
        /// Its schema; none where the statement does not say.
        schema: Option<String>,
        /// Its name.
        name: String,
    },
    /// ALTER TABLE ... ENABLE or DISABLE TRIGGER.
    Fires {
        /// When.
        when: Fires,
    },
}

/// When a trigger fires, as `pg_trigger.tgenabled` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fires {
    /// ENABLE.
    #[serde(rename = "O")]
    Origin,
    /// DISABLE.
    #[serde(rename = "D")]
    Never,
    /// ENABLE REPLICA.
    #[serde(rename = "R")]
    Replica,
    /// ENABLE ALWAYS.
    #[serde(rename = "A")]
    Always,
}

/// A statement as the ledger keeps it.
#[cfg(feature = "run")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// As written.
    pub text: String,
    /// What it says.
    #[serde(flatten)]
    pub says: Says,
}

/// An object, or a part of it that can have a comment of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// The object itself.
    Whole,
    /// A column.
    Column(String),
    /// A rule.
    Rule(String),
    /// An index.
    Index(String),
    /// Extended statistics.
    Statistics(String),
}

/// A privilege on an object or on some of its columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Privilege {
    /// Lower case; `all` for ALL and ALL PRIVILEGES.
    pub name: String,
    /// None for the whole object.
    pub columns: Vec<String>,
}

/// A role as a statement names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everybody.
    Public,
    /// CURRENT_USER and CURRENT_ROLE: whoever runs.
    CurrentUser,
    /// SESSION_USER: whoever logged in to run.
    #[serde(rename = "session_user")]
    LoginUser,
    /// By its name.
    Named(String),
}

impl Says {
    /// The kind of fingerprint that moves when this is changed by hand.
    pub fn fingerprint(&self) -> &'static str {
        match self {
            Says::Comment { on: Subject::Whole | Subject::Column(_), .. } => "comment",
            Says::Grant { .. } | Says::Revoke { .. } => "grant",
            Says::Owner { .. } => "owner",
            Says::Set { .. } | Says::Reset { .. } | Says::Default { .. } => "alter",
            Says::Rule { .. } | Says::Comment { on: Subject::Rule(_), .. } => "rule",
            Says::Index { .. } | Says::Cluster { .. } | Says::Comment { on: Subject::Index(_), .. } => {
                "index"
            }
            Says::Statistics { .. } | Says::Comment { on: Subject::Statistics(_), .. } => "statistics",
            Says::Fires { .. } => "fires",
        }
    }

    /// The names of the options that it states.
    pub fn options(&self) -> Vec<&str> {
        match self {
            Says::Set { options } => options.iter().map(|(name, _)| name.as_str()).collect(),
            Says::Reset { options } => options.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }
}
