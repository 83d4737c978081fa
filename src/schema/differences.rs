//! Comparing two snapshots.

use std::collections::{BTreeSet, HashSet};

use crate::words::attribute::Attribute;
use crate::words::differences::{AttributeMismatch, Differences, Mismatch};
use crate::words::ignore::Ignore;
use crate::words::item_id::{ItemId, ItemName};
use crate::words::item_kind::ItemKind;
use crate::words::snapshot::{Item, Snapshot};

impl Snapshot {
    /// How another snapshot, the one that was found, differs from this one, which was expected.
    pub fn differences(&self, found: &Snapshot, ignore: &Ignore) -> Differences {
        differences(self, found, ignore)
    }
}

/// How the snapshot `found` differs from the one `expected`, without what is ignored.
pub fn differences(expected: &Snapshot, found: &Snapshot, ignore: &Ignore) -> Differences {
    let mut differences = Differences { items: expected.items.len(), ..Differences::default() };
    let mut used = BTreeSet::new();
    let mut ignored = 0;
    let mut wanted = |snapshot: &Snapshot, item: &Item| {
        let fitting = ignored_by(snapshot, item, ignore);
        let wanted = fitting.is_empty();
        ignored += usize::from(!wanted);
        used.extend(fitting);
        wanted
    };
    differences.missing = only_in(expected, found).filter(|item| wanted(expected, item)).cloned().collect();
    differences.extra = only_in(found, expected).filter(|item| wanted(found, item)).cloned().collect();
    differences.mismatched = expected
        .items
        .iter()
        .filter_map(|item| mismatch(item, found.item(&item.id)?))
        .filter(|mismatch| expected.item(&mismatch.id).is_some_and(|item| wanted(expected, item)))
        .collect();
    differences.ignored = ignored;
    if expected.postgres != found.postgres {
        differences.warnings.push(format!(
            "what was expected was written by PostgreSQL {}, and this is {}: it may write the same definition in other words",
            expected.postgres, found.postgres
        ));
    }
    let untold: BTreeSet<&str> =
        expected.left_out.iter().chain(&found.left_out).map(String::as_str).collect();
    if !untold.is_empty() {
        let untold: Vec<&str> = untold.into_iter().collect();
        differences.warnings.push(format!("not compared: {}", untold.join(", ")));
    }
    let unused = ignore.patterns().iter().enumerate().filter(|(place, _)| !used.contains(place));
    let unused = unused.map(|(_, pattern)| format!("the pattern \"{pattern}\" ignores nothing"));
    differences.warnings.extend(unused);
    differences
}

/// Takes out of some mismatches those that are only written in other words: what is alike in one of the two `expected` (as the files'
/// statements made it, or made again of the definitions) and in `found`. What is made again is found by its text, so it never tells what
/// it used.
pub fn without_rewritten(
    differences: &mut Differences,
    some: &BTreeSet<ItemId>,
    expected: [&Snapshot; 2],
    found: &Snapshot,
) {
    differences.mismatched.retain(|told| {
        let uses = told.attributes.iter().any(|told| told.attribute == Attribute::Uses);
        let is_alike = |expected: &Snapshot| {
            let both = expected.item(&told.id).zip(found.item(&told.id));
            both.is_some_and(|(expected, found)| !differ(expected, found))
        };
        uses || !some.contains(&told.id) || !expected.into_iter().any(is_alike)
    });
}

/// Whether two forms of an item differ in what is written.
fn differ(one: &Item, other: &Item) -> bool {
    let told = mismatch(one, other).into_iter().flat_map(|mismatch| mismatch.attributes);
    told.into_iter().any(|told| told.attribute != Attribute::Uses)
}

impl Snapshot {
    /// This one, with the definitions of another one for what differs between the two.
    pub(crate) fn with_definitions_of(&self, other: &Snapshot, told: &[&Mismatch]) -> Snapshot {
        let generated =
            |told: &Mismatch| told.attributes.iter().any(|one| one.attribute == Attribute::Generated);
        let ids: BTreeSet<&ItemId> = told.iter().map(|told| &told.id).collect();
        // A table makes the expressions of its columns, and the default of a column is by itself.
        let tables: BTreeSet<&ItemId> = told
            .iter()
            .filter(|told| generated(told))
            .filter_map(|told| self.item(&told.id)?.part_of.as_ref())
            .collect();
        let is_meant = |item: &Item| {
            let default =
                item.id.kind == ItemKind::Default && item.part_of.as_ref().is_some_and(|of| ids.contains(of));
            default || ids.contains(&item.id) || tables.contains(&item.id)
        };
        let mut with = self.clone();
        for item in with.items.iter_mut().filter(|item| is_meant(item)) {
            if let Some(other) = other.item(&item.id) {
                item.definition.clone_from(&other.definition);
            }
        }
        with
    }
}

/// The items of one snapshot that the other one lacks, without those that are parts of others that it lacks, too.
fn only_in<'r>(one: &'r Snapshot, other: &'r Snapshot) -> impl Iterator<Item = &'r Item> {
    let there: HashSet<&ItemId> = other.items.iter().map(|item| &item.id).collect();
    // A schema that is missing stands for all that is in it.
    let in_lacking_schema = move |item: &Item| {
        let schema =
            item.id.schema().map(|schema| ItemId::new(ItemKind::Schema, ItemName::Whole(schema.to_owned())));
        schema.is_some_and(|schema| {
            schema != item.id && one.item(&schema).is_some() && other.item(&schema).is_none()
        })
    };
    one.items.iter().filter(move |item| {
        let told_above = above(one, item).any(|parent| !there.contains(parent)) || in_lacking_schema(item);
        // A column tells its default.
        let told_beside = item.id.kind == ItemKind::Default && is_column(item.part_of.as_ref());
        !(there.contains(&item.id) || told_above || told_beside)
    })
}

/// What an item is part of, directly and through others.
fn above<'r>(snapshot: &'r Snapshot, item: &'r Item) -> impl Iterator<Item = &'r ItemId> {
    std::iter::successors(item.part_of.as_ref(), move |id| snapshot.item(id)?.part_of.as_ref())
}

fn is_column(id: Option<&ItemId>) -> bool {
    id.is_some_and(|id| id.kind == ItemKind::Column)
}

/// The patterns that an item fits, or something that it is part of.
fn ignored_by(snapshot: &Snapshot, item: &Item, ignore: &Ignore) -> Vec<usize> {
    let ids = std::iter::once(&item.id).chain(above(snapshot, item));
    ids.flat_map(|id| ignore.fitting(id).collect::<Vec<_>>()).collect()
}

/// What differs between two forms of an item.
fn mismatch(expected: &Item, found: &Item) -> Option<Mismatch> {
    if expected.id.kind == ItemKind::Default && is_column(found.part_of.as_ref()) {
        return None;
    }
    let of = |item: &Item, attribute: Attribute| item.attribute(attribute).map(str::to_owned);
    let told: BTreeSet<Attribute> =
        expected.attributes.keys().chain(found.attributes.keys()).copied().collect();
    let table = matches!(expected.id.kind, ItemKind::Table | ItemKind::ForeignTable);
    let mut attributes: Vec<AttributeMismatch> = told
        .into_iter()
        .map(|attribute| AttributeMismatch {
            attribute,
            expected: of(expected, attribute),
            found: of(found, attribute),
        })
        .map(|told| if table && told.attribute == Attribute::Columns { in_both(told) } else { told })
        .filter(|told| told.expected != told.found)
        .collect();
    // Items that hold others, and those whose statements name the owner, are told by their attributes alone.
    let whole = !table
        && !matches!(expected.id.kind, ItemKind::Column | ItemKind::Grant | ItemKind::DefaultPrivileges);
    if attributes.is_empty() && whole && expected.definition != found.definition {
        attributes.push(AttributeMismatch {
            attribute: Attribute::Definition,
            expected: Some(expected.definition.clone()),
            found: Some(found.definition.clone()),
        });
    }
    let (uses, used) = (uses(expected), uses(found));
    if attributes.is_empty() && uses != used {
        attributes.push(AttributeMismatch {
            attribute: Attribute::Uses,
            expected: Some(uses),
            found: Some(used),
        });
    }
    (!attributes.is_empty()).then(|| Mismatch {
        id: expected.id.clone(),
        expected: expected.definition.clone(),
        found: found.definition.clone(),
        attributes,
    })
}

/// The operators and functions that an item uses: the server prints no schema for some of them, so one text can mean two.
fn uses(item: &Item) -> String {
    let called =
        |id: &&ItemId| matches!(id.kind, ItemKind::Operator | ItemKind::Function | ItemKind::Aggregate);
    item.needs.iter().filter(called).map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Two lists of columns, without those that only one of them has, which are told by themselves.
fn in_both(told: AttributeMismatch) -> AttributeMismatch {
    fn split(list: &Option<String>) -> Vec<&str> {
        list.as_deref().unwrap_or_default().split(", ").collect()
    }
    let both = |list: &Option<String>, other: &Option<String>| {
        let other = split(other);
        let common: Vec<&str> = split(list).into_iter().filter(|name| other.contains(name)).collect();
        Some(common.join(", "))
    };
    AttributeMismatch {
        attribute: told.attribute,
        expected: both(&told.expected, &told.found),
        found: both(&told.found, &told.expected),
    }
}
