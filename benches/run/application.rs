//! The application's files, as each tool wants them.

use std::path::Path;
use std::{fmt, fs, io};

use crate::Result;

// The build script's project: the same files as the application's own.
viewkeeper::embed!(pub mod migrate);

/// What a tool that knows nothing but migrations is given: the table migrations, and one more that creates the objects,
/// in the order that viewkeeper found. To find that order, and to keep it, is the work of whoever uses such a tool.
pub struct Application {
    pub migrations: Vec<Migration>,
}

/// A file that runs once.
#[derive(Clone)]
pub struct Migration {
    pub version: i32,
    pub name: String,
    pub sql: String,
}

impl Application {
    pub fn read() -> Result<Application> {
        let mut migrations = tables()?;
        let version = migrations.last().map_or(1, |last| last.version + 1);
        migrations.push(Migration { version, name: "objects".to_owned(), sql: objects()? });
        Ok(Application { migrations })
    }
}

impl fmt::Display for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (migrations, objects) = (self.migrations.len() - 1, migrate::project().objects().len());
        write!(f, "kidney-genetics: {migrations} table migrations, {objects} objects")
    }
}

/// The table migrations, in order.
fn tables() -> Result<Vec<Migration>> {
    let mut migrations = Vec::new();
    for entry in fs::read_dir(package().join("../examples/kidney-genetics/sql/migrations"))? {
        let path = entry?.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let (version, name) = stem.split_once("__").ok_or_else(|| format!("\"{stem}\" has no name"))?;
        migrations.push(Migration {
            version: version.trim_start_matches('V').parse()?,
            name: name.to_owned(),
            sql: fs::read_to_string(&path)?,
        });
    }
    migrations.sort_by_key(|migration| migration.version);
    Ok(migrations)
}

/// The files of all objects, one after the other, with all that they say beside the definition.
fn objects() -> io::Result<String> {
    let files: io::Result<Vec<String>> = migrate::project()
        .objects()
        .map(|object| fs::read_to_string(package().join(object.file())))
        .collect();
    Ok(files?.join("\n"))
}

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
