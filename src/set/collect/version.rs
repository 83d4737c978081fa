//! The names of migration files. Refinery skips a file whose name it does not understand, with a line in a log that
//! nobody reads; here it is an error.

use crate::set::bundle::Versions;

/// A migration's file name, understood.
#[derive(Debug, PartialEq, Eq)]
pub struct FileName {
    pub unordered: bool,
    pub version: i64,
    pub name: String,
}

/// Why a name was not understood, and what helps.
#[derive(Debug, PartialEq, Eq)]
pub struct Misnamed {
    pub message: String,
    pub help: String,
}

/// Reads `V3__add_scores.sql`: V, or U for one that may be applied after later ones; a whole number; two underscores;
/// letters, digits and underscores.
pub fn read(file: &str, versions: Versions) -> Result<FileName, Misnamed> {
    let stem = file.strip_suffix(".sql").unwrap_or(file);
    if let Some(misnamed) = backwards(stem).or_else(|| repeatable(stem)) {
        return Err(misnamed);
    }
    let misnamed = |message: &str| Misnamed { message: message.to_owned(), help: suggestion(stem) };
    let rest = match stem.strip_prefix(['V', 'U']) {
        Some(rest) => rest,
        None if stem.starts_with(['v', 'u']) => {
            return Err(misnamed("the letter before the version is a capital one"));
        }
        None => return Err(misnamed("this is not the name of a migration")),
    };
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (version, rest) = rest.split_at(digits);
    if version.is_empty() {
        return Err(misnamed("this is not the name of a migration"));
    }
    if rest.starts_with('.') {
        return Err(Misnamed {
            message: "the version of a migration is a whole number".to_owned(),
            help: "refinery knows no versions with a dot: use the next whole number".to_owned(),
        });
    }
    let Some(name) = rest.strip_prefix("__") else {
        return Err(misnamed("two underscores stand between the version of a migration and its name"));
    };
    if name.is_empty() {
        return Err(misnamed("this migration has a version, but no name"));
    }
    if let Some(other) = name.chars().find(|c| !(c.is_alphanumeric() || *c == '_')) {
        return Err(misnamed(&format!(
            "the name of a migration has letters, digits and underscores only, not \"{other}\""
        )));
    }
    let number = version.parse::<i64>().ok();
    let fits = match versions {
        Versions::Int4 => number.filter(|number| i32::try_from(*number).is_ok()),
        Versions::Int8 => number,
    };
    match (fits, number) {
        (Some(version), _) => Ok(FileName { unordered: stem.starts_with('U'), version, name: name.to_owned() }),
        (None, Some(_)) => Err(Misnamed {
            message: format!("the version {version} does not fit in 4 bytes (2147483647)"),
            help: "for timestamps, write versions = \"int8\" into viewkeeper.toml and turn on the cargo feature \
                   \"int8-versions\" of viewkeeper; where a history is there already: alter table refinery_schema_history alter \
                   column version type bigint;"
                .to_owned(),
        }),
        (None, None) => Err(Misnamed {
            message: format!("the version {version} does not fit in 8 bytes"),
            help: "use a smaller number".to_owned(),
        }),
    }
}

/// A name by which other tools know what takes a migration back: `1_x.down.sql`, `down.sql`. Nothing here goes backwards, and it
/// must not be offered as one that goes forward.
pub fn backwards(stem: &str) -> Option<Misnamed> {
    let name = stem.rsplit('/').next().unwrap_or(stem);
    let last = name.rsplit(['.', '-']).next().unwrap_or(name).to_ascii_lowercase();
    matches!(&*last, "down" | "undo" | "rollback" | "revert").then(|| Misnamed {
        message: "this file takes a migration back, and a start only goes forward".to_owned(),
        help: "name it after its migration with the ending .reverse.sql, as in V1__create_genes.reverse.sql: that one is for an \
               operator's psql and is not embedded; or move it out of the folder"
            .to_owned(),
    })
}

/// `R__x.sql`, which other tools run again whenever it changes.
fn repeatable(stem: &str) -> Option<Misnamed> {
    let name = stem.strip_prefix("R__").or_else(|| stem.strip_prefix("r__"))?;
    Some(Misnamed {
        message: "there are no migrations that are repeated".to_owned(),
        help: format!(
            "give what it creates a file of its own outside of migrations/, such as views/{name}.sql: there it may change"
        ),
    })
}

/// The name that was probably meant.
fn suggestion(stem: &str) -> String {
    // Beside one that goes back, other tools call the one that goes forward so.
    let stem = stem.strip_suffix(".up").unwrap_or(stem);
    let letter = stem.chars().next().map(|c| c.to_ascii_uppercase()).filter(|c| matches!(c, 'V' | 'U'));
    let rest = if letter.is_some() { &stem[1..] } else { stem };
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let name = rest[digits.len()..].trim_start_matches(|c: char| !c.is_alphabetic());
    let name: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    if digits.is_empty() || name.is_empty() {
        return "name it V, a number, two underscores and a name: V1__create_genes.sql".to_owned();
    }
    format!("rename it: {}{digits}__{name}.sql", letter.unwrap_or('V'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, expect: &str) {
        let read = match read(file, Versions::Int4) {
            Ok(FileName { unordered, version, name }) => {
                format!("{} {version} {name}", if unordered { "U" } else { "V" })
            }
            Err(Misnamed { help, .. }) => help,
        };
        assert_eq!(read, expect, "{file}");
    }

    #[test]
    fn names_are_read_as_refinery_reads_them() {
        check("V1__create_genes.sql", "V 1 create_genes");
        check("U12__späte_Änderung2.sql", "U 12 späte_Änderung2");
        check("V01__a.sql", "V 1 a");
        check("V2147483647__last.sql", "V 2147483647 last");
    }

    #[test]
    fn what_refinery_would_skip_is_an_error_with_the_name_that_was_meant() {
        check("V3_x.sql", "rename it: V3__x.sql");
        check("v1__x.sql", "rename it: V1__x.sql");
        check("V1__a-b.sql", "rename it: V1__a_b.sql");
        check("V1__a b.sql", "rename it: V1__a_b.sql");
        check("V1.2__x.sql", "refinery knows no versions with a dot: use the next whole number");
        check("3_x.sql", "rename it: V3__x.sql");
        check("create.sql", "name it V, a number, two underscores and a name: V1__create_genes.sql");
        check("1_create_genes.up.sql", "rename it: V1__create_genes.sql");
        check("V__x.sql", "name it V, a number, two underscores and a name: V1__create_genes.sql");
        check("V1__.sql", "name it V, a number, two underscores and a name: V1__create_genes.sql");
    }

    #[test]
    fn what_takes_back_is_not_offered_as_what_goes_forward() {
        for file in [
            "V1__x.down.sql",
            "1_x.down.sql",
            "U1__x.undo.sql",
            "V1__x-down.sql",
            "down.sql",
            "V1__x.Rollback.sql",
        ] {
            let Misnamed { message, help } = read(file, Versions::Int8).unwrap_err();
            assert!(
                message.contains("takes a migration back") && help.contains(".reverse.sql"),
                "{file}: {help}"
            );
        }
        check("V3__scale_down.sql", "V 3 scale_down");
        check("V3__down.sql", "V 3 down");
        assert!(read("R__scores.sql", Versions::Int4).unwrap_err().help.contains("views/scores.sql"));
    }

    #[test]
    fn a_timestamp_needs_wide_versions() {
        let narrow = read("V20260101120000__x.sql", Versions::Int4).unwrap_err();
        assert_eq!(narrow.message, "the version 20260101120000 does not fit in 4 bytes (2147483647)");
        assert_eq!(read("V20260101120000__x.sql", Versions::Int8).unwrap().version, 20_260_101_120_000);
        assert!(read("V99999999999999999999__x.sql", Versions::Int8).is_err());
    }
}
