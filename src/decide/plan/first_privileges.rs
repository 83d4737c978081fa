//! The rights that a first run needs.

use super::needed_rights::Missing;
use super::privileges::{Maker, lacks_temporary};
use crate::read::first_privileges::FirstRights;
use crate::set::project::Project;
use crate::words::name::identifier;
use crate::words::read_only_reason::ReadOnlyReason;

/// Every right that a first run needs and the role does not have. `homes`: the schema in which the migration history is made.
pub fn missing(rights: &FirstRights, history: Option<&str>, homes: &[String], project: &Project) -> Missing {
    let (mut warnings, mut later) = (Vec::new(), Vec::new());
    if !rights.temporary && project.objects().len() > 0 {
        later.push(format!(
            "a later run cannot compare an object that is in doubt, because the role lacks {}",
            lacks_temporary(&rights.role, &rights.database)
        ));
    }
    for schema in rights.schemas.iter().filter(|schema| schema.perhaps) {
        warnings.extend(maker(rights).lacks(&schema.live).map(|right| {
            format!(
                "where a table migration makes schema {} itself, the migration history goes to schema {}, and the role lacks {right}",
                identifier(project.schema()),
                identifier(&schema.live.name)
            )
        }));
    }
    Missing { rights: certain(rights, history, homes), warnings, later }
}

fn maker(rights: &FirstRights) -> Maker<'_> {
    Maker { role: &rights.role, database: &rights.database, schemas: rights.create }
}

/// Each with the statement that gives it.
fn certain(rights: &FirstRights, history: Option<&str>, homes: &[String]) -> Vec<String> {
    let mut missing: Vec<String> = ReadOnlyReason::of(rights.recovery, rights.read_only)
        .map(|why| why.to_string())
        .into_iter()
        .collect();
    let maker = maker(rights);
    for schema in rights.schemas.iter().filter(|schema| !schema.perhaps) {
        missing.extend(maker.lacks(&schema.live));
        let name = &schema.live.name;
        if !schema.usage && homes.contains(name) {
            let (name, role) = (identifier(name), identifier(&rights.role));
            missing.push(format!("USAGE on schema {name}: grant usage on schema {name} to {role}"));
        }
    }
    if let Some(history) = history.filter(|_| !rights.history) {
        missing.push(format!(
            "INSERT on the migration history: grant insert on {history} to {}",
            identifier(&rights.role)
        ));
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::facts::LiveSchema;
    use crate::read::first_privileges::FirstSchema;

    fn rights(create: bool, schemas: &[(&str, bool, bool)]) -> FirstRights {
        let schemas = schemas.iter().map(|&(name, exists, create)| FirstSchema {
            live: LiveSchema { name: name.into(), exists, create, owner: None, trusted: None },
            perhaps: name == "perhaps",
            usage: !exists || create,
        });
        FirstRights {
            role: "svc".into(),
            database: "My Shop".into(),
            recovery: false,
            read_only: false,
            create,
            temporary: true,
            history: false,
            schemas: schemas.collect(),
        }
    }

    #[test]
    fn who_may_do_all_lacks_nothing() {
        assert!(
            certain(&rights(true, &[("viewkeeper", false, false), ("public", true, true)]), None, &[])
                .is_empty()
        );
    }

    #[test]
    fn each_missing_right_comes_with_the_statement_that_gives_it() {
        let rights = rights(
            false,
            &[
                ("viewkeeper", false, false),
                ("public", true, false),
                ("app", false, false),
                ("perhaps", true, false),
            ],
        );
        assert_eq!(
            certain(&rights, Some("public.refinery_schema_history"), &["public".into()]),
            [
                "CREATE on database \"My Shop\", to make schema viewkeeper: grant create on database \"My Shop\" to svc",
                "CREATE on schema public: grant create on schema public to svc",
                "USAGE on schema public: grant usage on schema public to svc",
                "CREATE on database \"My Shop\", to make schema app: grant create on database \"My Shop\" to svc",
                "INSERT on the migration history: grant insert on public.refinery_schema_history to svc",
            ]
        );
    }
}
