//! Materialized views filled anew: in which order, beside whom, and what is left behind when it fails.

use std::thread;
use std::time::Duration;

use postgres::{Client, NoTls};
use viewkeeper::refresh::RefreshMode;
use viewkeeper::{ErrorKind, Refresh, Refreshed, Report};

use crate::support::{Case, Files, project};
use viewkeeper::refresh::Views;

/// A table of 500 rows, and materialized views on each other, one of them through a plain view.
fn genes() -> Files {
    project("refresh")
        .file("migrations/V1__t.sql", "create table t (id int primary key, score int);\ninsert into t select g, g from generate_series(1, 500) g;\n")
        .file("views/z_scores.sql", "create materialized view z_scores as\nselect id, score from t;\n\ncreate unique index z_scores_id on z_scores (id);\n")
        .file("views/named.sql", "create view named as\nselect id, 'gene ' || id as name, score from z_scores;\n")
        .file("views/a_top.sql", "create materialized view a_top as\nselect id, name from named;\n")
}

fn refreshed(case: &mut Case, files: &Files) -> Refreshed {
    files.migrator().refresh(&mut case.client, &Views::All).unwrap_or_else(|error| panic!("{error:?}"))
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
    let mut case = Case::applied(&genes());
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
    case.obeys_the_laws(&genes());
}

#[test]
fn a_name_refreshes_that_view_alone() {
    let mut case = Case::applied(&genes());
    case.damage("insert into t values (501, 7)");
    let only = |case: &mut Case, names: &[&str]| {
        genes().migrator().refresh(&mut case.client, &Views::named(names.to_vec()))
    };
    let report = only(&mut case, &["a_top"]).unwrap();
    assert_eq!(done(&report), [line("a_top", 500, NO_INDEX)]);
    assert_eq!(case.column("select count(*) from z_scores"), ["500"]);
    // In the project's order and once each, however they are named.
    let report = only(&mut case, &["public.a_top", "z_scores", "a_top"]).unwrap();
    assert_eq!(done(&report), [line("z_scores", 501, "concurrently"), line("a_top", 501, NO_INDEX)]);
    assert!(only(&mut case, &[]).unwrap().views.is_empty());
    case.obeys_the_laws(&genes());
}

#[test]
fn a_name_that_is_of_no_materialized_view_is_refused_with_the_right_one() {
    let mut case = Case::applied(&genes());
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
        let error =
            genes().migrator().refresh(&mut case.client, &Views::named(["z_scores", name])).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unknown, "{error:?}");
        assert_eq!(error.to_string(), message);
        assert!(format!("{error:?}").contains(help), "{error:?}");
        assert_eq!(case.column("select count(*) from z_scores"), ["500"], "nothing was refreshed");
    }
    case.obeys_the_laws(&genes());
}

#[test]
fn why_readers_have_to_wait_is_said() {
    let mut case = Case::applied(&genes());
    let why = |case: &mut Case, sql: &str| {
        case.damage(sql);
        let report = genes().migrator().refresh(&mut case.client, &Views::named(["z_scores"])).unwrap();
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
    case.damage("drop index i; create unique index z_scores_id on z_scores (id)");
    case.run(&genes());
    case.obeys_the_laws(&genes());
}

#[test]
fn rows_are_known_however_the_server_counts() {
    let mut case = Case::applied(&genes());
    case.damage("delete from t where id > 300; set track_counts to off");
    let report = refreshed(&mut case, &genes());
    assert_eq!(done(&report), [line("z_scores", 300, "concurrently"), line("a_top", 300, NO_INDEX)]);
    case.damage("set track_counts to on; truncate t");
    let report = refreshed(&mut case, &genes());
    assert_eq!(done(&report), [line("z_scores", 0, "concurrently"), line("a_top", 0, NO_INDEX)]);
    case.obeys_the_laws(&genes());
}

#[test]
fn what_is_not_there_is_skipped() {
    let mut case = Case::applied(&genes());
    case.damage("drop materialized view a_top; create view a_top as select 1 as id");
    let report = refreshed(&mut case, &genes());
    assert_eq!(done(&report), [line("z_scores", 500, "concurrently")]);
    assert_eq!(report.skipped[0].reason, "what has its name is no materialized view");
    case.damage("drop view a_top");
    let report = refreshed(&mut case, &genes());
    assert_eq!(report.skipped[0].reason, "it is not there");
    assert!(report.to_string().contains("\n  skipped   public.a_top: it is not there"), "{report}");
    case.run(&genes());
    case.obeys_the_laws(&genes());
}

#[test]
fn a_refused_refresh_says_where_and_what_is_committed() {
    let files = genes().file("views/a_top.sql", "create materialized view a_top as\nselect score, count(*) over () as n from z_scores;\n\ncreate unique index a_top_score on a_top (score);\n");
    let mut case = Case::applied(&files);
    case.damage("insert into t values (501, 7)");
    let error = files.migrator().refresh(&mut case.client, &Views::All).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Object, "{error:?}");
    assert_eq!(error.object_name(), Some("public.a_top"));
    assert_eq!(error.location().unwrap().to_string(), "sql/views/a_top.sql:1:1");
    let text = format!("{error:?}");
    assert!(text.starts_with("cannot refresh materialized view \"public.a_top\": "), "{text}");
    assert!(text.contains("note: refreshed and committed before the error: public.z_scores"), "{text}");
    assert_eq!(case.column("select count(*) from z_scores"), ["501"]);
    assert_eq!(case.column("select count(*) from a_top"), ["500"]);
    // The first one refused leaves nothing behind.
    let error = files.migrator().refresh(&mut case.client, &Views::named(["a_top"])).unwrap_err();
    assert!(format!("{error:?}").contains("note: nothing was changed"), "{error:?}");
    case.obeys_the_laws(&files);
}

#[test]
fn readers_of_a_concurrent_refresh_go_on() {
    let mut case = Case::applied(&genes());
    case.damage("insert into t values (501, 7)");
    let mut reader = holding(&case, "select count(*) from z_scores");
    let report = genes().migrator().tries(1).refresh(&mut case.client, &Views::named(["z_scores"])).unwrap();
    assert_eq!(report.views[0].mode, RefreshMode::Concurrently);
    reader.batch_execute("commit").unwrap();
    case.obeys_the_laws(&genes());
}

#[test]
fn a_reader_that_is_soon_done_is_given_way_to() {
    let mut case = Case::applied(&genes());
    let mut reader = holding(&case, "select * from a_top");
    let url = case.database.url().to_owned();
    let work = thread::spawn(move || {
        genes().migrator().refresh(&mut Client::connect(&url, NoTls).unwrap(), &Views::All)
    });
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
    case.obeys_the_laws(&genes());
}

#[test]
fn giving_up_names_who_is_in_the_way() {
    let mut case = Case::applied(&genes());
    let migrator = genes().migrator().retry_for(Duration::from_millis(300));
    for (held, view, noted) in [
        ("select * from a_top", "a_top", "note: public.a_top is held by pid "),
        ("lock table t in access exclusive mode", "z_scores", "note: public.t is held by pid "),
    ] {
        let holder = holding(&case, held);
        let error = migrator.refresh(&mut case.client, &Views::named([view])).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy, "{error:?}");
        let text = format!("{error:?}");
        assert!(text.contains(noted) && text.contains("note: nothing was changed"), "{text}");
        assert!(text.contains("note: gave way to other sessions in "), "{text}");
        drop(holder);
    }
    case.obeys_the_laws(&genes());
}

#[test]
fn where_nothing_can_be_refreshed_the_error_says_why() {
    let mut case = Case::applied(&genes());
    case.damage("begin");
    let error = genes().migrator().refresh(&mut case.client, &Views::All).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    case.damage("rollback; set default_transaction_read_only to on");
    let error = genes().migrator().refresh(&mut case.client, &Views::All).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rights, "{error:?}");
    assert!(error.to_string().contains("the session is read-only"), "{error:?}");
    let role = format!("refresher_{}", std::process::id());
    case.damage("set default_transaction_read_only to off");
    case.damage(&format!("create role {role}; set role {role}"));
    let error = genes().migrator().refresh(&mut case.client, &Views::All).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rights, "{error:?}");
    let text = error.to_string();
    assert!(text.contains("may not refresh materialized view \"public.z_scores\" (owner "), "{text}");
    assert!(text.contains(", \"public.a_top\" (owner "), "{text}");
    case.damage(&format!("reset role; drop role {role}"));
    case.obeys_the_laws(&genes());
}

#[test]
fn the_session_is_left_as_it_was_found() {
    let mut case = Case::applied(&genes());
    case.damage("set search_path to ''; set statement_timeout to '7s'; set timezone to 'Asia/Tokyo'; set lock_timeout to '9s'");
    let settings = "select name || '=' || setting from pg_settings where source = 'session' order by 1";
    let before = case.column(settings);
    genes().migrator().refresh(&mut case.client, &Views::All).unwrap();
    assert_eq!(case.column(settings), before);
    case.obeys_the_laws(&genes());
}

#[test]
fn an_owner_without_temporary_tables_keeps_readers_waiting() {
    let mut case = Case::applied(&genes());
    let role = format!("owner_of_{}", std::process::id());
    case.damage(&format!(
        "create role {role}; grant select on t to {role}; grant create on schema public to {role}"
    ));
    case.damage(&format!("alter materialized view z_scores owner to {role}"));
    let database = case.column("select quote_ident(current_database())").remove(0);
    case.damage(&format!("revoke temporary on database {database} from public"));
    let report = genes().migrator().refresh(&mut case.client, &Views::named(["z_scores"])).unwrap();
    let why = format!("not concurrently: its owner {role} may not make temporary tables in this database");
    assert_eq!(done(&report), [line("z_scores", 500, &why)]);
    case.damage(&format!("grant temporary on database {database} to public"));
    case.damage("alter materialized view z_scores owner to current_user");
    case.damage(&format!("drop owned by {role}; drop role {role}"));
    case.run(&genes());
    case.obeys_the_laws(&genes());
}

#[test]
fn the_right_to_maintain_is_enough() {
    let mut case = Case::applied(&genes());
    if case.column("select current_setting('server_version_num')::int >= 170000") == ["f"] {
        return case.obeys_the_laws(&genes());
    }
    let role = format!("maintainer_{}", std::process::id());
    case.damage(&format!("create role {role}; grant maintain on z_scores, a_top to {role}; set role {role}"));
    let report = refreshed(&mut case, &genes());
    let rows: Vec<_> = report.views.iter().map(|view| view.rows).collect();
    // What one may not read one cannot count; what was written as a whole the server has counted.
    assert_eq!(rows, [None, Some(500)], "{report}");
    assert!(!report.to_string().contains("z_scores: 0 rows"), "{report}");
    case.damage(&format!("reset role; revoke maintain on z_scores, a_top from {role}; drop role {role}"));
    case.run(&genes());
    case.obeys_the_laws(&genes());
}

/// What a run refreshed, with the reason.
fn after(report: &Report) -> Vec<(&str, &str)> {
    let views = report.refreshed.iter();
    views.map(|view| (view.object.name.as_str(), view.reason.as_deref().unwrap_or(""))).collect()
}

#[test]
fn a_run_refreshes_what_stands_on_a_changed_view() {
    let mut case = Case::applied(&genes());
    let project = genes().file(
        "views/named.sql",
        "create view named as\nselect id, 'the gene ' || id as name, score from z_scores;\n",
    );
    let report = case.run(&project);
    assert_eq!(after(&report), [("a_top", "view public.named changed")]);
    assert_eq!(case.column("select name from a_top where id = 1"), ["the gene 1"]);
    let text = report.to_string();
    assert!(text.contains("\n  refreshed public.a_top: 500 rows in "), "{text}");
    assert!(text.contains("all rows (view public.named changed)"), "{text}");
    assert!(case.run(&project).refreshed.is_empty(), "nothing is to be done any more");
    case.obeys_the_laws(&project);
}

#[test]
fn a_run_refreshes_what_its_migrations_wrote() {
    let mut case = Case::applied(&genes());
    let mut project = genes();
    for (version, (sql, writes)) in (2..).zip([
        ("insert into t values (501, 7);\n", true),
        ("do $$ begin update t set score = score + 1; end $$;\n", true),
        ("truncate t;\ninsert into t values (1, 1);\n", true),
        ("alter table t add column note text;\n", false),
        ("create index on t (score);\n", false),
        ("do $$ begin delete from t; raise 'no'; exception when others then null; end $$;\n", false),
    ]) {
        project = project.file(&format!("migrations/V{version}__n.sql"), sql);
        let report = case.run(&project);
        let both = [
            ("z_scores", "a table migration wrote into public.t"),
            ("a_top", "materialized view public.z_scores was refreshed"),
        ];
        assert_eq!(after(&report), if writes { &both[..] } else { &[] }, "{sql}{report}");
    }
    assert_eq!(case.column("select count(*) from a_top"), ["1"]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_migration_that_is_committed_by_itself_wrote_as_well() {
    let mut case = Case::applied(&genes());
    let project = genes().file("migrations/V2__write.sql", "insert into t values (501, 7);\n").file(
        "migrations/V3__index.sql",
        "-- viewkeeper: no-transaction\ncreate index concurrently t_score on t (score);\n",
    );
    let report = case.run(&project);
    assert_eq!(after(&report)[0], ("z_scores", "a table migration wrote into public.t"), "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn the_file_and_the_option_say_when() {
    let directive = |when: &str| {
        let text = genes().files().iter().find(|(path, _)| path == "views/z_scores.sql").unwrap().1.clone();
        genes().file("views/z_scores.sql", &format!("-- viewkeeper: refresh {when}\n{text}"))
    };
    let changed = |files: Files| files.file("migrations/V2__t.sql", "insert into t values (501, 7);\n");
    let other = |files: Files| files.file("views/other.sql", "create view other as\nselect 1 as one;\n");
    let top = ("a_top", "materialized view public.z_scores was refreshed");
    let wrote = ("z_scores", "a table migration wrote into public.t");
    let each = ("z_scores", "on each run");
    for (when, after_change, after_other) in [
        ("manual", vec![], vec![]),
        ("on-change", vec![wrote, top], vec![]),
        ("on-run", vec![wrote, top], vec![each, top]),
    ] {
        let mut case = Case::applied(&directive(when));
        assert_eq!(after(&case.run(&changed(directive(when)))), after_change, "{when}");
        let project = other(changed(directive(when)));
        assert_eq!(after(&case.run(&project)), after_other, "{when}");
        case.obeys_the_laws(&project);
    }
    let mut case = Case::applied(&genes());
    let mut run = |files: &Files, when| {
        let report = files.migrator().refresh_when(when).run(&mut case.client).unwrap();
        report.refreshed.iter().map(|view| view.object.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(run(&changed(genes()), Refresh::Manual), [""; 0]);
    assert_eq!(run(&other(changed(genes())), Refresh::OnRun), ["z_scores", "a_top"]);
    case.obeys_the_laws(&other(changed(genes())));
}

#[test]
fn what_the_run_fills_is_not_refreshed_on_top() {
    let mut case = Case::new();
    assert_eq!(after(&case.run(&genes())), [], "the first run fills them");
    let project = genes().file(
        "views/z_scores.sql",
        "create materialized view z_scores as\nselect id, score + 1 as score from t;\n\ncreate unique index z_scores_id on z_scores (id);\n",
    );
    let report = case.run(&project);
    let again: Vec<_> = report.objects.iter().map(|object| object.object.name.as_str()).collect();
    assert!(again.contains(&"z_scores"), "{report}");
    // Made again with it, or refreshed after it: one of the two, and not both.
    assert_eq!(again.contains(&"a_top"), after(&report).is_empty(), "{report}");
    assert_eq!(case.column("select min(score) from named"), ["2"]);
    case.obeys_the_laws(&project);
}

#[test]
fn one_that_is_empty_stays_empty_until_it_is_asked_for() {
    let empty = genes().file(
        "views/a_top.sql",
        "-- viewkeeper: with-no-data\ncreate materialized view a_top as\nselect id, name from named;\n",
    );
    let mut case = Case::applied(&empty);
    let populated = "select relispopulated from pg_class where relname = 'a_top'";
    let project = empty.clone().file("migrations/V2__t.sql", "insert into t values (501, 7);\n");
    assert_eq!(after(&case.run(&project)), [("z_scores", "a table migration wrote into public.t")]);
    assert_eq!(case.column(populated), ["f"]);
    let report = refreshed(&mut case, &project);
    assert_eq!(report.views[1].mode.to_string(), "not concurrently: it is not filled yet");
    assert_eq!(case.column(populated), ["t"]);
    case.run(&project);
    assert_eq!(case.column(populated), ["t"], "what was asked for stays");
    case.by_hand("refresh materialized view a_top");
    case.obeys_the_laws(&project);
}

#[test]
fn one_that_is_made_empty_and_filled_on_run_is_filled_after_it() {
    let project = genes().file(
        "views/a_top.sql",
        "-- viewkeeper: with-no-data\n-- viewkeeper: refresh on-run\ncreate materialized view a_top as\nselect id, name from named;\n",
    );
    let mut case = Case::new();
    assert_eq!(after(&case.run(&project)), [("a_top", "view public.named changed")]);
    assert_eq!(case.column("select count(*) from a_top"), ["500"]);
    case.obeys_the_laws(&project);
}

#[test]
fn what_cannot_be_refreshed_after_a_run_is_a_warning() {
    let first = genes().file("views/b.sql", "create materialized view b as\nselect count(*) as n from t;\n");
    let mut case = Case::applied(&first);
    let project = first.file(
        "migrations/V2__t.sql",
        "alter table t drop constraint t_pkey;\ninsert into t values (1, 7);\n",
    );
    let report = case.run(&project);
    // Without a_top: the rows below it are the old ones.
    assert_eq!(after(&report), [("b", "a table migration wrote into public.t")], "{report}");
    assert_eq!(report.migrations.len(), 1);
    let [warning] = &report.warnings[..] else { panic!("{report}") };
    assert!(warning.starts_with("cannot refresh materialized view \"public.z_scores\": "), "{warning}");
    assert!(warning.ends_with("; the release is applied, and refresh_stale tries again"), "{warning}");
    assert_eq!(case.column("select n from b"), ["501"]);
    let project = project.file("migrations/V3__t.sql", "delete from t where id = 1 and score = 7;\n");
    assert_eq!(after(&case.run(&project)).len(), 3);
    case.obeys_the_laws(&project);
}

/// What is known to be old, with the reason; it is refreshed with this.
fn stale(case: &mut Case, files: &Files) -> Vec<(String, String)> {
    let report =
        files.migrator().refresh(&mut case.client, &Views::Stale).unwrap_or_else(|error| panic!("{error:?}"));
    let views = report.views.into_iter();
    views.map(|view| (view.object.name, view.reason.unwrap_or_default())).collect()
}

fn because(view: &str, reason: &str) -> (String, String) {
    (view.to_owned(), reason.to_owned())
}

#[test]
fn what_a_run_or_a_refresh_leaves_behind_is_known() {
    let text = genes().files().iter().find(|(path, _)| path == "views/z_scores.sql").unwrap().1.clone();
    let project = genes().file("views/z_scores.sql", &format!("-- viewkeeper: refresh manual\n{text}"));
    let mut case = Case::applied(&project);
    assert_eq!(stale(&mut case, &project), []);
    let project = project.file("migrations/V2__t.sql", "insert into t values (501, 7);\n");
    assert_eq!(after(&case.run(&project)), []);
    let wrote = because("z_scores", "a table migration wrote into public.t");
    let below = because("a_top", "materialized view public.z_scores was refreshed");
    assert_eq!(stale(&mut case, &project), [wrote, below.clone()]);
    assert_eq!(case.column("select count(*) from a_top"), ["501"]);
    assert_eq!(stale(&mut case, &project), []);
    // A name refreshes that view alone, and leaves those above it behind.
    project.migrator().refresh(&mut case.client, &Views::named(["z_scores"])).unwrap();
    assert_eq!(stale(&mut case, &project), [below]);
    project.migrator().refresh(&mut case.client, &Views::named(["z_scores"])).unwrap();
    refreshed(&mut case, &project);
    assert_eq!(stale(&mut case, &project), []);
    case.obeys_the_laws(&project);
}

#[test]
fn what_ends_before_it_is_refreshed_is_known() {
    let mut case = Case::applied(&genes());
    let project = genes().file("migrations/V2__t.sql", "insert into t values (501, 7);\n");
    let mut reader = holding(&case, "select * from a_top");
    let url = case.database.url().to_owned();
    let migrator = project.migrator().lock_timeout(Duration::from_secs(60));
    let run = thread::spawn(move || migrator.run(&mut Client::connect(&url, NoTls).unwrap()));
    let waiting = "select pid from pg_locks where not granted and relation = 'a_top'::regclass";
    let pid = loop {
        match &case.column(waiting)[..] {
            [pid] => break pid.clone(),
            _ => thread::sleep(Duration::from_millis(2)),
        }
    };
    case.damage(&format!("select pg_terminate_backend({pid})"));
    let report = run.join().unwrap().unwrap();
    assert_eq!(report.refreshed.len(), 1, "{report}");
    assert_eq!(report.warnings.len(), 1, "{report}");
    reader.batch_execute("commit").unwrap();
    assert_eq!(case.column("select count(*) from a_top"), ["500"]);
    let noted = stale(&mut case, &project);
    assert_eq!(noted, [because("a_top", "materialized view public.z_scores was refreshed")]);
    assert_eq!(case.column("select count(*) from a_top"), ["501"]);
    case.obeys_the_laws(&project);
}

#[test]
fn what_is_noted_while_a_refresh_runs_stays() {
    let mut case = Case::applied(&genes());
    let note = "insert into viewkeeper.stale values ('refresh', 'public', gen_random_uuid(), 'public.a_top', 'news', now())";
    case.damage(note);
    let mut reader = holding(&case, "select * from a_top");
    let url = case.database.url().to_owned();
    let migrator = genes().migrator().lock_timeout(Duration::from_secs(60));
    let work = thread::spawn(move || {
        migrator.refresh(&mut Client::connect(&url, NoTls).unwrap(), &Views::named(["a_top"]))
    });
    let waiting = "select count(*) from pg_locks where not granted and relation = 'a_top'::regclass";
    while case.column(waiting) == ["0"] {
        thread::sleep(Duration::from_millis(2));
    }
    case.damage(note);
    reader.batch_execute("commit").unwrap();
    work.join().unwrap().unwrap();
    assert_eq!(case.column("select why from viewkeeper.stale"), ["news"], "one of the two");
    assert_eq!(stale(&mut case, &genes()), [because("a_top", "news")]);
    case.obeys_the_laws(&genes());
}

#[test]
fn a_role_that_may_not_write_the_ledger_refreshes_all_the_same() {
    let mut case = Case::applied(&genes());
    let role = format!("refresher_of_{}", std::process::id());
    case.damage(
        "insert into viewkeeper.stale values ('refresh', 'public', gen_random_uuid(), 'public.a_top', 'news', now())",
    );
    case.damage(&format!(
        "create role {role}; grant select on t to {role}; grant create on schema public to {role}"
    ));
    case.damage(&format!(
        "alter materialized view a_top owner to {role}; alter materialized view z_scores owner to {role}"
    ));
    case.damage(&format!("grant select on named to {role}; set role {role}"));
    assert_eq!(stale(&mut case, &genes()), [because("a_top", "news")]);
    assert_eq!(refreshed(&mut case, &genes()).views.len(), 2);
    case.damage("reset role");
    assert_eq!(case.column("select why from viewkeeper.stale"), ["news"], "it could not be taken out");
    case.damage("alter materialized view a_top owner to current_user; alter materialized view z_scores owner to current_user");
    case.damage(&format!("drop owned by {role}; drop role {role}"));
    assert_eq!(stale(&mut case, &genes()), [because("a_top", "news")]);
    assert_eq!(stale(&mut case, &genes()), []);
    case.run(&genes());
    case.obeys_the_laws(&genes());
}

#[test]
fn a_rehearsal_refreshes_nothing() {
    let mut case = Case::applied(&genes());
    let project = genes().file("migrations/V2__t.sql", "insert into t values (501, 7);\n");
    let rehearsal = project.migrator().rehearse(&mut case.client).unwrap();
    assert!(rehearsal.report.refreshed.is_empty(), "{}", rehearsal.report);
    assert_eq!(case.column("select count(*) from z_scores"), ["500"]);
    case.run(&project);
    case.obeys_the_laws(&project);
}

/// A session in a transaction that has done this, which the server ends after a while.
fn holding(case: &Case, sql: &str) -> Client {
    let mut session = case.database.connect().unwrap();
    session.batch_execute("set idle_in_transaction_session_timeout to '20s'").unwrap();
    session.batch_execute("begin").unwrap();
    session.batch_execute(sql).unwrap();
    session
}
