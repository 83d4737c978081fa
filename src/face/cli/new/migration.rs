//! A new table migration: with the next version, empty or from the plan.

use std::time::{SystemTime, UNIX_EPOCH};

use super::file::NewFile;
use super::object::snake;
use super::{Created, write};
use crate::face::cli::answer::Failed;
use crate::face::cli::context::Context;
use crate::set::bundle::Versions;
use crate::set::collect::{Inventory, Source, bundle};
use crate::words::escape::is_command;
use crate::words::moment::utc;

#[derive(clap::Args)]
pub struct Arguments {
    /// Its name: letters, digits and underscores
    #[arg(required_unless_present = "from_plan")]
    name: Option<String>,
    /// Write the pending changes of objects, as `plan` finds them in the database, and their reverse
    #[arg(long, requires = "message", conflicts_with = "name")]
    pub from_plan: bool,
    /// What the changes are for; the migration is named after it
    #[arg(long, short, value_name = "TEXT", requires = "from_plan")]
    message: Option<String>,
}

/// An empty migration.
pub fn file(arguments: &Arguments, held: &Inventory) -> Result<NewFile, Failed> {
    let name = arguments.name.as_deref().unwrap_or_default();
    let stem = stem(held, name)?;
    let text = format!(
        "-- {}: what it is for.\n-- It runs once, in one transaction with all else that a start changes. Views, functions and triggers have files of\n\
         -- their own. Once it is applied anywhere, it stays as it is: what comes later is another migration.\n",
        name.replace('_', " ")
    );
    Ok(NewFile {
        path: format!("migrations/{stem}.sql"),
        text,
        next: vec![
            "write its statements before the next start: what is applied is not read again".to_owned(),
        ],
    })
}

/// The pending changes of objects, and their reverse. Nothing is written that `build` would not accept.
pub fn from_plan(arguments: &Arguments, context: &Context<'_>, held: &Inventory) -> Result<Created, Failed> {
    let message = arguments.message.as_deref().unwrap_or_default().trim();
    let name: String = snake(&message.replace('.', " ")).chars().take(60).collect();
    let name = name.trim_end_matches('_');
    if message.is_empty() || message.contains(is_command) {
        return Err(Failed::new("-m wants one line that says what the changes are for"));
    }
    let stem = stem(held, name)?;
    let migrator = context.project()?;
    let Some(reviewed) = migrator.as_migration(&mut context.connect()?, &held.created)? else {
        let project = migrator.project().name();
        let why = format!(
            "there is no migration to write: the objects of project \"{project}\" are as their files say"
        );
        return Ok(Created { files: Vec::new(), next: vec![why] });
    };
    let path = format!("migrations/{stem}.sql");
    let text = format!("-- {message}\n{}", reviewed.migration);
    let mut sources = held.sources.clone();
    sources.push(Source { path: path.clone(), text: text.clone() });
    let shown = context.folder().display().to_string();
    if let Err(problems) = bundle(&sources, &shown, migrator.project().name()) {
        let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
        return Err(Failed::new(format!(
            "what the plan does cannot be a table migration of this project, and nothing was written:\n{}",
            texts.join("\n\n")
        )));
    }
    let reverse = format!("-- Takes back {stem}.sql: {message}\n{}", reviewed.reverse);
    let files = vec![
        NewFile {
            path,
            text,
            next: vec![
                "read it; the next start applies it, and then only writes down the objects".to_owned(),
            ],
        },
        NewFile {
            path: format!("migrations/{stem}.reverse.sql"),
            text: reverse,
            next: vec!["the reverse is for psql, and is not embedded".to_owned()],
        },
    ];
    write(context, files)
}

/// `V9__add_scores`.
fn stem(held: &Inventory, name: &str) -> Result<String, Failed> {
    let right: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    let right = right.trim_matches('_');
    if right != name || name.is_empty() {
        let help = if right.is_empty() { "add_scores" } else { right };
        return Err(Failed::new(format!(
            "the name of a migration has letters, digits and underscores only, not \"{name}\"\n  help: viewkeeper new migration {help}"
        )));
    }
    if let Some((file, _)) = held.migrations.iter().find(|(file, _)| file.ends_with(&format!("__{name}.sql")))
    {
        return Err(Failed::new(format!(
            "there is a migration of this name, {file}\n  help: choose another one"
        )));
    }
    Ok(format!("V{}__{name}", version(held, &now())?))
}

/// The next version as the chain has them: the next number with as many digits, or the moment where the last one is a moment
/// (or the first one can be).
fn version(held: &Inventory, now: &str) -> Result<String, Failed> {
    let Some((file, last)) = held.migrations.last() else {
        return Ok(match held.versions {
            Versions::Int4 => "1".to_owned(),
            Versions::Int8 => now.to_owned(),
        });
    };
    let digits =
        file.trim_start_matches("migrations/").chars().skip(1).take_while(char::is_ascii_digit).count();
    let moment =
        now.get(..digits).filter(|_| matches!(digits, 12 | 14)).and_then(|now| now.parse::<i64>().ok());
    let next = last.checked_add(1).map(|next| moment.map_or(next, |moment| next.max(moment)));
    let fits = next.filter(|&next| held.versions == Versions::Int8 || i32::try_from(next).is_ok());
    match fits {
        Some(next) => Ok(format!("{next:0digits$}")),
        None => Err(Failed::new(format!("no version fits after {last}, that of {file}"))),
    }
}

/// The moment in UTC, `20261121190000`.
fn now() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    utc(u64::try_from(now).unwrap_or_default()).chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn next(versions: Versions, files: &[&str]) -> String {
        let read = |file: &&str| {
            let digits: String = file[12..].chars().take_while(char::is_ascii_digit).collect();
            ((*file).to_owned(), digits.parse().unwrap())
        };
        let held = Inventory {
            schema: "public".to_owned(),
            versions,
            migrations: files.iter().map(read).collect(),
            objects: Vec::new(),
            created: BTreeSet::new(),
            sources: Vec::new(),
        };
        version(&held, "20261121190000").unwrap_or_else(|failed| failed.text())
    }

    #[test]
    fn the_next_version_goes_on_as_the_chain_does() {
        use Versions::{Int4, Int8};
        assert_eq!(next(Int4, &[]), "1");
        assert_eq!(next(Int8, &[]), "20261121190000");
        assert_eq!(next(Int4, &["migrations/V1__a.sql", "migrations/V9__b.sql"]), "10");
        assert_eq!(next(Int4, &["migrations/V009__b.sql"]), "010");
        assert_eq!(next(Int8, &["migrations/V9__b.sql"]), "10");
        assert_eq!(next(Int8, &["migrations/V20260101120000__b.sql"]), "20261121190000");
        assert_eq!(next(Int8, &["migrations/V202601011200__b.sql"]), "202611211900");
        assert_eq!(next(Int8, &["migrations/V20270101120000__b.sql"]), "20270101120001");
        assert!(next(Int4, &["migrations/V2147483647__b.sql"]).contains("no version fits after 2147483647"));
    }
}
