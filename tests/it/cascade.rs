//! Table migrations that drop with CASCADE: what fits comes back behind them, and what is lost is named.

use viewkeeper::{ErrorKind, Foreign, Report};

use crate::support::{Case, Files, project};

/// What old migrations say because of views.
const USUAL: &str = "alter table t add column b int;\n\
                     alter table t drop column a cascade;\n\
                     alter table t rename column b to a;\n";

fn base() -> Files {
    project("cascade")
        .file("migrations/V1__t.sql", "create table t (id int primary key, a text, n int);\n")
        .file("views/v.sql", "create view v as select id, a from t;\n")
        .file("views/w.sql", "create view w as select id from v;\n")
}

fn then(migration: &str) -> Files {
    base().file("migrations/V2__next.sql", migration)
}

/// What the migrations took away, in the words of servers before 18.
fn taken(report: &Report) -> Vec<String> {
    let taken = report.migrations.iter().flat_map(|migration| &migration.taken);
    taken.map(|taken| taken.replace("column \"n\"", "column t.n")).collect()
}

#[test]
fn what_fits_comes_back_with_all_that_a_person_put_on_it() {
    let mut case = Case::applied(&base());
    case.by_hand("grant select on v to pg_monitor; comment on view v is 'mine'");
    case.by_hand("create schema bi; create view bi.f as select v.a, w.id from v join w using (id)");
    case.by_hand("comment on view bi.f is 'theirs'; grant select (id) on bi.f to public");
    let project = then(USUAL);
    let plan = project.migrator().plan(&mut case.client).unwrap();
    assert_eq!(
        plan.warnings,
        [
            "sql/migrations/V2__next.sql:2:1 drops with CASCADE, and takes along: view bi.f, view public.v, view public.w; what fits behind the \
          migrations comes back, and the report names the rest"
        ]
    );
    let report = case.run(&project);
    let shown = report.to_string();
    assert!(
        shown.contains("3 objects stepped aside and were put back: view public.v, view public.w, view bi.f"),
        "{shown}"
    );
    assert!(taken(&report).is_empty() && !shown.contains("by hand"), "{shown}");
    assert_eq!(case.column("select pg_typeof(a)::text from (select) x left join v on true"), ["integer"]);
    case.obeys_the_laws(&project);
}

#[test]
fn what_does_not_fit_any_more_is_named_as_the_migrations_doing() {
    let mut case = Case::applied(&base());
    case.damage("create schema bi; create materialized view bi.m as select n, a from t; create view bi.f as select a from bi.m");
    case.damage("create index bi_m on bi.m (n); create index t_n on t (n)");
    let project = then("alter table t drop column n cascade;\n");
    let report = case.run(&project);
    assert_eq!(
        taken(&report),
        [
            "materialized view bi.m (column t.n does not exist, 42703)",
            "view bi.f (it stands on materialized view bi.m)"
        ],
        "{report}"
    );
    assert!(
        report.to_string().contains("its CASCADE took 2 objects away: materialized view bi.m (column "),
        "{report}"
    );
    case.damage("drop schema bi");
    case.obeys_the_laws(&project);
}

#[test]
fn a_column_of_a_views_row_type_goes_and_is_named() {
    let mut case = Case::applied(&base());
    case.damage("create table snaps (id int, kept v)");
    let project = then(USUAL);
    let report = case.run(&project);
    assert_eq!(taken(&report), ["table column public.snaps.kept"], "{report}");
    assert_eq!(case.column("select attname from pg_attribute where attrelid = 'snaps'::regclass and attnum > 0 and not attisdropped"), ["id"]);
    case.damage("drop table snaps");
    case.obeys_the_laws(&project);
}

#[test]
fn that_foreign_objects_go_along_may_be_refused_by_option() {
    let mut case = Case::applied(&base());
    case.by_hand("create view mine as select a from t");
    let error = then(USUAL).migrator().foreign(Foreign::Refuse).run(&mut case.client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    assert!(
        error.to_string().contains(
            "migration V2__next takes 1 object of no file of this project away with CASCADE: view public.mine"
        ),
        "{error:?}"
    );
    assert_eq!(error.location().unwrap().to_string(), "sql/migrations/V2__next.sql:2:1");
    case.obeys_the_laws(&base());
}

#[test]
fn a_table_that_is_made_anew_gets_its_views_back() {
    let mut case = Case::applied(&base());
    case.by_hand("grant select on w to pg_monitor; create view mine as select id from w");
    let project = then(
        "drop table if exists t cascade;\ndrop table if exists nothing cascade;\n\
         create table t (id int primary key, a text, n int);\n",
    );
    let report = case.run(&project);
    assert!(taken(&report).is_empty() && !report.to_string().contains("by hand"), "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn a_key_of_another_table_goes_as_in_an_empty_database() {
    let base = base().file(
        "migrations/V1__t.sql",
        "create table t (id int primary key, a text, n int);\ncreate table u (id int references t);\n",
    );
    let mut case = Case::applied(&base);
    let project = base.file(
        "migrations/V2__next.sql",
        "alter table t drop constraint t_pkey cascade;\nalter table t add primary key (id);\n",
    );
    let report = case.run(&project);
    assert_eq!(taken(&report), ["table constraint u_id_fkey on public.u"], "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn a_type_and_a_function_that_are_made_anew_leave_what_uses_them() {
    let base = project("cascade")
        .file(
            "migrations/V1__t.sql",
            "create type mood as enum ('a');\ncreate table t (id int, m mood);\n\
             create function low(int) returns int language sql immutable as 'select $1';\n",
        )
        .file(
            "f.sql",
            "create function f(x mood) returns int language sql begin atomic; select low(1); end;\n",
        )
        .file("v.sql", "create view v as select low(t.id) as low from t;\n");
    let mut case = Case::applied(&base);
    case.by_hand("revoke execute on function f(mood) from public; comment on function f(mood) is 'mine'");
    case.by_hand("grant select on v to pg_monitor");
    let project = base.file(
        "migrations/V2__next.sql",
        "drop type mood cascade;\ncreate type mood as enum ('a', 'b');\nalter table t add column m mood;\n\
         drop function low(int) cascade;\ncreate function low(int) returns int language sql immutable as 'select $1 - 1';\n",
    );
    let report = case.run(&project);
    assert_eq!(taken(&report), ["table column public.t.m"], "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn a_trigger_stays_disabled_when_its_function_is_made_anew() {
    let base = base()
        .file(
            "migrations/V1__t.sql",
            "create table t (id int primary key, a text, n int);\n\
             create function g() returns trigger language plpgsql as 'begin return new; end';\n",
        )
        .file("g.sql", "create trigger guard before insert on t for each row execute function g();\n");
    let mut case = Case::applied(&base);
    case.by_hand("alter table t disable trigger guard; comment on trigger guard on t is 'mine'");
    let project = base.file(
        "migrations/V2__next.sql",
        "drop function g() cascade;\ncreate function g() returns trigger language plpgsql as 'begin return null; end';\n",
    );
    let report = case.run(&project);
    assert!(taken(&report).is_empty() && !report.to_string().contains("by hand"), "{report}");
    assert_eq!(case.column("select tgenabled from pg_trigger where tgname = 'guard'"), ["D"]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_schema_that_is_made_anew_gets_its_views_back() {
    let base = base().file("viewkeeper.toml", "schema = \"app\"\n").file(
        "migrations/V1__t.sql",
        "create schema app;\ncreate table app.t (id int primary key, a text, n int);\n",
    );
    let mut case = Case::applied(&base);
    case.by_hand("grant select on app.v to pg_monitor; create view mine as select id from app.w");
    let project = base.file(
        "migrations/V2__next.sql",
        "drop schema app cascade;\ncreate schema app;\ncreate table app.t (id int primary key, a text, n int);\n",
    );
    let report = case.run(&project);
    assert_eq!(taken(&report), ["table app.t"], "{report}");
    assert!(!report.to_string().contains("by hand"), "{report}");
    case.obeys_the_laws(&project);
}

/// What takes away lies in a text that cannot be changed.
fn in_code(migration: &str) {
    let mut case = Case::applied(&base());
    case.by_hand("grant select on v to pg_monitor; comment on view v is 'mine'");
    case.by_hand("create schema bi; create view bi.f as select v.a from v; comment on view bi.f is 'theirs'");
    case.damage("create view bi.g as select n from t");
    let project = then(migration);
    let report = case.run(&project);
    assert_eq!(taken(&report), ["view bi.g (column t.n does not exist, 42703)"], "{report}");
    assert!(!report.to_string().contains("by hand"), "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn a_block_that_takes_views_away_is_looked_at() {
    in_code(
        "do $$ begin\n  execute 'alter table t drop column ' || 'n cascade';\n  alter table t add column b int;\n  \
         alter table t drop column a cascade;\n  alter table t rename column b to a;\nend $$;\n",
    );
}

#[test]
fn a_function_that_takes_views_away_is_looked_at() {
    in_code(
        "create function again() returns void language plpgsql as $$ begin\n  alter table t drop column n cascade;\n  \
         alter table t add column b int;\n  alter table t drop column a cascade;\n  \
         alter table t rename column b to a;\nend $$;\nselect again();\ndrop function again();\n",
    );
}

#[test]
fn what_the_same_migrations_made_goes_for_good() {
    let chain = base()
        .file(
            "migrations/V1__t.sql",
            "create table t (id int primary key, a text, n int);\ncreate view old as select a from t;\n",
        )
        .file("migrations/V2__next.sql", USUAL)
        .file("migrations/V3__old.sql", "create view old as select id, a from t;\n");
    let mut case = Case::new();
    let report = case.run(&chain);
    assert!(taken(&report).is_empty(), "{report}");
    case.obeys_the_laws(&chain);
}

#[test]
fn what_a_later_migration_makes_anew_is_its_own() {
    let base = base().file(
        "migrations/V1__t.sql",
        "create table t (id int primary key, a text, n int);\ncreate view old as select a from t;\n",
    );
    let mut case = Case::applied(&base);
    let project = base
        .file("migrations/V2__next.sql", USUAL)
        .file("migrations/V3__old.sql", "create view old as select id, a from t;\n");
    let report = case.run(&project);
    assert!(taken(&report).is_empty(), "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn a_view_whose_file_changes_too_keeps_what_a_person_put_on_it() {
    let mut case = Case::applied(&base());
    case.by_hand(
        "grant select on v to pg_monitor; comment on view v is 'mine'; grant select on w to pg_monitor",
    );
    let project = then("alter table t drop column a cascade;\n")
        .file("views/v.sql", "create view v as select id, n from t;\n");
    let report = case.run(&project);
    assert!(taken(&report).is_empty() && !report.to_string().contains("by hand"), "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn more_goes_along_than_the_server_names() {
    let mut base = base();
    for number in 0..130 {
        let text = format!("create view v{number:03} as select id, a from t;\n");
        base = base.file(&format!("views/v{number:03}.sql"), &text);
    }
    let mut case = Case::applied(&base);
    case.by_hand("grant select on v001, v129 to pg_monitor; create view mine as select a from v100");
    let project = base.file("migrations/V2__next.sql", USUAL);
    let report = case.run(&project);
    assert_eq!(report.migrations[0].aside.len(), 133, "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn a_materialized_view_comes_back_with_its_rows_and_everybodys_indexes() {
    let base = base().file(
        "views/m.sql",
        "create materialized view m as select id, a from t;\ncreate unique index m_key on m (id);\n",
    );
    let mut case = Case::applied(&base);
    case.by_hand("insert into t values (1, null, 2)");
    case.by_hand(
        "create index m_hand on m (a); comment on index m_hand is 'mine'; grant select on m to pg_monitor",
    );
    let project = base.file("migrations/V2__next.sql", USUAL);
    let report = case.run(&project);
    assert!(taken(&report).is_empty() && !report.to_string().contains("by hand"), "{report}");
    assert_eq!(case.column("select id from m"), ["1"]);
    case.obeys_the_laws(&project);
}

#[test]
fn what_goes_along_comes_back_before_a_migration_that_is_committed_by_itself() {
    let mut case = Case::applied(&base());
    case.by_hand("grant select on v to pg_monitor; create view mine as select a from v");
    let project = then(USUAL).file(
        "migrations/V3__index.sql",
        "-- viewkeeper: no-transaction\ncreate index concurrently t_n on t (n);\n",
    );
    let report = case.run(&project);
    assert!(taken(&report).is_empty() && !report.to_string().contains("by hand"), "{report}");
    case.obeys_the_laws(&project);
}
