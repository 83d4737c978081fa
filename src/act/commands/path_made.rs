//! What a project's path finds in a database and no file makes: its schemas, and the extensions in them. A scratch database gets
//! them before the project is applied to it.

use postgres::Client;
use serde::Deserialize;

use crate::read::session::{Failure, Session, Value, array, bind};
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::name::identifier;

/// The schemas, and what could not be made in them.
#[derive(Default)]
pub struct PathMade {
    pub schemas: Vec<String>,
    /// A sentence each.
    pub lacking: Vec<String>,
}

/// An element of the answer of `sql/path_extensions.sql`.
#[derive(Deserialize)]
pub struct PathSchema {
    schema: String,
    extensions: Vec<String>,
}

/// What of the project's path a database has that no migration makes.
pub fn found(project: &Project, client: &mut Client) -> Result<Vec<PathSchema>, Error> {
    let made = &project.manifest().creates_path;
    let own: Vec<String> = project.schemas();
    let wanted: Vec<&String> =
        project.path().iter().filter(|schema| !made.contains(schema) && !own.contains(schema)).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let text = bind("path_extensions", &[("schemas", Value::Text(&array(wanted)))]);
    let mut found: Vec<PathSchema> = Session::new(client)
        .ask(&text)
        .map_err(|failure| failure.while_(ErrorKind::Connection, "cannot read the schemas of the path"))?;
    for schema in &mut found {
        schema.extensions.retain(|extension| !migrations_make(project, extension));
    }
    Ok(found)
}

/// Makes it in an empty database. An extension that cannot be made is named, because the project may do without it.
pub fn make(found: &[PathSchema], empty: &mut Client) -> Result<PathMade, Error> {
    let mut session = Session::new(empty);
    let mut made = PathMade::default();
    for PathSchema { schema, extensions } in found {
        let name = identifier(schema);
        let failed = |failure: Failure| {
            failure
                .while_(ErrorKind::Connection, format!("cannot make schema {name} in the scratch database"))
                .unchanged()
        };
        session.send(&format!("create schema if not exists {name}")).map_err(failed)?;
        for extension in extensions {
            let text = format!(
                "create extension if not exists {} with schema {name} cascade",
                identifier(extension)
            );
            if let Err(failure) = session.send(&text) {
                let what = format!("extension {extension} cannot be made in the scratch database");
                made.lacking.push(failure.while_(ErrorKind::Connection, what).to_string());
            }
        }
        made.schemas.push(schema.clone());
    }
    Ok(made)
}

impl PathMade {
    /// Says of an error what may be the cause of it.
    pub fn explain(&self, error: Error) -> Error {
        let error = self.lacking.iter().cloned().fold(error, Error::note);
        match self.lacking.is_empty() {
            true => error,
            false => error.help(
                "validate as a role that may make it, or on a throwaway server of this machine (--throwaway)",
            ),
        }
    }
}

/// Whether the text of a migration says CREATE EXTENSION of this name.
fn migrations_make(project: &Project, extension: &str) -> bool {
    project.manifest().migrations.iter().any(|migration| makes(project.text(&migration.file), extension))
}

fn makes(text: &str, extension: &str) -> bool {
    let part = |c: char| c.is_whitespace() || matches!(c, '"' | ';' | '(' | ')' | '\'');
    let words: Vec<&str> = text.split(part).filter(|word| !word.is_empty()).collect();
    let is = |at: usize, wanted: &str| words.get(at).is_some_and(|word| word.eq_ignore_ascii_case(wanted));
    (0..words.len()).any(|at| {
        let name =
            if is(at + 2, "if") && is(at + 3, "not") && is(at + 4, "exists") { at + 5 } else { at + 2 };
        is(at, "create") && is(at + 1, "extension") && is(name, extension)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_migration_that_makes_an_extension_is_known() {
        assert!(makes("CREATE EXTENSION\n  citext;", "citext"));
        assert!(makes("select 1; create extension if not exists \"uuid-ossp\" schema x", "uuid-ossp"));
        assert!(!makes("drop extension citext; create extension hstore", "citext"));
        assert!(!makes("create extension", "citext"));
    }
}
