//! The rights that a first run needs.

use super::privileges::Maker;
use crate::read::first_privileges::FirstRights;
use crate::words::name::identifier;
use crate::words::read_only_reason::ReadOnlyReason;

/// Every right that a first run needs and the role does not have, each with the statement that gives it.
pub fn missing(rights: &FirstRights, history: Option<&str>) -> Vec<String> {
    let mut missing: Vec<String> = ReadOnlyReason::of(rights.recovery, rights.read_only)
        .map(|why| why.to_string())
        .into_iter()
        .collect();
    let maker = Maker { role: &rights.role, database: &rights.database, schemas: rights.create };
    missing.extend(rights.schemas.iter().filter_map(|schema| maker.lacks(schema)));
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

    fn rights(create: bool, schemas: &[(&str, bool, bool)]) -> FirstRights {
        let schemas = schemas.iter().map(|&(name, exists, create)| LiveSchema {
            name: name.into(),
            exists,
            create,
            owner: None,
            trusted: None,
        });
        FirstRights {
            role: "svc".into(),
            database: "My Shop".into(),
            recovery: false,
            read_only: false,
            create,
            history: false,
            schemas: schemas.collect(),
        }
    }

    #[test]
    fn who_may_do_all_lacks_nothing() {
        assert!(
            missing(&rights(true, &[("viewkeeper", false, false), ("public", true, true)]), None).is_empty()
        );
    }

    #[test]
    fn each_missing_right_comes_with_the_statement_that_gives_it() {
        let rights =
            rights(false, &[("viewkeeper", false, false), ("public", true, false), ("app", false, false)]);
        assert_eq!(
            missing(&rights, Some("public.refinery_schema_history")),
            [
                "CREATE on database \"My Shop\", to make schema viewkeeper: grant create on database \"My Shop\" to svc",
                "CREATE on schema public: grant create on schema public to svc",
                "CREATE on database \"My Shop\", to make schema app: grant create on database \"My Shop\" to svc",
                "INSERT on the migration history: grant insert on public.refinery_schema_history to svc",
            ]
        );
    }
}
