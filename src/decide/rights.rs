//! The rights that the work needs.

use std::collections::{BTreeMap, BTreeSet};

use super::hanging::Hanging;
use super::needs::{Facts, Need};
use crate::read::facts::Saved;
use crate::words::closed::Closed;
use crate::words::name::identifier;
use crate::words::object::Kind;
use crate::words::report::Verb;

/// Every right that the work needs and the role or session does not have, found before any lock is taken.
pub fn missing_rights(
    facts: &Facts<'_>,
    needs: &BTreeMap<usize, Need<'_>>,
    hanging: &Hanging<'_>,
    pruned: &[Saved],
) -> Vec<String> {
    let live = facts.live;
    let mut missing = Vec::new();
    let works = |need: &&Need<'_>| need.verb != Verb::Record;
    if needs.values().any(|need| works(&need)) {
        missing.extend(Closed::of(live.recovery, live.read_only).map(|why| why.to_string()));
    }
    let created: BTreeSet<String> = needs
        .iter()
        .filter(|(_, need)| matches!(need.verb, Verb::Create | Verb::Rebuild))
        .map(|(&index, _)| facts.project.object(index))
        .filter(|object| object.kind() != Kind::Trigger)
        .map(|object| object.name().schema)
        .collect();
    for schema in live.schemas.iter().filter(|schema| created.contains(&schema.name)) {
        if schema.exists && !schema.create {
            missing.push(create_on_schema(&live.role, &schema.name));
        } else if !schema.exists && !live.create {
            missing.push(create_on_database(&live.role, &live.database, &schema.name));
        }
    }
    let dropped = facts.saved.iter().chain(facts.aside).chain(pruned);
    missing.extend(dropped.flat_map(|saved| saved.missing.iter().cloned()));
    for (&index, need) in needs {
        if hanging.ours.contains_key(&index) {
            continue;
        }
        let touched = !matches!(need.verb, Verb::Record | Verb::Create | Verb::Leave);
        if let Some(now) = need.now.as_ref().filter(|now| touched && !now.ours) {
            let object = facts.project.object(index);
            let (kind, identity) = (object.kind(), object.identity());
            missing.push(format!("ownership of {kind} {identity}: it is {}'s", now.owner));
        }
    }
    let mut told = BTreeSet::new();
    missing.retain(|right| told.insert(right.clone()));
    missing
}

/// The right to make something in a schema, and the statement that gives it.
pub fn create_on_schema(role: &str, schema: &str) -> String {
    let (role, schema) = (identifier(role), identifier(schema));
    format!("CREATE on schema {schema}: grant create on schema {schema} to {role}")
}

/// The right to make a schema, and the statement that gives it.
pub fn create_on_database(role: &str, database: &str, schema: &str) -> String {
    let (role, database, schema) = (identifier(role), identifier(database), identifier(schema));
    format!(
        "CREATE on database {database}, to make schema {schema}: grant create on database {database} to {role}"
    )
}
