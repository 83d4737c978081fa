//! Ctrl-C, SIGTERM and a closed terminal while the command line runs something long: the server stops, too, and nothing stays behind.

use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use postgres::{Client, NoTls};
use viewkeeper::testing::Database;

use crate::support::cli::Cli;
use crate::support::folder::Folder;
use crate::support::secure::{Authority, Secure};
use crate::support::{Case, Files, project};

/// A project with the name that its folder has, too.
fn named() -> Files {
    project("interrupted")
        .file("viewkeeper.toml", "name = \"interrupted\"")
        .file("migrations/V1__t.sql", "create table t (id int);\n")
        .file("views/v.sql", "create view v as select id from t;\n")
}

fn with_a_slow_migration() -> Files {
    named()
        .file("migrations/V2__slow.sql", "alter table t alter column id type bigint;\nselect pg_sleep(60);\n")
}

fn with_a_slow_view() -> Files {
    named().file("views/m.sql", "create materialized view m as select id from v cross join pg_sleep(60);\n")
}

fn start(cli: &Cli<'_>, arguments: &[&str]) -> Child {
    cli.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

/// The sessions of the command line in this database, that sleep or that are there at all.
fn sessions(client: &mut Client, condition: &str) -> i64 {
    sessions_in(client, "datname = current_database()", condition)
}

/// Those in databases of which this is so. Only one test makes scratch databases, and the others run beside it.
fn sessions_in(client: &mut Client, databases: &str, condition: &str) -> i64 {
    let sql = format!(
        "select count(*) from pg_stat_activity where application_name = 'viewkeeper' and {condition} and ({databases})"
    );
    client.query_one(&sql, &[]).unwrap().get(0)
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Starts a command, sends a signal when it sleeps in a statement, and gives what it printed as its only line.
fn interrupted(database: &Database, folder: &Folder, arguments: &[&str], name: &str, code: i32) -> String {
    let mut client = database.config().connect(NoTls).unwrap();
    let databases = match arguments.contains(&"validate") {
        true => "datname = current_database() or datname like 'viewkeeper\\_scratch\\_interrupted\\_%'",
        false => "datname = current_database()",
    };
    let child = start(&Cli::new(folder, database), arguments);
    until("the statement runs", || sessions_in(&mut client, databases, "wait_event = 'PgSleep'") == 1);
    let began = Instant::now();
    signal(&child, name);
    let line = only_line(&child.wait_with_output().unwrap(), code);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    until("its sessions are gone", || sessions_in(&mut client, databases, "true") == 0);
    line
}

fn only_line(output: &Output, code: i32) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(output.stdout.is_empty());
    text
}

fn says(line: &str, words: &[&str]) {
    for words in words {
        assert!(line.contains(words), "{words} is not in {line}");
    }
}

#[test]
fn a_migration_is_cancelled_and_its_locks_are_gone() {
    for (name, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let mut case = Case::applied(&named());
        let folder = Folder::new(&with_a_slow_migration());
        let line = interrupted(&case.database, &folder, &["apply"], name, code);
        says(&line, &[&format!("cancelled by SIG{name}: migration V2__slow failed"), "nothing was changed"]);
        case.damage("set lock_timeout to 1000; lock table t in access exclusive mode nowait");
        case.obeys_the_laws(&named());
    }
}

#[test]
fn a_fill_and_a_refresh_are_cancelled() {
    let case = Case::applied(&named());
    let folder = Folder::new(&with_a_slow_view());
    let line = interrupted(&case.database, &folder, &["apply"], "INT", 130);
    says(
        &line,
        &["cancelled by SIGINT: cannot change the objects: canceling statement", "nothing was changed"],
    );
    says(&line, &["what takes time in it is the filling of \"public.m\""]);
    case.obeys_the_laws(&named());

    let quick = "create materialized view m as select id from v cross join pg_sleep(0);\n";
    let slow = "create materialized view m as select id from v cross join pg_sleep((select coalesce(max(id), 0) from t));\n";
    assert_ne!(quick, slow);
    let project = named().file("views/m.sql", slow);
    let mut case = Case::applied(&project);
    case.damage("insert into t values (60)");
    let folder = Folder::new(&project);
    let line = interrupted(&case.database, &folder, &["refresh"], "TERM", 143);
    says(
        &line,
        &["cancelled by SIGTERM: cannot refresh materialized view \"public.m\"", "nothing was changed"],
    );
    assert_eq!(case.column("select count(*) from m"), ["0"]);
    case.damage("delete from t");
    case.obeys_the_laws(&project);
}

#[test]
fn the_scratch_database_of_a_validate_is_gone() {
    let mut case = Case::applied(&named());
    let folder = Folder::new(&with_a_slow_migration());
    for (name, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let line = interrupted(&case.database, &folder, &["validate"], name, code);
        says(&line, &["cancelled by SIG", "the one that was to be validated is as it was"]);
        let scratch =
            "select datname from pg_database where datname like 'viewkeeper\\_scratch\\_interrupted\\_%'";
        assert_eq!(case.column(scratch), Vec::<String>::new());
    }
    case.obeys_the_laws(&named());
}

#[test]
fn one_that_waits_for_another_process_goes() {
    let case = Case::applied(&named());
    let folder = Folder::new(&with_a_slow_migration());
    let cli = Cli::new(&folder, &case.database);
    let works = start(&cli, &["apply"]);
    let mut client = case.database.connect().unwrap();
    until("the migration runs", || sessions(&mut client, "wait_event = 'PgSleep'") == 1);
    let waits = start(&cli, &["apply"]);
    until("another one waits", || sessions(&mut client, "true") == 2);
    thread::sleep(Duration::from_millis(300));
    signal(&waits, "INT");
    let line = only_line(&waits.wait_with_output().unwrap(), 130);
    says(&line, &["cancelled by SIGINT", "interrupted"]);
    assert_eq!(sessions(&mut client, "wait_event = 'PgSleep'"), 1, "the first one goes on");
    signal(&works, "INT");
    only_line(&works.wait_with_output().unwrap(), 130);
    case.obeys_the_laws(&named());
}

#[test]
fn a_second_signal_ends_at_once() {
    // A connection whose server answers nothing more cannot be cancelled.
    let case = Case::applied(&named());
    let proxy = crate::support::proxy::Proxy::start(&case.database).unwrap();
    let folder = Folder::new(&with_a_slow_migration());
    let mut cli = Cli::new(&folder, &case.database);
    cli.url = proxy.url();
    let mut client = case.database.connect().unwrap();
    let mut child = start(&cli, &["apply"]);
    until("the statement runs", || sessions(&mut client, "wait_event = 'PgSleep'") == 1);
    proxy.pause();
    signal(&child, "INT");
    thread::sleep(Duration::from_millis(700));
    assert!(child.try_wait().unwrap().is_none(), "it waits for the server");
    signal(&child, "INT");
    let began = Instant::now();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(began.elapsed() < Duration::from_secs(2));
    proxy.resume();
    until("the statement ends", || {
        client.batch_execute("select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()").unwrap();
        sessions(&mut client, "true") == 0
    });
    case.obeys_the_laws(&named());
}

#[test]
fn with_tls_it_is_cancelled_with_tls() {
    let authority = Authority::new("the authority");
    let own = authority.certificate("server", &["127.0.0.1", "localhost"]);
    // Whoever comes without TLS is turned away.
    let Some(secure) =
        Secure::start(&own, None, &[], "hostnossl all demands all reject\nhostssl all demands all trust")
    else {
        return;
    };
    let database = secure.database();
    let mut client = database.connect().unwrap();
    client.batch_execute("create role demands superuser login password 'right'").unwrap();
    let folder = Folder::new(&with_a_slow_migration());
    folder.write("ca.crt", &authority.pem());
    let mut cli = Cli::new(&folder, &database);
    let at = cli.url.find('@').unwrap();
    cli.url = format!("postgresql://demands:right{}?sslmode=verify-ca&sslrootcert=ca.crt", &cli.url[at..]);
    let child = start(&cli, &["apply"]);
    until("the statement runs", || sessions(&mut client, "wait_event = 'PgSleep'") == 1);
    signal(&child, "TERM");
    let line = only_line(&child.wait_with_output().unwrap(), 143);
    says(&line, &["cancelled by SIGTERM", "nothing was changed"]);
    until("its session is gone", || sessions(&mut client, "true") == 0);
}
