//! The settings of a session: what the files say does not depend on them, and the caller finds them as they were.

use viewkeeper::ErrorKind;
use viewkeeper::report::Outcome;

use crate::support::ears::listen;
use crate::support::{Case, Files, major, project};
use viewkeeper::refresh::Views;

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
    case.run(&project);
    assert_eq!(settings(&mut case), before);
    assert_eq!(case.column("select length(x) from t union all select length(x) from v"), ["2", "2"]);
    let again = case.run(&project);
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
    case.run(&project);
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
    let report = case.run(&project);
    assert_eq!(report.outcome, Outcome::Applied, "{report}");
    assert_eq!(settings(&mut case), before);
    case.damage("reset all");
    assert_eq!(case.column("select distinct length(x) from t"), ["2"]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_statement_that_fails_outside_of_a_transaction_leaves_no_setting() {
    let mut case = Case::applied(&backslashes());
    let wrong = backslashes().file(
        "migrations/V2__bad.sql",
        "-- viewkeeper: no-transaction\nset work_mem to '7MB';\nselect nope;\n",
    );
    let before = settings(&mut case);
    let error = wrong.migrator().run(&mut case.client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Migration, "{error:?}");
    assert_eq!(settings(&mut case), before);
    case.run(&backslashes());
    case.obeys_the_laws(&backslashes());
}

/// Settings that no library defined cannot be listed; those that migrations name are read before these run.
#[test]
fn settings_that_no_library_defined_are_as_they_were() {
    let mut case = Case::new();
    case.damage("set app.tenant = 'x'; set app.unnamed = 'y'; set timezone to 'Asia/Kolkata'");
    let project = project("tenants")
        .file("migrations/V1__t.sql", "create table t (id int default now_of_app());\nset app.tenant = 'other';\nset timezone to 'UTC';\n")
        .file("migrations/V2__u.sql", "select set_config('app.tenant', 'third', false), set_config('app.new', 'n', false);\nreset work_mem;\n")
        .file(
            "migrations/V3__found.sql",
            "set local app.tenant = 'q';\ncreate table found as select current_setting('app.tenant') as tenant;\n",
        )
        .file("migrations/V4__again.sql", "insert into found select current_setting('app.tenant');\n")
        .file(
            "migrations/V5__slow.sql",
            "-- viewkeeper: no-transaction\nset app.tenant = 'slow';\ninsert into found select current_setting('app.unnamed', true);\n",
        )
        // Made before the tables, under our pins.
        .file("functions/now_of_app.sql", "-- viewkeeper: before-migrations\ncreate function now_of_app() returns int language sql as 'select 1';\n")
        .file("views/v.sql", "create view v as select id from t;\n");
    let before = settings(&mut case);
    case.run(&project);
    let custom = "select current_setting('app.tenant') || current_setting('app.unnamed') || current_setting('app.new')";
    assert_eq!(case.column(custom), ["xy"]);
    assert_eq!(settings(&mut case), before);
    assert_eq!(case.column("select string_agg(tenant, ',') from found"), ["q,x,y"]);
    case.damage("reset all");
    case.obeys_the_laws(&project);
}

/// However a migration writes it.
#[test]
fn the_name_of_a_setting_is_read_as_the_server_reads_it() {
    let ways = [
        "set \"app\".\"tenant\" = 'w';",
        "set app.\"tenant\" = 'w';",
        "set \"app.tenant\" = 'w';",
        "set App . /* ' */ Tenant = 'w';",
        "set session app.\"TENANT\" to w;",
        "set U&\"\\0061pp\".tenant = 'w';",
        "select set_config(E'app\\056tenant', 'w', false);",
        "select set_config($$app.tenant$$, 'w', false);",
        "select \"set_config\"('app.'\n'tenant', 'w', false);",
        "select set_config(n, 'w', false) from (values ('app.tenant')) v (n);",
        "do $$ begin set \"app\".tenant = 'w'; end $$;",
        "do $a$ begin execute 'set app.\"tenant\" = ''w'' '; end $a$;",
    ];
    let tenant = "select current_setting('app.tenant', true)";
    let mut case = Case::new();
    let mut project =
        project("names").file("migrations/V1__t.sql", "create table t (id int, tenant text);\n");
    case.run(&project);
    for (version, way) in (2..).zip(ways) {
        case.damage("set app.tenant = 'x'");
        let text = format!("{way}\ninsert into t values ({version}, current_setting('app.tenant'));\n");
        project = project.file(&format!("migrations/V{version}__a.sql"), &text);
        case.run(&project);
        assert_eq!(case.column(tenant), ["x"], "{way}");
        assert_eq!(case.column(&format!("select tenant from t where id = {version}")), ["w"], "{way}");
    }
    case.damage("reset app.tenant");
    case.obeys_the_laws(&project);
}

/// RESET ALL takes the others too, and nobody could give them back.
#[test]
fn a_migration_that_resets_all_leaves_what_no_library_defined() {
    let mut case = Case::new();
    case.damage(
        "set app.tenant = 'x'; set app.other = 'y'; set timezone to 'Asia/Kolkata'; set work_mem to '5MB'",
    );
    let found = |name: &str| {
        format!(
            "insert into found select '{name}', current_setting('work_mem'), current_setting('app.tenant', true), current_setting('timezone');\n"
        )
    };
    let project = project("resets")
        .file("viewkeeper.toml", "schema = \"lab\"\n")
        .file(
            "migrations/V1__t.sql",
            "create table found (at text, work_mem text, tenant text, zone text);\ncreate table t (s varchar(5));\n",
        )
        .file(
            "migrations/V2__é.sql",
            &format!(
                "/* é */ set work_mem to '7MB'; set app.tenant = 'z'; set search_path to pg_catalog;\nRESET\n  ALL ; {}reset /* a */ all -- b\n;{}",
                found("V2"),
                "create table u (id int);\n"
            ),
        )
        .file("views/v.sql", "create view v as select s from t;\n");
    let before = settings(&mut case);
    let first = project;
    let project = first
        .clone()
        // What is in the way of a statement makes a migration go on statement by statement.
        .file("migrations/V3__type.sql", "reset all;\nalter table t alter column s type text;\nset work_mem to '7MB';\nreset all;\n")
        .file(
            "migrations/V4__alone.sql",
            "-- viewkeeper: no-transaction\nset work_mem to '9MB';\ndiscard all;\ncreate index concurrently t_s on t (s);\nreset all;\n",
        );
    let custom = "select current_setting('app.tenant') || current_setting('app.other')";
    for files in [&first, &project] {
        case.run(files);
        assert_eq!(case.column(custom), ["xy"]);
        assert_eq!(settings(&mut case), before);
    }
    let server = "select reset_val || unit from pg_settings where name = 'work_mem'";
    let (kilobytes, zone) =
        (case.column(server), case.column("select reset_val from pg_settings where name = 'TimeZone'"));
    assert_eq!(kilobytes, ["4096kB"]);
    assert_eq!(case.column("select work_mem || tenant from lab.found"), ["4MB"]);
    assert_ne!(zone, ["Asia/Kolkata"]);
    // A place behind one is that of the file.
    let wrong =
        project.clone().file("migrations/V5__wrong.sql", "reset all; reset all;\nselect 'é', nope;\n");
    let error = case.refused(&wrong);
    assert_eq!(error.location().unwrap().to_string(), "sql/migrations/V5__wrong.sql:2:13");
    assert_eq!(case.column(custom), ["xy"]);
    case.damage("reset all");
    case.obeys_the_laws(&project);
}

/// Every session of the role has limits of time that the work would not keep.
#[test]
fn a_long_migration_has_no_limit_of_time() {
    let mut case = Case::new();
    let database = case.column("select current_database()").remove(0);
    let mut limits = vec!["statement_timeout"];
    if major() >= 17 {
        limits.push("transaction_timeout");
    }
    for limit in limits {
        case.damage(&format!("alter database \"{database}\" set {limit} to '900ms'"));
    }
    let project = backslashes()
        .file("migrations/V2__slow.sql", "select pg_sleep(1.3);\n")
        .file("migrations/V3__alone.sql", "-- viewkeeper: no-transaction\nselect pg_sleep(1.3);\n")
        .file("views/slow.sql", "create materialized view slow as select pg_sleep(1.3)::text as x;\n");
    case.client = case.database.connect().unwrap();
    let before = settings(&mut case);
    case.run(&project);
    assert_eq!(settings(&mut case), before);
    project.migrator().refresh(&mut case.client, &Views::All).unwrap();
    assert_eq!(settings(&mut case), before);
    // One that the session has of its own stays its own.
    case.damage("set statement_timeout to '2s'");
    let before = settings(&mut case);
    let longer = project
        .clone()
        .file("migrations/V4__slow.sql", "set statement_timeout to 0;\nselect pg_sleep(2.2);\n");
    case.run(&longer);
    assert_eq!(settings(&mut case), before);
    case.damage(&format!("reset all; alter database \"{database}\" reset all"));
    case.client = case.database.connect().unwrap();
    case.obeys_the_laws(&longer);
}

/// A caller's transaction is refused, and goes on as it was.
#[test]
fn the_callers_transaction_keeps_its_path() {
    let mut case = Case::applied(&backslashes());
    case.damage("begin; set local search_path to public, pg_temp");
    let error = backslashes().migrator().run(&mut case.client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    assert_eq!(case.column("show search_path"), ["public, pg_temp"]);
    case.damage("commit");
    assert_eq!(case.column("show search_path"), ["\"$user\", public"]);
    case.obeys_the_laws(&backslashes());
}

#[test]
fn the_plan_that_is_only_logged_leaves_no_setting() {
    let mut case = Case::applied(&backslashes());
    let project = backslashes()
        .file("migrations/V2__u.sql", "create table u (id int);\n")
        .file("views/v.sql", "create view v as select '\\n'::text as x, id from t, u;\n");
    let before = settings(&mut case);
    let (_, heard) = listen(|| case.run(&project));
    assert!(heard.iter().any(|(_, _, text)| text.starts_with("before the migrations: ")), "{heard:#?}");
    assert_eq!(settings(&mut case), before);
    case.obeys_the_laws(&project);
}
