//! What tells one object from every other.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::name::{Name, identifier};

/// The identity of an object: a relation's name, a routine's name and argument types, a trigger's name and table. Its
/// display form stands in SQL and in messages alike: `app.gene_scores`, `app.score(integer,text)`,
/// `set_updated_at on app.genes`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Identity {
    /// The schema; of a trigger, its table's.
    pub schema: String,
    /// The name within the schema or on the table, unquoted.
    pub name: String,
    /// For a routine: the types of its input arguments, as PostgreSQL writes them, with commas between them.
    pub arguments: Option<String>,
    /// For a trigger: its table or view, unquoted.
    pub table: Option<String>,
}

impl Identity {
    /// That of a relation.
    pub fn relation(name: &Name) -> Self {
        Identity { schema: name.schema.clone(), name: name.name.clone(), arguments: None, table: None }
    }

    /// Schema and name.
    pub fn qualified(&self) -> Name {
        Name::new(self.schema.as_str(), self.name.as_str())
    }

    /// For a trigger: its table or view.
    pub fn on(&self) -> Option<Name> {
        Some(Name::new(self.schema.as_str(), self.table.as_deref()?))
    }

    /// The identity that was displayed so, as it stands in the ledger.
    #[cfg(feature = "run")]
    pub fn displayed(text: &str) -> Self {
        if let Some(at) = unquoted(text, " on ") {
            let table = Name::displayed(&text[at + " on ".len()..]);
            // A bare name has no schema.
            let name = Name::displayed(&text[..at]).name;
            return Identity { schema: table.schema, name, arguments: None, table: Some(table.name) };
        }
        match unquoted(text, "(").filter(|_| text.ends_with(')')) {
            Some(at) => {
                let arguments = Some(text[at + 1..text.len() - 1].to_owned());
                Identity { arguments, ..Identity::relation(&Name::displayed(&text[..at])) }
            }
            None => Identity::relation(&Name::displayed(text)),
        }
    }
}

/// Where these signs first stand outside of quotes.
#[cfg(feature = "run")]
fn unquoted(text: &str, signs: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (!quoted && text[at..].starts_with(signs)).then_some(at)
    })
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.arguments, self.on()) {
            (Some(arguments), _) => write!(f, "{}({arguments})", self.qualified()),
            (None, Some(table)) => write!(f, "{} on {table}", identifier(&self.name)),
            (None, None) => write!(f, "{}", self.qualified()),
        }
    }
}

#[cfg(all(test, feature = "run"))]
mod tests {
    use super::*;

    #[test]
    fn an_identity_comes_apart_as_it_was_put_together() {
        for text in [
            "app.v",
            "\"A b\".\"c on d(\"",
            "app.f()",
            "app.\"F (\"(integer,app.\"t x\"[])",
            "t on app.genes",
            "\"my on t\" on \"a.b\".\"x on y\"",
        ] {
            assert_eq!(Identity::displayed(text).to_string(), text);
        }
        let trigger = Identity::displayed("\"T\" on app.genes");
        assert_eq!((trigger.name.as_str(), trigger.on()), ("T", Some(Name::new("app", "genes"))));
    }
}
