//! The rights that the work needs.

use std::collections::{BTreeMap, BTreeSet};

use super::dependents::Dependents;
use super::findings::Findings;
use super::object_decision::ObjectDecision;
use crate::read::dependent::Dependent;
use crate::read::facts::LiveSchema;
use crate::words::name::identifier;
use crate::words::object::Kind;
use crate::words::read_only_reason::ReadOnlyReason;
use crate::words::verb::Verb;

/// Every right that the work needs and the role or session does not have, found before any lock is taken.
pub fn missing_rights(
    findings: &Findings<'_>,
    decisions: &BTreeMap<usize, ObjectDecision<'_>>,
    dependents: &Dependents<'_>,
    pruned: &[Dependent],
) -> Vec<String> {
    let live = &findings.facts.live;
    let mut missing = Vec::new();
    let works = |decision: &&ObjectDecision<'_>| decision.verb != Verb::Record;
    if decisions.values().any(|decision| works(&decision)) {
        missing.extend(ReadOnlyReason::of(live.recovery, live.read_only).map(|why| why.to_string()));
    }
    let created: BTreeSet<String> = decisions
        .iter()
        .filter(|(_, decision)| matches!(decision.verb, Verb::Create | Verb::Rebuild))
        .map(|(&index, _)| findings.project.object(index))
        .filter(|object| object.kind() != Kind::Trigger)
        .map(|object| object.name().schema)
        .collect();
    let maker = Maker { role: &live.role, database: &live.database, schemas: live.create };
    let used = live.schemas.iter().filter(|schema| created.contains(&schema.name));
    missing.extend(used.filter_map(|schema| maker.lacks(schema)));
    let dropped = findings.dependents.iter().chain(findings.aside).chain(pruned);
    missing.extend(dropped.flat_map(|dependent| dependent.missing.iter().cloned()));
    for (&index, decision) in decisions {
        if dependents.ours.contains_key(&index) {
            continue;
        }
        let touched = !matches!(decision.verb, Verb::Record | Verb::Create | Verb::Leave);
        if let Some(now) = decision.now.as_ref().filter(|now| touched && !now.ours) {
            let object = findings.project.object(index);
            let (kind, identity) = (object.kind(), object.identity());
            missing.push(format!("ownership of {kind} {identity}: it is {}'s", now.owner));
        }
    }
    for (&index, decision) in decisions {
        let object = findings.project.object(index);
        let language = object.data().routine.as_ref().and_then(|routine| routine.language.as_ref());
        if let Some((language, &trusted)) =
            language.and_then(|language| live.unusable.get_key_value(language))
            && matches!(decision.verb, Verb::Create | Verb::Replace | Verb::Rebuild)
        {
            missing.push(lacks_language(language, trusted, &object.name().to_string(), &live.role));
        }
        if decision.verb == Verb::Leave && !live.temporary && !live.recovery && !live.read_only {
            missing.push(lacks_temporary(&live.role, &live.database));
        }
    }
    let mut told = BTreeSet::new();
    missing.retain(|right| told.insert(right.clone()));
    missing
}

/// What is missing to make a routine in a language.
pub fn lacks_language(language: &str, trusted: bool, routine: &str, role: &str) -> String {
    let (language, role) = (identifier(language), identifier(role));
    match trusted {
        true => format!("USAGE on language {language}: grant usage on language {language} to {role}"),
        false => format!("a superuser's rights for language {language}, in which {routine} is written"),
    }
}

/// What is missing to compare.
pub fn lacks_temporary(role: &str, database: &str) -> String {
    let (role, database) = (identifier(role), identifier(database));
    format!("TEMPORARY on database {database}: grant temporary on database {database} to {role}")
}

/// A role that makes things in schemas.
pub struct Maker<'m> {
    pub role: &'m str,
    pub database: &'m str,
    /// It may make schemas.
    pub schemas: bool,
}

impl Maker<'_> {
    /// The right that it lacks to make something in a schema, and the statement that gives it.
    pub fn lacks(&self, schema: &LiveSchema) -> Option<String> {
        let (role, database) = (identifier(self.role), identifier(self.database));
        let name = identifier(&schema.name);
        match (schema.exists, schema.create || !schema.exists && self.schemas) {
            (_, true) => None,
            (true, false) => {
                Some(format!("CREATE on schema {name}: grant create on schema {name} to {role}"))
            }
            (false, false) => Some(format!(
                "CREATE on database {database}, to make schema {name}: grant create on database {database} to {role}"
            )),
        }
    }
}
