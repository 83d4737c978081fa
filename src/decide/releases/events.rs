//! From definitions to what became of each object.

use std::collections::{BTreeMap, HashMap};

use crate::read::ledger_history::{HistoryDefinition, LedgerHistory, PastText};
use crate::words::diff;
use crate::words::history::{Change, ObjectHistory, ObjectVersion, ReleaseChange, ReleaseHistory};
use crate::words::identity::Identity;

/// By the name that it has now or had at last: the definitions of each object, in order.
pub type Lives<'p> = BTreeMap<&'p str, Vec<&'p HistoryDefinition>>;

/// The definitions by object. What was dropped and came into the project anew under its name is the same object.
pub fn lives(past: &LedgerHistory) -> Lives<'_> {
    let followers = past.followers();
    let mut lives: Lives<'_> = BTreeMap::new();
    // From the end, so that each follower is known before the one that it follows.
    let mut names: HashMap<i64, &str> = HashMap::new();
    for definition in past.definitions.iter().rev() {
        let follower = followers.get(&definition.id).and_then(|next| names.get(&next.id).copied());
        let name = follower.unwrap_or(&definition.identity);
        names.insert(definition.id, name);
        lives.entry(name).or_default().push(definition);
    }
    lives.values_mut().for_each(|life| life.reverse());
    lives
}

/// Whether an object is called so, now or at some time: by its identity, or by its name alone.
pub fn is_called(life: &[&HistoryDefinition], name: &str, schema: &str) -> bool {
    life.iter().any(|definition| {
        let identity = Identity::displayed(&definition.identity);
        let own = identity.schema == schema;
        definition.identity == name
            || identity.qualified().to_string() == name
            || own && (identity.name == name || bare(&definition.identity) == name)
    })
}

/// Without the schema in front.
fn bare(identity: &str) -> &str {
    let own = identity.split_once('.');
    own.filter(|(schema, _)| !schema.contains(['(', ' '])).map_or(identity, |(_, name)| name)
}

/// What became of an object.
pub fn history(
    past: &LedgerHistory,
    life: &[&HistoryDefinition],
    texts: &BTreeMap<i64, PastText>,
) -> ObjectHistory {
    let checksums: HashMap<i64, &str> = past
        .releases
        .iter()
        .map(|release| (release.applied.number, release.applied.checksum.as_str()))
        .collect();
    let mut versions: Vec<ObjectVersion> = Vec::new();
    let mut before: Option<&HistoryDefinition> = None;
    for &definition in life {
        let identity = Identity::displayed(&definition.identity);
        let text = |definition: &HistoryDefinition| texts.get(&definition.id).map(|text| text.text.as_str());
        if let Some(change) = change(before, definition) {
            let old = before.filter(|_| change != Change::Created).and_then(text);
            versions.push(ObjectVersion {
                change,
                kind: definition.kind,
                object: identity.clone(),
                release: definition.release,
                checksum: checksums.get(&definition.release).copied().unwrap_or_default().to_owned(),
                at: definition.recorded_at.clone(),
                by: definition.recorded_by.clone(),
                application: definition.application.clone(),
                text: text(definition).map(str::to_owned),
                diff: old.and_then(|old| diff::unified(old, text(definition)?)),
                forgotten: definition.forgotten,
            });
        }
        let retired = definition.retired.filter(|_| definition.retired != definition.dropped);
        let ends = [(retired, Change::Retired), (definition.dropped, Change::Dropped)];
        for (number, change) in ends.into_iter().filter_map(|(number, change)| Some((number?, change))) {
            let Some(release) = past.releases.iter().find(|release| release.applied.number == number) else {
                continue;
            };
            versions.push(ObjectVersion {
                change,
                kind: definition.kind,
                object: identity.clone(),
                release: number,
                checksum: release.applied.checksum.clone(),
                at: release.applied.applied_at.clone(),
                by: release.applied.applied_by.clone(),
                application: release.applied.application.clone(),
                text: None,
                diff: None,
                forgotten: false,
            });
        }
        before = Some(definition);
    }
    versions.reverse();
    let last = life[life.len() - 1];
    ObjectHistory { kind: last.kind, object: Identity::displayed(&last.identity), versions }
}

/// What a definition was to the object; none where only what the server makes of the same text changed.
fn change(before: Option<&HistoryDefinition>, definition: &HistoryDefinition) -> Option<Change> {
    let Some(before) = before.filter(|before| before.retired.is_none_or(|gone| gone > definition.release))
    else {
        return Some(Change::Created);
    };
    if before.identity != definition.identity {
        return Some(Change::Renamed);
    }
    (before.checksum != definition.checksum).then_some(Change::Replaced)
}

/// The releases with what each changed, the last one first.
pub fn releases(past: &LedgerHistory, objects: &[ObjectHistory]) -> Vec<ReleaseHistory> {
    let mut changes: BTreeMap<i64, Vec<ReleaseChange>> = BTreeMap::new();
    for version in objects.iter().flat_map(|object| object.versions.iter().rev()) {
        let ObjectVersion { change, kind, object, release, .. } = version;
        let change = ReleaseChange { change: *change, kind: *kind, object: object.clone() };
        changes.entry(*release).or_default().push(change);
    }
    let releases = past.releases.iter().rev().map(|release| ReleaseHistory {
        release: release.applied.clone(),
        stands: release.stands,
        kept: past.keeps(release.applied.number),
        changes: changes.remove(&release.applied.number).unwrap_or_default(),
    });
    releases.collect()
}
