//! refinery's checksums of our migrations, and the width of their versions.

use std::hash::{Hash, Hasher};

use refinery_core::SchemaVersion;
use siphasher::sip::SipHasher13;

use crate::decide::releases::history::Known;
use crate::set::bundle;
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};

/// True when refinery was built with versions of 8 bytes.
pub const INT8_VERSIONS: bool = size_of::<SchemaVersion>() == 8;

/// Refuses a project whose versions this build cannot hold. Some of them may fit; the next one would be lost.
pub fn fits(project: &Project) -> Result<(), Error> {
    if INT8_VERSIONS || project.manifest().versions == bundle::Versions::Int4 {
        return Ok(());
    }
    let line = concat!(
        "viewkeeper = { version = \"",
        env!("CARGO_PKG_VERSION_MAJOR"),
        ".",
        env!("CARGO_PKG_VERSION_MINOR"),
        "\", features = [\"int8-versions\"] }"
    );
    Err(Error::new(
        ErrorKind::History,
        "viewkeeper.toml says versions = \"int8\", and this program was built without viewkeeper's cargo feature \"int8-versions\"",
    )
    .unchanged()
    .help(format!("write into Cargo.toml, under [dependencies]: {line}")))
}

/// The project's migrations as the comparison with the history needs them.
pub fn known(project: &Project) -> Vec<Known<'_>> {
    project
        .manifest()
        .migrations
        .iter()
        .map(|migration| Known {
            version: migration.version,
            name: &migration.name,
            unordered: migration.unordered,
            checksums: checksums(migration, project.text(&migration.file)),
        })
        .collect()
}

/// Every checksum under which refinery may have recorded a text: with either line ending, and with a version of
/// either width, since both go into its hash.
fn checksums(migration: &bundle::Migration, text: &str) -> Vec<u64> {
    let crlf = text.replace('\n', "\r\n");
    let mut checksums = Vec::with_capacity(4);
    for text in [text, &crlf] {
        if let Ok(version) = i32::try_from(migration.version) {
            checksums.push(checksum(&migration.name, version, text));
        }
        checksums.push(checksum(&migration.name, migration.version, text));
    }
    checksums
}

/// refinery's checksum.
pub fn checksum(name: &str, version: impl Hash, text: &str) -> u64 {
    let mut hasher = SipHasher13::new();
    name.hash(&mut hasher);
    version.hash(&mut hasher);
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use refinery_core::Migration;

    use super::*;

    #[test]
    fn our_checksum_is_refinerys() {
        let migration = bundle::Migration {
            file: "migrations/V12__add_x.sql".into(),
            version: 12,
            name: "add_x".into(),
            unordered: false,
            statements: Vec::new(),
            compares: Vec::new(),
            calls: Vec::new(),
            rights: Vec::new(),
            outside: None,
        };
        let text = "alter table t add x int;\n";
        let lf = Migration::unapplied("V12__add_x", text).unwrap().checksum();
        let crlf = Migration::unapplied("V12__add_x", "alter table t add x int;\r\n").unwrap().checksum();
        let all = checksums(&migration, text);
        assert!(all.contains(&lf) && all.contains(&crlf));
        assert!(
            !all.contains(
                &Migration::unapplied("V12__add_x", "alter table t add y int;\n").unwrap().checksum()
            )
        );
    }
}
