//! Twins: temporary views made from the files, which the server deparses as it deparsed the live ones. So text is
//! compared with text of the same server, and whether a view can be replaced in place is known before it is touched.
//!
//! A twin reads the twins of the objects below it where these exist, and the live ones elsewhere. Deparsed with
//! pg_temp first in the search_path, its text names a twin as the live text names the live object.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::{Look, State};
use super::script::{Script, Sql};
use crate::read::facts::{Column, Shape};
use crate::set::graph;
use crate::set::project::{Object, Project};
use crate::words::name::{identifier, is_keyword};
use crate::words::span::Span;

/// The twins to make.
#[derive(Debug)]
pub struct Twins {
    /// Their names in pg_temp, by object.
    pub names: BTreeMap<usize, String>,
    pub script: Script,
}

/// How an object differs from what its file makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Not at all.
    None,
    /// It can be replaced in place.
    InPlace {
        /// What differs, where it is worth saying.
        what: Option<String>,
        /// New columns come at the end, so what stands on it may change too.
        grows: bool,
        /// Columns that a person renamed, and what they are called.
        renamed: Vec<(String, String)>,
    },
    /// Its columns do not allow that.
    Columns {
        /// Which column, and how.
        what: String,
        /// Columns that a person renamed, and what they are called.
        renamed: Vec<(String, String)>,
    },
}

impl Difference {
    /// The columns that a person renamed, and what they are called.
    pub fn renamed(&self) -> &[(String, String)] {
        match self {
            Difference::None => &[],
            Difference::InPlace { renamed, .. } | Difference::Columns { renamed, .. } => renamed,
        }
    }
}

/// The objects that need twins at first: those in doubt, and those that are not there yet or not under their name, which
/// the former may read, or whose columns are wanted.
pub fn first_round(looks: &[Look<'_>], columns: bool) -> BTreeSet<usize> {
    if !columns && !looks.iter().any(|look| look.state == State::Suspect) {
        return BTreeSet::new();
    }
    let needed = |look: &&Look<'_>| {
        matches!(look.state, State::Suspect | State::Missing) || look.moved_from().is_some()
    };
    looks.iter().filter(needed).map(|look| look.object.index()).collect()
}

/// The objects that need twins when the columns of some change: all that stand on these too.
pub fn second_round(project: &Project, first: &BTreeSet<usize>, moving: &BTreeSet<usize>) -> BTreeSet<usize> {
    let needs: Vec<&[usize]> = project.objects().map(|object| object.data().needs.as_slice()).collect();
    graph::dependents(&needs, moving).union(first).copied().collect()
}

impl Twins {
    /// Twins of these objects. Of two with one name in different schemas, the second gets another name, and so does one
    /// whose name a temporary relation of the session has; it is then found to differ wherever it is named, and replaced
    /// in place at worst.
    pub fn new(project: &Project, objects: &BTreeSet<usize>, taken: &[String]) -> Self {
        let mut names = BTreeMap::new();
        let mut taken: BTreeSet<String> = taken.iter().cloned().collect();
        for &index in objects {
            let name = project.object(index).name().name;
            let name = if taken.contains(&name) { format!("viewkeeper {index}") } else { name };
            taken.insert(name.clone());
            names.insert(index, name);
        }
        let mut script = Script::default();
        for &index in names.keys() {
            script.push_sql(&twin(project.object(index), &names));
        }
        Twins { names, script }
    }
}

/// `create temporary view` from the object's text, with the references to other twins in their place.
fn twin(object: Object<'_>, names: &BTreeMap<usize, String>) -> Sql {
    let data = object.data();
    let head = format!("create temporary {} {}", data.words, identifier(&names[&object.index()]));
    let mut sql = Sql::of(object).generated(&head, data.statement.start);
    let mut from = data.head_end;
    for reference in &data.references {
        if let Some(name) = names.get(&reference.object).filter(|_| reference.span.start >= from) {
            sql = sql.verbatim(object, from, reference.span.start);
            let mut other = format!("pg_temp.{}", identifier(name));
            let own = &object.sibling(reference.object).data().name;
            let behind = object.slice(Span { start: reference.span.end, end: data.statement.end });
            if name != own && !has_alias(behind) {
                other = format!("{other} {}", identifier(own));
            }
            sql = sql.generated(&other, reference.span.start);
            from = reference.span.end;
        }
    }
    sql.verbatim(object, from, data.statement.end)
}

/// Whether a name in FROM is followed by an alias, or by something that cannot have one: then none is needed.
fn has_alias(behind: &str) -> bool {
    let behind = behind.trim_start();
    let end = behind.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '"').unwrap_or(behind.len());
    let word = behind[..end].to_lowercase();
    behind.starts_with('.') || word == "as" || (!word.is_empty() && !is_keyword(&word))
}

/// Compares a live view with its twin. `stated` are the options that the file states, `before` those that the text we
/// last applied stated, `made` the names of the columns as we made them, where this is the view that we made: a column of
/// another name was renamed by hand, since nothing else changes it.
pub fn difference(
    live: &Shape,
    twin: &Shape,
    stated: &[String],
    before: &[String],
    made: Option<&[String]>,
) -> Difference {
    let renamed = renamed_columns(&live.columns, made.unwrap_or_default());
    let mut columns = live.columns.clone();
    for (column, made) in columns.iter_mut().zip(made.unwrap_or_default()) {
        column.name.clone_from(made);
    }
    if let Some(what) = first_misfit(&columns, &twin.columns) {
        return Difference::Columns { what, renamed };
    }
    let grows = twin.columns.len() > live.columns.len();
    let options = same_options(&live.options, &twin.options, stated, before);
    let same = live.text == twin.text;
    if !grows && same && options && renamed.is_empty() {
        return Difference::None;
    }
    let what = if !renamed.is_empty() {
        let names: Vec<_> = renamed.iter().map(|(from, to)| format!("{from} is called {to}")).collect();
        Some(format!("column {}", names.join(", ")))
    } else if grows {
        let added: Vec<_> = twin.columns[live.columns.len()..].iter().map(|c| c.name.as_str()).collect();
        Some(format!("gains {}", added.join(", ")))
    } else if same {
        Some("options differ".to_owned())
    } else {
        None
    };
    Difference::InPlace { what, grows, renamed }
}

/// The columns that have another name than we gave them, and that one.
fn renamed_columns(live: &[Column], made: &[String]) -> Vec<(String, String)> {
    let pairs = live.iter().zip(made).filter(|(column, made)| column.name != **made);
    pairs.map(|(column, made)| (column.name.clone(), made.clone())).collect()
}

/// The first column of the live view that the new one does not have at the same place with the same type.
fn first_misfit(live: &[Column], twin: &[Column]) -> Option<String> {
    for (position, old) in live.iter().enumerate() {
        let Some(new) = twin.get(position) else {
            return Some(format!("column {} is gone", old.name));
        };
        if old.name != new.name {
            return Some(format!("column {} is called {}", old.name, new.name));
        }
        if old.data_type != new.data_type {
            return Some(format!("column {}: {} -> {}", old.name, old.data_type, new.data_type));
        }
        if old.collation != new.collation {
            return Some(format!("column {}: another collation", old.name));
        }
    }
    None
}

/// Whether the live options are what they should be: those of the text, and those that no text of ours ever stated.
fn same_options(live: &[String], twin: &[String], stated: &[String], before: &[String]) -> bool {
    let key = |option: &str| option.split('=').next().unwrap_or_default().to_owned();
    let in_twin: BTreeSet<String> = twin.iter().map(|option| key(option)).collect();
    twin.iter().all(|option| live.contains(option))
        && live.iter().all(|option| {
            let key = key(option);
            in_twin.contains(&key) || stated.contains(&key) || !before.contains(&key)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(columns: &[(&str, &str)], text: &str, options: &[&str]) -> Shape {
        Shape {
            oid: 1,
            name: "v".into(),
            text: text.into(),
            options: options.iter().map(|&option| option.to_owned()).collect(),
            columns: columns
                .iter()
                .map(|&(name, data_type)| Column {
                    name: name.into(),
                    data_type: data_type.into(),
                    collation: None,
                })
                .collect(),
        }
    }

    #[test]
    fn columns_decide_between_in_place_and_rebuild() {
        let live = shape(&[("a", "integer"), ("b", "text")], "x", &[]);
        let misfit = |what: String| Difference::Columns { what, renamed: Vec::new() };
        let compare = |twin: &Shape| difference(&live, twin, &[], &[], None);
        assert_eq!(compare(&live), Difference::None);
        let grown = shape(&[("a", "integer"), ("b", "text"), ("c", "text")], "y", &[]);
        assert_eq!(
            compare(&grown),
            Difference::InPlace { what: Some("gains c".into()), grows: true, renamed: Vec::new() }
        );
        let retyped = shape(&[("a", "bigint"), ("b", "text")], "y", &[]);
        assert_eq!(compare(&retyped), misfit("column a: integer -> bigint".into()));
        let shrunk = shape(&[("a", "integer")], "y", &[]);
        assert_eq!(compare(&shrunk), misfit("column b is gone".into()));
        let renamed = shape(&[("a", "integer"), ("c", "text")], "y", &[]);
        assert_eq!(compare(&renamed), misfit("column b is called c".into()));
        let made: Vec<String> = vec!["a".into(), "c".into()];
        let by_hand = |twin: &Shape| difference(&live, twin, &[], &[], Some(&made));
        let back = vec![("b".to_owned(), "c".to_owned())];
        let what = Some("column b is called c".into());
        let in_place = Difference::InPlace { what, grows: false, renamed: back.clone() };
        assert_eq!(by_hand(&renamed), in_place);
        let what = "column c is gone".into();
        assert_eq!(by_hand(&shrunk), Difference::Columns { what, renamed: back });
    }

    #[test]
    fn options_are_healed_removed_or_somebodys_own() {
        let same = |live: &[&str], twin: &[&str], stated: &[&str], before: &[&str]| {
            let own = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
            same_options(&own(live), &own(twin), &own(stated), &own(before))
        };
        let barrier = "security_barrier";
        assert!(same(&["security_barrier=true"], &["security_barrier=true"], &[barrier], &[barrier]));
        assert!(!same(&[], &["security_barrier=true"], &[barrier], &[barrier]), "lost: healed");
        assert!(!same(&["security_barrier=false"], &["security_barrier=true"], &[barrier], &[barrier]));
        assert!(!same(&["security_barrier=true"], &[], &[], &[barrier]), "no longer stated: removed");
        assert!(same(&["security_invoker=true"], &[], &[], &[]), "never stated: somebody's own");
    }
}
