//! Whether something is there, asked by a statement of a migration.

use crate::words::identity::Identity;
use crate::words::name::literal;

/// An expression that is true where the object is there, under the search_path of a migration: it names nothing that another
/// schema could have, too.
pub fn is_there(identity: &Identity) -> String {
    match identity.on() {
        Some(table) => format!(
            "exists (select from pg_catalog.pg_trigger where tgrelid operator(pg_catalog.=) pg_catalog.to_regclass({})::pg_catalog.oid \
             and tgname operator(pg_catalog.=) {}::pg_catalog.name)",
            literal(&table.to_string()),
            literal(&identity.name)
        ),
        None if identity.arguments.is_some() => {
            format!("pg_catalog.to_regprocedure({}) is not null", literal(&identity.to_string()))
        }
        None => format!("pg_catalog.to_regclass({}) is not null", literal(&identity.to_string())),
    }
}
