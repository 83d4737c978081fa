//! Where PostgreSQL is on this machine.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::testing::Error;
use crate::testing::account::Account;
use crate::testing::fetch;
use crate::testing::installation::{Installation, OLDEST, major};
use crate::testing::package::Package;

/// Where installers put it: the parent directory, what the names in it begin with, and what follows below them. Debian;
/// Red Hat; Homebrew on ARM and on Intel; Postgres.app; EDB; Alpine.
const USUAL: [(&str, &str, &str); 7] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql@", "bin"),
    ("/usr/local/opt", "postgresql@", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
    ("/Library/PostgreSQL", "", "bin"),
    ("/usr/libexec", "postgresql", ""),
];

/// The first installation that `account` can run, in the order that the module's documentation gives.
pub fn find(account: Option<&Account>) -> Result<Installation, Error> {
    if let Some(bin) = env::var_os("PG_BIN") {
        let bin = PathBuf::from(bin);
        // Who names a directory wants that one and no other.
        return Installation::at(&bin, account).map_err(|reason| {
            Error::new(format!("PG_BIN is \"{}\", which does not serve: {reason}", bin.display()))
                .help("set PG_BIN to a directory that holds initdb and postgres, or unset it")
        });
    }
    let major = env::var_os("PG_MAJOR").map(|major| wanted(&major.to_string_lossy())).transpose()?;
    let mut notes = vec!["PG_BIN is not set".to_owned()];
    first(installed(), major, account, &mut notes)
        .or_else(|| fetch::fetched_or_fetch(major, account, &mut notes))
        .ok_or_else(|| nothing_found(major, notes))
}

/// The major version that PG_MAJOR names. One that no package is known of may be installed, so it is no error yet.
fn wanted(major: &str) -> Result<u32, Error> {
    major.trim().parse().ok().filter(|major| *major >= OLDEST).ok_or_else(|| {
        Error::new(format!(
            "PG_MAJOR is \"{major}\", which is no major version of PostgreSQL that the library works with"
        ))
        .help(format!("set PG_MAJOR to {}, or to a newer one that is installed, or unset it", known()))
    })
}

/// The major versions that there are packages of, for people.
fn known() -> String {
    let majors: Vec<String> = Package::majors().iter().map(u32::to_string).collect();
    match majors.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => format!("{OLDEST} or newer"),
    }
}

/// The first of the directories that serves; what is wrong with those before it is added to `notes`.
fn first(
    places: impl IntoIterator<Item = (String, Vec<PathBuf>)>,
    wanted: Option<u32>,
    account: Option<&Account>,
    notes: &mut Vec<String>,
) -> Option<Installation> {
    for (source, bins) in places {
        if bins.is_empty() {
            notes.push(format!("{source}: nothing there"));
        }
        for bin in bins {
            match Installation::at(&bin, account).and_then(|found| found.of(wanted)) {
                Ok(installation) => return Some(installation),
                Err(reason) => notes.push(format!("{source}: {}: {reason}", bin.display())),
            }
        }
    }
    None
}

fn nothing_found(major: Option<u32>, notes: Vec<String>) -> Error {
    let error = match major {
        Some(major) => {
            Error::new(format!("there is no PostgreSQL {major} to start a server for the tests with"))
        }
        None => Error::new("there is no PostgreSQL to start a server for the tests with"),
    };
    let error = notes.into_iter().fold(error, Error::note);
    let error = match major {
        Some(_) => error.help(format!("set PG_MAJOR to {}, or unset it", known())),
        None => error,
    };
    error
        .help("install it, on Debian with: apt-get install postgresql, on macOS with: brew install postgresql@18")
        .help("or set PG_BIN to a directory that holds initdb and postgres")
        .help("or set DATABASE_URL to a server on which the tests may create databases")
}

/// A program such as `pg_dump` of the given version's major, of whatever installation has it.
pub fn program(name: &str, version: &str) -> Option<PathBuf> {
    let fetched = Package::all().filter_map(|package| fetch::bin(&package).ok());
    let bins = env::var_os("PG_BIN").map(PathBuf::from).into_iter();
    bins.chain(installed().into_iter().flat_map(|(_, bins)| bins))
        .chain(fetched)
        .filter_map(|bin| Installation::at(&bin, None).ok())
        .filter(|installation| major(&installation.version) == major(version))
        .find_map(|installation| installation.program(name))
}

/// The directories that may hold an installation, by where they are known from.
fn installed() -> Vec<(String, Vec<PathBuf>)> {
    let mut found = vec![
        ("pg_config --bindir".to_owned(), pg_config().into_iter().collect()),
        ("PATH".to_owned(), path()),
    ];
    for (parent, prefix, below) in USUAL {
        found.push((format!("{parent}/{prefix}*"), newest_first(Path::new(parent), prefix, below)));
    }
    found
}

fn pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    Some(said.trim()).filter(|bin| !bin.is_empty()).map(PathBuf::from)
}

fn path() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).filter(|bin| bin.join("postgres").is_file()).collect()
}

fn newest_first(parent: &Path, prefix: &str, below: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else { return Vec::new() };
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut versions: Vec<(u32, String)> = names
        .filter_map(|name| Some((major(name.strip_prefix(prefix)?), name)))
        // Of no use without a number: /usr/libexec/postgresql links to one of the others.
        .filter(|(major, _)| *major > 0)
        .collect();
    versions.sort_unstable_by(|one, other| other.cmp(one));
    versions.into_iter().map(|(_, name)| parent.join(name).join(below)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::random;

    /// A directory of the test's own, with a program in it that says it is PostgreSQL of some version.
    fn fake(version: &str) -> std::io::Result<PathBuf> {
        let bin = env::temp_dir().join(format!("viewkeeper-find-{}", random::token()));
        fs::create_dir(&bin)?;
        fs::write(bin.join("initdb"), "")?;
        // A process of its own writes it: what this one has open for writing, a child that another test starts meanwhile
        // has open too, and no such program can be run.
        let script = format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n");
        let write = "printf '%s' \"$1\" >\"$2\" && chmod 755 \"$2\"";
        let written =
            Command::new("sh").args(["-c", write, "sh", &script]).arg(bin.join("postgres")).status()?;
        assert!(written.success());
        Ok(bin)
    }

    #[test]
    fn the_first_that_serves_is_taken_and_the_others_are_named() -> std::io::Result<()> {
        let (old, new) = (fake("13.23")?, fake("18.6")?);
        let places = || {
            let nowhere = PathBuf::from("/nonexistent");
            [("PATH".to_owned(), vec![]), ("usual".to_owned(), vec![nowhere, old.clone(), new.clone()])]
        };
        let mut notes = Vec::new();
        let found = first(places(), None, None, &mut notes);
        assert_eq!(found, Some(Installation { bin: new.clone(), version: "18.6".to_owned() }));
        let expected = [
            "PATH: nothing there".to_owned(),
            "usual: /nonexistent: no such directory".to_owned(),
            format!("usual: {}: is PostgreSQL 13.23, older than 14", old.display()),
        ];
        assert_eq!(notes, expected);

        fs::remove_file(new.join("postgres"))?;
        assert_eq!(first(places(), None, None, &mut notes), None);
        let text = nothing_found(None, notes).to_string();
        for part in
            [&*expected[2], "there is no \"postgres\" in it", "help: install it", "help: or set DATABASE_URL"]
        {
            assert!(text.contains(part), "{text}");
        }
        fs::remove_dir_all(old)?;
        fs::remove_dir_all(new)
    }

    #[test]
    fn the_major_that_is_asked_for_is_taken_and_no_other() -> std::io::Result<()> {
        let (old, new) = (fake("14.23")?, fake("18.6")?);
        let places = || [("usual".to_owned(), vec![new.clone(), old.clone()])];
        let mut notes = Vec::new();
        let found = first(places(), Some(14), None, &mut notes);
        assert_eq!(found, Some(Installation { bin: old.clone(), version: "14.23".to_owned() }));
        assert_eq!(notes, [format!("usual: {}: is PostgreSQL 18.6, not 14", new.display())]);

        assert_eq!(first(places(), Some(99), None, &mut notes), None);
        let text = nothing_found(Some(99), notes).to_string();
        assert!(text.starts_with("there is no PostgreSQL 99 to start"), "{text}");
        assert!(text.contains(&format!("help: set PG_MAJOR to {}, or unset it", known())), "{text}");
        fs::remove_dir_all(old)?;
        fs::remove_dir_all(new)
    }

    #[test]
    fn a_major_is_a_number_from_14_on() {
        assert_eq!(wanted(" 15 "), Ok(15));
        assert_eq!(wanted("19"), Ok(19));
        for major in ["", "13", "15.3", "fifteen", "-15", "99999999999"] {
            let text = wanted(major).map(|_| ()).expect_err(major).to_string();
            assert!(
                text.starts_with(&format!("PG_MAJOR is \"{major}\"")) && text.contains("help: "),
                "{text}"
            );
        }
    }

    #[test]
    fn the_newest_is_first_by_number() -> std::io::Result<()> {
        let parent = env::temp_dir().join(format!("viewkeeper-find-{}", random::token()));
        for name in ["postgresql@9", "postgresql@17", "postgresql@18", "postgresql", "mysql@19"] {
            fs::create_dir_all(parent.join(name))?;
        }
        let found = newest_first(&parent, "postgresql@", "bin");
        let expected = ["18", "17", "9"].map(|version| parent.join(format!("postgresql@{version}/bin")));
        assert_eq!(found, expected);
        fs::remove_dir_all(parent)
    }

    #[test]
    fn a_place_that_is_not_there_holds_nothing() {
        assert_eq!(newest_first(Path::new("/nonexistent"), "", "bin"), Vec::<PathBuf>::new());
    }
}
