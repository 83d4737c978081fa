//! What a migration makes in its session that no transaction takes back: locks of the session, prepared statements, and outside of a
//! transaction also temporary tables, cursors and channels. The caller's session is as it was.

use std::thread;
use std::time::{Duration, Instant};

use viewkeeper::ErrorKind;

use crate::support::{Case, Files, project};

fn table() -> Files {
    project("left").file("migrations/V1__t.sql", "create table t (id int, name text);\n")
}

/// All that a session holds beyond its transactions.
const HELD: &str = "select what from ( \
     select format('lock %s %s %s %s', classid, objid, objsubid, mode) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() \
     union all select 'prepared ' || name from pg_prepared_statements where from_sql \
     union all select 'cursor ' || name from pg_cursors where is_holdable \
     union all select 'channel ' || c from pg_listening_channels() c \
     union all select 'temporary ' || relname from pg_class where relnamespace = pg_my_temp_schema() and relkind <> 'i' \
   ) held(what) order by 1";

/// What a caller has of his own in his session.
const OWN: &str = "select pg_advisory_lock(5), pg_advisory_lock(5); prepare mine as select 1; listen mine; \
     create temp table mine (id int); declare mine cursor with hold for select 1";

/// How often the session holds a lock: as often as it can be unlocked.
fn times(case: &mut Case, lock: &str) -> usize {
    (0..10).take_while(|_| case.column(&format!("select pg_advisory_unlock{lock}")) == ["t"]).count()
}

/// Locks in each form in which they can be taken.
const LOCKS: &str = "select pg_advisory_lock(7), pg_advisory_lock(-7), pg_advisory_lock(7), pg_try_advisory_lock_shared(1, -2);\n\
     do $$ begin perform pg_advisory_lock_shared(9223372036854775807); end $$;\n";

#[test]
fn locks_of_the_session_go_with_a_migration_that_fails() {
    let mut case = Case::applied(&table());
    case.damage(OWN);
    let before = case.column(HELD);
    for text in [
        format!("{LOCKS}select 1/0;\n"),
        // One message, and a second one that finds the statement.
        format!("{LOCKS}insert into t select 1;\nalter table t add check (id > 1);\n"),
        "select hidden();\nselect 1/0;\n".to_owned(),
        format!("{LOCKS}alter table t add constraint c check (id > 0), add constraint c check (id > 0);\n"),
    ] {
        case.damage(
            "create or replace function hidden() returns void language sql as 'select pg_advisory_lock(8)'",
        );
        let error =
            table().file("migrations/V2__no.sql", &text).migrator().run(&mut case.client).unwrap_err();
        assert_eq!(error.object_name(), Some("V2__no"), "{error:?}");
        assert_eq!(case.column(HELD), before, "{text}");
    }
    assert_eq!(times(&mut case, "(5)"), 2, "the caller's own");
    case.damage("drop function hidden()");
    case.damage("discard all");
    case.obeys_the_laws(&table());
}

#[test]
fn a_lock_of_the_session_is_held_once_by_a_migration_that_is_sent_again() {
    let base = table().file("views/v.sql", "create view v as select id, name from t;\n");
    let mut case = Case::applied(&base);
    let next = base
        .clone()
        .file("migrations/V2__lock.sql", "select pg_advisory_lock(7);\nalter table t add column x int;\n")
        // A view is in the way.
        .file(
            "migrations/V3__lock.sql",
            "select pg_advisory_lock(8);\nalter table t alter column name type varchar(9);\n",
        );
    next.migrator().rehearse(&mut case.client).unwrap();
    assert_eq!(case.column(HELD), Vec::<String>::new(), "a rehearsal takes everything back");
    let mut reader = case.database.connect().unwrap();
    reader.batch_execute("begin; select * from t").unwrap();
    let let_go = thread::spawn(move || {
        thread::sleep(Duration::from_millis(1500));
        reader.batch_execute("commit").unwrap();
    });
    let report = case.run(&next);
    let_go.join().unwrap();
    assert!(report.retries > 0, "{report}");
    // What is committed did what its text says.
    assert_eq!(["(7)", "(8)"].map(|lock| times(&mut case, lock)), [1, 1]);
    case.obeys_the_laws(&next);
}

/// Leaves all there is.
const LEAVES: &str = "-- viewkeeper: no-transaction\n\
     select pg_advisory_lock(7);\nprepare p as select 1;\nlisten c;\n\
     create temp table x (id serial primary key);\ncreate temp view y as select id from x;\n\
     declare k cursor with hold for select 1;\n\
     create index concurrently t_id on t (id);\n";

#[test]
fn outside_of_a_transaction_nothing_is_left_and_the_same_can_run_again() {
    let mut case = Case::applied(&table());
    case.damage(OWN);
    let before = case.column(HELD);
    let failing = table().file("migrations/V2__no.sql", &format!("{LEAVES}select nope;\n"));
    for _ in 0..2 {
        let error = failing.migrator().run(&mut case.client).unwrap_err();
        assert_eq!(error.code(), Some("42703"), "{error:?}");
        assert_eq!(case.column(HELD), before);
    }
    let good = table().file("migrations/V2__no.sql", LEAVES);
    case.run(&good);
    assert_eq!(case.column(HELD), before);
    assert_eq!(times(&mut case, "(5)"), 2, "the caller's own");
    case.damage("discard all");
    case.obeys_the_laws(&good);
}

/// One that gave up is begun anew by the next run alone, and what its statements left is not in the way of that.
#[test]
fn outside_of_a_transaction_what_gave_way_is_begun_anew_by_the_next_run() {
    let table = project("left")
        .file("migrations/V1__t.sql", "create table t (id int, name text);\ncreate sequence begun;\n");
    let mut case = Case::applied(&table);
    let next = table.file(
        "migrations/V2__wait.sql",
        "-- viewkeeper: no-transaction\nselect nextval('begun');\nprepare p as select 1;\ncreate temp table x (id int);\nalter table t add column y int;\n",
    );
    let mut reader = case.database.connect().unwrap();
    reader.batch_execute("begin; select * from t").unwrap();
    let migrator = next.migrator().migration_lock_timeout(Duration::from_millis(50));
    for begun in 1..=2 {
        let error = migrator.clone().tries(3).run(&mut case.client).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy, "{error:?}");
        let told = format!("{error:?}");
        assert_eq!(told.matches("gave way to other sessions in 3 tries").count(), 1, "{told}");
        assert_eq!(told.matches("gave way").count(), 1, "{told}");
        assert_eq!(told.matches("public.t is held by").count(), 1, "{told}");
        assert!(told.contains("its earlier statements are committed"), "{told}");
        assert_eq!(case.column("select last_value from begun"), [begun.to_string()]);
        assert_eq!(case.column(HELD), Vec::<String>::new());
    }
    // The time that it may take is that of one wait, too.
    let started = Instant::now();
    let error = migrator.clone().retry_for(Duration::from_secs(1)).run(&mut case.client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy, "{error:?}");
    assert_eq!(case.column("select last_value from begun"), ["3"], "after {:?}", started.elapsed());
    reader.batch_execute("commit").unwrap();
    case.run(&next);
    assert_eq!(case.column("select last_value from begun"), ["4"]);
    assert_eq!(case.column(HELD), Vec::<String>::new());
    case.obeys_the_laws(&next);
}
