//! A client that stands still while it holds locks: readers wait for it a few seconds, and nothing is half done.

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use postgres::NoTls;
use viewkeeper::ErrorKind;
use viewkeeper::report::Outcome;
use viewkeeper::testing::{Database, Template};

use crate::support::cli::Cli;
use crate::support::folder::Folder;
use crate::support::proxy::Proxy;
use crate::support::{Case, Files, laws, project, server};

/// How long the server waits for a client that holds locks.
const STILL: Duration = Duration::from_secs(5);
/// The deadline for the locks, what was thought, and a machine with much to do.
const SLACK: Duration = Duration::from_millis(4500);
/// After this time the client goes on.
const STALLED: Duration = Duration::from_secs(12);

const SHORT: &str = "set idle_in_transaction_session_timeout = 3000";

fn first() -> Files {
    project("stopped")
        .file("viewkeeper.toml", "name = \"stopped\"")
        .file("migrations/V1__t.sql", "create table t (id int, n int);\ninsert into t values (1, 1);\n")
        .file("views/v.sql", "create view v as select id, n from t;\n")
        .file("views/w.sql", "create view w as select id, n from v;\n")
        .file(
            "views/m.sql",
            "create materialized view m as select id, n from v;\ncreate index m_n on m (n);\n",
        )
}

/// A table, views and a materialized view with other columns.
fn with_a_migration() -> Files {
    first()
        .file("migrations/V2__n.sql", "alter table t alter column n type bigint;\nupdate t set n = n + 1;\n")
        .file(
            "views/m.sql",
            "create materialized view m as select id, n, n + 1 as more from v;\ncreate index m_n on m (n);\n",
        )
}

/// Views and a materialized view with other columns.
fn of_views_alone() -> Files {
    first().file("views/v.sql", "create view v as select id, n::bigint as n from t;\n").file(
        "views/m.sql",
        "create materialized view m as select id, n, n + 1 as more from v;\ncreate index m_n on m (n);\n",
    )
}

/// A view with another name first, because what stands on it is rebuilt.
fn of_names() -> Files {
    first()
        .without("views/v.sql")
        .file(
            "views/x.sql",
            "-- viewkeeper: renamed-from v\ncreate view x as select id, n::bigint as n from t;\n",
        )
        .file("views/w.sql", "create view w as select id, n from x;\n")
        .file(
            "views/m.sql",
            "create materialized view m as select id, n from x;\ncreate index m_n on m (n);\n",
        )
}

/// What became of a run that stood still before one of its messages.
struct Stood {
    /// The run has fewer messages.
    reached: bool,
    /// The server ended the session.
    ended: bool,
    /// The longest that a reader waited.
    waited: Duration,
}

fn stand(template: &Template, project: &Files, setting: Option<&str>, message: usize) -> Stood {
    let database = template.database().unwrap();
    let mut client = database.connect().unwrap();
    if let Some(setting) = setting {
        client
            .batch_execute(&format!(
                "do $$ begin execute format('alter database %I {setting}', current_database()); end $$"
            ))
            .unwrap();
    }
    let proxy = Proxy::start(&database).unwrap();
    let mut proxied = proxy.connect().unwrap();
    proxy.stall(message);
    let over = AtomicBool::new(false);
    let (result, reached, waited) = thread::scope(|scope| {
        let readers = ["select * from t", "select * from v", "select * from m"].map(|sql| {
            let (database, over) = (&database, &over);
            scope.spawn(move || longest_read(database, sql, over))
        });
        let run = scope.spawn(move || project.migrator().run(&mut proxied));
        while !run.is_finished() && !proxy.is_paused() {
            thread::sleep(Duration::from_millis(5));
        }
        let reached = proxy.is_paused();
        if reached {
            thread::sleep(STALLED);
            proxy.resume();
        }
        let result = run.join().unwrap();
        over.store(true, Ordering::Relaxed);
        let waited = readers.map(|reader| reader.join().unwrap()).into_iter().max().unwrap();
        (result, reached, waited)
    });
    // It may stand still only now, before the last word of a run that is over.
    let settled = (0..20).any(|_| {
        proxy.resume();
        proxy.settle(Duration::from_secs(1))
    });
    assert!(settled, "a session is still there, before message {message}");
    let ended = match result {
        Ok(_) => false,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Connection, "before message {message}: {error:?}");
            let report = format!("{error:?}");
            let mut said = vec!["stood still for", "nothing was heard of the server for"];
            // Before anything is held, the time of the role counts.
            said.extend(setting.map(|_| "the connection broke"));
            assert!(said.iter().any(|words| report.contains(words)), "before message {message}: {report}");
            true
        }
    };
    let report = project.migrator().run(&mut client).unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(report.outcome == Outcome::UpToDate, !ended, "nothing is half done: {report}");
    laws::equals_a_fresh_install(&database, project, &[]);
    laws::second_run_is_a_no_op(&database, &mut client, project);
    Stood { reached, ended, waited }
}

/// What a name has become is no error here, only waiting counts.
fn longest_read(database: &Database, sql: &str, over: &AtomicBool) -> Duration {
    let mut client = database.config().connect(NoTls).unwrap();
    let mut longest = Duration::ZERO;
    while !over.load(Ordering::Relaxed) {
        let began = Instant::now();
        let _ = client.simple_query(sql);
        longest = longest.max(began.elapsed());
        thread::sleep(Duration::from_millis(20));
    }
    longest
}

/// Stands still before each of a run's messages in turn. Gives how often the server ended the session.
fn stand_everywhere(project: fn() -> Files, setting: Option<&str>) -> (usize, Duration) {
    // Each of them takes many of the server's connections.
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let template = server().template(|client| Ok(first().migrator().run(client).map(drop)?)).unwrap();
    let project = &project();
    let (mut ended, mut longest) = (0, Duration::ZERO);
    for wave in 0.. {
        let stood: Vec<Stood> = thread::scope(|scope| {
            let runs: Vec<_> = (1..=10)
                .map(|place| {
                    let template = &template;
                    scope.spawn(move || stand(template, project, setting, wave * 10 + place))
                })
                .collect();
            runs.into_iter().map(|run| run.join().unwrap()).collect()
        });
        ended += stood.iter().filter(|stood| stood.ended).count();
        longest = longest.max(stood.iter().map(|stood| stood.waited).max().unwrap());
        if stood.iter().any(|stood| !stood.reached) {
            break;
        }
    }
    println!("the session was ended {ended} times; readers waited for at most {longest:?}");
    assert!(longest < STILL + SLACK, "readers waited for {longest:?}");
    (ended, longest)
}

#[test]
fn between_a_migration_and_the_commit_readers_wait_a_few_seconds() {
    let (ended, longest) = stand_everywhere(with_a_migration, None);
    assert!(ended > 5 && longest > STILL, "the migration's locks were held: {ended}, {longest:?}");
}

#[test]
fn a_shorter_time_of_the_database_does_not_end_a_run_that_holds_locks() {
    let (ended, longest) = stand_everywhere(with_a_migration, Some(SHORT));
    assert!(ended > 5 && longest > STILL, "{ended}, {longest:?}");
}

#[test]
fn nobody_waits_for_a_client_that_stands_still_around_the_switch() {
    let (ended, longest) = stand_everywhere(of_views_alone, None);
    assert_eq!(ended, 0, "locks are asked for and let go in one message");
    assert!(longest < Duration::from_secs(2), "{longest:?}");
}

#[test]
fn what_gets_another_name_first_is_given_up_in_time() {
    let (ended, longest) = stand_everywhere(of_names, Some(SHORT));
    assert!(ended > 2 && longest > Duration::from_secs(1), "{ended}, {longest:?}");
}

/// Sends a signal to a process.
fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

/// Waits until a session of the database sleeps in a statement.
fn until_it_sleeps(case: &mut Case) {
    let sleeping =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'";
    let began = Instant::now();
    while case.column(sleeping) != ["1"] {
        assert!(began.elapsed() < Duration::from_secs(20), "the statement runs");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_process_that_is_stopped_with_a_migrations_locks_loses_its_session() {
    let slow = "alter table t alter column n type bigint;\nselect pg_sleep(2);\n";
    for setting in [None, Some(SHORT)] {
        let mut case = Case::applied(&first());
        let second = first().file("migrations/V2__n.sql", slow);
        let folder = Folder::new(&second);
        if let Some(setting) = setting {
            let name = case.column("select quote_ident(current_database())").remove(0);
            case.damage(&format!("alter database {name} {setting}"));
        }
        let child = Cli::new(&folder, &case.database)
            .command(&["apply"])
            .stderr(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        until_it_sleeps(&mut case);
        signal(&child, "STOP");
        let began = Instant::now();
        case.column("select n from t");
        let waited = began.elapsed();
        assert!(waited > STILL && waited < STILL + Duration::from_secs(2) + SLACK, "{waited:?}");
        signal(&child, "CONT");
        let output = child.wait_with_output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains("stood still") && error.contains("nothing was changed"), "{error}");
        assert_eq!(case.column("select count(*) from refinery_schema_history"), ["1"]);
        case.run(&second);
        case.obeys_the_laws(&second);
    }
}

#[test]
fn a_process_that_is_stopped_in_the_switch_is_not_needed_for_the_commit() {
    let filled = |from: &str| {
        project("stopped")
            .file("viewkeeper.toml", "name = \"stopped\"\nschema = \"app\"")
            .file("migrations/V1__t.sql", "create table app.t (id int);\ninsert into app.t values (1);\n")
            .file("views/m.sql", &format!("create materialized view m as select id from t{from};\n"))
    };
    let before = filled("");
    let after = filled(" cross join pg_sleep(2)");
    let (mut case, folder) = (Case::new(), Folder::new(&after));
    let database = case.column("select quote_ident(current_database())").remove(0);
    let owner = case.role("stopped", &[&format!("create on database {database}")]);
    case.damage(&format!("set role {owner}"));
    case.run(&before);
    // Without this right it is filled while the locks are held.
    case.damage(&format!("reset role; revoke create on database {database} from {owner}"));
    let mut cli = Cli::new(&folder, &case.database);
    let sign = if cli.url.contains('?') { '&' } else { '?' };
    cli.url = format!("{}{sign}options=-c%20role%3D{owner}", cli.url);
    let child = cli.command(&["apply"]).stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    until_it_sleeps(&mut case);
    signal(&child, "STOP");
    let began = Instant::now();
    case.column("select id from app.m");
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    // It is done, and the process does not know it yet.
    assert_eq!(case.column("select pg_get_viewdef('app.m'::regclass) like '%pg_sleep%'"), ["t"]);
    assert_eq!(case.column("select count(*) from viewkeeper.release"), ["2"]);
    signal(&child, "CONT");
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    case.damage(&format!(
        "reassign owned by {owner} to current_user; drop owned by {owner}; drop role {owner}"
    ));
    case.run(&after);
    case.obeys_the_laws(&after);
}

#[test]
fn locks_changes_ledger_and_commit_are_one_message() {
    let mut case = Case::applied(&first());
    let project = of_views_alone();
    let proxy = Proxy::start(&case.database).unwrap();
    let mut client = proxy.connect().unwrap();
    project.migrator().run(&mut client).unwrap_or_else(|error| panic!("{error:?}"));
    let traffic = proxy.traffic();
    let locks = |sql: &&String| sql.contains("savepoint viewkeeper_changes") && sql.contains("owner to");
    let locking: Vec<&String> = traffic.sql.iter().filter(locks).collect();
    let [message] = locking[..] else { panic!("{locking:#?}") };
    for part in ["drop view", "create view", "insert into", ".release "] {
        assert!(message.contains(part), "{part} is not in {message}");
    }
    assert!(message.ends_with("commit"), "{message}");
    case.run(&project);
    case.obeys_the_laws(&project);
}

/// Two hundred and more views over a column that changes.
fn many(of: &str) -> Files {
    let mut files = project("many")
        .file("migrations/V1__t.sql", "create table t (id int, n int);\n")
        .file("views/v.sql", &format!("create view v as select id, n::{of} as n from t;\n"));
    for i in 0..210 {
        files = files.file(
            &format!("views/v{i}.sql"),
            &format!("create view v{i} as select id, n, {i} as i from v;\n"),
        );
    }
    files
}

#[test]
fn many_locks_are_answered_shortly_and_still_give_way_to_a_reader() {
    let mut case = Case::applied(&many("int"));
    let project = many("bigint");
    let mut reader = case.database.connect().unwrap();
    reader.batch_execute("begin; select * from v7").unwrap();
    let url = case.database.url().to_owned();
    let run = {
        let project = project.clone();
        thread::spawn(move || project.migrator().run(&mut postgres::Client::connect(&url, NoTls).unwrap()))
    };
    let waiting = "select count(*) from pg_locks l join pg_database d on d.oid = l.database \
         where d.datname = current_database() and l.locktype = 'relation' and not l.granted";
    let began = Instant::now();
    while case.column(waiting) == ["0"] {
        assert!(began.elapsed() < Duration::from_secs(30), "it waits for the reader");
        thread::sleep(Duration::from_millis(2));
    }
    thread::sleep(Duration::from_millis(300));
    let began = Instant::now();
    case.column("select * from v8");
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    reader.batch_execute("commit").unwrap();
    let report = run.join().unwrap().unwrap_or_else(|error| panic!("{error:?}"));
    assert!(report.retries > 0, "{report}");
    case.obeys_the_laws(&project);
}
