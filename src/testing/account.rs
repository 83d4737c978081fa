//! The account that runs the server: PostgreSQL refuses root.

use std::os::unix::process::CommandExt;
use std::process::Command;
use std::{env, fmt};

use crate::testing::Error;

/// Tried in this order: the first has a server's rights, the others are on every Unix.
const ACCOUNTS: [&str; 3] = ["postgres", "nobody", "daemon"];

/// An account other than ours that processes are started as.
#[derive(Clone, Debug)]
pub struct Account {
    name: String,
    uid: u32,
    gid: u32,
}

impl Account {
    /// The account to run the server as, or nothing when we are not root and can run it ourselves.
    pub fn for_server() -> Result<Option<Account>, Error> {
        if !is_root() {
            return Ok(None);
        }
        if let Ok(name) = env::var("PG_RUN_AS") {
            return Account::named(&name).map(Some).ok_or_else(|| {
                Error::new(format!(
                    "PG_RUN_AS names \"{name}\", which is no account that a server can run as"
                ))
                .help("set PG_RUN_AS to the name of an account other than root, or unset it")
            });
        }
        // initdb looks its own account up, so a bare number would not do.
        ACCOUNTS.iter().find_map(|name| Account::named(name)).map(Some).ok_or_else(|| {
            Error::new("PostgreSQL does not run as root, and there is no other account to run it as")
                .note(format!("looked for: {}", ACCOUNTS.join(", ")))
                .help("set PG_RUN_AS to the name of an account other than root")
        })
    }

    fn named(name: &str) -> Option<Account> {
        let account =
            Account { name: name.to_owned(), uid: id("-u", Some(name))?, gid: id("-g", Some(name))? };
        (account.uid != 0).then_some(account)
    }
}

/// Lets `command` run as `account`; without one, as ourselves.
pub fn run_as<'a>(command: &'a mut Command, account: Option<&Account>) -> &'a mut Command {
    if let Some(account) = account {
        // Setting the user id also drops root's supplementary groups.
        command.uid(account.uid).gid(account.gid);
    }
    command
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Whether we are root, which PostgreSQL refuses.
pub fn is_root() -> bool {
    id("-u", None) == Some(0)
}

/// What `id` says; unlike /etc/passwd it knows every directory of accounts that the machine uses.
fn id(what: &str, name: Option<&str>) -> Option<u32> {
    let output = Command::new("id").arg(what).args(name).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_no_account_for_a_server() {
        assert!(Account::named("root").is_none());
        assert!(Account::named("no-such-account").is_none());
        assert!(Account::named("nobody").is_some_and(|account| account.uid != 0));
    }
}
