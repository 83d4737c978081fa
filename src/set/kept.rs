//! An object as the ledger keeps it: its part of the file as a text of its own, and its entry of the manifest. Both together
//! are enough to put an earlier release together again, without files and without a parser.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::bundle::{self, Bundle, FORMAT, Manifest, Versions};
use super::graph;
use super::project::{Object, Project};
use crate::words::checksum::Checksum;
use crate::words::span::Span;

/// The entry of the manifest. Its ranges are those of the kept text, and its indexes those of `names`: another release
/// has other objects.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// That of the manifest.
    format: u32,
    /// The project's path when it was recorded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    path: Vec<String>,
    /// The identities of the objects that it refers to.
    names: Vec<String>,
    object: bundle::Object,
}

/// An object of an earlier release.
#[derive(Clone, Debug)]
pub struct KeptObject {
    pub identity: String,
    pub text: String,
    pub entry: serde_json::Value,
    /// The identity that it has now, where that is another one.
    pub now: Option<String>,
}

/// An earlier release.
#[derive(Clone, Debug)]
pub struct KeptRelease {
    /// The project's name.
    pub project: String,
    pub checksum: Checksum,
    pub schema: String,
    /// In the order in which they were recorded.
    pub objects: Vec<KeptObject>,
}

/// The text and the entry of an object, for the ledger.
pub fn keep(object: Object<'_>) -> (String, Entry) {
    let data = object.data();
    let mut text = String::new();
    // Where each part begins in the file and in the text.
    let mut starts: Vec<(usize, usize)> = Vec::new();
    for &part in &data.parts {
        let written = object.slice(part);
        // The empty lines that set it apart from what stands before it in the file are not its own.
        let kept = if text.is_empty() { written.trim_start_matches('\n') } else { written };
        starts.push((part.start + written.len() - kept.len(), text.len()));
        text.push_str(kept);
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    let moved = |offset: usize| {
        let (from, to) = starts.iter().rev().find(|(from, _)| *from <= offset).copied().unwrap_or_default();
        offset - from + to
    };
    let mut entry = data.clone();
    entry.head_end = moved(entry.head_end);
    for span in spans(&mut entry) {
        *span = Span { start: moved(span.start), end: moved(span.end) };
    }
    entry.parts = vec![Span { start: 0, end: text.len() }];
    let mut names = Vec::new();
    renumber(&mut entry, |index| {
        let name = object.sibling(index).key();
        Some(names.iter().position(|known| *known == name).unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        }))
    });
    let path = object.project().path().to_vec();
    (text, Entry { format: FORMAT, path, names, object: entry })
}

/// The ranges within the parts.
fn spans(object: &mut bundle::Object) -> Vec<&mut Span> {
    let mut spans = vec![&mut object.statement];
    spans.extend(object.references.iter_mut().map(|reference| &mut reference.span));
    for attachment in &mut object.attachments {
        spans.extend([&mut attachment.span, &mut attachment.target]);
        spans.extend(&mut attachment.created);
    }
    if let Some(view) = &mut object.materialized {
        spans.push(&mut view.query);
        spans.extend(&mut view.columns);
    }
    spans.extend(object.routine.iter_mut().filter_map(|routine| routine.body.as_mut()));
    spans.extend(object.trigger.iter_mut().map(|trigger| &mut trigger.target));
    spans
}

/// Gives the objects that it refers to other indexes; those that get none are left out.
fn renumber(object: &mut bundle::Object, mut index: impl FnMut(usize) -> Option<usize>) {
    for list in [&mut object.needs, &mut object.mentions] {
        *list = list.iter().filter_map(|&old| index(old)).collect();
        list.sort_unstable();
    }
    object.references = object
        .references
        .iter()
        .filter_map(|reference| Some(bundle::Reference { object: index(reference.object)?, ..*reference }))
        .collect();
}

/// Puts an earlier release together, as if it had been built at this moment.
///
/// # Errors
///
/// An entry was written by another version of viewkeeper.
pub fn project(release: KeptRelease, built: u64) -> Result<Project, String> {
    let mut entries = Vec::new();
    let mut path = Vec::new();
    let mut files = BTreeMap::new();
    for kept in release.objects {
        let entry: Entry = serde_json::from_value(kept.entry)
            .ok()
            .filter(|entry: &Entry| entry.format == FORMAT)
            .ok_or_else(|| format!("\"{}\" was recorded by another version of viewkeeper", kept.identity))?;
        let mut entry =
            Entry { object: bundle::Object { file: kept.identity.clone(), ..entry.object }, ..entry };
        entry.object.renamed_from = kept.now.iter().cloned().collect();
        // One that was recorded earlier meant the same under the last one's.
        path.clone_from(&entry.path);
        files.insert(kept.identity.clone(), kept.text);
        entries.push((kept.identity, entry));
    }
    let objects = in_order(entries)?;
    let manifest = Manifest { path, ..manifest(release.project, release.schema, release.checksum, objects) };
    Ok(Project::new(Bundle { manifest, files, warnings: Vec::new() }, built))
}

/// A project without a file, of which only the name is known.
#[cfg(feature = "cli")]
pub fn nameless(name: &str) -> Project {
    let bundle = Bundle {
        manifest: manifest(name.to_owned(), "public".to_owned(), Checksum::of(""), Vec::new()),
        files: BTreeMap::new(),
        warnings: Vec::new(),
    };
    Project::new(bundle, 0)
}

/// What the ledger does not keep, and what is of the table migrations, is as if there were none.
fn manifest(name: String, schema: String, release: Checksum, objects: Vec<bundle::Object>) -> Manifest {
    Manifest {
        format: FORMAT,
        folder: format!("release {release}"),
        name,
        schema,
        path: Vec::new(),
        versions: Versions::Int4,
        history: "refinery_schema_history".to_owned(),
        release,
        creates_schema: false,
        creates_path: Vec::new(),
        migrations: Vec::new(),
        objects,
        checks: Vec::new(),
    }
}

fn in_order(entries: Vec<(String, Entry)>) -> Result<Vec<bundle::Object>, String> {
    let (names, entries): (Vec<String>, Vec<Entry>) = entries.into_iter().unzip();
    let places: HashMap<&str, usize> = names.iter().map(String::as_str).zip(0..).collect();
    let resolved: Vec<bundle::Object> = entries
        .into_iter()
        .map(|Entry { names, mut object, .. }| {
            renumber(&mut object, |index| places.get(names.get(index)?.as_str()).copied());
            object
        })
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let needs: Vec<&[usize]> = resolved.iter().map(|object| object.needs.as_slice()).collect();
    let wishes: Vec<&[usize]> = resolved.iter().map(|object| object.mentions.as_slice()).collect();
    let order = graph::order_with_wishes(&names, &needs, &wishes).map_err(|cycles| {
        let members =
            cycles.iter().flat_map(|cycle| &cycle.nodes).map(|&node| format!("\"{}\"", names[node]));
        format!("these need each other: {}", members.collect::<Vec<_>>().join(", "))
    })?;
    let mut placed = vec![0; resolved.len()];
    for (place, &node) in order.nodes.iter().enumerate() {
        placed[node] = place;
    }
    let objects = order.nodes.iter().map(|&node| {
        let mut object = resolved[node].clone();
        object.tier = order.tiers[node];
        object.mentions.clone_from(&order.wishes[node]);
        renumber(&mut object, |index| Some(placed[index]));
        object
    });
    Ok(objects.collect())
}
