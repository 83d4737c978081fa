//! What the server refuses: which of it is tried again, which statement it was, and what is said.

use std::time::{Duration, Instant};

use viewkeeper::report::Outcome;
use viewkeeper::{Error, ErrorKind};

use crate::support::cases::cases;
use crate::support::ears::listen;
use crate::support::{Case, Files, project};
use viewkeeper::export::Selection;
use viewkeeper::refresh::Views;
use viewkeeper::schema::Schemas;

fn genes() -> Files {
    project("errors")
        .file("migrations/V1__genes.sql", "create table genes (id int primary key, symbol text);\n")
        .file("views/gene_list.sql", "create view gene_list as select id, symbol from genes;\n")
}

/// The error of a project that must fail at once, as what it is.
fn fails_at_once(case: &mut Case, project: &Files, code: &str) -> Error {
    let began = Instant::now();
    let error = case.refused(project);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}: {error:?}", began.elapsed());
    assert_eq!(error.code(), Some(code), "{error:?}");
    assert_ne!(error.kind(), ErrorKind::Busy, "{error:?}");
    assert!(!error.is_transient(), "{error:?}");
    assert!(!format!("{error:?}").contains("gave way"), "{error:?}");
    error
}

/// What calls itself a library's user prints a chain: nothing of the report is lost on the way.
#[test]
fn with_anyhow_an_error_is_its_whole_report() {
    let mut case = Case::applied(&genes());
    let project =
        genes().file("views/gene_list.sql", "create view gene_list as\n  select id, symbl from genes;\n");
    let error = case.refused(&project);
    let report = format!("{error:?}");
    assert!(report.contains("\n2 |   select id, symbl from genes;\n  |              ^"), "{report}");
    let error = anyhow::Error::new(error);
    for shown in [format!("{error:?}"), format!("{error:#}")] {
        for line in report.lines() {
            assert!(shown.contains(line.trim_start()), "{line} is not in {shown}");
        }
    }
    case.obeys_the_laws(&genes());
}

/// The chain under an error is text; what the server said is a value of the error itself, whatever carries it.
#[test]
fn what_the_server_said_is_a_value_of_the_error() {
    let mut case = Case::applied(&genes());
    let twice = "insert into genes (id, symbol) values (1, 'a');\ninsert into genes (id, symbol) values (1, E'b\\x1b]0;');\n";
    let project = genes().file("migrations/V2__twice.sql", twice);
    let carried = anyhow::Error::new(case.refused(&project)).context("at start-up");
    let error = carried.downcast_ref::<Error>().unwrap();
    let server = error.as_db_error().unwrap();
    assert_eq!((error.code(), server.code().code()), (Some("23505"), "23505"));
    assert_eq!((server.table(), server.constraint()), (Some("genes"), Some("genes_pkey")));
    assert_eq!(server.detail(), Some("Key (id)=(1) already exists."));
    // What is not of the server has none.
    let changed = genes().file("migrations/V1__genes.sql", "create table genes (id bigint);\n");
    assert!(case.refused(&changed).as_db_error().is_none());
    // A connection that the server refused has its words, too.
    let mut config = case.database.config();
    config.dbname("nowhere");
    let connect = move || config.connect(postgres::NoTls);
    let error = crate::background::block_on(viewkeeper::run_async(genes().migrator(), connect)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_eq!((error.code(), error.as_db_error().is_some()), (Some("3D000"), true), "{error:?}");
    case.obeys_the_laws(&genes());
}

#[test]
fn every_call_logs_its_error_as_a_whole_and_once() {
    use viewkeeper::schema::{Ignore, Scratch};

    let mut case = Case::applied(&genes());
    // A migration that was changed, in a session that has a transaction open where no history is asked for.
    let project = genes().file("migrations/V1__genes.sql", "create table genes (id bigint);\n");
    let migrator = project.migrator();
    type Call<'c> = (&'c str, Box<dyn Fn(&mut postgres::Client) -> Result<(), Error> + 'c>);
    let elsewhere = |_: &str| postgres::Client::connect("host=/nonexistent user=nobody", postgres::NoTls);
    let calls: Vec<Call<'_>> = vec![
        ("run", Box::new(|client| migrator.run(client).map(drop))),
        ("plan", Box::new(|client| migrator.plan(client).map(drop))),
        ("rehearse", Box::new(|client| migrator.rehearse(client).map(drop))),
        ("check", Box::new(|client| migrator.check(client).map(drop))),
        ("graph", Box::new(|client| migrator.graph(client).map(drop))),
        ("status", Box::new(|client| migrator.status(client).map(drop))),
        ("export", Box::new(|client| migrator.export(client, &Selection::default()).map(drop))),
        ("history", Box::new(|client| migrator.history(client, Some("nothing")).map(drop))),
        ("forget", Box::new(|client| migrator.forget(client, "ffffffff").map(drop))),
        ("rollback", Box::new(|client| migrator.rollback(client, "ffffffff").map(drop))),
        ("plan_rollback", Box::new(|client| migrator.plan_rollback(client, "ffffffff").map(drop))),
        ("refresh_only", Box::new(|client| migrator.refresh(client, &Views::named(["nothing"])).map(drop))),
        (
            "discover",
            Box::new(|client| {
                client.batch_execute("begin; select 1 / 0").unwrap_err();
                let discovered = migrator.discover(client, &Schemas::All).map(drop);
                client.batch_execute("rollback").unwrap();
                discovered
            }),
        ),
        (
            "validate",
            Box::new(|client| {
                migrator.validate(client, Scratch::Beside(&elsewhere), &Ignore::default()).map(drop)
            }),
        ),
    ];
    for (call, work) in calls {
        let (result, said) = listen(|| work(&mut case.client));
        let Err(error) = result else { panic!("{call} succeeds") };
        let errors: Vec<_> = said.iter().filter(|(level, ..)| *level == log::Level::Error).collect();
        let [(_, target, text)] = errors.as_slice() else { panic!("{call}: {said:#?}") };
        assert_eq!((target.as_str(), text), ("viewkeeper", &format!("{error:?}")), "{call}");
    }
    case.obeys_the_laws(&genes());
}

fn raising(code: &str) -> String {
    format!("do $$ begin raise exception 'no luck' using errcode = '{code}'; end $$;\n")
}

#[test]
fn a_permanent_error_of_a_migration_fails_at_once() {
    let mut case = Case::applied(&genes());
    let statements = [
        ("42P06", "create schema s;\ncreate schema s;\n".to_owned()),
        ("42P07", "create table genes (id int);\n".to_owned()),
        ("42710", "create domain d as int;\ncreate domain d as int;\n".to_owned()),
        ("23505", "insert into genes values (1), (1);\n".to_owned()),
        ("57014", "set local statement_timeout = '50ms';\nselect pg_sleep(9);\n".to_owned()),
    ];
    let raised = [
        "XX000", "XX001", "40001", "42P06", "25P02", "57014", "53200", "55P04", "55006", "08006", "0A000",
        "2BP01", "55P03", "40P01",
    ];
    let raised = raised.map(|code| (code, raising(code)));
    for (code, text) in statements.into_iter().chain(raised) {
        let error = fails_at_once(&mut case, &genes().file("migrations/V2__no.sql", &text), code);
        assert_eq!(error.kind(), ErrorKind::Migration, "{error:?}");
    }
    case.obeys_the_laws(&genes());
}

#[test]
fn what_a_migration_raises_does_not_split_the_work() {
    let mut case = Case::applied(&genes());
    let project = genes()
        .file("migrations/V2__more.sql", "create table more (id int);\n")
        .file("migrations/V3__no.sql", &raising("55006"));
    let error = fails_at_once(&mut case, &project, "55006");
    assert!(format!("{error:?}").contains("note: nothing was changed"), "{error:?}");
    case.obeys_the_laws(&genes());
}

#[test]
fn an_internal_error_of_a_fill_or_a_refresh_fails_at_once() {
    let filled = |body: &str| {
        genes()
            .file(
                "functions/f.sql",
                &format!(
                    "create function f() returns int language plpgsql as $$ begin {body} return 1; end $$;\n"
                ),
            )
            .file("views/m.sql", "-- rows of f\ncreate materialized view m as select f() as f;\n")
    };
    let mut case = Case::applied(&genes());
    let error =
        fails_at_once(&mut case, &filled("raise exception 'no luck' using errcode = 'XX000';"), "XX000");
    assert_eq!(error.kind(), ErrorKind::Object);
    assert_eq!(error.location().unwrap().to_string(), "sql/views/m.sql:2:1");
    // From 17 on the server fills under pg_catalog alone, and names the function with its schema.
    let told = format!("{error:?}").replace("public.f()", "f()");
    assert!(told.contains("context: PL/pgSQL function f() line 1 at RAISE"), "{told}");
    let good = filled(
        "if current_setting('app.bad', true) = 'yes' then raise exception 'no luck' using errcode = 'XX000'; end if;",
    );
    case.run(&good);
    case.damage("set app.bad = 'yes'");
    let error = good.migrator().refresh(&mut case.client, &Views::All).unwrap_err();
    assert_eq!((error.code(), error.kind()), (Some("XX000"), ErrorKind::Object), "{error:?}");
    assert!(!format!("{error:?}").contains("gave way"), "{error:?}");
    case.damage("reset app.bad");
    case.obeys_the_laws(&good);
}

#[test]
fn an_internal_error_of_an_extension_fails_at_once() {
    let mut case = Case::new();
    if case.column("select count(*) from pg_available_extensions where name = 'postgis'") == ["0"] {
        println!("skipped: this server has no PostGIS");
        return;
    }
    case.damage("create extension postgis");
    let good = project("places").file(
        "migrations/V1__places.sql",
        "create table places (at text);\ninsert into places values ('POINT(1 2)');\n",
    );
    case.run(&good);
    let place = "create materialized view m as select st_geomfromtext(at) as at from places;\n";
    let project = good
        .clone()
        .file("migrations/V2__bad.sql", "insert into places values ('POINT(1');\n")
        .file("views/m.sql", place);
    let error = fails_at_once(&mut case, &project, "XX000");
    assert!(error.to_string().contains("parse error - invalid geometry"), "{error:?}");
    assert_eq!(error.location().unwrap().to_string(), "sql/views/m.sql:1:1");
}

#[test]
fn a_row_of_the_catalog_that_somebody_changes_at_once_is_given_way_for() {
    let mut case = Case::applied(&genes());
    let mut other = case.database.connect().unwrap();
    other.batch_execute("begin; grant select on genes to public").unwrap();
    let project =
        genes().file("migrations/V2__grant.sql", "select pg_sleep(0.2);\ngrant insert on genes to public;\n");
    let (url, migrator) = (case.database.url().to_owned(), project.migrator());
    let run = std::thread::spawn(move || {
        migrator.run(&mut postgres::Client::connect(&url, postgres::NoTls).unwrap())
    });
    let waiting = "select count(*) from pg_locks l join pg_stat_activity a using (pid) \
         where not l.granted and l.locktype = 'transactionid' and a.datname = current_database()";
    while case.column(waiting) == ["0"] {
        std::thread::sleep(Duration::from_millis(2));
    }
    other.batch_execute("commit").unwrap();
    let report = run.join().unwrap().unwrap();
    // Since 18 the server waits for such a row by itself.
    let modern = case.column("select current_setting('server_version_num')::int >= 180000") == ["t"];
    assert!(report.retries > 0 || modern, "{report}");
    assert_eq!(report.outcome, Outcome::Applied);
    case.by_hand("grant select on genes to public");
    case.obeys_the_laws(&project);
}

#[test]
fn the_ledger_has_a_schema_of_its_own() {
    let mut case = Case::new();
    let same = genes().file("viewkeeper.toml", "name = \"errors\"\nschema = \"viewkeeper\"\n");
    let began = Instant::now();
    let error = case.refused(&same);
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    assert_eq!(
        error.to_string(),
        "schema \"viewkeeper\" is the ledger's, and project \"errors\" has it, too"
    );
    let text = format!("{error:?}");
    assert!(text.contains("schema = \"...\" in sql/viewkeeper.toml"), "{text}");
    assert!(text.contains("migrator().ledger_schema(\"...\")"), "{text}");
    let mine = genes().file("viewkeeper.toml", "name = \"errors\"\nschema = \"mine\"\n");
    let error = mine.migrator().ledger_schema("mine").plan(&mut case.client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    same.migrator().ledger_schema("kept").run(&mut case.client).unwrap();
}

/// A project whose first migration makes its schema.
fn making_its_schema(make: &str) -> Files {
    project("errors")
        .file("viewkeeper.toml", "name = \"errors\"\nschema = \"app\"\n")
        .file("migrations/V1__app.sql", make)
        .file("migrations/V2__genes.sql", "create table genes (id int primary key, symbol text);\n")
        .file("views/gene_list.sql", "create view gene_list as select id, symbol from genes;\n")
}

cases! { may_make_the_projects_schema:
    a_migration_may_make_the_projects_schema_in_code("do $$ begin create schema app; end $$;\n");
    a_migration_may_make_the_projects_schema_by_a_text_put_together(
        "do $$ begin execute 'create schema ' || 'app'; end $$;\n");
    a_migration_may_make_the_projects_schema_in_code_if_it_is_not_there(
        "do $$ begin create schema if not exists app; end $$;\n");
    a_migration_may_make_the_projects_schema_if_it_is_not_there("create schema if not exists app;\n");
}

fn may_make_the_projects_schema(make: &str) {
    let project = making_its_schema(make);
    let mut case = Case::new();
    let began = Instant::now();
    let report = case.run(&project);
    assert!(began.elapsed() < Duration::from_secs(20), "{report}");
    assert_eq!(report.migrations.len(), 2, "{report}");
    assert_eq!(report.retries, 0, "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn a_schema_that_is_needed_before_a_migration_makes_it_is_said_with_what_to_write() {
    let late = making_its_schema("create table early (id int);\ndo $$ begin create schema app; end $$;\n");
    let mut case = Case::new();
    let error = fails_at_once(&mut case, &late, "42P06");
    assert_eq!(error.location().unwrap().to_string(), "sql/migrations/V1__app.sql:2:1");
    assert!(format!("{error:?}").contains("help: write create schema if not exists app"), "{error:?}");
}

#[test]
fn a_schema_that_is_named_for_its_owner_is_made_by_a_migration() {
    let mut case = Case::new();
    let role = case.role("app", &[]);
    // Whom we belong to is trusted.
    case.damage(&format!("grant {role} to current_user"));
    let project = project("errors")
        .file("viewkeeper.toml", &format!("name = \"errors\"\nschema = \"{role}\"\n"))
        .file("migrations/V1__app.sql", &format!("create schema authorization {role};\n"))
        .file("views/one.sql", "create view one as select 1 as one;\n");
    let report = case.run(&project);
    assert_eq!((report.migrations.len(), report.retries), (1, 0), "{report}");
    assert_eq!(
        case.column(&format!("select nspowner::regrole from pg_namespace where nspname = '{role}'")),
        std::slice::from_ref(&role)
    );
    case.obeys_the_laws(&project);
}

cases! { two_projects_make_their_common_schema_at_once:
    two_projects_of_one_ledger_make_their_common_schema_at_once(["viewkeeper", "viewkeeper"]);
    two_projects_of_two_ledgers_make_their_common_schema_at_once(["ledger_a", "ledger_b"]);
}

fn two_projects_make_their_common_schema_at_once(ledgers: [&'static str; 2]) {
    let of = |name: &str| {
        project(name)
            .file(
                "viewkeeper.toml",
                &format!("name = \"{name}\"\nschema = \"shared\"\nhistory = \"history_{name}\"\n"),
            )
            .file(
                "migrations/V1__t.sql",
                &format!("create table {name}_t (id int);\nselect pg_sleep(0.3);\n"),
            )
            .file(
                &format!("views/{name}_v.sql"),
                &format!("create view {name}_v as select id from {name}_t;\n"),
            )
    };
    let case = Case::applied(&genes());
    let runs = ["a", "b"].iter().zip(ledgers).map(|(name, ledger)| {
        let (url, migrator) = (case.database.url().to_owned(), of(name).migrator().ledger_schema(ledger));
        std::thread::spawn(move || {
            migrator.run(&mut postgres::Client::connect(&url, postgres::NoTls).unwrap())
        })
    });
    for run in runs.collect::<Vec<_>>() {
        let report = run.join().unwrap().unwrap();
        assert_eq!(report.outcome, Outcome::Applied, "{report}");
    }
}

/// A migration's statement that fails without telling its place: SQLSTATE, the statement, and its column if it is not 1.
const PLACELESS: [(&str, &str); 21] = [
    ("23505", "insert into fresh values (1, 'b')"),
    ("22012", "update fresh set id = id / (id - 1)"),
    ("P0001", "do $$ begin\n  raise exception 'no luck';\nend $$"),
    ("42P07", "create table fresh (id int)"),
    ("42P01", "alter table nowhere add column x int"),
    ("23502", "insert into fresh values (null)"),
    ("23514", "alter table fresh add check (id > 1)"),
    ("P0001", "insert into guarded values (1)"),
    ("42704", "drop type nothing"),
    ("42701", "alter table fresh add column id int"),
    ("22P02", "do $$ begin perform 'x'::text::int; end $$"),
    ("XX000", "do $$ begin raise exception 'x' using errcode = 'XX000'; end $$"),
    ("58P01", "select pg_read_file('/nonexistent')"),
    ("58P01", "copy fresh from '/nonexistent'"),
    ("58P01", "select lo_import('/nonexistent')"),
    ("53100", "do $$ begin raise exception 'x' using errcode = '53100'; end $$"),
    ("53200", "do $$ begin raise exception 'x' using errcode = '53200'; end $$"),
    ("57000", "do $$ begin raise exception 'x' using errcode = '57000'; end $$"),
    ("57014", "do $$ begin raise exception 'x' using errcode = '57014'; end $$"),
    ("57P01", "do $$ begin raise exception 'x' using errcode = '57P01'; end $$"),
    ("58030", "do $$ begin raise exception 'x' using errcode = '58030'; end $$"),
];

#[test]
fn the_place_of_a_migrations_error_is_the_statement_that_failed() {
    let mut case = Case::applied(&genes());
    for (code, statement) in PLACELESS {
        // An é stands before, because positions count characters.
        let text = format!(
            "-- é\ncreate table fresh (id int primary key, t text);\ninsert into fresh values (1, 'é');\n\
             create table guarded (id int);\ncreate function no() returns trigger language plpgsql as\n  $$ begin raise exception 'guarded'; end $$;\n\
             create trigger no before insert on guarded for each row execute function no();\n\
             -- what fails\n  {statement};\ncreate table never (id int);\n"
        );
        let error = fails_at_once(&mut case, &genes().file("migrations/V2__no.sql", &text), code);
        assert_eq!(error.kind(), ErrorKind::Migration, "{error:?}");
        // Of the body of a DO the server says the line.
        let (line, first) = if statement.contains("no luck") { (10, 1) } else { (9, 0) };
        let place = format!("sql/migrations/V2__no.sql:{line}:3");
        assert_eq!(error.location().unwrap().to_string(), place, "{error:?}");
        let shown = format!("\n{line} |   {}", statement.lines().nth(first).unwrap().trim_start());
        assert!(format!("{error:?}").contains(&shown), "{error:?}");
    }
    case.obeys_the_laws(&genes());
}

/// What is called from there fails at the line that calls it, and so does what a DO in it does.
#[test]
fn the_place_of_an_error_within_a_do_is_its_line() {
    let mut case = Case::applied(&genes());
    let call = "create function f() returns int language plpgsql as $$ begin\n\n\n\n return 1 / 0; end $$;\n";
    for (before, statement, column) in [
        ("", "do $$\ndeclare\n  x int;\nbegin\n  x := 1 / 0; -- here\nend $$;\n", 3),
        (
            call,
            "DO LANGUAGE plpgsql $é$\nbegin\n\tif true then\n\t\tperform f(); -- here\n\tend if;\nend $é$;\n",
            3,
        ),
        ("", "do 'begin\n  execute ''do $x$ begin\n perform 1/0; end $x$''; \nend';\n-- here\n", 0),
        (
            "-- viewkeeper: no-transaction\nselect 'é';\n",
            "do $$ begin\n  perform 1; perform 1 / 0; -- here\nend $$;\n",
            3,
        ),
    ] {
        let text = format!("{before}select 1;\n{statement}");
        let error = fails_at_once(&mut case, &genes().file("migrations/V2__no.sql", &text), "22012");
        let place = error.location().unwrap();
        let line = match column {
            0 => text.lines().position(|line| line.contains("execute")).unwrap() + 1,
            _ => text.lines().position(|line| line.ends_with("-- here")).unwrap() + 1,
        };
        assert_eq!((place.line, place.column), (line, column.max(3)), "{error:?}");
    }
    case.obeys_the_laws(&genes());
}

#[test]
fn what_failed_within_a_routine_is_said_with_its_context() {
    let mut case = Case::applied(&genes());
    let project = genes().file(
        "migrations/V2__no.sql",
        "create function half(i int) returns int language plpgsql as $$\nbegin\n  return 1 / i;\nend $$;\nselect half(2);\nselect half(0);\n",
    );
    let error = fails_at_once(&mut case, &project, "22012");
    assert_eq!(error.location().unwrap().to_string(), "sql/migrations/V2__no.sql:6:1", "{error:?}");
    assert!(
        format!("{error:?}").contains("context: PL/pgSQL function half(integer) line 3 at RETURN"),
        "{error:?}"
    );
    case.obeys_the_laws(&genes());
}

#[test]
fn a_migration_that_fails_only_once_is_not_done_either() {
    let mut case = Case::applied(&genes());
    case.damage("create sequence tries");
    // A sequence is not rolled back, so the second time is another one.
    let text = "create table t (id int);\ndo $$ begin if nextval('tries') = 1 then raise exception 'first'; end if; end $$;\n";
    let error = genes().file("migrations/V2__once.sql", text).migrator().run(&mut case.client).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Migration, Some("P0001")), "{error:?}");
    assert_eq!(case.column("select to_regclass('t') is null"), ["t"]);
    let report = format!("{error:?}");
    assert!(report.contains("note: which of its statements failed is not known"), "{report}");
    // A caret under the first one would blame it.
    assert!(
        error.location().is_none() && report.contains("\n --> sql/migrations/V2__once.sql\n"),
        "{report}"
    );
    case.damage("drop sequence tries");
    case.obeys_the_laws(&genes());
}

#[test]
fn a_migration_that_takes_its_history_away_is_not_blamed_for_a_statement() {
    let mut case = Case::applied(&genes());
    let project = genes()
        .file("migrations/V2__gone.sql", "create table t (id int);\ndrop table refinery_schema_history;\n");
    let error = fails_at_once(&mut case, &project, "42P01");
    assert_eq!(error.kind(), ErrorKind::History, "{error:?}");
    assert!(error.to_string().starts_with("cannot record migration V2__gone in the history: "), "{error:?}");
    case.obeys_the_laws(&genes());
}

#[test]
fn the_place_of_an_objects_error_is_the_statement_that_failed() {
    let mut case = Case::applied(&genes());
    case.damage("insert into genes values (1, 'a'), (2, 'a')");
    let view = "create materialized view m as\n  select id, symbol from genes;\n";
    for (attached, code, place) in [
        ("create index m1 on m (id);\ncreate unique index m2 on m (symbol);\n", "23505", "4:1"),
        ("comment on materialized view m is 'x';\ngrant select on m to nobody_at_all;\n", "42704", "4:1"),
        ("create index m1 on m (id);\ncreate index m2 on m ((1 / (id - 1)));\n", "22012", "4:1"),
    ] {
        let project = genes().file("views/m.sql", &format!("{view}{attached}"));
        let error = fails_at_once(&mut case, &project, code);
        assert_eq!(error.location().unwrap().to_string(), format!("sql/views/m.sql:{place}"), "{error:?}");
        assert_eq!(error.object_name(), Some("public.m"), "{error:?}");
    }
    let zero =
        "create materialized view m as\n  select 1 / (id - 1) as x from genes;\ncreate index m1 on m (x);\n";
    let error = fails_at_once(&mut case, &genes().file("views/m.sql", zero), "22012");
    assert_eq!(error.location().unwrap().to_string(), "sql/views/m.sql:1:1", "{error:?}");
    case.obeys_the_laws(&genes());
}

/// They have classes of their own, as if they were about the server.
#[test]
fn what_a_fill_cannot_read_or_write_has_its_object_and_place() {
    let mut case = Case::applied(&genes());
    let raises = "create function f() returns int language plpgsql as $$ begin raise exception 'full' using errcode = '53100'; end $$;\n";
    for (code, query) in
        [("58P01", "pg_read_file('/nonexistent')"), ("53100", "f()"), ("58P01", "lo_import('/nonexistent')")]
    {
        let base = genes()
            .file("functions/f.sql", raises)
            .file("views/a.sql", "create materialized view a as select 1 as one;\n");
        let old = base.clone().file("views/m.sql", "create materialized view m as select 'x'::text as x;\n");
        let project =
            base.file("views/m.sql", &format!("-- é\ncreate materialized view m as select {query} as x;\n"));
        let error = fails_at_once(&mut case, &project, code);
        assert_eq!((error.kind(), error.object_name()), (ErrorKind::Object, Some("public.m")), "{error:?}");
        assert_eq!(error.location().unwrap().to_string(), "sql/views/m.sql:2:1", "{error:?}");
        // Where it is built beside the old one, too.
        let mut case = Case::applied(&old);
        let error = fails_at_once(&mut case, &project, code);
        assert_eq!(error.object_name(), Some("public.m"), "{error:?}");
        assert_eq!(error.location().unwrap().to_string(), "sql/views/m.sql:2:1", "{error:?}");
        case.obeys_the_laws(&old);
    }
    case.obeys_the_laws(&genes());
}

#[test]
fn the_first_obstacle_does_not_hide_what_the_statement_lacks() {
    let base = genes()
        .file("migrations/V1__genes.sql", "create table genes (id int primary key, symbol text, s text);\ncreate index on genes (id) where s = 'new';\n")
        .file("views/of_s.sql", "create view of_s as select id, s from genes;\n");
    let mut case = Case::applied(&base);
    let next = base
        .clone()
        .file("migrations/V2__s.sql", "select 1;\nalter table genes alter column s type int using 1;\n");
    let error = fails_at_once(&mut case, &next, "42883");
    assert_eq!(error.location().unwrap().to_string(), "sql/migrations/V2__s.sql:2:1", "{error:?}");
    assert!(error.to_string().contains("operator does not exist: integer = text"), "{error:?}");
    case.obeys_the_laws(&base);
}

cases! { is_in_the_way_outside_of_a_transaction:
    outside_of_a_transaction_a_view_on_another_type_is_told_with_the_way_past_it(
        "alter table genes alter column symbol type varchar(9)", "0A000");
    outside_of_a_transaction_a_view_on_a_dropped_column_is_told_with_the_way_past_it(
        "alter table genes drop column symbol", "2BP01");
}

/// Outside of a transaction nothing steps aside, because nothing could bring it back.
fn is_in_the_way_outside_of_a_transaction(statement: &str, code: &str) {
    let base = genes();
    let mut case = Case::applied(&base);
    let text = format!("-- viewkeeper: no-transaction\nselect 1;\n{statement};\n");
    let next = base.clone().file("migrations/V2__s.sql", &text);
    let error = next.migrator().run(&mut case.client).unwrap_err();
    let report = format!("{error:?}");
    assert_eq!(error.code(), Some(code), "{report}");
    assert_eq!(error.location().unwrap().to_string(), "sql/migrations/V2__s.sql:3:1", "{report}");
    assert!(report.contains("view gene_list"), "{report}");
    let help = "help: what is in the way of a statement steps aside only in a transaction: put this one into a migration of its own, \
                without the directive no-transaction";
    assert!(report.contains(help), "{report}");
    case.obeys_the_laws(&base);
}

/// An event trigger that raises this at DROP VIEW.
fn forbidding(case: &mut Case, tag: &str, body: &str) {
    case.damage(&format!(
        "create schema audit; create function audit.f() returns event_trigger language plpgsql as $$ begin {body} end $$;\n\
         create event trigger forbid on ddl_command_start when tag in ('{tag}') execute function audit.f()"
    ));
}

#[test]
fn whoever_forbids_a_drop_is_not_taken_for_a_missing_file() {
    let mut case = Case::applied(&genes());
    forbidding(&mut case, "DROP VIEW", "raise exception 'no drops on weekdays';");
    let next =
        genes().file("views/gene_list.sql", "\ncreate view gene_list as select symbol, id from genes;\n");
    let error = fails_at_once(&mut case, &next, "P0001");
    assert!(error.to_string().contains("no drops on weekdays"), "{error:?}");
    let text = format!("{error:?}");
    assert!(!text.contains("it is in no file of this project"), "{text}");
    assert_eq!(error.object_name(), Some("public.gene_list"), "{text}");
    assert_eq!(error.location().unwrap().to_string(), "sql/views/gene_list.sql:2:1", "{text}");
    assert!(text.contains("context: PL/pgSQL function audit.f()"), "{text}");
    case.damage("drop event trigger forbid; drop schema audit cascade");
    case.obeys_the_laws(&genes());
}

#[test]
fn an_event_trigger_that_refuses_temporary_copies_is_named() {
    let mut case = Case::applied(&genes());
    case.damage(
        "create schema audit; create function audit.only_ours() returns event_trigger language plpgsql as $$ begin \
           if exists (select from pg_event_trigger_ddl_commands() where schema_name not in ('public', 'viewkeeper')) then \
             raise exception 'DDL is for the application''s schemas'; end if; end $$;\n\
         create event trigger \"Guard\" on ddl_command_end execute function audit.only_ours()",
    );
    let next =
        genes().file("views/gene_list.sql", "create view gene_list as select symbol, id from genes;\n");
    let error = fails_at_once(&mut case, &next, "P0001");
    let text = format!("{error:?}");
    assert!(
        text.contains("note: event trigger \"Guard\" refused it: to compare objects with their files"),
        "{text}"
    );
    assert!(text.contains("alter event trigger \"Guard\" disable;"), "{text}");
    case.damage("drop event trigger \"Guard\"; drop schema audit cascade");
    case.obeys_the_laws(&genes());
}

#[test]
fn an_audit_that_lacks_a_right_is_not_our_right_on_the_database() {
    let mut case = Case::new();
    let role = case.role("deployer", &[]);
    case.damage(&format!("do $$ begin execute format('grant create on database %I to {role}', current_database()); end $$; grant create on schema public to {role}"));
    case.damage("create schema log; create table log.ddl (tag text)");
    forbidding(&mut case, "CREATE TABLE", "insert into log.ddl values (tg_tag);");
    case.damage("grant usage on schema audit to public");
    case.damage(&format!("set role {role}"));
    let error = genes().migrator().run(&mut case.client).unwrap_err();
    assert_eq!(error.code(), Some("42501"), "{error:?}");
    let text = format!("{error:?}");
    assert!(!text.contains("grant create on the database"), "{text}");
    assert!(text.contains("context: ") && text.contains("audit.f()"), "{text}");
    case.damage("reset role");
    case.damage(&format!("drop event trigger forbid; drop schema audit, log cascade; drop owned by {role}"));
}

#[test]
fn a_trigger_that_a_materialized_view_cannot_have_goes_with_its_file() {
    let base = genes()
        .file(
            "functions/f.sql",
            "create function f() returns trigger language plpgsql as $$ begin return new; end $$;\n",
        )
        .file(
            "triggers/t.sql",
            "create trigger t instead of insert on gene_list for each row execute function f();\n",
        );
    let mut case = Case::applied(&base);
    let next = base
        .clone()
        .without("triggers/t.sql")
        .file("views/gene_list.sql", "create materialized view gene_list as select id, symbol from genes;\n");
    let report = case.run(&next);
    let (verb, why) = crate::support::case::only(&report, "t");
    assert_eq!(verb, viewkeeper::report::Verb::Drop, "{report}");
    assert!(
        why.contains("it no longer fits: materialized view public.gene_list cannot have a trigger"),
        "{report}"
    );
    case.obeys_the_laws(&next);
}

#[test]
fn a_full_lock_table_fails_at_once_with_the_setting() {
    let mut case = Case::applied(&genes());
    // As the server says it, because a lock table that is really full is full for the tests beside this one, too.
    let text = "do $$ begin raise exception 'out of shared memory' using errcode = '53200', hint = 'You might need to increase max_locks_per_transaction.'; end $$;\n";
    let error = fails_at_once(&mut case, &genes().file("migrations/V2__no.sql", text), "53200");
    assert!(
        format!("{error:?}")
            .contains("help: the server has no room for more locks: raise max_locks_per_transaction"),
        "{error:?}"
    );
    case.obeys_the_laws(&genes());
}

#[test]
fn what_cannot_be_put_back_after_a_statement_is_named_at_the_statement() {
    let mut case = Case::applied(&genes());
    case.by_hand("create schema bi; create view bi.mine as select symbol from gene_list");
    forbidding(
        &mut case,
        "CREATE VIEW",
        "if current_query() ~ 'mine' then raise exception 'no views on weekdays'; end if;",
    );
    let next = genes().file(
        "migrations/V2__wide.sql",
        "select 1;\nalter table genes alter column symbol type varchar(9);\n",
    );
    let error = fails_at_once(&mut case, &next, "P0001");
    assert!(error.to_string().starts_with("cannot put back view "), "{error:?}");
    assert_eq!(error.location().unwrap().to_string(), "sql/migrations/V2__wide.sql:2:1", "{error:?}");
    case.damage("drop event trigger forbid; drop schema audit cascade");
    case.obeys_the_laws(&genes());
}

/// The names that are prepared in the case's session.
fn prepared(case: &mut Case) -> Vec<String> {
    case.column("select name from pg_prepared_statements where from_sql order by name")
}

#[test]
fn what_a_migration_prepared_does_not_hide_the_statement_that_failed() {
    let mut case = Case::applied(&genes());
    case.damage("prepare mine as select 1");
    for (text, code, line) in [
        ("prepare p as select 1/0;\nexecute p;\n", "22012", 2),
        ("prepare p (int) as select 1/$1;\nexecute p(1);\nexecute p(0);\n", "22012", 3),
        ("PREPARE \"P 1\" as select 1;\nselect 1;\ninsert into genes values (1), (1);\n", "23505", 3),
        ("do $$ begin execute 'prepare p as select 1'; end $$;\nselect 1/0;\n", "22012", 2),
        ("do $$ begin execute 'prepare p as select 1'; perform 1/0; end $$;\n", "22012", 1),
        ("prepare p as select 1;\nexecute p;\ndeallocate p;\nselect 1/0;\n", "22012", 4),
        ("prepare mine as select 2;\n", "42P05", 1),
    ] {
        let project = genes().file("migrations/V2__no.sql", text);
        let error = fails_at_once(&mut case, &project, code);
        assert_eq!(error.location().map(|place| place.line), Some(line), "{text}: {error:?}");
        assert_eq!(prepared(&mut case), ["mine"], "{text}");
    }
    // What an earlier migration of the same run prepared is there for the next, also where that is sent again.
    let project = genes()
        .file("migrations/V2__p.sql", "prepare p (int) as select 1/$1;\n")
        .file("migrations/V3__no.sql", "prepare q as select 1;\nexecute p(1);\nexecute p(0);\n");
    let error = fails_at_once(&mut case, &project, "22012");
    assert_eq!(error.location().map(|place| place.line), Some(3), "{error:?}");
    assert_eq!(prepared(&mut case), ["mine"]);
    case.obeys_the_laws(&genes());
}

#[test]
fn what_a_migration_prepared_is_no_obstacle_when_it_is_sent_again() {
    let base = genes().file("views/best.sql", "create view best as select symbol from genes;\n");
    let mut case = Case::applied(&base);
    case.damage("prepare mine as select 1");
    let next = base
        .clone()
        .file(
            "migrations/V2__more.sql",
            "prepare pp as select 1;\nexecute pp;\nalter table genes add column x int;\n",
        )
        .file(
            "migrations/V3__type.sql",
            "prepare qq as select 1;\nalter table genes alter column symbol type varchar(9);\nexecute pp;\n",
        );
    // A rehearsal takes everything back.
    next.migrator().rehearse(&mut case.client).unwrap();
    assert_eq!(prepared(&mut case), ["mine"]);
    let mut reader = case.database.connect().unwrap();
    reader.batch_execute("begin; select * from genes").unwrap();
    let let_go = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(1500));
        reader.batch_execute("commit").unwrap();
    });
    let report = case.run(&next);
    let_go.join().unwrap();
    assert!(report.retries > 0, "{report}");
    assert_eq!(prepared(&mut case), ["mine", "pp", "qq"]);
    case.damage("deallocate all");
    case.obeys_the_laws(&next);
}
