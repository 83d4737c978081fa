//! The shell that outlives us to clean up.

use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{env, thread};

use crate::testing::account::{Account, run_as};

/// Makes a directory, does some work in it, and, once its input ends, stops what the work started and removes the
/// directory. Nothing is created before the shell runs, so nothing is left if it does not start.
///
/// The work is shell code that finds the directory in `$1` and its own arguments in `$2` and so on, and may leave a
/// process id in `$server`. It may read lines that [`Watchdog::tell`] sends.
const FRAME: [&str; 2] = [
    r#"umask 077
trap : HUP INT TERM
cd / && mkdir -- "$1" 2>&1 || exit
server=
"#,
    r#"
exec >/dev/null 2>&1
read -r _
if [ -n "$server" ]; then
    # A shell starts its background work deaf to SIGQUIT. A server that has not yet set its own handlers is ended by
    # SIGTERM, one that has by SIGQUIT, at once and with all its sessions. Between fork and exec both are lost, so they
    # are sent until it is gone.
    while :; do
        kill -TERM "$server"
        kill -QUIT "$server"
        sleep 0.2
    done &
    again=$!
    wait "$server"
    kill -KILL "$again"
fi
rm -rf -- "$1"
"#,
];

/// A directory, and what works in it, that live as long as this value and no longer than this process.
///
/// The shell reads from a pipe that only we can write to. When we are gone, in whatever way, the read ends.
pub struct Watchdog {
    shell: Child,
    directory: PathBuf,
    /// Locked only so that a server can be shared by threads.
    output: Mutex<Receiver<String>>,
}

impl Watchdog {
    /// Starts `work` as `account` on a new directory, which must not exist.
    pub fn start(
        directory: PathBuf,
        work: &str,
        arguments: &[impl AsRef<OsStr>],
        account: Option<&Account>,
    ) -> io::Result<Watchdog> {
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(FRAME.join(work)).arg("viewkeeper-testing").arg(&directory).args(arguments);
        for (name, _) in env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"PG")) {
            command.env_remove(name);
        }
        // Its own process group, so that Ctrl-C reaches us and not it.
        command.current_dir("/").env("LC_ALL", "C").env("TZ", "UTC").process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut shell = run_as(&mut command, account).spawn()?;

        let mut stdout = shell.stdout.take().ok_or_else(|| io::Error::other("no pipe from the shell"))?;
        let (sender, output) = mpsc::channel();
        thread::spawn(move || {
            let mut bytes = Vec::new();
            // Also after an error what has come so far is of use.
            let _ = stdout.read_to_end(&mut bytes);
            let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
        });
        Ok(Watchdog { shell, directory, output: Mutex::new(output) })
    }

    /// The directory, which is there from some moment after the start.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Sends a line to the work.
    pub fn tell(&mut self, line: &str) -> io::Result<()> {
        match &mut self.shell.stdin {
            Some(stdin) => writeln!(stdin, "{line}"),
            None => Ok(()),
        }
    }

    /// Waits until the work is over, and says what it printed. Work that started a server is over when that has ended,
    /// because the server holds the same output.
    pub fn ended(&self, patience: Duration) -> Option<String> {
        self.output.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(patience).ok()
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        // `wait` closes the pipe first. It fails only when the shell was waited for already.
        let _ = self.shell.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::random;

    const PATIENCE: Duration = Duration::from_secs(10);

    fn directory() -> PathBuf {
        env::temp_dir().join(format!("viewkeeper-watchdog-{}", random::token()))
    }

    #[test]
    fn the_directory_is_there_as_long_as_the_watchdog() -> io::Result<()> {
        let directory = directory();
        let mut watchdog = Watchdog::start(
            directory.clone(),
            "read -r word; printf '%s %s' \"$word\" \"$2\"",
            &["b"],
            None,
        )?;
        watchdog.tell("a")?;
        assert_eq!(watchdog.ended(PATIENCE).as_deref(), Some("a b"));
        assert!(directory.is_dir());
        drop(watchdog);
        assert!(!directory.exists());
        Ok(())
    }

    #[test]
    fn a_directory_that_is_there_is_not_taken() -> io::Result<()> {
        let directory = directory();
        std::fs::create_dir(&directory)?;
        let watchdog = Watchdog::start(directory.clone(), "echo working", &[""; 0], None)?;
        let said = watchdog.ended(PATIENCE).unwrap_or_default();
        assert!(said.contains("exist") && !said.contains("working"), "{said}");
        drop(watchdog);
        assert!(directory.is_dir(), "somebody else's directory was removed");
        std::fs::remove_dir(directory)
    }

    #[test]
    fn a_process_that_is_deaf_to_sigquit_is_stopped() -> io::Result<()> {
        let watchdog =
            Watchdog::start(directory(), "sleep 600 & server=$!; echo \"$server\"", &[""; 0], None)?;
        // The process holds the output, so the work is not over as long as it runs.
        assert_eq!(watchdog.ended(Duration::from_millis(300)), None);
        drop(watchdog);
        Ok(())
    }
}
