//! An object of a file, before all are in order: with its statement, its attachments and its directives.

use std::collections::BTreeMap;

use super::file::File;
use crate::text::parse::{Attach, Definition, Form, Routine, Statement, UseKind, Word, Written};
use crate::words::identity::Identity;
use crate::words::name::Name;
use crate::words::object::Kind;

/// An object as its file defines it.
pub struct Draft<'f> {
    pub file: &'f File<'f>,
    pub identity: Identity,
    pub statement: &'f Statement,
    pub definition: &'f Definition,
    pub attachments: Vec<Attached<'f>>,
}

/// A statement about an object, in the object's file.
pub struct Attached<'f> {
    pub statement: &'f Statement,
    pub said: &'f Attach,
}

impl Draft<'_> {
    pub fn new<'f>(
        file: &'f File<'f>,
        statement: &'f Statement,
        definition: &'f Definition,
        schema: &str,
    ) -> Draft<'f> {
        let identity = Identity {
            schema: definition.schema().unwrap_or(schema).to_owned(),
            name: definition.name.name.clone(),
            arguments: match &definition.form {
                Form::Routine(routine) => Some(routine.arguments.join(",")),
                _ => None,
            },
            table: match &definition.form {
                Form::Trigger(trigger) => Some(trigger.table.name.clone()),
                _ => None,
            },
        };
        Draft { file, identity, statement, definition, attachments: Vec::new() }
    }

    pub fn kind(&self) -> Kind {
        self.definition.kind
    }

    pub fn routine(&self) -> Option<&Routine> {
        match &self.definition.form {
            Form::Routine(routine) => Some(routine),
            _ => None,
        }
    }

    /// Whether it is a routine that this call can mean.
    pub fn answers(&self, call: UseKind) -> bool {
        let fits = |routine: &Routine| match call {
            UseKind::Function(Some(arguments)) => routine.fits(arguments),
            _ => true,
        };
        call.means(self.kind()) && self.routine().is_some_and(fits)
    }

    /// True when it has this directive.
    pub fn says(&self, word: Word) -> bool {
        self.statement.directives.iter().any(|directive| directive.word == word)
    }
}

/// Where the drafts are, by what their names mean; of duplicates the last one.
pub struct Known<'s> {
    pub schema: &'s str,
    pub path: &'s [String],
    by_identity: BTreeMap<Identity, usize>,
    routines: BTreeMap<Name, Vec<usize>>,
}

impl<'s> Known<'s> {
    pub fn new(drafts: &[Draft<'_>], schema: &'s str) -> Self {
        let mut known = Known { schema, path: &[], by_identity: BTreeMap::new(), routines: BTreeMap::new() };
        for (index, draft) in drafts.iter().enumerate() {
            known.by_identity.insert(known.plain(&draft.identity), index);
            if draft.kind().is_routine() {
                known.routines.entry(draft.identity.qualified()).or_default().push(index);
            }
        }
        known
    }

    /// With the schemas in which unqualified names are found after the project's.
    pub fn along(self, path: &'s [String]) -> Self {
        Known { path, ..self }
    }

    /// What a written name can mean, as the server looks it up: one without a schema is in the project's, or in the first
    /// of the path's where it is.
    pub fn names(&self, name: &Written) -> impl Iterator<Item = Name> {
        let others = if name.schema.is_none() { self.path } else { &[] };
        let others = others.iter().map(|schema| Name::new(schema.as_str(), name.name.as_str()));
        std::iter::once(self.name(name)).chain(others)
    }

    /// The schema and name of a written name: the project's schema where none is written.
    pub fn name(&self, name: &Written) -> Name {
        Name::new(name.schema.as_deref().unwrap_or(self.schema), name.name.as_str())
    }

    pub fn relation(&self, name: &Name) -> Option<usize> {
        self.find(&Identity::relation(name))
    }

    /// Every overload of a routine, of all files.
    pub fn routines(&self, name: &Name) -> &[usize] {
        self.routines.get(name).map_or(&[], Vec::as_slice)
    }

    pub fn routine(&self, name: &Name, arguments: &[String]) -> Option<usize> {
        self.find(&Identity { arguments: Some(arguments.join(",")), ..Identity::relation(name) })
    }

    pub fn trigger(&self, name: &str, table: &Name) -> Option<usize> {
        self.find(&Identity {
            schema: table.schema.clone(),
            name: name.to_owned(),
            arguments: None,
            table: Some(table.name.clone()),
        })
    }

    pub fn find(&self, identity: &Identity) -> Option<usize> {
        self.by_identity.get(&self.plain(identity)).copied()
    }

    /// `f(app.gene)` is `f(gene)` where `app` is the project's schema.
    pub fn plain(&self, identity: &Identity) -> Identity {
        let own = format!("{}.", crate::words::name::identifier(self.schema));
        let strip = |one: &str| one.strip_prefix(own.as_str()).unwrap_or(one).to_owned();
        let arguments = identity.arguments.as_ref().map(|arguments| {
            let types: Vec<String> = arguments.split(',').map(strip).collect();
            types.join(",")
        });
        Identity { arguments, ..identity.clone() }
    }
}
