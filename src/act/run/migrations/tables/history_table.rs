//! The table of the migration history: making it, writing and reading its rows.

use super::checksum::checksum;
use crate::decide::releases::history::Applied;
use crate::read::facts::AppliedRow;
use crate::read::session::{Session, Value, bind, part};
use crate::set::bundle;
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::name::literal;

/// What makes the history table, where there is none, for nobody else to write.
pub fn history_text(project: &Project, table: &str) -> String {
    let width = match project.manifest().versions {
        bundle::Versions::Int4 => "int4",
        bundle::Versions::Int8 => "int8",
    };
    let made = bind("history_table", &[("table", Value::Sql(table)), ("width", Value::Sql(width))]);
    let which = format!("c.oid = {}::pg_catalog.regclass", literal(table));
    format!("{made};\n{}", bind("tables_alone", &[("which", Value::Sql(&which))]))
}

/// What writes a migration's row into the history, for whoever runs a script.
pub fn row_text(project: &Project, index: usize, table: &str) -> String {
    let migration = &project.manifest().migrations[index];
    let text = project.text(&migration.file);
    let checksum = match (project.manifest().versions, i32::try_from(migration.version)) {
        (bundle::Versions::Int4, Ok(version)) => checksum(&migration.name, version, text),
        _ => checksum(&migration.name, migration.version, text),
    };
    let (version, checksum) = (migration.version.to_string(), checksum.to_string());
    let values = [
        ("table", Value::Sql(table)),
        ("version", Value::Sql(&version)),
        ("name", Value::Text(&migration.name)),
        ("checksum", Value::Text(&checksum)),
    ];
    part("history_row", &values)
}

/// Reads the history.
pub fn applied(session: &mut Session<'_>, table: &str) -> Result<Vec<Applied>, Error> {
    let rows: Vec<AppliedRow> =
        session.ask(&bind("history", &[("table", Value::Sql(table))])).map_err(|failure| {
            failure.while_(ErrorKind::History, format!("cannot read the migration history \"{table}\""))
        })?;
    rows.into_iter()
        .map(|row| {
            let version = row.version.parse().ok();
            let checksum = row.checksum.as_deref().and_then(|checksum| checksum.parse().ok());
            match (version, checksum) {
                (Some(version), Some(checksum)) => {
                    let narrow = row.kind == "integer";
                    Ok(Applied { version, narrow, name: row.name.unwrap_or_default(), checksum })
                }
                _ => Err(Error::new(
                    ErrorKind::History,
                    format!("the row of version {} in \"{table}\" is not one of refinery's: its checksum is not a number", row.version),
                )
                .unchanged()),
            }
        })
        .collect()
}
