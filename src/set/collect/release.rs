//! The checksum of a release: of everything in the project except where its files are.

use std::collections::BTreeMap;

use crate::set::bundle::{Manifest, Object, Versions};
use crate::words::checksum::Checksum;
use crate::words::identity::Identity;

/// The checksum over name, schema, path, versions, history, objects by identity, migrations by version, and checks.
pub fn checksum(manifest: &Manifest, files: &BTreeMap<String, String>) -> Checksum {
    let text = |file: &str| files.get(file).cloned().unwrap_or_default();
    let versions = match manifest.versions {
        Versions::Int4 => "int4",
        Versions::Int8 => "int8",
    };
    let mut parts =
        vec![manifest.name.clone(), manifest.schema.clone(), versions.to_owned(), manifest.history.clone()];
    parts.extend(path(&manifest.path).map(str::to_owned));

    let mut objects: Vec<[String; 2]> = manifest
        .objects
        .iter()
        .map(|object| [identity(object, &manifest.schema).to_string(), object.checksum.as_str().to_owned()])
        .collect();
    objects.sort();
    // The counts keep the lists apart: no object can be taken for a migration.
    parts.push(objects.len().to_string());
    parts.extend(objects.into_iter().flatten());

    parts.push(manifest.migrations.len().to_string());
    for migration in &manifest.migrations {
        let prefix = if migration.unordered { "U" } else { "V" };
        parts.push(format!("{prefix}{}__{}", migration.version, migration.name));
        parts.push(text(&migration.file));
    }

    let mut checks: Vec<String> = manifest.checks.iter().map(|check| text(&check.file)).collect();
    checks.sort();
    parts.extend(checks);
    Checksum::of_parts(parts.iter().map(String::as_str))
}

/// A path as parts of a checksum. The word before it is no count, and stands in no definition by itself.
pub fn path(path: &[String]) -> impl Iterator<Item = &str> {
    let word = (!path.is_empty()).then_some("path");
    word.into_iter().chain(path.iter().map(String::as_str))
}

fn identity(object: &Object, schema: &str) -> Identity {
    Identity {
        schema: object.schema.as_deref().unwrap_or(schema).to_owned(),
        name: object.name.clone(),
        arguments: object.routine.as_ref().map(|routine| routine.arguments.clone()),
        table: object.trigger.as_ref().map(|trigger| trigger.table.clone()),
    }
}
