//! Materialized views filled anew: in which order, beside whom, and what is left behind when it fails.

use std::thread;
use std::time::Duration;

use postgres::{Client, NoTls};
use viewkeeper::__private::{collect_files, migrator};
use viewkeeper::{ErrorKind, Kind, Migrator, RefreshMode, Refreshed};

use crate::support::{Case, Files, project};

/// A table of 500 rows, and materialized views on each other, one of them through a plain view.
fn genes() -> Files {
    project("refresh")
        .file("migrations/V1__t.sql", "create table t (id int primary key, score int);\ninsert into t select g, g from generate_series(1, 500) g;\n")
        .file("views/z_scores.sql", "create materialized view z_scores as\nselect id, score from t;\n\ncreate unique index z_scores_id on z_scores (id);\n")
        .file("views/named.sql", "create view named as\nselect id, 'gene ' || id as name, score from z_scores;\n")
        .file("views/a_top.sql", "create materialized view a_top as\nselect id, name from named;\n")
}

/// The project as if its build knew materialized views.
fn of(files: &Files) -> Migrator {
    let plain: Vec<(String, String)> = files
        .files()
        .iter()
        .map(|(path, text)| {
            let definition = text.split("\n\n").next().unwrap();
            (path.clone(), definition.replace("create materialized view", "create view"))
        })
        .collect();
    let mut bundle = collect_files(&plain, "sql", "refresh").unwrap();
    for object in &mut bundle.manifest.objects {
        let text = &files.files().iter().find(|(path, _)| *path == object.file).unwrap().1;
        if text.contains("create materialized view") {
            object.kind = Kind::MaterializedView;
        }
    }
    migrator(bundle, files.moment())
}

/// A database in which everything of the project stands.
fn standing(files: &Files) -> Case {
    let mut case = Case::new();
    let mut order: Vec<String> = of(files).project().objects().map(|object| object.file()).collect();
    order.insert(0, "sql/migrations/V1__t.sql".to_owned());
    for file in order {
        let text = &files.files().iter().find(|(path, _)| format!("sql/{path}") == file).unwrap().1;
        case.damage(text);
    }
    case
}

fn refreshed(case: &mut Case, files: &Files) -> Refreshed {
    of(files).refresh(&mut case.client).unwrap_or_else(|error| panic!("{error:?}"))
}

/// Each view with its rows and how it was refreshed.
fn done(refreshed: &Refreshed) -> Vec<(String, Option<u64>, String)> {
    let views = refreshed.views.iter();
    views.map(|view| (view.object.name.clone(), view.rows, view.mode.to_string())).collect()
}

const NO_INDEX: &str = "not concurrently: it has no unique index over plain columns and all rows";

fn line(name: &str, rows: u64, mode: &str) -> (String, Option<u64>, String) {
    (name.to_owned(), Some(rows), mode.to_owned())
}

#[test]
fn what_stands_on_another_comes_after_it() {
    let mut case = standing(&genes());
    case.damage("insert into t values (501, 7)");
    let report = refreshed(&mut case, &genes());
    assert_eq!(done(&report), [line("z_scores", 501, "concurrently"), line("a_top", 501, NO_INDEX)]);
    assert_eq!(case.column("select count(*) from a_top"), ["501"], "it was filled after what it reads");
    let text = report.to_string();
    assert!(text.starts_with("refresh: 2 materialized views refreshed ("), "{text}");
    assert!(
        text.contains("\n  refreshed public.z_scores: 501 rows in ") && text.contains(" ms, concurrently\n"),
        "{text}"
    );
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["views"][0]["mode"], "concurrently", "{json}");
    assert_eq!(json["views"][1]["object"], "public.a_top", "{json}");
    assert!(json["views"][1]["because"].as_str().unwrap().starts_with("it has no unique index"), "{json}");
}

#[test]
fn a_name_refreshes_that_view_alone() {
    let mut case = standing(&genes());
    case.damage("insert into t values (501, 7)");
    let only = |case: &mut Case, names: &[&str]| of(&genes()).refresh_only(&mut case.client, names);
    let report = only(&mut case, &["a_top"]).unwrap();
    assert_eq!(done(&report), [line("a_top", 500, NO_INDEX)]);
    assert_eq!(case.column("select count(*) from z_scores"), ["500"]);
    // In the project's order and once each, however they are named.
    let report = only(&mut case, &["public.a_top", "z_scores", "a_top"]).unwrap();
    assert_eq!(done(&report), [line("z_scores", 501, "concurrently"), line("a_top", 501, NO_INDEX)]);
    assert!(only(&mut case, &[]).unwrap().views.is_empty());
}

#[test]
fn a_name_that_is_of_no_materialized_view() {
    let mut case = standing(&genes());
    case.damage("insert into t values (501, 7)");
    for (name, message, help) in [
        (
            "z_score",
            "the project has no materialized view \"public.z_score\"",
            "did you mean \"public.z_scores\"?",
        ),
        ("lab.a_top", "the project has no materialized view \"lab.a_top\"", ""),
        ("named", "\"public.named\" is a view, which holds no rows to refresh", "sql/views/named.sql:1:1"),
    ] {
        let error = of(&genes()).refresh_only(&mut case.client, ["z_scores", name]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unknown, "{error:?}");
        assert_eq!(error.to_string(), message);
        assert!(format!("{error:?}").contains(help), "{error:?}");
        assert_eq!(case.column("select count(*) from z_scores"), ["500"], "nothing was refreshed");
    }
}

#[test]
fn why_readers_have_to_wait() {
    let mut case = standing(&genes());
    let why = |case: &mut Case, sql: &str| {
        case.damage(sql);
        let report = of(&genes()).refresh_only(&mut case.client, ["z_scores"]).unwrap();
        assert_eq!(report.views[0].rows, Some(500), "{report}");
        report.views[0].mode.to_string()
    };
    for (index, unfit) in [
        ("create index i on z_scores (id)", ""),
        ("create unique index i on z_scores (id) where id > 0", " (not such: i)"),
        ("create unique index i on z_scores ((id + 0))", " (not such: i)"),
        ("create unique index i on z_scores (id, (score + 0))", " (not such: i)"),
    ] {
        let mode = why(&mut case, &format!("drop index if exists i, z_scores_id; {index}"));
        assert_eq!(mode, format!("{NO_INDEX}{unfit}"), "{index}");
    }
    // An index that a broken CREATE INDEX CONCURRENTLY left.
    let invalid = "update pg_index set indisvalid = false where indexrelid = 'i'::regclass";
    let mode = why(&mut case, &format!("drop index i; create unique index i on z_scores (id); {invalid}"));
    assert_eq!(mode, format!("{NO_INDEX} (not such: i)"));
    let mode = why(&mut case, "drop index i; create unique index i on z_scores (id) include (score)");
    assert_eq!(mode, "concurrently");
    let mode = why(&mut case, "refresh materialized view z_scores with no data");
    assert_eq!(mode, "not concurrently: it is not filled yet");
    assert_eq!(case.column("select count(*) from z_scores"), ["500"]);
}

#[test]
fn rows_are_known_however_the_server_counts() {
    let mut case = standing(&genes());
    case.damage("delete from t where id > 300; set track_counts to off");
    let report = refreshed(&mut case, &genes());
    assert_eq!(done(&report), [line("z_scores", 300, "concurrently"), line("a_top", 300, NO_INDEX)]);
    case.damage("set track_counts to on; truncate t");
    let report = refreshed(&mut case, &genes());
    assert_eq!(done(&report), [line("z_scores", 0, "concurrently"), line("a_top", 0, NO_INDEX)]);
}

#[test]
fn what_is_not_there_is_skipped() {
    let mut case = standing(&genes());
    case.damage("drop materialized view a_top; create view a_top as select 1 as id");
    let report = refreshed(&mut case, &genes());
    assert_eq!(done(&report), [line("z_scores", 500, "concurrently")]);
    assert_eq!(report.skipped[0].reason, "what has its name is no materialized view");
    case.damage("drop view a_top");
    let report = refreshed(&mut case, &genes());
    assert_eq!(report.skipped[0].reason, "it is not there");
    assert!(report.to_string().contains("\n  skipped   public.a_top: it is not there"), "{report}");
}

#[test]
fn a_refused_refresh_says_where_and_what_is_committed() {
    let files = genes().file("views/a_top.sql", "create materialized view a_top as\nselect score, count(*) over () as n from z_scores;\n\ncreate unique index a_top_score on a_top (score);\n");
    let mut case = standing(&files);
    case.damage("insert into t values (501, 7)");
    let error = of(&files).refresh(&mut case.client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Object, "{error:?}");
    assert_eq!(error.object_name(), Some("public.a_top"));
    assert_eq!(error.location().unwrap().to_string(), "sql/views/a_top.sql:1:1");
    let text = format!("{error:?}");
    assert!(text.starts_with("cannot refresh materialized view \"public.a_top\": "), "{text}");
    assert!(text.contains("note: refreshed and committed before the error: public.z_scores"), "{text}");
    assert_eq!(case.column("select count(*) from z_scores"), ["501"]);
    assert_eq!(case.column("select count(*) from a_top"), ["500"]);
    // The first one refused leaves nothing behind.
    let error = of(&files).refresh_only(&mut case.client, ["a_top"]).unwrap_err();
    assert!(format!("{error:?}").contains("note: nothing was changed"), "{error:?}");
}

#[test]
fn readers_of_a_concurrent_refresh_go_on() {
    let mut case = standing(&genes());
    case.damage("insert into t values (501, 7)");
    let mut reader = holding(&case, "select count(*) from z_scores");
    let report = of(&genes()).tries(1).refresh_only(&mut case.client, ["z_scores"]).unwrap();
    assert_eq!(report.views[0].mode, RefreshMode::Concurrently);
    reader.batch_execute("commit").unwrap();
}

#[test]
fn a_reader_that_is_soon_done_is_given_way_to() {
    let mut case = standing(&genes());
    let mut reader = holding(&case, "select * from a_top");
    let url = case.database.url().to_owned();
    let work = thread::spawn(move || of(&genes()).refresh(&mut Client::connect(&url, NoTls).unwrap()));
    let waiting = "select count(*) from pg_locks where not granted and relation = 'a_top'::regclass";
    while case.column(waiting) == ["0"] {
        thread::sleep(Duration::from_millis(2));
    }
    thread::sleep(Duration::from_millis(150));
    // Who comes while we wait is not queued behind us for longer than the deadline.
    case.damage("set statement_timeout to '5s'; select count(*) from a_top");
    reader.batch_execute("commit").unwrap();
    let report = work.join().unwrap().unwrap();
    assert!(report.retries > 0 && report.views.len() == 2, "{report}");
    assert!(report.to_string().contains("\n  gave way to other sessions "), "{report}");
}

#[test]
fn giving_up_names_who_is_in_the_way() {
    let mut case = standing(&genes());
    let migrator = of(&genes()).retry_for(Duration::from_millis(300));
    for (held, view, noted) in [
        ("select * from a_top", "a_top", "note: a_top is held by pid "),
        ("lock table t in access exclusive mode", "z_scores", "note: t is held by pid "),
    ] {
        let holder = holding(&case, held);
        let error = migrator.refresh_only(&mut case.client, [view]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy, "{error:?}");
        let text = format!("{error:?}");
        assert!(text.contains(noted) && text.contains("note: nothing was changed"), "{text}");
        assert!(text.contains("note: gave way to other sessions in "), "{text}");
        drop(holder);
    }
}

#[test]
fn where_nothing_can_be_refreshed() {
    let mut case = standing(&genes());
    case.damage("begin");
    let error = of(&genes()).refresh(&mut case.client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    case.damage("rollback; set default_transaction_read_only to on");
    let error = of(&genes()).refresh(&mut case.client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rights, "{error:?}");
    assert!(error.to_string().contains("the session is read-only"), "{error:?}");
    let role = format!("refresher_{}", std::process::id());
    case.damage("set default_transaction_read_only to off");
    case.damage(&format!("create role {role}; set role {role}"));
    let error = of(&genes()).refresh(&mut case.client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rights, "{error:?}");
    let text = error.to_string();
    assert!(text.contains("may not refresh materialized view \"public.z_scores\" (owner "), "{text}");
    assert!(text.contains(", \"public.a_top\" (owner "), "{text}");
    case.damage(&format!("reset role; drop role {role}"));
}

#[test]
fn the_session_is_left_as_it_was_found() {
    let mut case = standing(&genes());
    case.damage("set search_path to ''; set statement_timeout to '7s'; set timezone to 'Asia/Tokyo'; set lock_timeout to '9s'");
    let settings = "select name || '=' || setting from pg_settings where source = 'session' order by 1";
    let before = case.column(settings);
    of(&genes()).refresh(&mut case.client).unwrap();
    assert_eq!(case.column(settings), before);
}

/// A session in a transaction that has done this, which the server ends after a while.
fn holding(case: &Case, sql: &str) -> Client {
    let mut session = case.database.connect().unwrap();
    session.batch_execute("set idle_in_transaction_session_timeout to '20s'").unwrap();
    session.batch_execute("begin").unwrap();
    session.batch_execute(sql).unwrap();
    session
}
