//! A hot standby that follows a throwaway server: no programs are needed for it but the server's own.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use postgres::{Client, Config, NoTls};
use viewkeeper::testing::{Database, Server};

/// A server that replays what its primary writes.
pub struct Standby {
    server: Child,
    data: PathBuf,
    port: u16,
}

impl Standby {
    /// A primary of its own, and a standby of it.
    pub fn pair() -> (Server, Self) {
        // The standby asks for the log from the beginning of the copy, and a checkpoint would take it away.
        let primary = Server::builder().throwaway().setting("wal_keep_size", "256MB").start().unwrap();
        let standby = Standby::of(&primary);
        (primary, standby)
    }

    /// Copies the primary while it runs, as pg_basebackup does, which is not in every package. The copy lies in the
    /// primary's own directory, so that it goes with it, whatever becomes of this process.
    fn of(primary: &Server) -> Self {
        let database = primary.database().unwrap();
        let mut client = database.connect().unwrap();
        let source: String = client.query_one("show data_directory", &[]).unwrap().get(0);
        let source = PathBuf::from(source);
        let data = source.parent().unwrap().join("standby");
        let old = primary.version().starts_with("14.");
        let (start, stop) = if old {
            ("pg_start_backup('standby', true, false)", "select labelfile from pg_stop_backup(false, false)")
        } else {
            ("pg_backup_start('standby', true)", "select labelfile from pg_backup_stop(false)")
        };
        client.simple_query(&format!("select {start}")).unwrap();
        // A file may go while it is copied: the log that is replayed knows of it.
        Command::new("cp").arg("-a").arg(&source).arg(&data).stderr(Stdio::null()).status().unwrap();
        let label: String = client.query_one(stop, &[]).unwrap().get(0);
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config: Config = database.url().parse().unwrap();
        let password = String::from_utf8(config.get_password().unwrap().to_vec()).unwrap();
        let follows = format!(
            "port = {port}\nunix_socket_directories = ''\nlisten_addresses = '127.0.0.1'\n\
             max_connections = 100\nfsync = off\nshared_buffers = '16MB'\nhot_standby_feedback = on\n\
             primary_conninfo = 'host=127.0.0.1 port={} user=postgres password={password}'\n",
            config.get_ports()[0]
        );
        fs::remove_file(data.join("postmaster.pid")).unwrap();
        let owner = fs::metadata(&source).unwrap();
        for (file, text) in
            [("backup_label", &*label), ("standby.signal", ""), ("postgresql.auto.conf", &*follows)]
        {
            fs::write(data.join(file), text).unwrap();
            own(&data.join(file), &owner);
        }
        let log = fs::File::create(data.with_extension("log")).unwrap();
        let mut command = Command::new(primary.bin("postgres").unwrap());
        command.arg("-D").arg(&data).current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        // Root may not run a server; where we are root, another account runs the primary.
        if owner.uid() != fs::metadata("/proc/self").unwrap().uid() {
            command.uid(owner.uid()).gid(owner.gid());
        }
        Standby { server: command.spawn().unwrap(), data, port }
    }

    /// A session in the copy of this database, once everything is there that the primary has written.
    pub fn connect(&self, database: &Database) -> Client {
        let mut primary = database.connect().unwrap();
        let written: String =
            primary.query_one("select pg_current_wal_insert_lsn()::text", &[]).unwrap().get(0);
        let begin = Instant::now();
        loop {
            // Until it has begun to replay it takes no connections.
            let caught_up = self.config(database).connect(NoTls).ok().and_then(|mut client| {
                let sql = "select coalesce(pg_last_wal_replay_lsn() >= $1::text::pg_lsn, false)";
                let there: bool = client.query_one(sql, &[&written]).unwrap().get(0);
                there.then_some(client)
            });
            match caught_up {
                Some(client) => return client,
                None if begin.elapsed() > Duration::from_secs(60) => {
                    panic!("it does not follow: {}", self.log())
                }
                None => thread::sleep(Duration::from_millis(10)),
            }
        }
    }

    /// Where the copy of this database is.
    pub fn url(&self, database: &Database) -> String {
        let primary: Config = database.url().parse().unwrap();
        database.url().replace(&format!(":{}/", primary.get_ports()[0]), &format!(":{}/", self.port))
    }

    fn config(&self, database: &Database) -> Config {
        self.url(database).parse().unwrap()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.data.with_extension("log")).unwrap_or_default()
    }
}

impl Drop for Standby {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.data);
    }
}

fn own(file: &Path, owner: &fs::Metadata) {
    std::os::unix::fs::chown(file, Some(owner.uid()), Some(owner.gid())).unwrap();
}
