//! What a new object keeps of the old one, and what is taken back because no file states it any more.

use std::fmt::Display;

use crate::decide::attached::ownership::{Fate, Ownership};
use crate::decide::attached::reconciled::Removed;
use crate::decide::plan::findings::Findings;
use crate::decide::plan::object_decision::ObjectDecision;
use crate::read::dependent::{Act, Dependent, Part};
use crate::set::project::Object;
use crate::words::attachment::Subject;
use crate::words::facet::Facet;
use crate::words::name::Name;
use crate::words::verb::Verb;

/// A statement that names an object where it belongs, about the same object where it is (`to`).
pub fn renamed(mut statement: String, from: &Name, to: &Name) -> String {
    if from == to {
        return statement;
    }
    let (old, new) = (from.to_string(), to.to_string());
    // Not within a longer name.
    let ends = |at: usize| {
        let behind = statement[at + old.len()..].chars().next();
        behind.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '$')
    };
    let found = statement.match_indices(&old).map(|(at, _)| at).find(|&at| ends(at));
    if let Some(at) = found {
        statement.replace_range(at..at + old.len(), &new);
    }
    statement
}

/// What takes back what the text that we applied last stated and the file states no more. A definition resets the options
/// itself, and a rebuilt object comes without what [`put_back`] leaves out. A created one has something to take back when it
/// stepped aside (`dependent`).
pub fn take_back(
    findings: &Findings<'_>,
    object: Object<'_>,
    decision: &ObjectDecision<'_>,
    dependent: Option<&Dependent>,
) -> Vec<String> {
    let made = matches!(decision.verb, Verb::Rebuild | Verb::Create);
    let columns = findings.comparison.columns.get(&object.index()).filter(|_| made);
    let has_column = |one: &Removed| match (&one.column, columns) {
        (Some(column), Some(columns)) => columns.contains(column),
        _ => true,
    };
    let is_dependent = |one: &Removed| match (&one.role, dependent) {
        (Some(role), Some(dependent)) => {
            dependent.script.parts.iter().any(|part| part.to.as_ref() == Some(role))
        }
        _ => dependent.is_some(),
    };
    let put_back = |one: &Removed| {
        matches!(one.facet, Facet::Grants | Facet::Comment(Subject::Whole | Subject::Column(_)))
            && has_column(one)
    };
    let back = decision.look.map_or(&[][..], |look| &look.reconciled.removed);
    back.iter()
        .filter(|one| match decision.verb {
            Verb::Attach => true,
            Verb::Replace => !matches!(one.facet, Facet::Option(_) | Facet::Fires),
            Verb::Rebuild => put_back(one),
            Verb::Create => put_back(one) && is_dependent(one),
            _ => false,
        })
        .map(|one| one.sql.clone())
        .collect()
}

/// What belonged to an object that was dropped, as far as the new one can carry it. Rules, defaults, indexes and statistics
/// that a text of ours stated come from the file, or come no more.
pub fn put_back<'a>(
    findings: &Findings<'_>,
    object: Object<'_>,
    decision: &ObjectDecision<'_>,
    dependent: &'a Dependent,
) -> impl Iterator<Item = &'a Part> {
    let ownership = Ownership::new(object, decision);
    let columns = findings.comparison.columns.get(&object.index()).cloned();
    dependent.script.parts.iter().filter(move |part| {
        let has_column = match (&part.column, &columns) {
            (Some(column), Some(columns)) => columns.contains(column),
            _ => true,
        };
        has_column && ownership.fate(part) == Fate::Kept
    })
}

/// What goes with a column that the new object has no more, and that no text of ours stated: nothing can keep it.
pub fn lost<'a>(
    findings: &Findings<'_>,
    object: Object<'_>,
    decision: &ObjectDecision<'_>,
    dependent: &'a Dependent,
) -> Vec<&'a Part> {
    let ownership = Ownership::new(object, decision);
    let Some(columns) = findings.comparison.columns.get(&object.index()) else { return Vec::new() };
    let removed = decision.look.map_or(&[][..], |look| &look.reconciled.removed);
    let is_stated = |part: &Part| {
        let same = |one: &&Removed| one.column == part.column;
        match part.act {
            Act::Comment => removed.iter().filter(same).any(|one| matches!(one.facet, Facet::Comment(_))),
            Act::Grant => removed.iter().filter(same).any(|one| one.role.is_some() && one.role == part.to),
            _ => false,
        }
    };
    let goes = |part: &&Part| part.column.as_ref().is_some_and(|column| !columns.contains(column));
    let parts = dependent.script.parts.iter().filter(goes);
    parts.filter(|part| ownership.fate(part) == Fate::Kept && !is_stated(part)).collect()
}

/// What is put back after the statements of the file: somebody's own comments on what these make, and the like.
pub fn put_back_last<'a>(
    object: Object<'_>,
    decision: &ObjectDecision<'_>,
    dependent: &'a Dependent,
) -> impl Iterator<Item = &'a Part> {
    let ownership = Ownership::new(object, decision);
    dependent.script.parts.iter().filter(move |part| ownership.fate(part) == Fate::Last)
}

/// What belonged to an object that had another name when it was dropped, or to a routine with other argument types, for the one
/// that its file makes.
pub fn of_name(mut dependent: Dependent, name: &impl Display) -> Dependent {
    for part in &mut dependent.script.parts {
        part.statement = part.on(&dependent.kind, name);
    }
    dependent
}
