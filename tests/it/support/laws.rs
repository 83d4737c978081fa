//! The laws that end every test against a database.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use postgres::{Client, SimpleQueryMessage};
use viewkeeper::report::Outcome;
use viewkeeper::testing::Database;

use super::proxy::Proxy;
use super::{Files, server};

/// Law 1 and 3: the schema equals that of a fresh install of the same project to which a person adds the same things,
/// and which is applied again after that.
pub fn equals_a_fresh_install(database: &Database, project: &Files, by_hand: &[String]) {
    similar_asserts::assert_eq!(
        fresh_install: fresh_install(project, by_hand),
        this_database: schema(database),
        "the result equals a fresh install"
    );
}

/// The schema of a fresh install. Of equal files with the same things added there is one in a run: tests that arrive at the
/// same end again and again, after a crash at each message or a storm of processes, compare with that.
fn fresh_install(project: &Files, by_hand: &[String]) -> String {
    static KNOWN: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());
    let key = format!("{:?}", (project.name(), project.files(), by_hand));
    let known = KNOWN.lock().unwrap().get(&key).cloned();
    known.unwrap_or_else(|| {
        let schema = installed(project, by_hand);
        KNOWN.lock().unwrap().insert(key, schema.clone());
        schema
    })
}

fn installed(project: &Files, by_hand: &[String]) -> String {
    let fresh = server().database().unwrap();
    let mut client = fresh.connect().unwrap();
    project.migrator().run(&mut client).unwrap_or_else(|error| panic!("a fresh install failed: {error:?}"));
    for sql in by_hand {
        client.batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }
    project.migrator().run(&mut client).unwrap_or_else(|error| panic!("its second run failed: {error:?}"));
    schema(&fresh)
}

/// Law 2: one round trip, nothing but the probe, no lock above AccessShare, no transaction id and nothing written. The
/// last two because a session that may not write succeeds; the WAL's bytes are counted where nothing else runs.
pub fn second_run_is_a_no_op(database: &Database, client: &mut Client, project: &Files) {
    let warming = project.migrator().run(client).unwrap();
    assert_eq!(warming.outcome, Outcome::UpToDate, "{warming}");
    assert!(warming.objects.is_empty(), "{warming}");

    let proxy = Proxy::start(database).unwrap();
    let mut proxied = proxy.connect().unwrap();
    proxied.batch_execute("set default_transaction_read_only to on").unwrap();
    proxy.reset();
    let report = project.migrator().run(&mut proxied).unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(report.outcome, Outcome::UpToDate, "{report}");
    assert_eq!(proxy.round_trips(), 1, "a no-op run is one round trip");
    let [probe] = &proxy.traffic().sql[..] else { panic!("one statement, not {:?}", proxy.traffic()) };
    assert_eq!(strongest_locks(client, probe), Vec::<String>::new());
}

/// The locks above AccessShare that a statement takes.
pub fn strongest_locks(client: &mut Client, statement: &str) -> Vec<String> {
    let sql = format!(
        "begin; {statement}; select mode || ' on ' || coalesce(relation::regclass::text, locktype) from pg_locks \
         where pid = pg_backend_pid() and mode <> 'AccessShareLock' and locktype <> 'virtualxid'; rollback"
    );
    let messages = client.simple_query(&sql).unwrap();
    let answers: Vec<_> =
        messages.split(|message| matches!(message, SimpleQueryMessage::CommandComplete(_))).collect();
    // Behind the last statement is the end of the list, and before it the ROLLBACK.
    let locks = answers[answers.len() - 3].iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    locks.collect()
}

/// The schema, the ledger left out.
pub fn schema(database: &Database) -> String {
    match server().bin("pg_dump") {
        Some(pg_dump) => dump(&pg_dump, database, &["--schema-only", "--exclude-schema=viewkeeper"]),
        None => discovered(&mut database.connect().unwrap()),
    }
}

/// Everything, with the ledger and all rows.
pub fn everything(database: &Database) -> String {
    match server().bin("pg_dump") {
        Some(pg_dump) => dump(&pg_dump, database, &[]),
        None => {
            let mut client = database.connect().unwrap();
            discovered(&mut client) + &rows(&mut client)
        }
    }
}

fn dump(pg_dump: &Path, database: &Database, options: &[&str]) -> String {
    let output = Command::new(pg_dump).args(options).arg(database.url()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    // The lines that keep psql from running commands hold a random word.
    let told =
        text.lines().filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"));
    told.collect::<Vec<_>>().join("\n")
}

/// The complete discovery: packages that hold a server alone come without pg_dump.
fn discovered(client: &mut Client) -> String {
    let sql = format!("begin; set local search_path to ''; {}; rollback", include_str!("discover.sql"));
    lines(client, &sql)
}

fn rows(client: &mut Client) -> String {
    let tables = "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace \
                  where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by 1";
    let tables = lines(client, tables);
    // A query would be planned, and the planner runs what the tables' indexes call.
    let copied = |table: &str| {
        let mut text = String::new();
        client.copy_out(&format!("copy {table} to stdout")).unwrap().read_to_string(&mut text).unwrap();
        let mut rows: Vec<&str> = text.lines().collect();
        rows.sort_unstable();
        format!("{table}\n{}\n", rows.join("\n"))
    };
    tables.lines().map(copied).collect()
}

/// The rows of a query, a line each.
fn lines(client: &mut Client, sql: &str) -> String {
    let messages = client.simple_query(sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    let rows = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    rows.map(|row| {
        (0..row.len()).map(|i| row.get(i).unwrap_or("null")).collect::<Vec<_>>().join(" | ") + "\n"
    })
    .collect()
}
