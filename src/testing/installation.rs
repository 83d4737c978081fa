//! A directory of PostgreSQL's programs.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::testing::account::{Account, run_as};

/// The oldest major version that the library works with.
pub const OLDEST: u32 = 14;

/// What a server needs; `pg_dump` and the others are not in every package.
const NEEDED: [&str; 2] = ["initdb", "postgres"];

/// Programs of one version that can run a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    pub bin: PathBuf,
    /// As in "15.18".
    pub version: String,
}

impl Installation {
    /// The installation in `bin`, or the reason why it does not serve.
    pub fn at(bin: &Path, account: Option<&Account>) -> Result<Installation, String> {
        if !bin.is_dir() {
            return Err("no such directory".to_owned());
        }
        if let Some(missing) = NEEDED.iter().find(|name| !bin.join(name).is_file()) {
            return Err(format!("there is no \"{missing}\" in it"));
        }
        // Asked as the account that will run the server: a directory under root's home is closed to others.
        let mut command = Command::new(bin.join("postgres"));
        command.arg("--version").current_dir("/");
        let output = run_as(&mut command, account).output().map_err(|error| match account {
            Some(account) => format!("cannot be run as \"{account}\": {error}"),
            None => format!("cannot be run: {error}"),
        })?;
        let said = String::from_utf8_lossy(&output.stdout);
        let Some(version) = version(&said) else {
            let said = format!("{said}{}", String::from_utf8_lossy(&output.stderr));
            return Err(format!("does not say its version: {}", said.trim()));
        };
        if major(version) < OLDEST {
            return Err(format!("is PostgreSQL {version}, older than {OLDEST}"));
        }
        Ok(Installation { bin: bin.to_owned(), version: version.to_owned() })
    }

    /// Itself, if it is of the major version that is wanted, or the reason why it does not serve.
    pub fn of(self, wanted: Option<u32>) -> Result<Installation, String> {
        match wanted {
            Some(wanted) if wanted != major(&self.version) => {
                Err(format!("is PostgreSQL {}, not {wanted}", self.version))
            }
            _ => Ok(self),
        }
    }

    /// One of its programs, such as `pg_dump`, if it is there.
    pub fn program(&self, name: &str) -> Option<PathBuf> {
        Some(self.bin.join(name)).filter(|path| path.is_file())
    }
}

/// The version in what `postgres --version` prints, such as "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)".
fn version(said: &str) -> Option<&str> {
    said.split_once("(PostgreSQL) ")?.1.split_whitespace().next()
}

/// The major number of "15.18" and of "19beta1".
pub fn major(version: &str) -> u32 {
    let digits = version.bytes().take_while(u8::is_ascii_digit).count();
    version[..digits].parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        let cases = [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", "15.18", 15),
            ("postgres (PostgreSQL) 18.4\n", "18.4", 18),
            ("postgres (PostgreSQL) 19beta1\n", "19beta1", 19),
        ];
        for (said, expected, number) in cases {
            assert_eq!(version(said), Some(expected));
            assert_eq!(major(expected), number);
        }
        assert_eq!(version("command not found"), None);
    }

    #[test]
    fn a_directory_without_the_programs_does_not_serve() {
        let reason = Installation::at(Path::new("/nonexistent"), None);
        assert_eq!(reason, Err("no such directory".to_owned()));
        let reason = Installation::at(Path::new("/"), None);
        assert_eq!(reason, Err("there is no \"initdb\" in it".to_owned()));
    }
}
