//! What tells one item of a snapshot from every other.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::error::{Error, ErrorKind};
use super::identity::Identity;
use super::item_kind::{ItemKind, Naming};
use super::name::{Name, identifier};

/// An item's kind and name. Its display form is what stands in JSON, and can be read back: `table app.genes`,
/// `column app.genes.symbol`, `function app.score(integer,text)`, `trigger touch on app.genes`,
/// `comment on column app.genes.symbol`, `grant on table app.genes to reader`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct ItemId {
    /// The kind.
    pub kind: ItemKind,
    /// The name, built as the kind wants it.
    pub name: ItemName,
}

/// The name of an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ItemName {
    /// Of what belongs to the whole database, such as an extension; unquoted. Of a cast and of default privileges the words that
    /// stand for a name: `(app.gene as integer)`, `for app_owner in schema app on tables`.
    Whole(String),
    /// Of a relation, type, index or statistics.
    InSchema(Name),
    /// Of a routine.
    Routine {
        /// Schema and name.
        name: Name,
        /// The types of its input arguments, as PostgreSQL writes them, with commas between them.
        arguments: String,
    },
    /// Of a column, default, constraint, rule, trigger or policy.
    Part {
        /// The relation, or domain, that it is on.
        of: Name,
        /// Its own name, unquoted.
        name: String,
    },
    /// Of the owner of an item, or the comment on one.
    About(Box<ItemId>),
    /// Of the rights on an item.
    Granted {
        /// The object or column.
        on: Box<ItemId>,
        /// The role, unquoted; none for PUBLIC.
        to: Option<String>,
    },
}

impl ItemName {
    /// Whether it is a thing's own name, and not that of what is said about one.
    pub(crate) fn is_object(&self) -> bool {
        !matches!(self, ItemName::About(_) | ItemName::Granted { .. })
    }
}

impl ItemId {
    pub(crate) fn new(kind: ItemKind, name: ItemName) -> Self {
        ItemId { kind, name }
    }

    pub(crate) fn about(kind: ItemKind, item: &ItemId) -> Self {
        ItemId { kind, name: ItemName::About(Box::new(item.clone())) }
    }

    /// The schema that it is in; none for what belongs to the whole database.
    pub fn schema(&self) -> Option<&str> {
        match &self.name {
            ItemName::Whole(name) => (self.kind == ItemKind::Schema).then_some(name),
            ItemName::InSchema(name) | ItemName::Routine { name, .. } | ItemName::Part { of: name, .. } => {
                Some(&name.schema)
            }
            ItemName::About(item) | ItemName::Granted { on: item, .. } => item.schema(),
        }
    }

    /// The display form without the kind: `app.genes`, `touch on app.genes`; for what is about another item, with that
    /// one's kind.
    pub fn identity(&self) -> String {
        match &self.name {
            ItemName::Whole(words) if self.kind.naming() == Naming::Words => words.clone(),
            ItemName::Whole(name) => identifier(name),
            ItemName::InSchema(name) => name.to_string(),
            ItemName::Routine { name, arguments } => format!("{name}({arguments})"),
            ItemName::Part { name, of } if self.kind.naming() == Naming::Column => {
                format!("{of}.{}", identifier(name))
            }
            ItemName::Part { name, of } => format!("{} on {of}", identifier(name)),
            ItemName::About(item) => item.to_string(),
            ItemName::Granted { on, to } => {
                format!("{on} to {}", to.as_deref().map_or("public".to_owned(), role))
            }
        }
    }

    /// What stands behind COMMENT ON and, for what has an owner, behind ALTER.
    pub(crate) fn spoken(&self) -> String {
        match (&self.name, self.kind) {
            // A constraint of a domain says so.
            (ItemName::Routine { name, arguments }, ItemKind::Aggregate) if arguments.is_empty() => {
                format!("aggregate {name}(*)")
            }
            // An operator's own name stands in no quotes.
            (ItemName::Routine { name, arguments }, ItemKind::Operator) => {
                format!("operator {}.{} ({arguments})", identifier(&name.schema), name.name)
            }
            _ => format!("{} {}", self.kind.spoken(), self.identity()),
        }
    }
}

/// A role's name; one that is called `public` can only be written in quotes.
fn role(name: &str) -> String {
    if name == "public" { "\"public\"".to_owned() } else { identifier(name) }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let between = match self.kind {
            ItemKind::Owner => " of",
            ItemKind::Grant | ItemKind::Comment => " on",
            _ => "",
        };
        write!(f, "{}{between} {}", self.kind, self.identity())
    }
}

impl FromStr for ItemId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let read = || {
            // Some begin with the words of others: default, default privileges.
            let (kind, rest) = ItemKind::ALL
                .iter()
                .filter_map(|kind| Some((*kind, text.strip_prefix(kind.keyword())?.strip_prefix(' ')?)))
                .max_by_key(|(kind, _)| kind.keyword().len())?;
            Some(ItemId { kind, name: name(kind, rest)? })
        };
        read()
            .ok_or_else(|| Error::new(ErrorKind::Unknown, format!("\"{text}\" names no item of a snapshot")))
    }
}

fn name(kind: ItemKind, text: &str) -> Option<ItemName> {
    Some(match kind.naming() {
        Naming::Whole => ItemName::Whole(Name::displayed(text).name),
        Naming::Words => ItemName::Whole(text.to_owned()),
        Naming::InSchema => ItemName::InSchema(Name::displayed(text)),
        Naming::Routine => {
            let identity = Identity::displayed(text);
            ItemName::Routine { name: identity.qualified(), arguments: identity.arguments? }
        }
        Naming::Column => {
            let at = last_dot(text)?;
            ItemName::Part { name: Name::displayed(&text[at + 1..]).name, of: Name::displayed(&text[..at]) }
        }
        Naming::OnRelation => {
            let identity = Identity::displayed(text);
            ItemName::Part { of: identity.on()?, name: identity.name }
        }
        Naming::About => {
            let item = text.strip_prefix("of ").or_else(|| text.strip_prefix("on "))?;
            if kind != ItemKind::Grant {
                return Some(ItemName::About(Box::new(item.parse().ok()?)));
            }
            let at = last(item, " to ")?;
            let to = match &item[at + " to ".len()..] {
                "public" => None,
                role => Some(Name::displayed(role).name),
            };
            ItemName::Granted { on: Box::new(item[..at].parse().ok()?), to }
        }
    })
}

/// Where a dot last stands outside of quotes.
fn last_dot(text: &str) -> Option<usize> {
    last(text, ".")
}

fn last(text: &str, signs: &str) -> Option<usize> {
    let mut quoted = false;
    let starts = text.char_indices().filter(|&(at, c)| {
        quoted ^= c == '"';
        !quoted && text[at..].starts_with(signs)
    });
    starts.map(|(at, _)| at).last()
}

impl Serialize for ItemId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ItemId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_apart_as_it_was_put_together() {
        for text in [
            "schema \"My App\"",
            "extension \"uuid-ossp\"",
            "foreign data wrapper w",
            "table app.genes",
            "table \"a.b\".\"c d\"",
            "column app.genes.symbol",
            "column \"a.b\".\"c on d\".\"x.y \"\"z\"\"\"",
            "default app.genes.id",
            "constraint genes_pkey on app.genes",
            "function app.score(integer,\"My App\".\"t x\"[])",
            "procedure app.p()",
            "operator app.\"@ @\"(NONE,integer)",
            "cast (app.genes as \"My App\".x)",
            "default privileges for \"Some on\" in schema app on tables",
            "text search configuration app.english",
            "publication \"p q\"",
            "materialized view app.m",
            "trigger \"my on t\" on app.genes",
            "event trigger watch",
            "owner of table app.genes",
            "comment on column app.genes.symbol",
            "comment on constraint c on app.genes",
            "grant on table app.genes to public",
            "grant on column app.genes.symbol to \"Read to it\"",
            "grant on function app.f() to \"public\"",
        ] {
            let id: ItemId = text.parse().unwrap();
            assert_eq!(id.to_string(), text);
        }
        let column: ItemId = "column app.genes.symbol".parse().unwrap();
        let of = Name::new("app", "genes");
        assert_eq!(column.name, ItemName::Part { name: "symbol".to_owned(), of });
        assert!("tables app.x".parse::<ItemId>().is_err());
    }
}
