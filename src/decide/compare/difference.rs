//! How a live object differs from the shadow that was made from its file.

use std::collections::BTreeSet;

use super::columns::{self, Misfit};
use crate::read::facts::{Column, Shape, Signature};
use crate::words::object::Kind;

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
    /// PostgreSQL does not allow that: its columns, its signature, or its kind forbid it.
    Rebuild {
        /// What, and how.
        what: String,
        /// Readers that know the old one will miss something.
        breaks: bool,
        /// Columns that a person renamed, and what they are called.
        renamed: Vec<(String, String)>,
    },
}

impl Difference {
    /// The columns that a person renamed, and what they are called.
    pub fn renamed(&self) -> &[(String, String)] {
        match self {
            Difference::None => &[],
            Difference::InPlace { renamed, .. } | Difference::Rebuild { renamed, .. } => renamed,
        }
    }
}

/// What a comparison with a shadow needs to know beside the two shapes.
#[derive(Clone, Copy, Debug)]
pub struct Known<'k> {
    /// The kind that the file says.
    pub kind: Kind,
    /// The file defines a constraint trigger, which has no OR REPLACE.
    pub constraint: bool,
    /// The options that the file states.
    pub stated: &'k [String],
    /// Those that the text we last applied stated.
    pub before: &'k [String],
    /// The names of the columns as we made them, where this is the object that we made: a column of another name was
    /// renamed by hand, since nothing else changes it.
    pub made: &'k [String],
    /// Their texts mean the same.
    pub alike: bool,
}

/// Compares a live object with its shadow.
pub fn difference(live: &Shape, shadow: &Shape, known: Known<'_>) -> Difference {
    let renamed = renamed_columns(&live.columns, known.made);
    let rebuild = |what: String, breaks: bool| {
        let renamed = renamed.clone();
        Difference::Rebuild { what, breaks, renamed }
    };
    let in_place = |what: Option<String>, grows: bool| {
        let renamed = renamed.clone();
        Difference::InPlace { what, grows, renamed }
    };
    let same = known.alike;
    match known.kind {
        Kind::View => difference_of_views(live, shadow, known),
        Kind::MaterializedView => {
            let columns = as_made(&live.columns, known.made);
            let grows = shadow.columns.len() > columns.len();
            match columns::misfit(known.kind, &columns, &shadow.columns) {
                Some(Misfit { what, breaks }) => rebuild(what, breaks),
                // The names are brought back first; then the text can be compared.
                None if !renamed.is_empty() => in_place(Some(called(&renamed)), false),
                None if grows => rebuild(gains(live, shadow), false),
                None if !same => {
                    rebuild(uses_others(live, shadow).unwrap_or("its query is another one".to_owned()), false)
                }
                None => Difference::None,
            }
        }
        Kind::Trigger if same => Difference::None,
        Kind::Trigger if known.constraint || live.text.contains("CREATE CONSTRAINT TRIGGER ") => {
            rebuild("a constraint trigger cannot be replaced".to_owned(), false)
        }
        Kind::Trigger => in_place(uses_others(live, shadow), false),
        Kind::Function | Kind::Procedure | Kind::Aggregate => {
            let (Some(old), Some(new)) = (&live.routine, &shadow.routine) else {
                return rebuild("its signature is not known".to_owned(), true);
            };
            match misfit(old, new) {
                Some(what) => rebuild(what, true),
                None if same => Difference::None,
                None => in_place(uses_others(live, shadow), false),
            }
        }
    }
}

/// What is to be said of two texts that are the same and mean two.
fn uses_others(live: &Shape, shadow: &Shape) -> Option<String> {
    let differs = "its text is the same and uses other operators or functions";
    (live.text == shadow.text).then(|| differs.to_owned())
}

fn difference_of_views(live: &Shape, shadow: &Shape, known: Known<'_>) -> Difference {
    let renamed = renamed_columns(&live.columns, known.made);
    let columns = as_made(&live.columns, known.made);
    if let Some(Misfit { what, breaks }) = columns::misfit(known.kind, &columns, &shadow.columns) {
        return Difference::Rebuild { what, breaks, renamed };
    }
    let grows = shadow.columns.len() > live.columns.len();
    let options = same_options(&live.options, &shadow.options, known.stated, known.before);
    let same = known.alike;
    if !grows && same && options && renamed.is_empty() {
        return Difference::None;
    }
    let what = if !renamed.is_empty() {
        Some(called(&renamed))
    } else if grows {
        Some(gains(live, shadow))
    } else if same {
        Some("options differ".to_owned())
    } else {
        uses_others(live, shadow)
    };
    Difference::InPlace { what, grows, renamed }
}

fn called(renamed: &[(String, String)]) -> String {
    let names: Vec<_> = renamed.iter().map(|(from, to)| format!("{from} is renamed back to {to}")).collect();
    format!("column {}", names.join(", "))
}

fn gains(live: &Shape, shadow: &Shape) -> String {
    let added: Vec<_> = shadow.columns[live.columns.len()..].iter().map(|c| c.name.as_str()).collect();
    format!("gains {}", added.join(", "))
}

/// The columns with the names that we gave them.
fn as_made(live: &[Column], made: &[String]) -> Vec<Column> {
    let mut columns = live.to_vec();
    for (column, made) in columns.iter_mut().zip(made) {
        column.name.clone_from(made);
    }
    columns
}

/// What CREATE OR REPLACE does not change about a routine.
fn misfit(old: &Signature, new: &Signature) -> Option<String> {
    if old.kind != new.kind {
        return Some(format!("{} -> {}", old.kind, new.kind));
    }
    if old.types != new.types {
        return Some(format!("arguments ({}) -> ({})", old.types.join(", "), new.types.join(", ")));
    }
    if old.result != new.result {
        return Some(format!("returns {} -> {}", old.result, new.result));
    }
    let mut names = old.names.iter().zip(&new.names);
    if let Some((from, to)) = names.find(|(from, to)| !from.is_empty() && from != to) {
        return Some(format!("argument {from} -> {to}"));
    }
    (new.defaults < old.defaults).then(|| "an argument loses its default".to_owned())
}

/// The columns that have another name than we gave them, and that one.
fn renamed_columns(live: &[Column], made: &[String]) -> Vec<(String, String)> {
    let pairs = live.iter().zip(made).filter(|(column, made)| column.name != **made);
    pairs.map(|(column, made)| (column.name.clone(), made.clone())).collect()
}

/// Whether the live options are what they should be: those of the text, and those that no text of ours ever stated.
fn same_options(live: &[String], shadow: &[String], stated: &[String], before: &[String]) -> bool {
    let key = |option: &str| option.split('=').next().unwrap_or_default().to_owned();
    let in_shadow: BTreeSet<String> = shadow.iter().map(|option| key(option)).collect();
    shadow.iter().all(|option| live.contains(option))
        && live.iter().all(|option| {
            let key = key(option);
            in_shadow.contains(&key) || stated.contains(&key) || !before.contains(&key)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(columns: &[(&str, &str)], text: &str, options: &[&str]) -> Shape {
        Shape {
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
            ..Shape::default()
        }
    }

    #[test]
    fn columns_decide_between_in_place_and_rebuild() {
        let live = shape(&[("a", "integer"), ("b", "text")], "x", &[]);
        let misfit = |what: String| Difference::Rebuild { what, breaks: true, renamed: Vec::new() };
        let known =
            Known { kind: Kind::View, constraint: false, stated: &[], before: &[], made: &[], alike: true };
        let compare =
            |shadow: &Shape| difference(&live, shadow, Known { alike: live.text == shadow.text, ..known });
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
        assert_eq!(compare(&renamed), misfit("column 2 is renamed from b to c".into()));
        let made: Vec<String> = vec!["a".into(), "c".into()];
        let by_hand =
            |shadow: &Shape| difference(&live, shadow, Known { made: &made, alike: false, ..known });
        let back = vec![("b".to_owned(), "c".to_owned())];
        let what = Some("column b is renamed back to c".into());
        let in_place = Difference::InPlace { what, grows: false, renamed: back.clone() };
        assert_eq!(by_hand(&renamed), in_place);
        let what = "column c is gone".into();
        assert_eq!(by_hand(&shrunk), Difference::Rebuild { what, breaks: true, renamed: back });
    }

    #[test]
    fn options_are_healed_removed_or_somebodys_own() {
        let same = |live: &[&str], shadow: &[&str], stated: &[&str], before: &[&str]| {
            let own = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
            same_options(&own(live), &own(shadow), &own(stated), &own(before))
        };
        let barrier = "security_barrier";
        assert!(same(&["security_barrier=true"], &["security_barrier=true"], &[barrier], &[barrier]));
        assert!(!same(&[], &["security_barrier=true"], &[barrier], &[barrier]), "lost: healed");
        assert!(!same(&["security_barrier=false"], &["security_barrier=true"], &[barrier], &[barrier]));
        assert!(!same(&["security_barrier=true"], &[], &[], &[barrier]), "no longer stated: removed");
        assert!(same(&["security_invoker=true"], &[], &[], &[]), "never stated: somebody's own");
    }
}
