//! The migration history that was recorded is not there under its name.

use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::name::{Name, identifier};

/// The error about it. `now`: what it is called by now, where it is there.
pub fn error(project: &Project, recorded: &str, now: Option<&Name>) -> Error {
    let Some(now) = now else {
        let error = Error::new(ErrorKind::History, format!("the migration history \"{recorded}\" is gone"));
        return error
            .unchanged()
            .help("restore the table from a backup: without it, every migration would run again");
    };
    let error = Error::new(
        ErrorKind::History,
        format!("the migration history \"{recorded}\" is called \"{now}\" by now"),
    )
    .unchanged();
    let was = Name::displayed(recorded);
    let (schema, name) = (identifier(&now.schema), identifier(&was.name));
    if now.schema == was.schema {
        return error.help(format!("give it its name back: alter table {now} rename to {name};"));
    }
    let back =
        format!("if its schema was renamed: alter schema {schema} rename to {};", identifier(&was.schema));
    let moved = Name { schema: now.schema.clone(), ..was.clone() };
    let error = match now.name == was.name {
        true => error.help(back),
        false => error.help(back).help(format!("and alter table {now} rename to {name};")),
    };
    if was.schema == project.schema() {
        return error
            .help(format!("or let the project follow: schema = \"{}\" in viewkeeper.toml", now.schema));
    }
    error.help(format!("or let the project follow: history = \"{moved}\" in viewkeeper.toml"))
}
