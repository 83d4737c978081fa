//! The run that has nothing to do: one round trip, no lock, nothing written, for anybody, at any time.

use std::path::Path;
use std::thread;
use std::time::Duration;

use postgres::{Client, NoTls};
use viewkeeper::report::Outcome;
use viewkeeper::testing::Server;

use crate::support::laws::strongest_locks;
use crate::support::proxy::Proxy;
use crate::support::{Case, Files, folder, project, server};

/// The objects of the kidney-genetics application, of every common kind.
fn kidney() -> Files {
    folder("kidney-genetics", &Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/kidney-genetics/sql"))
}

fn run(project: &Files, client: &mut Client) -> Outcome {
    project.migrator().run(client).unwrap_or_else(|error| panic!("{error:?}")).outcome
}

/// Where the WAL is, and the next transaction id.
fn counters(client: &mut Client) -> (String, String) {
    let row = client
        .query_one(
            "select pg_current_wal_insert_lsn()::text, pg_snapshot_xmax(pg_current_snapshot())::text",
            &[],
        )
        .unwrap();
    (row.get(0), row.get(1))
}

#[test]
fn it_is_one_round_trip_that_takes_no_transaction_id_and_writes_no_wal() {
    // A server of its own: both are counted by the server, and not by the session.
    let server = Server::builder().setting("autovacuum", "off").throwaway().start().unwrap();
    let database = server.database().unwrap();
    let project = kidney();
    let mut client = database.connect().unwrap();
    assert_eq!(run(&project, &mut client), Outcome::Applied);
    let proxy = Proxy::start(&database).unwrap();
    let mut proxied = proxy.connect().unwrap();
    // The first reader of a page sets hint bits, which are logged where pages have checksums; with asynchronous commit
    // only once the commit is on disk.
    client.batch_execute("checkpoint").unwrap();
    assert_eq!(run(&project, &mut proxied), Outcome::UpToDate, "a warming run");
    counters(&mut client);
    client.batch_execute("checkpoint").unwrap();
    let before = counters(&mut client);
    for _ in 0..3 {
        proxy.reset();
        assert_eq!(run(&project, &mut proxied), Outcome::UpToDate);
        assert_eq!(proxy.round_trips(), 1);
    }
    assert_eq!(counters(&mut client), before);
    let probe = proxy.traffic().sql.remove(0);
    assert_eq!(strongest_locks(&mut client, &probe), Vec::<String>::new());
}

#[test]
fn it_asks_for_the_recorded_objects_and_not_for_all_that_there_is() {
    let mut case = Case::applied(&kidney());
    let plan =
        case.column("explain (costs off) select from viewkeeper.status where project = 'kidney-genetics'");
    let plan = plan.join("\n");
    for catalog in ["pg_class", "pg_proc", "pg_trigger"] {
        assert!(!plan.contains(&format!("Seq Scan on {catalog} ")), "{plan}");
    }
}

#[test]
fn a_missing_ledger_is_an_answer_and_not_an_error_of_the_server() {
    let case = Case::new();
    let proxy = Proxy::start(&case.database).unwrap();
    let mut proxied = proxy.connect().unwrap();
    proxied.batch_execute("set default_transaction_read_only to on").unwrap();
    proxy.reset();
    let error = kidney().migrator().run(&mut proxied).unwrap_err();
    assert_eq!(error.code(), None, "the server refused nothing: {error}");
    assert_eq!(proxy.round_trips(), 1);
}

#[test]
fn it_works_for_a_role_that_may_only_read() {
    let project = kidney();
    let case = Case::applied(&project);
    let role = format!("reader_{}", std::process::id());
    let mut admin = case.database.connect().unwrap();
    admin.batch_execute(&format!("drop role if exists {role}; create role {role}")).unwrap();
    let mut reader = case.database.connect().unwrap();
    reader.batch_execute(&format!("set role {role}")).unwrap();
    assert_eq!(run(&project, &mut reader), Outcome::UpToDate);
    let denied = reader.batch_execute("select text from viewkeeper.definition").unwrap_err();
    assert_eq!(denied.code().map(|code| code.code()), Some("42501"), "the texts are their owner's");
    drop(reader);
    admin.batch_execute(&format!("drop role {role}")).unwrap();
    case.obeys_the_laws(&project);
}

#[test]
fn it_works_while_another_session_holds_the_lock() {
    let project = kidney();
    let case = Case::applied(&project);
    // A healing run is held up where it has the lock; its key is read there.
    let mut blocker = case.database.connect().unwrap();
    blocker.batch_execute("drop view cache_stats").unwrap();
    blocker.batch_execute("begin; lock table viewkeeper.object in exclusive mode").unwrap();
    let url = case.database.url().to_owned();
    let healing = {
        let project = project.clone();
        thread::spawn(move || run(&project, &mut Client::connect(&url, NoTls).unwrap()))
    };
    let mut watcher = case.database.connect().unwrap();
    let key: i64 = loop {
        let held = "select (classid::bigint << 32) | objid::bigint from pg_locks where locktype = 'advisory' \
                    and granted and database = (select oid from pg_database where datname = current_database())";
        match watcher.query_opt(held, &[]).unwrap() {
            Some(row) => break row.get(0),
            None => thread::sleep(Duration::from_millis(2)),
        }
    };
    blocker.batch_execute("rollback").unwrap();
    assert_eq!(healing.join().unwrap(), Outcome::Healed);

    watcher.execute("select pg_advisory_lock($1)", &[&key]).unwrap();
    let mut client = case.database.connect().unwrap();
    assert_eq!(run(&project, &mut client), Outcome::UpToDate);
    drop(watcher);
    case.obeys_the_laws(&project);
}

#[test]
fn a_first_run_takes_as_many_round_trips_for_ten_views_as_for_two_hundred() {
    let trips = |views: usize| {
        let mut many = project("many").file("migrations/V1__t.sql", "create table t (id int);\n");
        for number in 0..views {
            let text = format!("create view v{number} as select id from t;\n");
            many = many.file(&format!("views/v{number}.sql"), &text);
        }
        let database = server().database().unwrap();
        let proxy = Proxy::start(&database).unwrap();
        let mut client = proxy.connect().unwrap();
        proxy.reset();
        assert_eq!(run(&many, &mut client), Outcome::Applied);
        proxy.round_trips()
    };
    assert_eq!(trips(10), trips(200));
}
