//! A cluster of our own: made, started, stopped and removed.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs, io};

use crate::testing::Error;
use crate::testing::account::{Account, run_as};
use crate::testing::find;
use crate::testing::installation::Installation;
use crate::testing::random;
use crate::testing::watchdog::Watchdog;

/// Makes the cluster and starts the server. Arguments: the directory of the programs, then the server's.
///
/// The password comes by the pipe, because arguments are for every account to see. What both programs print is kept
/// for the error message.
const WORK: &str = r#"
dir=$1 bin=$2
read -r password
printf '%s\n' "$password" >"$dir/password"
if "$bin/initdb" --pgdata="$dir/data" --username=postgres --auth=password --pwfile="$dir/password" \
    --encoding=UTF8 --locale=C --no-sync >"$dir/log" 2>&1
then
    shift 2
    "$bin/postgres" -D "$dir/data" "$@" 2>>"$dir/log" &
    server=$!
    set -- "$dir"
fi
"#;

/// Nobody needs the data after a crash, so nothing waits for the disk; small, because many may run at once; and no
/// just-in-time compiler, which only slows statements on little data.
const SETTINGS: [(&str, &str); 8] = [
    ("listen_addresses", "127.0.0.1"),
    ("fsync", "off"),
    ("full_page_writes", "off"),
    ("synchronous_commit", "off"),
    ("max_connections", "100"),
    ("shared_buffers", "32MB"),
    ("jit", "off"),
    ("logging_collector", "off"),
];

/// Far longer than a loaded machine takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// Another program may take the port between our look and the server's start.
const TRIES: usize = 3;

/// The longest path of a socket that every system takes, less the name that the server gives it.
const LONGEST_SOCKET_DIRECTORY: usize = 103 - "/.s.PGSQL.65535".len();

/// A running server and its data, which last as long as this value.
pub struct Cluster {
    installation: Installation,
    port: u16,
    password: String,
    watchdog: Watchdog,
}

impl Cluster {
    /// Makes a cluster and starts its server; `settings` come after our own, so they win.
    pub fn start(settings: &[(String, String)]) -> Result<Cluster, Error> {
        let account = Account::for_server()?;
        let installation = find::find(account.as_ref())?;
        let parent = parent(account.as_ref())?;
        let mut tries = 0;
        loop {
            tries += 1;
            let cluster =
                Cluster::launch(&installation, &parent, account.as_ref(), settings).map_err(|error| {
                    Error::new("cannot start a shell to run PostgreSQL in").caused_by(&error).note(
                        match &account {
                            Some(account) => {
                                format!("root runs it as \"{account}\"; PG_RUN_AS names another account")
                            }
                            None => "it is run as this process's own account".to_owned(),
                        },
                    )
                })?;
            let Err(log) = cluster.wait() else { return Ok(cluster) };
            if tries == TRIES || !log.contains("could not bind") {
                return Err(cluster.failure(log, account.as_ref()));
            }
        }
    }

    fn launch(
        installation: &Installation,
        parent: &Path,
        account: Option<&Account>,
        settings: &[(String, String)],
    ) -> io::Result<Cluster> {
        let directory = parent.join(format!("viewkeeper-{}", random::token()));
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let sockets =
            if directory.as_os_str().len() > LONGEST_SOCKET_DIRECTORY { "".as_ref() } else { &*directory };
        let password = random::token() + &random::token();

        let mut arguments = vec![installation.bin.clone().into_os_string()];
        let mut set = |name: &str, value: &std::ffi::OsStr| {
            let mut argument = std::ffi::OsString::from(format!("{name}="));
            argument.push(value);
            arguments.extend(["-c".into(), argument]);
        };
        set("port", port.to_string().as_ref());
        set("unix_socket_directories", sockets.as_os_str());
        let ours = SETTINGS.iter().map(|(name, value)| (*name, *value));
        for (name, value) in ours.chain(settings.iter().map(|(name, value)| (name.as_str(), value.as_str())))
        {
            set(name, value.as_ref());
        }
        let mut watchdog = Watchdog::start(directory, WORK, &arguments, account)?;
        // A shell that ended already says why when we wait for it.
        let _ = watchdog.tell(&password);
        Ok(Cluster { installation: installation.clone(), port, password, watchdog })
    }

    /// Waits until the server takes connections; if it does not, says what was printed.
    fn wait(&self) -> Result<(), String> {
        let begin = Instant::now();
        let status = self.watchdog.directory().join("data/postmaster.pid");
        while begin.elapsed() < PATIENCE {
            // The file's last line, which pg_ctl too waits for.
            if fs::read_to_string(&status)
                .is_ok_and(|text| text.lines().nth(7).is_some_and(|s| s.trim() == "ready"))
            {
                return Ok(());
            }
            if let Some(said) = self.watchdog.ended(Duration::from_millis(5)) {
                return Err(said + &self.log());
            }
        }
        Err(format!("it was not ready after {} s\n{}", PATIENCE.as_secs(), self.log()))
    }

    fn log(&self) -> String {
        fs::read_to_string(self.watchdog.directory().join("log")).unwrap_or_default()
    }

    fn failure(&self, log: String, account: Option<&Account>) -> Error {
        let mut error = Error::new(format!("{} did not start", self.description()));
        if let Some(account) = account {
            error = error.note(format!("it was run as \"{account}\""));
        }
        // The last lines say why; initdb prints much before them.
        let lines: Vec<&str> = log.lines().collect();
        error.note(format!("it printed:\n{}", lines[lines.len().saturating_sub(20)..].join("\n")))
    }

    /// The connection string of its first database.
    pub fn url(&self) -> String {
        format!("postgresql://postgres:{}@127.0.0.1:{}/postgres", self.password, self.port)
    }

    /// Which PostgreSQL it is, and from where.
    pub fn description(&self) -> String {
        let Installation { bin, version } = &self.installation;
        format!("PostgreSQL {version} from {}, throwaway cluster in the temporary directory", bin.display())
    }

    /// A program of the server's own version.
    pub fn program(&self, name: &str) -> Option<PathBuf> {
        self.installation.program(name).or_else(|| program(name, &self.installation.version))
    }
}

/// A program of a server's major version, of whatever installation is on this machine.
pub fn program(name: &str, version: &str) -> Option<PathBuf> {
    find::program(name, version)
}

/// The temporary directory; when the server runs as another account than we, one in which that account can write.
fn parent(account: Option<&Account>) -> Result<PathBuf, Error> {
    let mut candidates = vec![env::temp_dir()];
    if account.is_some() {
        candidates.extend(["/tmp".into(), "/var/tmp".into()]);
    }
    let writable = |directory: &&PathBuf| {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "test -w \"$1\" && test -x \"$1\"", "sh"]).arg(directory).current_dir("/");
        run_as(&mut command, account).status().is_ok_and(|status| status.success())
    };
    candidates.iter().find(writable).cloned().ok_or_else(|| {
        let error = Error::new("there is no temporary directory in which a server can keep its data");
        let error = candidates.iter().fold(error, |error, directory| {
            error.note(format!(
                "{}: cannot be written by the account that runs the server",
                directory.display()
            ))
        });
        error.help("set TMPDIR to a directory that everybody can write")
    })
}
