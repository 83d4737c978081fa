//! Locks of others: what is waited for, for how long, and what is said in the end.

use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use postgres::{Client, NoTls};
use viewkeeper::report::Outcome;
use viewkeeper::{ErrorKind, Migrator, Report};

use crate::support::cases::cases;
use crate::support::{Case, Files, project};

fn first() -> Files {
    project("waiting")
        .file("migrations/V1__t.sql", "create table t (id int primary key, name text);\n")
        .file("views/a.sql", "create view a as select id from t;\n")
}

/// Replaces the view, for which nobody may read it.
fn second() -> Files {
    first().file("views/a.sql", "create view a as select id, name from t;\n")
}

/// A session in a transaction that has done this. The server ends it after a while, so that a run that would wait for
/// ever succeeds instead, and fails the test.
fn holding(case: &Case, sql: &str) -> Client {
    let mut session = case.database.connect().unwrap();
    session.batch_execute("set idle_in_transaction_session_timeout to '20s'").unwrap();
    session.batch_execute("begin").unwrap();
    session.batch_execute(sql).unwrap();
    session
}

/// Runs in a session and a thread of its own.
fn running(case: &Case, migrator: Migrator) -> JoinHandle<Result<Report, viewkeeper::Error>> {
    let url = case.database.url().to_owned();
    thread::spawn(move || migrator.run(&mut Client::connect(&url, NoTls).unwrap()))
}

/// Waits until somebody waits for a lock on a relation whose name begins so.
fn until_waited_for(case: &mut Case, relation: &str) {
    let waiting = format!(
        "select count(*) from pg_locks l join pg_class c on c.oid = l.relation where not l.granted and c.relname like '{relation}%'"
    );
    while case.column(&waiting) == ["0"] {
        thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_reader_that_is_soon_done_is_given_way_to() {
    let mut case = Case::applied(&first());
    let mut reader = holding(&case, "select * from a");
    let run = running(&case, second().migrator());
    until_waited_for(&mut case, "a");
    thread::sleep(Duration::from_millis(150));
    reader.batch_execute("commit").unwrap();
    let report = run.join().unwrap().unwrap();
    assert_eq!(report.outcome, Outcome::Applied, "{report}");
    assert!(report.retries > 0, "{report}");
    case.obeys_the_laws(&second());
}

#[test]
fn giving_up_is_said_to_be_for_now() {
    let mut case = Case::applied(&first());
    let mut reader = holding(&case, "select * from a");
    let error = second().migrator().retry_for(Duration::from_millis(300)).run(&mut case.client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy, "{error:?}");
    assert!(error.is_transient(), "{error:?}");
    let text = format!("{error:?}");
    assert!(text.contains("note: gave way to other sessions in ") && text.contains(" tries"), "{text}");
    assert!(text.contains("note: nothing was changed"), "{text}");
    // Who it was, so that somebody can be asked.
    let pid = reader.query_one("select pg_backend_pid()", &[]).unwrap().get::<_, i32>(0);
    assert!(text.contains(&format!("note: public.a is held by pid {pid} (user ")), "{text}");
    assert!(text.contains(" s, idle in transaction\n"), "{text}");
    // What it runs is its own affair, until somebody asks the server.
    assert!(!text.contains("select * from a"), "{text}");
    let ask = format!("help: select query from pg_stat_activity where pid = {pid} shows what it runs");
    assert!(text.contains(&ask), "{text}");
    assert!(text.contains(&format!("help: end it with select pg_terminate_backend({pid})")), "{text}");
    let once = second().migrator().tries(1).run(&mut case.client).unwrap_err();
    assert!(format!("{once:?}").contains("note: gave way to other sessions in 1 try"), "{once:?}");
    drop(reader);
    case.run(&second());
    case.obeys_the_laws(&second());
}

#[test]
fn reading_waits_no_longer_than_writing() {
    let mut case = Case::applied(&first());
    let migration = holding(&case, "lock table t in access exclusive mode");
    let error = second().migrator().retry_for(Duration::from_millis(300)).run(&mut case.client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy, "{error:?}");
    assert!(error.is_transient(), "{error:?}");
    assert!(format!("{error:?}").contains("note: public.t is held by pid "), "{error:?}");
    drop(migration);
    case.run(&second());
    case.obeys_the_laws(&second());
}

#[test]
fn waiting_for_another_run_is_not_giving_way() {
    let mut case = Case::applied(&first());
    let slow = first().file("migrations/V2__slow.sql", "select pg_sleep(1.5);\n");
    let project = slow.clone().file("views/a.sql", "create view a as select id, name from t;\n");
    let mut reader = holding(&case, "select * from a");
    let one = running(&case, slow.migrator());
    let sleeping =
        "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
    while case.column(sleeping) == ["0"] {
        thread::sleep(Duration::from_millis(2));
    }
    // Waits for the other run longer than it would give way.
    let other = running(&case, project.migrator().retry_for(Duration::from_secs(1)));
    until_waited_for(&mut case, "a");
    thread::sleep(Duration::from_millis(150));
    reader.batch_execute("commit").unwrap();
    assert_eq!(one.join().unwrap().unwrap().migrations.len(), 1);
    let report = other.join().unwrap().unwrap();
    assert!(report.retries > 0 && report.migrations.is_empty(), "{report}");
    case.obeys_the_laws(&project);
}

/// The ledger gets code while another run holds the lock: what is refused then is that, and not our own transaction.
#[test]
fn what_is_refused_under_the_lock_is_said_in_its_own_words() {
    let mut case = Case::applied(&first());
    let slow = first().file("migrations/V2__slow.sql", "select pg_sleep(1.5);\n");
    let project = slow.clone().file("views/a.sql", "create view a as select id, name from t;\n");
    let one = running(&case, slow.migrator());
    let sleeping =
        "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
    while case.column(sleeping) == ["0"] {
        thread::sleep(Duration::from_millis(2));
    }
    let other = running(&case, project.migrator());
    thread::sleep(Duration::from_millis(400));
    case.damage(
        "create function mine() returns trigger language plpgsql as 'begin return new; end'; \
         create trigger mine before delete on viewkeeper.claim for each row execute function mine()",
    );
    one.join().unwrap().unwrap();
    let error = other.join().unwrap().expect_err("the ledger has a trigger");
    assert!(error.to_string().contains("has trigger mine"), "{error:?}");
    case.damage("drop function mine cascade");
    case.run(&project);
    // The flag of the table stays until it is tidied, and costs a message.
    case.damage("vacuum viewkeeper.claim");
    case.obeys_the_laws(&project);
}

#[test]
fn all_locks_come_under_one_deadline() {
    const READERS: [&str; 5] = ["v0", "v1", "v2", "v3", "v4"];
    let of = |text: &str| {
        let migration = "create table t (id int);\n";
        READERS.iter().fold(project("deadline").file("migrations/V1__t.sql", migration), |project, view| {
            project
                .file(&format!("views/{view}.sql"), &format!("create view {view} as select {text} from t;\n"))
        })
    };
    let mut case = Case::applied(&of("id"));
    let project = of("id + 0 as id");
    let mut readers = READERS.map(|view| holding(&case, &format!("select * from {view}")));
    let run = running(&case, project.migrator().lock_timeout(Duration::from_millis(400)));
    until_waited_for(&mut case, "v");
    // No lock takes longer than its reader's turn, and all together take longer than the deadline.
    for reader in readers.iter_mut().rev() {
        thread::sleep(Duration::from_millis(200));
        reader.batch_execute("commit").unwrap();
    }
    let report = run.join().unwrap().unwrap();
    assert!(report.retries > 0, "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn every_duration_can_be_an_option() {
    for wait in [Duration::ZERO, Duration::from_nanos(1), Duration::from_micros(500), Duration::MAX] {
        let mut case = Case::applied(&first());
        second().migrator().lock_wait(wait).lock_timeout(wait).retry_for(wait).run(&mut case.client).unwrap();
        case.obeys_the_laws(&second());
    }
}

#[test]
fn less_than_a_millisecond_is_not_for_ever() {
    for lock_timeout in [Duration::ZERO, Duration::from_micros(500)] {
        let mut case = Case::applied(&first());
        let _reader = holding(&case, "select * from a");
        let migrator = second().migrator().lock_timeout(lock_timeout).retry_for(Duration::from_millis(100));
        assert_eq!(migrator.run(&mut case.client).unwrap_err().kind(), ErrorKind::Busy);
    }
}

#[test]
fn a_claim_of_a_migration_that_is_not_ours_is_nobodys_business() {
    let claim = "insert into viewkeeper.claim (project, schema, version, name, pid, backend_start, since)";
    let mut case = Case::applied(&first());
    let mut other = case.database.connect().unwrap();
    let live = "select 'waiting', 'public', 77, 'V77__index', pid, backend_start, now() from pg_stat_activity where pid = pg_backend_pid()";
    other.batch_execute(&format!("{claim} {live}")).unwrap();
    case.damage(&format!("{claim} values ('waiting', 'public', 78, 'V78__gone', 2147483647, now(), now())"));
    for (project, outcome) in [(first(), Outcome::UpToDate), (second(), Outcome::Applied)] {
        let migrator = project.migrator().lock_wait(Duration::from_secs(1));
        let report = migrator.run(&mut case.client).unwrap();
        assert_eq!(report.outcome, outcome, "{report}");
    }
    case.obeys_the_laws(&second());
}

#[test]
fn eight_projects_may_run_at_once_in_a_new_database() {
    let project = |n: usize| {
        project(&format!("p{n}"))
            .file("viewkeeper.toml", &format!("name = \"p{n}\"\nschema = \"s{n}\"\n"))
            .file("migrations/V1__t.sql", "create table t (id int);\n")
            .file("views/v.sql", "create view v as select id from t;\n")
    };
    for _ in 0..3 {
        let case = Case::new();
        let runs: Vec<_> = (0..8).map(|n| running(&case, project(n).migrator())).collect();
        for run in runs {
            let report = run.join().unwrap().unwrap();
            assert_eq!(report.outcome, Outcome::Applied, "{report}");
        }
    }
}

/// A migration that every reader of the table would queue behind.
fn altering() -> Files {
    first()
        .file("migrations/V2__more.sql", "create table more (id int);\nalter table t add column more int;\n")
}

#[test]
fn readers_queue_behind_a_migration_no_longer_than_its_deadline() {
    let mut case = Case::applied(&first());
    let mut report = holding(&case, "set application_name = 'the report'; select * from t");
    let deadline = Duration::from_millis(200);
    let run = running(&case, altering().migrator().migration_lock_timeout(deadline));
    until_waited_for(&mut case, "t");
    let mut slowest = Duration::ZERO;
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(4) {
        let read = Instant::now();
        case.column("select * from t");
        slowest = slowest.max(read.elapsed());
    }
    // What a busy machine adds.
    assert!(slowest < deadline + Duration::from_millis(400), "{slowest:?}");
    assert!(slowest > Duration::from_millis(50), "nobody queued behind it: {slowest:?}");
    assert!(!run.is_finished());
    let pid = report.query_one("select pg_backend_pid()", &[]).unwrap().get::<_, i32>(0);
    report.batch_execute("commit").unwrap();
    let done = run.join().unwrap().unwrap();
    assert!(done.retries > 1, "{done}");
    // Those who queued behind it may be seen, too, while they read.
    let reader = format!("held by pid {} ", case.column("select pg_backend_pid()")[0]);
    let others: Vec<_> = done.gave_way_to.iter().filter(|held| !held.contains(&reader)).collect();
    let [held] = others.as_slice() else { panic!("{done}") };
    assert!(held.starts_with(&format!("public.t was held by pid {pid} (user ")), "{held}");
    assert!(held.contains("application \"the report\"), in a transaction since "), "{held}");
    assert!(held.ends_with(", idle in transaction"), "{held}");
    assert!(done.to_string().contains(held.as_str()), "{done}");
    case.obeys_the_laws(&altering());
}

/// What a migration locked is let go while the objects give way, also where something was made beside the old ones before.
#[test]
fn readers_of_a_migrations_table_do_not_wait_for_who_reads_an_object() {
    let base = first().file("views/m.sql", "create materialized view m as select id from a;\n");
    let mut case = Case::applied(&base);
    let mut report = holding(&case, "select * from m");
    let next = base
        .file("migrations/V2__more.sql", "alter table t add column more int;\n")
        .file("views/a.sql", "create view a as select id::bigint as id from t;\n");
    let run = running(&case, next.migrator());
    let (mut slowest, began) = (Duration::ZERO, Instant::now());
    while began.elapsed() < Duration::from_secs(6) {
        let read = Instant::now();
        case.column("select * from t");
        slowest = slowest.max(read.elapsed());
    }
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    assert!(!run.is_finished());
    report.batch_execute("commit").unwrap();
    let done = run.join().unwrap().unwrap();
    assert!(done.retries > 1, "{done}");
    case.obeys_the_laws(&next);
}

#[test]
fn a_migration_that_never_gets_its_lock_says_for_whom_it_waited() {
    let mut case = Case::applied(&first());
    let mut reader = holding(&case, "select * from t");
    let pid = reader.query_one("select pg_backend_pid()", &[]).unwrap().get::<_, i32>(0);
    let limited = altering().migrator().retry_for(Duration::from_millis(1500));
    let error = limited.run(&mut case.client).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Busy, Some("55P03")), "{error:?}");
    let text = format!("{error:?}");
    assert!(text.contains(&format!("note: public.t is held by pid {pid} (user ")), "{text}");
    assert!(text.contains("note: nothing was changed") && !text.contains("select * from t"), "{text}");
    // One that sets its own deadline has that.
    let own = first()
        .file("migrations/V2__own.sql", "set lock_timeout = '1ms';\nalter table t add column more int;\n");
    let once = own.migrator().tries(1).migration_lock_timeout(Duration::from_secs(60));
    assert_eq!(once.run(&mut case.client).unwrap_err().kind(), ErrorKind::Busy);
    drop(reader);
    case.run(&altering());
    case.obeys_the_laws(&altering());
}

#[test]
fn what_a_child_or_a_foreign_key_holds_is_seen_too() {
    let base = first().file(
        "migrations/V1__t.sql",
        "create table t (id int primary key, name text) partition by range (id);\ncreate table t_low partition of t for values from (0) to (9);\n",
    );
    let mut case = Case::applied(&base);
    let reader = holding(&case, "select * from t_low");
    let next = base.clone().file("migrations/V2__more.sql", "alter table t add column more int;\n");
    let limited = next
        .migrator()
        .retry_for(Duration::from_millis(300))
        .migration_lock_timeout(Duration::from_millis(50));
    let error = limited.run(&mut case.client).unwrap_err();
    assert!(format!("{error:?}").contains("note: public.t_low is held by pid "), "{error:?}");
    drop(reader);
    case.run(&next);
    case.obeys_the_laws(&next);
}

#[test]
fn a_statement_outside_of_a_transaction_gives_way_alone() {
    let mut case = Case::applied(&first());
    let mut old = holding(&case, "set transaction isolation level repeatable read; select 1");
    let mut reader = holding(&case, "select * from t");
    let text = "-- viewkeeper: no-transaction\nalter table t add column more int;\ncreate index concurrently t_name on t (name);\n";
    let project = first().file("migrations/V2__out.sql", text);
    let run = running(&case, project.migrator().migration_lock_timeout(Duration::from_millis(100)));
    until_waited_for(&mut case, "t");
    thread::sleep(Duration::from_millis(600));
    reader.batch_execute("commit").unwrap();
    // An index that is built concurrently keeps nobody waiting, so it waits for an old snapshot as long as it must.
    let building = "select count(*) from pg_stat_progress_create_index where datname = current_database()";
    while case.column(building) == ["0"] {
        thread::sleep(Duration::from_millis(2));
    }
    thread::sleep(Duration::from_millis(300));
    assert_eq!(case.column(building), ["1"]);
    old.batch_execute("commit").unwrap();
    let report = run.join().unwrap().unwrap();
    assert!(report.retries > 0 && report.gave_way_to.len() == 1, "{report}");
    case.obeys_the_laws(&project);
}

cases! { has_our_deadline:
    a_migration_that_sets_no_deadline_has_ours("set lock_timeout = 0;");
    a_migration_that_sets_no_deadline_of_any_sort_has_ours(
        "SET statement_timeout = 0;\nSET lock_timeout = 0;\nset client_encoding = 'UTF8';");
    a_migration_that_sets_no_deadline_for_its_transaction_has_ours("set local lock_timeout to '0'; -- none");
    a_migration_that_sets_the_sessions_deadline_has_ours("set session lock_timeout to default;");
    a_migration_that_resets_the_deadline_has_ours("reset lock_timeout;");
    a_migration_that_selects_no_deadline_has_ours("select set_config('lock_timeout', '0', false);");
    a_migration_whose_code_sets_no_deadline_has_ours(
        "do $$ begin perform set_config('lock_timeout', '0', true); end $$;");
    a_migration_that_sets_a_deadline_and_then_none_has_ours("set lock_timeout = '1h';\nset lock_timeout = '0ms';");
    outside_of_a_transaction_a_migration_that_sets_no_deadline_has_ours(
        "-- viewkeeper: no-transaction\nset lock_timeout = 0;");
    outside_of_a_transaction_a_migration_that_resets_all_has_ours(
        "-- viewkeeper: no-transaction\nset lock_timeout = '1h';\nreset all;");
}

fn has_our_deadline(lifts: &str) {
    let deadline = Duration::from_millis(200);
    let text = format!("{lifts}\nalter table t add column more int;\n");
    let mut case = Case::applied(&first());
    let project = first().file("migrations/V2__more.sql", &text);
    let mut reader = holding(&case, "select * from t");
    let run = running(&case, project.migrator().migration_lock_timeout(deadline));
    until_waited_for(&mut case, "t");
    let mut slowest = Duration::ZERO;
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(1500) {
        let read = Instant::now();
        case.damage("set statement_timeout = '5s'; select * from t");
        slowest = slowest.max(read.elapsed());
    }
    case.damage("reset statement_timeout");
    assert!(slowest < deadline + Duration::from_millis(400), "{slowest:?}");
    reader.batch_execute("commit").unwrap();
    run.join().unwrap().unwrap();
    case.obeys_the_laws(&project);
}

cases! { keeps_its_own_deadline:
    a_deadline_of_a_migrations_own_holds("");
    outside_of_a_transaction_a_deadline_of_a_migrations_own_holds("-- viewkeeper: no-transaction\n");
}

fn keeps_its_own_deadline(head: &str) {
    let text = format!(
        "{head}set lock_timeout = 0;\nset lock_timeout = '1234ms';\nselect 1;\ncreate table seen as select current_setting('lock_timeout') as wait;\n"
    );
    let mut case = Case::applied(&first());
    let project = first().file("migrations/V2__own.sql", &text);
    case.run(&project);
    assert_eq!(case.column("select wait from seen"), ["1234ms"]);
    case.obeys_the_laws(&project);
}

#[test]
fn the_place_of_an_error_behind_a_deadline_is_that_of_the_file() {
    let mut case = Case::applied(&first());
    let text = "set lock_timeout = 0;\nset lock_timeout = 0;\nselect ünknown from t;\n";
    let error = case.refused(&first().file("migrations/V2__no.sql", text));
    let place = error.location().unwrap();
    assert_eq!((error.code(), place.line, place.column), (Some("42703"), 3, 8), "{error:?}");
    case.obeys_the_laws(&first());
}
