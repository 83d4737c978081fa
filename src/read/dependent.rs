//! What must be dropped, and how it is put back: the answer of `sql/saved.sql`.

use std::fmt::Display;

use serde::{Deserialize, Serialize};

use crate::read::address::Address;
use crate::words::facet::Facet;
use crate::words::name::identifier;
use crate::words::trusted::TRUSTED;

/// An object that must be dropped, and how it is put back: one to be rebuilt, or what hangs on it, directly or through
/// others. Of `sql/saved.sql`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Dependent {
    pub id: Address,
    /// The address that it had before it first stepped aside for a table migration.
    #[serde(default)]
    pub was: Option<Address>,
    /// The oid, for a relation.
    pub relation: Option<u32>,
    /// As `pg_identify_object` calls it: `view`, `materialized view`, `function`, `policy`.
    pub kind: String,
    /// As `pg_identify_object` names it.
    pub identity: String,
    /// The other dependents that it stands on.
    pub needs: Vec<Address>,
    /// The columns of other dependents that it uses by name.
    pub uses: Vec<UsedColumn>,
    #[serde(flatten)]
    pub script: RecreateScript,
    /// Why it cannot be created anew.
    pub impossible: Option<String>,
    /// What of untrusted roles would run if it were put back, or if what belongs to it were.
    #[serde(default)]
    pub untrusted: Vec<Untrusted>,
    /// What it rests on that nothing of untrusted roles runs.
    #[serde(default)]
    pub rests: Vec<Rest>,
    /// Its text, or that of its indexes, must not be read under the project's search_path, where an untrusted role has something named like a function
    /// or operator of the server's.
    #[serde(default)]
    pub exact: bool,
    /// The rights that dropping it or putting it back needs and the role does not have.
    pub missing: Vec<String>,
    /// What is not quite the same afterwards.
    pub warnings: Vec<String>,
}

/// The statements that take a dependent away and make it again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecreateScript {
    /// Takes the exclusive lock that its DROP needs and writes nothing; none where there is nothing to lock.
    pub lock: Option<String>,
    /// Drops it, when nothing hangs on it any more.
    pub drop: String,
    /// Creates it anew, when everything that it needs is there.
    pub create: Vec<String>,
    /// Puts back what belongs to it.
    pub parts: Vec<Part>,
}

impl Dependent {
    /// The address under which the ledger knows it.
    pub fn origin(&self) -> &Address {
        self.was.as_ref().unwrap_or(&self.id)
    }
}

impl std::fmt::Display for Dependent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.kind, self.identity)
    }
}

/// Something that an untrusted role wrote, or may write anew, and that the server would run with rights of others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Untrusted {
    /// The index, rule, ... in which it is; none where that is the object itself.
    pub about: Option<About>,
    /// A clause: `it runs function public.e(integer), which belongs to mallory`.
    pub what: String,
    /// What makes it a trusted role's, up to the role's name: `alter function public.e(integer) owner to`.
    pub give: String,
    /// What becomes none's words when it is declared immutable.
    #[serde(default)]
    pub settle: Option<String>,
}

impl Untrusted {
    /// What helps against it.
    pub fn help(&self) -> String {
        let give = &self.give;
        let settle = self.settle.as_ref().map_or_else(String::new, |function| {
            format!(", or declare {function} immutable, if nothing but its arguments decides what it gives and it does nothing else")
        });
        format!(
            "read what it does, and then give it to a trusted role ({give} ...;){settle}, or drop before what uses it; {TRUSTED}"
        )
    }
}

/// Something that is used by what is put back, and that somebody may change before that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rest {
    /// The index, rule, ... that uses it; none where that is the object itself.
    pub about: Option<About>,
    pub on: Address,
    /// As a text names it that is read again.
    pub name: Option<String>,
    /// `whole`, `types`, `planned` or `plain`: see `sql/trust_unchanged/again.sql`.
    pub how: String,
}

/// A column that a dependent uses.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UsedColumn {
    pub of: Address,
    pub column: String,
}

/// A statement that puts back what belongs to a dependent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Part {
    /// The option that it sets.
    pub option: Option<String>,
    /// The column that it needs.
    pub column: Option<String>,
    /// It may name anything that was dropped, so it comes when everything stands again: rules, triggers, column defaults,
    /// the rows and indexes of a materialized view.
    pub late: bool,
    #[serde(default)]
    pub act: Act,
    /// The rule, default, index, ... of the object that it is about.
    #[serde(default)]
    pub about: Option<About>,
    /// The statement without the name of the object, where it names a view, materialized view or routine.
    #[serde(default)]
    pub pieces: Option<Pieces>,
    /// The role that does it, quoted, where that is not ours.
    #[serde(default)]
    pub by: Option<String>,
    /// The role, quoted, to which it gives the object or rights to it.
    #[serde(default)]
    pub to: Option<String>,
    pub statement: String,
}

impl Part {
    /// The statement for another object in its place: of this kind, and with this name.
    pub fn on(&self, kind: &str, name: &impl Display) -> String {
        self.pieces.as_ref().map_or_else(|| self.statement.clone(), |pieces| pieces.on(kind, name))
    }

    /// Makes an index or extended statistics of a materialized view.
    pub fn builds(&self) -> bool {
        let is_built = |about: &About| matches!(about.kind, Thing::Index | Thing::Statistics);
        self.about.as_ref().is_some_and(|about| is_built(about) && about.does == Does::Make)
    }

    /// Fills a materialized view, or belongs to that.
    pub fn is_of_rows(&self) -> bool {
        matches!(self.act, Act::LendMaintain | Act::Refresh | Act::Analyze | Act::TakeMaintain)
    }
}

/// What a statement that puts something back does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Sets an option.
    Option,
    /// Says how a column is kept.
    Column,
    Owner,
    /// Grants or revokes rights to the object or its columns.
    Grant,
    Comment,
    /// Makes a rule, trigger, default, index or extended statistics.
    Make,
    /// Makes an index in another tablespace than a new one comes to.
    MakeElsewhere,
    /// Says when a rule or trigger fires.
    Fire,
    /// Says when a trigger fires on a partition of its table.
    FireOnPartition,
    /// Says where and how a materialized view or its index is kept, as the statement from the catalog that makes it does, too.
    Storage,
    /// Names the index in whose order CLUSTER puts the rows.
    Cluster,
    /// Ties it to an extension, with which it goes.
    Depend,
    /// Looks whether the rows are as a constraint says.
    Validate,
    /// Gives the owner the right to fill a materialized view, for the while.
    LendMaintain,
    Refresh,
    Analyze,
    TakeMaintain,
    /// Something else that belongs to it and that no file can state: a security label, rights to its type.
    Other,
    /// A binary wrote it down that did not say; see `older_parts.rs`.
    #[default]
    Unsaid,
}

/// Something that comes and goes with a relation, and what a statement does about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    pub kind: Thing,
    pub schema: String,
    /// Unquoted; of a default, its column.
    pub name: String,
    pub does: Does,
}

impl About {
    /// The facet of the relation that it is; none for a trigger, which is an object of its own.
    pub fn facet(&self) -> Option<Facet> {
        let name = self.name.clone();
        match self.kind {
            Thing::Default => Some(Facet::Default(name)),
            Thing::Index => Some(Facet::Index(name)),
            Thing::Rule => Some(Facet::Rule(name)),
            Thing::Statistics => Some(Facet::Statistics(name)),
            Thing::Trigger => None,
        }
    }
}

/// `index genes_key`.
impl std::fmt::Display for About {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.kind, identifier(&self.name))
    }
}

impl std::fmt::Display for Thing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Thing::Default => "default of column",
            Thing::Index => "index",
            Thing::Rule => "rule",
            Thing::Statistics => "statistics",
            Thing::Trigger => "trigger",
        })
    }
}

/// What comes and goes with a relation and can be stated beside its definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Thing {
    Default,
    Index,
    Rule,
    Statistics,
    Trigger,
}

/// What a statement does about a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Does {
    /// Makes it as its definition says. That a rule or trigger is enabled belongs to that.
    Make,
    Comment,
    /// About a column of an index by its number, which means nothing for an index of other columns.
    Column,
    /// All else, which no file can state.
    Rest,
}

/// A statement without the name of the object that it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pieces {
    pub before: String,
    /// The word for the object's kind stands in front of its name.
    #[serde(default)]
    pub kind: bool,
    pub after: String,
}

impl Pieces {
    /// The statement for an object of this kind and name.
    pub fn on(&self, kind: &str, name: &impl Display) -> String {
        let kind = if self.kind { format!("{kind} ") } else { String::new() };
        format!("{}{kind}{name}{}", self.before, self.after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(statement: &str, pieces: Option<(&str, bool, &str)>) -> Part {
        let pieces = pieces
            .map(|(before, kind, after)| serde_json::json!({"before": before, "kind": kind, "after": after}));
        let part = serde_json::json!({
            "option": null, "column": null, "late": false, "act": "comment", "pieces": pieces, "statement": statement,
        });
        serde_json::from_value(part).expect("a part")
    }

    #[test]
    fn a_statement_is_about_another_object_where_its_hole_is() {
        let view =
            part("comment on view app.v is 'view app.v'", Some(("comment on ", true, " is 'view app.v'")));
        assert_eq!(view.on("view", &"app.v"), view.statement);
        assert_eq!(
            view.on("materialized view", &"app.w"),
            "comment on materialized view app.w is 'view app.v'"
        );
        let column = part("comment on column app.v.c is ''", Some(("comment on column ", false, ".c is ''")));
        assert_eq!(column.on("materialized view", &"q.v"), "comment on column q.v.c is ''");
        let index = part("comment on index app.i is 'app.v'", None);
        assert_eq!(index.on("view", &"q.v"), index.statement, "it does not name the object");
    }
}
