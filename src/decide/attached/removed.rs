//! What the text that we applied last stated, and the file states no more.

use std::collections::BTreeSet;

use super::desired::Desired;
use super::grants::{Change, On, Todo, by_role, granted_again, grantee};
use crate::read::attached::Attached;
use crate::set::project::Object;
use crate::words::attachment::Subject;
use crate::words::name::{Name, identifier};

/// Something that is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// `grant of select to reader`; none for what only keeps the rest.
    pub what: Option<String>,
    pub sql: String,
    pub of: Of,
    /// The column that it is about.
    pub column: Option<String>,
    /// The role that it is about, quoted.
    pub role: Option<String>,
}

/// What kind of thing is taken back, because not every verb has to do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    Grants,
    Options,
    Comments,
    Defaults,
    Rules,
    Indexes,
    Statistics,
}

/// What is taken back, as far as it is live.
pub fn removed(object: Object<'_>, before: &Desired<'_>, now: &Desired<'_>, live: &Attached) -> Vec<Removed> {
    let (kind, name) = (object.kind(), object.name());
    let mut back = grants_removed(&target(object), before, now, live);
    let mut take = |of: Of, column: Option<&str>, what: Option<String>, sql: String| {
        back.push(Removed { what, sql, of, column: column.map(str::to_owned), role: None });
    };
    for (&subject, stated) in &before.comments {
        if now.comments.contains_key(subject) || stated.value.is_none() || live.comment(subject).is_none() {
            continue;
        }
        let (of, column, about) = match subject {
            Subject::Whole => (Of::Comments, None, spoken(object)),
            Subject::Column(column) => {
                (Of::Comments, Some(column.as_str()), format!("column {name}.{}", identifier(column)))
            }
            Subject::Rule(rule) => (Of::Rules, None, format!("rule {} on {name}", identifier(rule))),
            Subject::Index(index) => {
                let index = Name::new(name.schema.as_str(), index.as_str());
                (Of::Indexes, None, format!("index {index}"))
            }
            Subject::Statistics(statistics) => {
                (Of::Statistics, None, format!("statistics {}", statistics_name(&name, statistics, live)))
            }
        };
        take(of, column, Some(subject.comment()), format!("comment on {about} is null"));
    }
    let of_definition = &object.data().options;
    for (&option_name, stated) in &before.options {
        let states = now.options.contains_key(option_name) || of_definition.iter().any(|o| o == option_name);
        if !states && stated.value.is_some() && live.option(option_name).is_some() {
            let sql = format!("alter {kind} {name} reset ({})", option(option_name));
            take(Of::Options, None, Some(format!("option {option_name}")), sql);
        }
    }
    for (&column, stated) in &before.defaults {
        let live = live.made.defaults.contains_key(column);
        if !now.defaults.contains_key(column) && stated.value.is_some() && live {
            let of = identifier(column);
            let sql = format!("alter {kind} {name} alter column {of} drop default");
            take(Of::Defaults, Some(column), Some(format!("default of column {of}")), sql);
        }
    }
    for &rule in before.rules.keys() {
        if !now.rules.contains_key(rule) && live.made.rules.contains_key(rule) {
            let sql = format!("drop rule {} on {name}", identifier(rule));
            take(Of::Rules, None, Some(format!("rule {}", identifier(rule))), sql);
        }
    }
    for &index in before.indexes.keys() {
        if !now.indexes.contains_key(index) && live.made.indexes.contains_key(index) {
            let sql = format!("drop index {}", Name::new(name.schema.as_str(), index));
            take(Of::Indexes, None, Some(format!("index {}", identifier(index))), sql);
        }
    }
    for &statistics in before.statistics.keys() {
        if !now.statistics.contains_key(statistics) && live.made.statistics.contains_key(statistics) {
            let sql = format!("drop statistics {}", statistics_name(&name, statistics, live));
            take(Of::Statistics, None, Some(format!("statistics {}", identifier(statistics))), sql);
        }
    }
    back
}

/// What GRANT calls an object.
fn target(object: Object<'_>) -> String {
    match On::of(object.kind()) {
        On::Relation => object.name().to_string(),
        On::Routine => format!("routine {}", object.identity()),
    }
}

/// What COMMENT ON calls an object. An aggregate without arguments has no other name that is right with all its kinds.
fn spoken(object: Object<'_>) -> String {
    match On::of(object.kind()) {
        On::Relation => format!("{} {}", object.kind(), object.identity()),
        On::Routine => format!("routine {}", object.identity()),
    }
}

/// Extended statistics need not be in the schema of their relation.
fn statistics_name(relation: &Name, name: &str, live: &Attached) -> Name {
    let schema = live.made.statistics.get(name).and_then(|live| live.schema.as_deref());
    Name::new(schema.unwrap_or(&relation.schema), name)
}

/// An option's name: `fillfactor`, `toast.autovacuum_enabled`.
fn option(name: &str) -> String {
    name.split('.').map(identifier).collect::<Vec<_>>().join(".")
}

fn grants_removed(target: &str, before: &Desired<'_>, now: &Desired<'_>, live: &Attached) -> Vec<Removed> {
    let changes = before.grants.removed(&now.grants, &live.grants, &live.initial);
    let again = granted_again(&changes, &live.grants);
    let mut back = Vec::new();
    for (changes, says) in [(&changes, true), (&again, false)] {
        for (group, column) in groups(changes) {
            for ((todo, role), rights) in by_role(&group) {
                let who = grantee(&role);
                back.push(Removed {
                    what: says.then(|| granted(todo, &rights, &who)),
                    sql: grant_sql(todo, &rights, target, &who),
                    of: Of::Grants,
                    column: column.clone(),
                    role: Some(who),
                });
            }
        }
    }
    back
}

/// Changes of the whole object together, those of each column by themselves, because the column may be gone.
fn groups(changes: &[Change]) -> Vec<(Vec<Change>, Option<String>)> {
    let columns: BTreeSet<Option<&String>> = changes.iter().map(|(_, right)| right.column.as_ref()).collect();
    let of = |column: Option<&String>| {
        changes.iter().filter(|(_, right)| right.column.as_ref() == column).cloned().collect()
    };
    columns.into_iter().map(|column| (of(column), column.cloned())).collect()
}

/// What a text stated when this is to be done because it states it no more.
fn granted(todo: Todo, rights: &str, who: &str) -> String {
    match todo {
        Todo::Revoke => format!("grant of {rights} to {who}"),
        Todo::RevokeOption => format!("grant option of {rights} to {who}"),
        Todo::Grant | Todo::GrantWithOption => format!("revoke of {rights} from {who}"),
    }
}

fn grant_sql(todo: Todo, rights: &str, target: &str, who: &str) -> String {
    match todo {
        Todo::Grant => format!("grant {rights} on {target} to {who}"),
        Todo::GrantWithOption => format!("grant {rights} on {target} to {who} with grant option"),
        Todo::Revoke => format!("revoke {rights} on {target} from {who}"),
        Todo::RevokeOption => format!("revoke grant option for {rights} on {target} from {who}"),
    }
}
