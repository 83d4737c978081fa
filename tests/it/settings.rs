//! The settings of a session: what the files say does not depend on them, and the caller finds them as they were.

use std::cell::RefCell;

use log::{LevelFilter, Log, Metadata, Record};
use viewkeeper::{ErrorKind, Outcome};

use crate::support::{Case, Files, project};

/// Every setting of the server as the session shows it; those of a library come with the library.
fn settings(case: &mut Case) -> Vec<String> {
    case.column("select name || ' = ' || coalesce(setting, '') from pg_settings where name not like '%.%' order by name")
}

/// A text with a backslash in a table's default and in a view: two characters, whoever reads it.
fn backslashes() -> Files {
    project("backslashes")
        .file(
            "migrations/V1__t.sql",
            "create table t (x text default '\\n');\ninsert into t default values;\n",
        )
        .file("views/v.sql", "create view v as select '\\n'::text as x from t;\n")
}

#[test]
fn a_backslash_means_itself_in_every_session() {
    let project = backslashes();
    let mut case = Case::new();
    case.damage("set standard_conforming_strings to off; set escape_string_warning to off");
    let before = settings(&mut case);
    case.boot(&project);
    assert_eq!(settings(&mut case), before);
    assert_eq!(case.column("select length(x) from t union all select length(x) from v"), ["2", "2"]);
    let again = case.boot(&project);
    assert_eq!(again.outcome, Outcome::UpToDate, "{again}");
    assert!(again.objects.is_empty(), "{again}");
    case.damage("reset all");
    case.obeys_the_laws(&project);
}

#[test]
fn a_setting_of_one_migration_is_not_there_for_the_next() {
    let project = project("settings")
        .file(
            "migrations/V1__t.sql",
            "set work_mem to '7MB';\nset search_path to pg_catalog;\ncreate table public.t (id int);\n",
        )
        .file(
            "migrations/V2__found.sql",
            "create table found as select current_setting('work_mem') as work_mem;\n",
        )
        .file("views/v.sql", "create view v as select id from t;\n");
    let mut case = Case::new();
    case.damage(
        "set work_mem to '5MB'; set timezone to 'Asia/Kolkata'; set search_path to pg_catalog, pg_temp",
    );
    let before = settings(&mut case);
    case.boot(&project);
    assert_eq!(settings(&mut case), before);
    assert_eq!(case.column("select work_mem from public.found"), ["5MB"], "the caller's own");
    case.obeys_the_laws(&project);
}

#[test]
fn statements_outside_of_a_transaction_run_under_our_settings() {
    let project = backslashes().file(
        "migrations/V2__slow.sql",
        "-- viewkeeper: no-transaction\nselect pg_sleep(0.4);\ninsert into t values ('\\n');\nset work_mem to '7MB';\n\
         create index concurrently t_x on t (x);\n",
    );
    let mut case = Case::new();
    case.damage(
        "set statement_timeout to '200ms'; set standard_conforming_strings to off; set escape_string_warning to off; \
         set search_path to pg_catalog",
    );
    let before = settings(&mut case);
    let report = case.boot(&project);
    assert_eq!(report.outcome, Outcome::Applied, "{report}");
    assert_eq!(settings(&mut case), before);
    case.damage("reset all");
    assert_eq!(case.column("select distinct length(x) from t"), ["2"]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_statement_that_fails_outside_of_a_transaction_leaves_no_setting() {
    let mut case = Case::booted(&backslashes());
    let wrong = backslashes().file(
        "migrations/V2__bad.sql",
        "-- viewkeeper: no-transaction\nset work_mem to '7MB';\nselect nope;\n",
    );
    let before = settings(&mut case);
    let error = wrong.migrator().run(&mut case.client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Migration, "{error:?}");
    assert_eq!(settings(&mut case), before);
    case.boot(&backslashes());
    case.obeys_the_laws(&backslashes());
}

/// Hears everything that is logged on the threads that listen; the other tests' threads do not.
struct Ears;

thread_local! {
    static HEARD: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

impl Log for Ears {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        HEARD.with_borrow(Option::is_some)
    }

    fn log(&self, record: &Record<'_>) {
        HEARD.with_borrow_mut(|heard| {
            heard.iter_mut().for_each(|heard| heard.push(record.args().to_string()))
        });
    }

    fn flush(&self) {}
}

#[test]
fn the_plan_that_is_only_logged_leaves_no_setting() {
    let mut case = Case::booted(&backslashes());
    let project = backslashes()
        .file("migrations/V2__u.sql", "create table u (id int);\n")
        .file("views/v.sql", "create view v as select '\\n'::text as x, id from t, u;\n");
    let before = settings(&mut case);
    log::set_logger(&Ears).unwrap();
    log::set_max_level(LevelFilter::Debug);
    HEARD.set(Some(Vec::new()));
    case.boot(&project);
    let heard = HEARD.take().unwrap();
    assert!(heard.iter().any(|line| line.starts_with("before the migrations: ")), "{heard:#?}");
    assert_eq!(settings(&mut case), before);
    case.obeys_the_laws(&project);
}
