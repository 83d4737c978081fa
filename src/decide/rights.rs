//! The rights that the work needs.

use std::collections::{BTreeMap, BTreeSet};

use super::needs::{Facts, Need};
use crate::words::name::identifier;
use crate::words::report::Verb;

/// Every right that the work needs and the role or session does not have, found before any lock is taken.
pub fn missing_rights(facts: &Facts<'_>, needs: &BTreeMap<usize, Need<'_>>) -> Vec<String> {
    let live = facts.live;
    let mut missing = Vec::new();
    let works = |need: &&Need<'_>| need.verb != Verb::Record;
    if needs.values().any(|need| works(&need)) {
        if live.recovery {
            missing.push("the server is a standby".to_owned());
        } else if live.read_only {
            missing.push("the session is read-only (default_transaction_read_only)".to_owned());
        }
    }
    let created: BTreeSet<String> = needs
        .iter()
        .filter(|(_, need)| matches!(need.verb, Verb::Create | Verb::Rebuild))
        .map(|(&index, _)| facts.project.object(index).name().schema)
        .collect();
    for schema in live.schemas.iter().filter(|schema| created.contains(&schema.name)) {
        if schema.exists && !schema.create {
            missing.push(format!(
                "CREATE on schema {}: grant create on schema {} to {}",
                schema.name,
                identifier(&schema.name),
                identifier(&live.role)
            ));
        } else if !schema.exists && !live.create {
            missing.push(format!(
                "schema {} does not exist, and CREATE on the database is missing",
                schema.name
            ));
        }
    }
    let foreign_owner = |need: &Need<'_>| {
        let by_look = need.look.and_then(|look| look.live).is_some_and(|live| !live.ours);
        by_look || facts.dependents.iter().any(|d| d.oid.is_some() && d.oid == need.oid && !d.ours)
    };
    for (&index, need) in needs {
        let touched = !matches!(need.verb, Verb::Record | Verb::Create);
        if touched && foreign_owner(need) {
            let owner = need.now.as_ref().and_then(|(_, owner)| owner.clone());
            let owner = owner.unwrap_or_else(|| "another role".to_owned());
            missing
                .push(format!("ownership of view {}: it is {owner}'s", facts.project.object(index).name()));
        }
    }
    missing
}
