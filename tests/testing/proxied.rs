//! What the proxy counts and where it cuts.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use postgres::NoTls;
use postgres::types::Type;
use viewkeeper::testing::{Database, Server};

use crate::Result;
use crate::support::proxy::{CutAt, Proxy};

const PATIENCE: Duration = Duration::from_secs(10);

fn database() -> Result<Database> {
    let database = Server::shared()?.database()?;
    database.connect()?.batch_execute("create table counter (n bigint); insert into counter values (0)")?;
    Ok(database)
}

fn counter(database: &Database) -> Result<i64> {
    Ok(database.connect()?.query_one("select n from counter", &[])?.get(0))
}

#[test]
fn round_trips_are_counted() -> Result {
    let database = database()?;
    let proxy = Proxy::start(&database)?;
    let mut client = proxy.connect()?;
    assert_eq!((proxy.round_trips(), proxy.traffic().total()), (0, 0), "the start-up does not count");
    let trips = |run: &mut dyn FnMut() -> std::result::Result<(), postgres::Error>| -> Result<usize> {
        proxy.reset();
        run()?;
        Ok(proxy.round_trips())
    };
    assert_eq!(trips(&mut || client.simple_query("select 1; select 2").map(drop))?, 1);
    assert_eq!(trips(&mut || client.batch_execute("select 1; select 2"))?, 1);
    assert_eq!(trips(&mut || client.query_typed("select $1", &[(&1_i64, Type::INT8)]).map(drop))?, 1);
    assert_eq!(trips(&mut || client.query("select n + $1 from counter", &[&1_i64]).map(drop))?, 2);
    assert_eq!(trips(&mut || client.transaction()?.commit())?, 2, "closing the statement before is none");
    Ok(())
}

#[test]
fn a_copy_is_two_round_trips() -> Result {
    let database = database()?;
    let proxy = Proxy::start(&database)?;
    let mut client = proxy.connect()?;
    let statement = client.prepare("copy counter from stdin")?;
    proxy.reset();
    let mut writer = client.copy_in(&statement)?;
    std::io::Write::write_all(&mut writer, b"1\n2\n")?;
    assert_eq!(writer.finish()?, 2);
    assert_eq!(proxy.round_trips(), 2);
    // The counts are right again after it.
    client.simple_query("select 1")?;
    assert_eq!(proxy.round_trips(), 3);
    Ok(())
}

#[test]
fn texts_and_messages_are_recorded() -> Result {
    let database = database()?;
    let proxy = Proxy::start(&database)?;
    let mut client = proxy.connect()?;
    client.simple_query("select 'é'")?;
    client.query_typed("select $1::text", &[(&"a", Type::TEXT)])?;
    let traffic = proxy.traffic();
    assert_eq!(traffic.sql, ["select 'é'", "select $1::text"]);
    let counts: Vec<(char, usize)> = traffic.messages.clone().into_iter().collect();
    assert_eq!(counts, [('B', 1), ('D', 1), ('E', 1), ('P', 1), ('Q', 1), ('S', 1)]);
    assert_eq!((traffic.total(), traffic.connections), (6, 1));
    client.close()?;
    assert!(proxy.settle(PATIENCE));
    assert_eq!(proxy.traffic().messages.get(&'X'), Some(&1));
    Ok(())
}

#[test]
fn a_cut_before_a_message_loses_it() -> Result {
    let database = database()?;
    let proxy = Proxy::start(&database)?;
    let mut client = proxy.connect()?;
    proxy.cut(CutAt::Before(2));
    client.batch_execute("update counter set n = n + 1")?;
    assert!(!proxy.was_cut());
    assert!(client.batch_execute("update counter set n = n + 10").is_err());
    assert!(proxy.was_cut() && proxy.settle(PATIENCE));
    assert_eq!(counter(&database)?, 1);
    Ok(())
}

#[test]
fn an_unanswered_message_is_done() -> Result {
    let database = database()?;
    let proxy = Proxy::start(&database)?;
    let mut client = proxy.connect()?;
    proxy.cut(CutAt::Unanswered(2));
    client.batch_execute("update counter set n = n + 1")?;
    assert!(client.batch_execute("update counter set n = n + 10").is_err());
    assert!(proxy.settle(PATIENCE));
    assert_eq!(counter(&database)?, 11);
    Ok(())
}

#[test]
fn an_answered_message_is_done_and_known() -> Result {
    let database = database()?;
    let proxy = Proxy::start(&database)?;
    let mut client = proxy.connect()?;
    proxy.cut(CutAt::Answered(2));
    client.batch_execute("update counter set n = n + 1")?;
    client.batch_execute("update counter set n = n + 10")?;
    assert!(client.batch_execute("update counter set n = n + 100").is_err());
    assert!(proxy.settle(PATIENCE));
    assert_eq!(counter(&database)?, 11);
    Ok(())
}

/// Parse, Bind, Describe, Execute and Sync go together; only with the Sync is the statement committed.
#[test]
fn a_batch_is_cut_between_its_messages() -> Result {
    let cases = [
        (CutAt::Before(5), false, 0),
        (CutAt::Unanswered(4), false, 0),
        (CutAt::Unanswered(5), false, 1),
        (CutAt::Answered(2), true, 1),
        (CutAt::Answered(5), true, 1),
    ];
    for (cut, succeeds, expected) in cases {
        let database = database()?;
        let proxy = Proxy::start(&database)?;
        let mut client = proxy.connect()?;
        proxy.cut(cut);
        let result = client.query_typed("update counter set n = n + $1", &[(&1_i64, Type::INT8)]);
        assert_eq!(result.is_ok(), succeeds, "{cut:?}");
        assert!(client.simple_query("select 1").is_err(), "{cut:?}");
        assert!(proxy.was_cut() && proxy.settle(PATIENCE), "{cut:?}");
        assert_eq!(counter(&database)?, expected, "{cut:?}");
    }
    Ok(())
}

#[test]
fn the_server_rolls_back_when_it_sees_the_cut() -> Result {
    let database = database()?;
    let proxy = Proxy::start(&database)?;
    let mut client = proxy.connect()?;
    client.batch_execute("begin; update counter set n = 5; select pg_advisory_lock(7)")?;
    proxy.cut(CutAt::Before(1));
    assert!(client.batch_execute("commit").is_err());
    assert!(proxy.settle(PATIENCE));
    // Its locks are free as well: this does not wait.
    let mut other = database.connect()?;
    other
        .batch_execute("set lock_timeout = '1s'; update counter set n = n + 1; select pg_advisory_lock(7)")?;
    assert_eq!(counter(&database)?, 1);

    // Later connections are served as before.
    let mut next = proxy.config().application_name("the next").connect(NoTls)?;
    assert_eq!(next.query_one("select n from counter", &[])?.get::<_, i64>(0), 1);
    let mut by_url = postgres::Client::connect(&proxy.url(), NoTls)?;
    by_url.simple_query("select 1")?;
    assert_eq!(proxy.traffic().connections, 3);
    Ok(())
}

#[test]
fn a_paused_proxy_holds_everything_back() -> Result {
    let database = database()?;
    let proxy = Proxy::start(&database)?;
    let mut client = proxy.connect()?;
    proxy.pause();
    let (done, waiting) = mpsc::channel();
    let thread = thread::spawn(move || {
        let result = client.batch_execute("update counter set n = 3");
        // The receiver is there until the thread is joined.
        let _ = done.send(());
        result
    });
    assert!(waiting.recv_timeout(Duration::from_millis(300)).is_err());
    assert_eq!(counter(&database)?, 0);
    proxy.resume();
    waiting.recv_timeout(PATIENCE)?;
    thread.join().expect("a thread that does not panic")?;
    assert_eq!(counter(&database)?, 3);
    Ok(())
}
