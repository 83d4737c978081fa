//! Which migrations are pending, and what is wrong between the files and refinery's history.

use crate::words::amount::count;
use std::collections::BTreeMap;

/// A migration of the project as the decision needs it.
#[derive(Clone, Debug)]
pub struct Known<'p> {
    pub version: i64,
    pub name: &'p str,
    pub unordered: bool,
    /// Every checksum under which refinery may have recorded this text.
    pub checksums: Vec<u64>,
}

/// A migration that the database says is applied.
#[derive(Clone, Debug)]
pub struct Applied {
    pub version: i64,
    /// The history holds versions of 4 bytes.
    pub narrow: bool,
    pub name: String,
    pub checksum: u64,
}

/// What is to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pending {
    /// Indexes of the migrations to run, by version.
    pub migrations: Vec<usize>,
    /// Applied migrations that this project does not hold, as `V9__x`.
    pub unknown: Vec<String>,
    /// The newest version of these.
    pub newest_unknown: Option<i64>,
}

/// What stops us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// The applied text is another one.
    Divergent { index: usize, applied: String },
    /// It was never applied, and a later one was.
    Late { index: usize, newest: i64 },
    /// Its version does not fit into the history.
    Wide { index: usize },
}

/// Compares. `known` is sorted by version.
pub fn pending(known: &[Known<'_>], applied: &[Applied]) -> Result<Pending, Conflict> {
    let by_version: BTreeMap<i64, &Applied> = applied.iter().map(|row| (row.version, row)).collect();
    let newest = by_version.keys().next_back().copied();
    let narrow = applied.iter().any(|row| row.narrow);
    let mut pending = Pending::default();
    for (index, migration) in known.iter().enumerate() {
        match by_version.get(&migration.version) {
            Some(row) if row.name != migration.name || !migration.checksums.contains(&row.checksum) => {
                return Err(Conflict::Divergent { index, applied: label(row) });
            }
            Some(_) => {}
            None => match newest {
                Some(newest) if newest > migration.version && !migration.unordered => {
                    return Err(Conflict::Late { index, newest });
                }
                _ if narrow && i32::try_from(migration.version).is_err() => {
                    return Err(Conflict::Wide { index });
                }
                _ => pending.migrations.push(index),
            },
        }
    }
    let unknown =
        || applied.iter().filter(|row| !known.iter().any(|migration| migration.version == row.version));
    pending.newest_unknown = unknown().map(|row| row.version).max();
    pending.unknown = unknown().map(label).collect();
    Ok(pending)
}

fn label(row: &Applied) -> String {
    format!("V{}__{}", row.version, row.name)
}

/// What to say of applied migrations that the project does not hold.
pub fn unknown_warning(unknown: &[String]) -> Vec<String> {
    if unknown.is_empty() {
        return Vec::new();
    }
    vec![format!("the database has migrations that this project does not hold: {}", unknown.join(", "))]
}

/// `2 table migrations of this binary are not applied: V3__x, V4__y`.
pub fn not_applied(labels: &[String]) -> String {
    let are = if labels.len() == 1 { "is" } else { "are" };
    format!(
        "{} of this binary {are} not applied: {}",
        count(labels.len(), "table migration"),
        labels.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(versions: &[(i64, bool)]) -> Vec<Known<'static>> {
        versions
            .iter()
            .map(|&(version, unordered)| Known { version, name: "x", unordered, checksums: vec![7, 8] })
            .collect()
    }

    fn applied(versions: &[i64]) -> Vec<Applied> {
        let row = |&version: &i64| Applied { version, narrow: true, name: "x".into(), checksum: 8 };
        versions.iter().map(row).collect()
    }

    #[test]
    fn what_is_not_applied_is_pending() {
        let known = known(&[(1, false), (2, false), (3, false)]);
        assert_eq!(pending(&known, &applied(&[1])).unwrap().migrations, [1, 2]);
        assert_eq!(pending(&known, &applied(&[1, 2, 3])).unwrap(), Pending::default());
    }

    #[test]
    fn a_late_migration_is_an_error_unless_it_may_come_late() {
        let late = pending(&known(&[(1, false), (2, false)]), &applied(&[1, 3]));
        assert_eq!(late, Err(Conflict::Late { index: 1, newest: 3 }));
        let unordered = pending(&known(&[(1, false), (2, true)]), &applied(&[1, 3])).unwrap();
        assert_eq!(unordered.migrations, [1]);
        assert_eq!(unordered.unknown, ["V3__x"]);
        assert_eq!(unordered.newest_unknown, Some(3));
    }

    #[test]
    fn a_version_that_does_not_fit_into_the_history_is_an_error() {
        let timestamp = known(&[(1, false), (20_240_101_120_000, false)]);
        assert_eq!(pending(&timestamp, &applied(&[1])), Err(Conflict::Wide { index: 1 }));
        let mut wide = applied(&[1]);
        wide[0].narrow = false;
        assert_eq!(pending(&timestamp, &wide).unwrap().migrations, [1]);
        assert_eq!(pending(&timestamp, &[]).unwrap().migrations, [0, 1]);
    }

    #[test]
    fn another_text_under_the_same_version_is_an_error() {
        let mut rows = applied(&[1]);
        rows[0].checksum = 9;
        let divergent = pending(&known(&[(1, false)]), &rows);
        assert_eq!(divergent, Err(Conflict::Divergent { index: 0, applied: "V1__x".into() }));
    }
}
