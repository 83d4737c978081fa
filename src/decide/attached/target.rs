//! What our statements about the facets of an object call it, and those that take a facet away.

use std::collections::BTreeMap;

use super::grants::{On, Todo};
use crate::read::attached::Live;
use crate::set::project::Object;
use crate::words::attachment::Subject;
use crate::words::facet::Facet;
use crate::words::identity::Identity;
use crate::words::name::{Name, identifier};
use crate::words::object::Kind;

/// An object, as far as statements about its facets name it.
#[derive(Debug)]
pub struct Target {
    pub kind: Kind,
    pub name: Name,
    pub identity: Identity,
    /// The options that its definition states.
    pub options: Vec<String>,
}

impl Target {
    pub fn of(object: Object<'_>) -> Self {
        let options = object.data().options.clone();
        Target { kind: object.kind(), name: object.name(), identity: object.identity(), options }
    }

    /// Whether the definition itself states a facet.
    pub fn defines(&self, facet: &Facet) -> bool {
        matches!(facet, Facet::Option(name) if self.options.contains(name))
    }

    /// What takes away a facet that is there (`live`). None for what is not taken away but stays as it is, and for grants,
    /// which are taken back one by one.
    pub fn removal(&self, facet: &Facet, live: &BTreeMap<Facet, Live<'_>>) -> Option<String> {
        let Target { kind, name, .. } = self;
        let in_schema = |part: &str| Name::new(name.schema.as_str(), part);
        Some(match facet {
            Facet::Comment(on) => {
                let on = match on {
                    Subject::Whole => self.spoken(),
                    Subject::Column(column) => format!("column {name}.{}", identifier(column)),
                    Subject::Rule(rule) => format!("rule {} on {name}", identifier(rule)),
                    Subject::Index(index) => format!("index {}", in_schema(index)),
                    Subject::Statistics(statistics) => {
                        format!("statistics {}", self.statistics(statistics, live))
                    }
                };
                format!("comment on {on} is null")
            }
            Facet::Option(option) => {
                let option: Vec<String> = option.split('.').map(identifier).collect();
                format!("alter {kind} {name} reset ({})", option.join("."))
            }
            Facet::Default(column) => {
                format!("alter {kind} {name} alter column {} drop default", identifier(column))
            }
            Facet::Rule(rule) => format!("drop rule {} on {name}", identifier(rule)),
            Facet::Index(index) => format!("drop index {}", in_schema(index)),
            Facet::Cluster => format!("alter {kind} {name} set without cluster"),
            Facet::Statistics(statistics) => format!("drop statistics {}", self.statistics(statistics, live)),
            Facet::Fires => {
                format!(
                    "alter table {} enable trigger {}",
                    self.identity.on()?,
                    identifier(&self.identity.name)
                )
            }
            Facet::Owner | Facet::Grants => return None,
        })
    }

    /// The statement that changes rights.
    pub fn grant(&self, todo: Todo, rights: &str, who: &str) -> String {
        let target = match On::of(self.kind) {
            On::Relation => self.name.to_string(),
            On::Routine => format!("routine {}", self.identity),
        };
        match todo {
            Todo::Grant => format!("grant {rights} on {target} to {who}"),
            Todo::GrantWithOption => format!("grant {rights} on {target} to {who} with grant option"),
            Todo::Revoke => format!("revoke {rights} on {target} from {who}"),
            Todo::RevokeOption => format!("revoke grant option for {rights} on {target} from {who}"),
        }
    }

    /// What COMMENT ON calls it. An aggregate without arguments has no other name that is right with all its kinds.
    fn spoken(&self) -> String {
        match On::of(self.kind) {
            On::Relation => format!("{} {}", self.kind, self.identity),
            On::Routine => format!("routine {}", self.identity),
        }
    }

    /// Extended statistics need not be in the schema of their relation.
    fn statistics(&self, name: &str, live: &BTreeMap<Facet, Live<'_>>) -> Name {
        let schema = match live.get(&Facet::Statistics(name.to_owned())) {
            Some(Live::Made(trace)) => trace.schema.as_deref(),
            _ => None,
        };
        Name::new(schema.unwrap_or(&self.name.schema), name)
    }
}
