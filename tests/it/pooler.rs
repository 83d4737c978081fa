//! Through a pooler in transaction mode: nothing that we do needs a session of its own, and nothing of ours stays in one.

use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use postgres::{Client, Config, NoTls, SimpleQueryMessage};
use viewkeeper::ErrorKind;
use viewkeeper::report::{Outcome, Verb};
use viewkeeper::testing::{Database, Server};

use crate::support::case::expect;
use crate::support::cli::Cli;
use crate::support::folder::Folder;
use crate::support::pooler::Pooler;
use crate::support::{Files, laws, project};
use viewkeeper::refresh::Views;

fn genes() -> Files {
    project("genes")
        .file("viewkeeper.toml", "name = \"genes\"\n")
        .file(
            "migrations/V1__genes.sql",
            "set work_mem to '7MB';\ncreate table genes (id int primary key, symbol text);\n",
        )
        .file("migrations/V2__row.sql", "insert into genes values (1, 'PKD1');\n")
        .file(
            "functions/shout.sql",
            "create function shout(text) returns text language sql as 'select upper($1)';\n",
        )
        .file("views/gene.sql", "create view gene as select id, shout(symbol) as symbol from genes;\n")
        .file("views/gene_count.sql", "create view gene_count as select count(*) as n from gene;\n")
        .file("views/ranking.sql", "create materialized view ranking as select id from gene;\n")
}

fn wider() -> Files {
    genes().file("migrations/V3__type.sql", "alter table genes alter column symbol type varchar(20);\n").file(
        "views/gene.sql",
        "create view gene as select 1 as rank, id, shout(symbol) as symbol from genes;\n",
    )
}

/// What each of the pool's sessions has of its own: settings, locks, prepared statements, temporary objects.
/// Settings of a library come with the library.
fn own(pooler: &Pooler) -> Vec<Vec<String>> {
    pooler.in_each_session(
        "select name || ' = ' || setting from pg_settings where name not like '%.%' \
         union all select 'lock on ' || objid from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() \
         union all select 'prepared ' || name from pg_prepared_statements \
         union all select 'temporary ' || relname from pg_class where relnamespace = pg_my_temp_schema() order by 1",
    )
}

/// Nothing of ours is left in the pool's sessions.
fn nothing_stays(pooler: &Pooler, before: &[Vec<String>]) {
    assert_eq!(pooler.strange(), Vec::<char>::new(), "all is sent with the simple protocol");
    similar_asserts::assert_eq!(before, &own(pooler)[..]);
}

fn server() -> (Server, Database) {
    // A session of its own would be asked for a password in another way by the server of DATABASE_URL.
    let server = Server::builder().throwaway().start().unwrap();
    let database = server.database().unwrap();
    (server, database)
}

#[test]
fn every_transaction_may_run_in_another_session() {
    let (_server, database) = server();
    let pooler = Pooler::start(&database, 2);
    let before = own(&pooler);
    let mut client = pooler.connect();
    let pids: Vec<Vec<String>> = pooler.in_each_session("select pg_backend_pid()");
    assert_ne!(pids[0], pids[1]);

    let project = genes();
    let report = project.migrator().run(&mut client).unwrap();
    assert_eq!(report.outcome, Outcome::Applied, "{report}");
    assert_eq!(project.migrator().run(&mut client).unwrap().outcome, Outcome::UpToDate);
    nothing_stays(&pooler, &before);

    let mut hand = database.connect().unwrap();
    hand.batch_execute("drop view gene_count; create or replace view gene as select id, symbol from genes")
        .unwrap();
    let report = project.migrator().run(&mut client).unwrap();
    assert_eq!(report.outcome, Outcome::Healed, "{report}");
    expect(&report, &[(Verb::Replace, "gene", "by hand"), (Verb::Create, "gene_count", "by hand")]);
    nothing_stays(&pooler, &before);

    let newer = wider();
    let migrator = newer.migrator();
    assert_eq!(migrator.check(&mut client).unwrap().pending, ["V3__type"]);
    assert!(!migrator.plan(&mut client).unwrap().is_empty());
    migrator.rehearse(&mut client).unwrap();
    migrator.run(&mut client).unwrap();
    migrator.refresh(&mut client, &Views::All).unwrap();
    nothing_stays(&pooler, &before);

    let folder = Folder::new(&newer);
    let cli = Cli { folder: &folder, url: pooler.url() };
    for command in ["apply", "plan", "check", "status", "refresh", "history", "discover", "graph"] {
        cli.run(&[command], 0);
    }
    cli.run(&["export", "--script"], 0);
    nothing_stays(&pooler, &before);

    laws::equals_a_fresh_install(&database, &newer, &[]);
    laws::second_run_is_a_no_op(&database, &mut hand, &newer);
}

#[test]
fn more_replicas_start_than_the_pool_has_sessions() {
    let (_server, database) = server();
    let pooler = Pooler::start(&database, 3);
    let before = own(&pooler);
    let project = genes();
    for release in [project.clone(), wider()] {
        let outcomes: Vec<Outcome> = thread::scope(|scope| {
            let replica = || release.migrator().run(&mut pooler.connect()).unwrap().outcome;
            let replicas: Vec<_> = (0..8).map(|_| scope.spawn(replica)).collect();
            replicas.into_iter().map(|replica| replica.join().unwrap()).collect()
        });
        let worked = outcomes.iter().filter(|outcome| **outcome == Outcome::Applied).count();
        let found = outcomes.iter().filter(|outcome| **outcome == Outcome::UpToDate).count();
        assert_eq!((worked, found), (1, 7), "{outcomes:?}");
    }
    nothing_stays(&pooler, &before);
    let newer = wider();
    laws::equals_a_fresh_install(&database, &newer, &[]);
    laws::second_run_is_a_no_op(&database, &mut database.connect().unwrap(), &newer);
}

/// What runs outside of a transaction needs settings in its session, and there is none that stays ours.
#[test]
fn what_runs_outside_of_a_transaction_is_refused_where_each_message_may_go_to_another_session() {
    let (_server, database) = server();
    let pooler = Pooler::start(&database, 2);
    let mut client = pooler.connect();
    let before = own(&pooler);
    let slow = "-- viewkeeper: no-transaction\nset work_mem to '9MB';\ncreate index concurrently genes_symbol on genes (symbol);\n";
    let project = genes().file("migrations/V3__slow.sql", slow);
    let error = project.migrator().run(&mut client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    let report = format!("{error:?}");
    assert!(
        report.contains("V3__slow")
            && report.contains("connect to the server itself, or through a pooler in session mode"),
        "{report}"
    );
    nothing_stays(&pooler, &before);
    let mut direct = database.connect().unwrap();
    project.migrator().run(&mut direct).unwrap();
    laws::equals_a_fresh_install(&database, &project, &[]);
    laws::second_run_is_a_no_op(&database, &mut direct, &project);
}

/// PgBouncer itself, in transaction mode.
struct Bouncer {
    process: Child,
    url: String,
    folder: PathBuf,
}

impl Bouncer {
    /// With so many sessions for everybody; none where the machine has no PgBouncer.
    fn start(database: &Database, sessions: usize) -> Option<Self> {
        let program = ["/usr/sbin/pgbouncer", "/usr/local/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"];
        let program = program.iter().find(|program| Path::new(program).exists())?;
        let config: Config = database.url().parse().unwrap();
        let (user, name, server) = (config.get_user()?, config.get_dbname()?, config.get_ports()[0]);
        let password = String::from_utf8_lossy(config.get_password()?).into_owned();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = std::env::temp_dir().join(format!("viewkeeper-bouncer-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let text = format!(
            "[databases]\n{name} = host=127.0.0.1 port={server} user={user} password={password}\n[pgbouncer]\n\
             listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\n\
             default_pool_size = {sessions}\nignore_startup_parameters = extra_float_digits\nserver_tls_sslmode = disable\n"
        );
        std::fs::write(folder.join("pgbouncer.ini"), text).unwrap();
        let mut command = Command::new(program);
        // It does not run as root.
        if std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0) {
            command.args(["-u", "nobody"]);
        }
        let process =
            command.arg("-q").arg(folder.join("pgbouncer.ini")).stderr(Stdio::null()).spawn().unwrap();
        let url = format!("postgresql://{user}@127.0.0.1:{port}/{name}");
        let bouncer = Bouncer { process, url, folder };
        for _ in 0..100 {
            if Client::connect(&bouncer.url, NoTls).is_ok() {
                return Some(bouncer);
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("PgBouncer does not answer");
    }

    fn connect(&self) -> Client {
        Client::connect(&self.url, NoTls).unwrap()
    }

    fn settings(&self) -> Vec<String> {
        column(&mut self.connect(), SETTINGS)
    }

    /// The settings of so many sessions, with the numbers of their processes.
    fn settings_of_each(&self, sessions: usize) -> Vec<(String, Vec<String>)> {
        let mut clients: Vec<Client> = (0..sessions).map(|_| self.connect()).collect();
        clients.iter_mut().for_each(|client| client.batch_execute("begin").unwrap());
        let each = clients.iter_mut();
        each.map(|client| (column(client, "select pg_backend_pid()").remove(0), column(client, SETTINGS)))
            .collect()
    }
}

const SETTINGS: &str =
    "select name || ' = ' || setting from pg_settings where name not like '%.%' order by name";

fn column(client: &mut Client, sql: &str) -> Vec<String> {
    let text = |message: &SimpleQueryMessage| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    };
    client.simple_query(sql).unwrap().iter().filter_map(text).collect()
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn behind_pgbouncer_no_setting_of_ours_stays() {
    let (_server, database) = server();
    let Some(bouncer) = Bouncer::start(&database, 1) else {
        eprintln!("there is no PgBouncer on this machine");
        return;
    };
    let before = bouncer.settings();
    let project = genes()
        .file("migrations/V3__slow.sql", "-- viewkeeper: no-transaction\nset work_mem to '9MB';\ncreate index concurrently genes_symbol on genes (symbol);\n")
        .file("migrations/V4__search.sql", "set search_path to pg_catalog;\nset timezone to 'Asia/Kolkata';\nset app.tenant to 'x';\n");
    let connect = || bouncer.connect();
    project.migrator().run(&mut connect()).unwrap();
    similar_asserts::assert_eq!(before, bouncer.settings());
    let wrong = project.clone().file(
        "migrations/V5__bad.sql",
        "-- viewkeeper: no-transaction\nset work_mem to '9MB';\nselect nope;\n",
    );
    wrong.migrator().run(&mut connect()).unwrap_err();
    similar_asserts::assert_eq!(before, bouncer.settings());
    let wrong = project.clone().file("migrations/V5__bad.sql", "set work_mem to '9MB';\nselect nope;\n");
    wrong.migrator().run(&mut connect()).unwrap_err();
    let newer = project.clone().file(
        "views/gene.sql",
        "create view gene as select 1 as rank, id, shout(symbol) as symbol from genes;\n",
    );
    newer.migrator().plan(&mut connect()).unwrap();
    newer.migrator().rehearse(&mut connect()).unwrap();
    newer.migrator().run(&mut connect()).unwrap();
    newer.migrator().check(&mut connect()).unwrap();
    newer.migrator().refresh(&mut connect(), &Views::All).unwrap();
    similar_asserts::assert_eq!(before, bouncer.settings());
    laws::equals_a_fresh_install(&database, &newer, &[]);
    laws::second_run_is_a_no_op(&database, &mut database.connect().unwrap(), &newer);
}

/// Two sessions for everybody. While the first statement of a migration sleeps in one of them, somebody queues for it and keeps it, so
/// the second statement is given the other one: it is not done there, and the first session is named, which nobody can reach.
#[test]
fn behind_pgbouncer_a_session_that_somebody_else_is_given_is_told() {
    let (_server, database) = server();
    let Some(bouncer) = Bouncer::start(&database, 2) else {
        eprintln!("there is no PgBouncer on this machine");
        return;
    };
    genes().migrator().run(&mut database.connect().unwrap()).unwrap();
    let before = bouncer.settings();
    let text = "-- viewkeeper: no-transaction\nselect pg_sleep(2);\nset work_mem to '9MB';\ncreate table lent (id int);\n";
    let project = genes().file("migrations/V3__slow.sql", text);
    let mut direct = database.connect().unwrap();
    let (mut first, mut second) = (bouncer.connect(), bouncer.connect());
    let (error, kept) = thread::scope(|scope| {
        first.batch_execute("begin").unwrap();
        let run = scope.spawn(|| project.migrator().run(&mut bouncer.connect()).unwrap_err());
        let sleeps =
            "select pid from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
        let began = Instant::now();
        while column(&mut direct, sleeps).is_empty() {
            assert!(began.elapsed() < Duration::from_secs(20), "the migration begins");
            thread::sleep(Duration::from_millis(10));
        }
        let own = column(&mut direct, sleeps).remove(0);
        // It waits for the one that sleeps.
        second.batch_execute("begin").unwrap();
        let kept = column(&mut second, "select pg_backend_pid()").remove(0);
        assert_eq!(kept, own, "the session of the migration was given away");
        first.batch_execute("commit").unwrap();
        (run.join().unwrap(), kept)
    });
    let report = format!("{error:?}");
    assert_eq!(error.kind(), ErrorKind::Connection, "{report}");
    assert!(report.contains("needs a session of the server for itself"), "{report}");
    assert!(report.contains(&format!("select pg_terminate_backend({kept});")), "{report}");
    second.batch_execute("commit").unwrap();
    for (pid, settings) in bouncer.settings_of_each(2) {
        assert_eq!(pid == kept, settings != before, "{pid}, and {kept} was named");
    }
    assert_eq!(
        column(&mut direct, "select to_regclass('lent') is null"),
        ["t"],
        "nothing is done in another session"
    );
    project.migrator().run(&mut direct).unwrap();
    laws::equals_a_fresh_install(&database, &project, &[]);
    laws::second_run_is_a_no_op(&database, &mut direct, &project);
}
