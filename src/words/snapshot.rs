//! Every object of a database, as typed values.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::attribute::Attribute;
use super::escape::{block, row};
use super::item_id::ItemId;
use super::item_kind::ItemKind;
use crate::words::amount::count;

/// The schema of a database: every object with its definition and what it needs. Equal schemas give equal snapshots, and
/// equal bytes of JSON: no oids, no moments, and a fixed order. That JSON is the snapshot that a project can keep
/// under version control, and compare databases with.
///
/// Who owns most of the objects is no part of it, so that a database that a person installed equals one that a service
/// installed; objects of other owners are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Snapshot {
    /// The server's major version: another one may write the same definition in other words.
    pub postgres: u32,
    /// The schemas that were read; all where there are none.
    pub schemas: Vec<String>,
    /// The items, by kind and name.
    pub items: Vec<Item>,
    /// What is there and is no item: operator classes, languages and the like, which are neither made anew nor compared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// The role that owns most objects; not known of a snapshot that was read from a file.
    #[serde(skip)]
    pub owner: Option<String>,
}

/// One object, or a part of one: a column, a grant, a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Item {
    /// Its kind and name.
    pub id: ItemId,
    /// The statements that make it, as this server's major version writes them. Those of a table hold its columns, too, but
    /// not their defaults; those of a column stand for one that is added later.
    pub definition: String,
    /// What can be told one by one.
    pub attributes: BTreeMap<Attribute, String>,
    /// What goes when it goes: the table of a column, the object of a comment.
    pub part_of: Option<ItemId>,
    /// What must be there before it, whatever its kind.
    pub needs: Vec<ItemId>,
}

impl Snapshot {
    /// The item of this kind and name.
    pub fn item(&self, id: &ItemId) -> Option<&Item> {
        self.items.binary_search_by(|item| item.id.cmp(id)).ok().map(|at| &self.items[at])
    }

    /// The items of a kind.
    pub fn of_kind(&self, kind: ItemKind) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.id.kind == kind)
    }
}

impl Item {
    /// What is said of one attribute.
    pub fn attribute(&self, attribute: Attribute) -> Option<&str> {
        self.attributes.get(&attribute).map(String::as_str)
    }
}

impl fmt::Display for Snapshot {
    /// Every item with its definition and what it needs, by kind.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgreSQL {}, {}", self.postgres, count(self.items.len(), "item"))?;
        for kind in ItemKind::ALL {
            for item in self.of_kind(kind) {
                row!(f, "")?;
                row!(f, "{}", item.id)?;
                f.write_str(&block("  ", &item.definition))?;
                if !item.needs.is_empty() {
                    let needs: Vec<String> = item.needs.iter().map(ToString::to_string).collect();
                    row!(f, "  needs {}", needs.join(", "))?;
                }
            }
        }
        if !self.left_out.is_empty() {
            row!(f, "")?;
            row!(f, "left out")?;
            self.left_out.iter().try_for_each(|left_out| row!(f, "  {left_out}"))?;
        }
        Ok(())
    }
}
