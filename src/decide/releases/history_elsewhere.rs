//! What to say of a migration history that lies in another schema of the session's search_path.

use crate::read::history_elsewhere::FoundHistory;
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::name::identifier;
use crate::words::trusted::TRUSTED;

/// The error that names it, with schema and owner.
pub fn error(project: &Project, found: &FoundHistory) -> Error {
    let relation = &found.relation;
    let there = format!("the migration history \"{relation}\" is in the session's search_path");
    let whose = format!(
        "it is in schema {} of role {}, and belongs to role {}",
        identifier(&found.schema),
        identifier(&found.schema_owner),
        identifier(&found.owner)
    );
    let (schema, toml) = (project.schema(), project.shown("viewkeeper.toml"));
    let Some(doubt) = doubt(found) else {
        let message = format!("{there}, and project \"{}\" is in schema \"{schema}\"", project.name());
        return Error::new(ErrorKind::History, message)
            .unchanged()
            .note(whose)
            .help(format!(
                "if it is this project's: schema = \"...\" in {toml}, with the schema that it is in"
            ))
            .help(format!(
                "or, where the tables are in \"{schema}\": alter table {relation} set schema {};",
                identifier(schema)
            ))
            .help(format!(
                "if it is another application's: history = \"...\" in {toml}, with a name of its own"
            ));
    };
    Error::new(ErrorKind::History, format!("{there}, and {doubt}"))
        .note("nothing of it was read")
        .unchanged()
        .note(whose)
        .note(format!("what it says may be made up; {TRUSTED}"))
        .help(format!(
            "leave schema {} out of the search_path: {}; and connect anew",
            identifier(&found.schema),
            without(project, found)
        ))
        .help(format!("or drop it, if nobody needs it: drop {} {relation};", found.kind))
        .help(format!(
            "or, if this project was applied in another schema: schema = \"...\" in {toml}, with that schema"
        ))
        .help(format!(
            "or, if this project was applied nowhere yet: history = \"...\" in {toml}, with a name of its own"
        ))
}

/// Why what it says is not believed, if so.
fn doubt(found: &FoundHistory) -> Option<String> {
    let role = |name: &str| format!("role {}, which is not trusted", identifier(name));
    if !found.owner_is_trusted {
        return Some(format!("belongs to {}", role(&found.owner)));
    }
    if !found.schema_owner_is_trusted {
        let schema = identifier(&found.schema);
        return Some(format!("schema {schema} belongs to {}", role(&found.schema_owner)));
    }
    let writer = found.writers.first()?;
    Some(match writer.as_str() {
        "public" => "everybody may do more than read it".to_owned(),
        writer => format!("{}, may do more than read it", role(writer)),
    })
}

/// The statement that leaves its schema out of the path.
fn without(project: &Project, found: &FoundHistory) -> String {
    let rest: Vec<String> = match found.rest.as_slice() {
        [] => vec![identifier(project.schema())],
        rest => rest.iter().map(|schema| identifier(schema)).collect(),
    };
    format!(
        "alter role {} in database {} set search_path to {}",
        identifier(&found.login),
        identifier(&found.database),
        rest.join(", ")
    )
}
