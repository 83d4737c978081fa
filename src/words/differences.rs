//! How two snapshots differ.

use std::fmt;

use serde::Serialize;

use super::attribute::Attribute;
use super::diff::beside;
use super::escape::{block, continued, row};
use super::item_id::ItemId;
use super::item_kind::ItemKind;
use super::snapshot::Item;
use crate::words::amount::count;

/// How the schema that was found differs from the one that was expected. It prints itself.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Differences {
    /// How many items were expected.
    pub items: usize,
    /// What is expected and not there. What is part of something missing is not told again: a missing table stands for
    /// its columns and indexes.
    pub missing: Vec<Item>,
    /// What is there and not expected; its parts are not told again either.
    pub extra: Vec<Item>,
    /// What is there in another form.
    pub mismatched: Vec<Mismatch>,
    /// How many differences were ignored.
    pub ignored: usize,
    /// What the caller should know.
    pub warnings: Vec<String>,
}

/// An item that is there in another form.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Mismatch {
    /// Its kind and name.
    pub id: ItemId,
    /// The definition that was expected.
    pub expected: String,
    /// The definition that was found.
    pub found: String,
    /// What differs, one by one.
    pub attributes: Vec<AttributeMismatch>,
}

/// One side of an item that differs.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct AttributeMismatch {
    /// Which.
    pub attribute: Attribute,
    /// What was expected; none where nothing unusual was.
    pub expected: Option<String>,
    /// What was found; none where it is as usual.
    pub found: Option<String>,
}

impl Differences {
    /// True when nothing differs, beside what is ignored.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many items differ.
    pub fn len(&self) -> usize {
        self.missing.len() + self.extra.len() + self.mismatched.len()
    }
}

/// The longest value that stands beside another one.
const SHORT: usize = 48;

impl fmt::Display for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            write!(f, "in sync, {}", count(self.items, "item"))?;
        } else {
            let (missing, extra, mismatched) = (self.missing.len(), self.extra.len(), self.mismatched.len());
            let number = count(self.len(), "difference");
            write!(f, "{number}: {missing} missing, {extra} extra, {mismatched} mismatched")?;
        }
        if self.ignored > 0 {
            write!(f, "; {} ignored", self.ignored)?;
        }
        for kind in ItemKind::ALL {
            let of_kind = |items: &'_ [Item]| {
                items.iter().filter(move |item| item.id.kind == kind).cloned().collect::<Vec<_>>()
            };
            let (missing, extra) = (of_kind(&self.missing), of_kind(&self.extra));
            let mismatched: Vec<_> =
                self.mismatched.iter().filter(|mismatch| mismatch.id.kind == kind).collect();
            if missing.is_empty() && extra.is_empty() && mismatched.is_empty() {
                continue;
            }
            row!(f, "")?;
            row!(f, "{kind}")?;
            for (word, items) in [("missing", missing), ("extra", extra)] {
                for item in items {
                    row!(f, "  {word:<10} {}", item.id.identity())?;
                    f.write_str(&block("    ", &item.definition))?;
                }
            }
            mismatched.into_iter().try_for_each(|mismatch| mismatch.fmt(f))?;
        }
        for warning in &self.warnings {
            row!(f, "warning: {warning}")?;
        }
        Ok(())
    }
}

impl Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        row!(f, "  mismatched {}", self.id.identity())?;
        let told: Vec<_> =
            self.attributes.iter().filter(|told| told.attribute != Attribute::Definition).collect();
        for told in &told {
            let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
            let (expected, found) = (value(&told.expected), value(&told.found));
            let long = [&expected, &found].iter().any(|text| text.len() > SHORT || text.contains('\n'));
            let name = format!("{}:", told.attribute);
            if long {
                row!(f, "    {name}")?;
                write!(f, "\n      expected {}", continued("             ", &expected))?;
                write!(f, "\n      found    {}", continued("             ", &found))?;
            } else {
                row!(f, "    {name:<14} expected {expected}, found {found}")?;
            }
        }
        // The definition of a table holds its columns, which are told by themselves.
        if !matches!(self.id.kind, ItemKind::Table | ItemKind::ForeignTable) {
            for line in beside(&self.expected, &self.found, ("expected", "found"), SHORT) {
                f.write_str(&block("    ", &line))?;
            }
        }
        Ok(())
    }
}
