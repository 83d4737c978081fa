//! A crash after each single message of a run: the next run arrives at the same end.

use std::time::Duration;

use viewkeeper::testing::{Database, Template};

use crate::support::proxy::{CutAt, Proxy};
use crate::support::{Files, laws, project, server};

/// A run that does all there is: a counter, an index built concurrently, transactions before and after it, views.
fn everything() -> Files {
    project("crash")
        .file(
            "migrations/V1__t.sql",
            "create table t (id int primary key, counter int not null);\ninsert into t values (1, 0);\n",
        )
        .file("migrations/V2__count.sql", "update t set counter = counter + 1;\n")
        .file(
            "migrations/V3__index.sql",
            "-- viewkeeper: no-transaction\ncreate index concurrently t_counter on t (counter);\n",
        )
        .file("migrations/V4__count.sql", "update t set counter = counter + 10;\n")
        .file("views/a.sql", "create view a as select id, counter from t;\n")
        .file("views/b.sql", "create view b as select id from a;\n")
}

/// Runs with the connection cut at each place in turn, and then again; gives how many cuts there were.
fn cut_everywhere(
    template: &Template,
    project: &Files,
    at: fn(usize) -> CutAt,
    verify: fn(&Database),
) -> usize {
    let before = laws::schema(&template.database().unwrap());
    for message in 1.. {
        let database = template.database().unwrap();
        let proxy = Proxy::start(&database).unwrap();
        let mut client = proxy.connect().unwrap();
        proxy.cut(at(message));
        let outcome = project.migrator().run(&mut client);
        drop(client);
        assert!(proxy.settle(Duration::from_secs(20)), "the server ends the session that lost its client");
        let cut = proxy.was_cut();
        if !cut {
            assert!(outcome.is_ok(), "{outcome:?}");
        }
        // Of a commit whose answer is lost nobody knows.
        if let Some(error) = outcome.err().map(|error| format!("{error:?}")) {
            let unchanged = !error.contains("nothing was changed") || laws::schema(&database) == before;
            assert!(unchanged, "after a cut at {message}: {error}");
        }
        let mut client = database.connect().unwrap();
        project
            .migrator()
            .run(&mut client)
            .unwrap_or_else(|error| panic!("after a cut at {message}: {error:?}"));
        verify(&database);
        laws::equals_a_fresh_install(&database, project, &[]);
        laws::second_run_is_a_no_op(&database, &mut client, project);
        if !cut {
            return message - 1;
        }
    }
    unreachable!("the numbers do not end")
}

fn counted_once_and_indexed_once(database: &Database) {
    let mut client = database.connect().unwrap();
    let row = client
        .query_one(
            "select (select counter from t), (select count(*) from refinery_schema_history), \
             (select count(*) from pg_index where indrelid = 't'::regclass and not indisprimary), \
             (select count(*) from pg_index where indrelid = 't'::regclass and not (indisvalid and indisready)), \
             (select count(*) from viewkeeper.claim)",
            &[],
        )
        .unwrap();
    assert_eq!(row.get::<_, i32>(0), 11, "each transactional migration ran exactly once");
    assert_eq!(row.get::<_, i64>(1), 4, "one history row each");
    assert_eq!((row.get::<_, i64>(2), row.get::<_, i64>(3)), (1, 0), "the index is there once, and valid");
    assert_eq!(row.get::<_, i64>(4), 0, "no claim is left");
}

fn empty() -> Template {
    server().template(|_| Ok(())).unwrap()
}

fn damaged() -> Template {
    let project = everything();
    server()
        .template(|client| {
            project.migrator().run(client)?;
            client.batch_execute(
                "drop view b; create or replace view a as select id, counter, 1 as extra from t",
            )?;
            Ok(())
        })
        .unwrap()
}

#[test]
fn a_first_run_may_be_cut_before_each_message() {
    let cuts = cut_everywhere(&empty(), &everything(), CutAt::Before, counted_once_and_indexed_once);
    assert!(cuts > 15, "{cuts}");
}

#[test]
fn a_first_run_may_be_cut_before_each_answer() {
    let cuts = cut_everywhere(&empty(), &everything(), CutAt::Unanswered, counted_once_and_indexed_once);
    assert!(cuts > 15, "{cuts}");
}

#[test]
fn a_first_run_may_be_cut_after_each_answer() {
    let cuts = cut_everywhere(&empty(), &everything(), CutAt::Answered, counted_once_and_indexed_once);
    assert!(cuts > 15, "{cuts}");
}

#[test]
fn a_run_of_one_transaction_says_nothing_of_a_commit_whose_answer_is_lost() {
    let project = project("once")
        .file("migrations/V1__t.sql", "create table t (id int primary key);\n")
        .file("views/a.sql", "create view a as select id from t;\n");
    let cuts = cut_everywhere(&empty(), &project, CutAt::Unanswered, |_| ());
    assert!(cuts > 6, "{cuts}");
}

#[test]
fn a_healing_run_may_be_cut_before_each_message() {
    let cuts = cut_everywhere(&damaged(), &everything(), CutAt::Before, counted_once_and_indexed_once);
    assert!(cuts > 6, "{cuts}");
}

#[test]
fn a_healing_run_may_be_cut_before_each_answer() {
    let cuts = cut_everywhere(&damaged(), &everything(), CutAt::Unanswered, counted_once_and_indexed_once);
    assert!(cuts > 6, "{cuts}");
}

#[test]
fn a_healing_run_may_be_cut_after_each_answer() {
    let cuts = cut_everywhere(&damaged(), &everything(), CutAt::Answered, counted_once_and_indexed_once);
    assert!(cuts > 6, "{cuts}");
}
