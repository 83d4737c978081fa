//! Existing databases: with a history of refinery's own, and with views that nobody managed.

use refinery::{Migration, Runner};
use viewkeeper::ErrorKind;
use viewkeeper::report::{Outcome, Verb};

use crate::support::case::expect;
use crate::support::{Case, Files, project};

const V1: &str = "create table genes (id bigint primary key, symbol text);\ncreate view gene_list as select id from genes;\n";
const V2: &str = "create table evidence (gene_id bigint references genes);\n";

/// The width of versions is a choice of whoever builds refinery: here, for the binary `viewkeeper`, that of 8 bytes.
/// `tests/testing/versions.rs` has the other one.
fn chain() -> Files {
    project("chain")
        .file("viewkeeper.toml", "name = \"chain\"\nversions = \"int8\"\n")
        .file("migrations/V1__genes.sql", V1)
        .file("migrations/V2__evidence.sql", V2)
}

#[test]
fn a_version_can_be_a_timestamp() {
    let project = chain().file("migrations/V20261121104500__late.sql", "create table late (id int);\n");
    let mut case = Case::applied(&project);
    let newest = "select max(version) || ' ' || pg_typeof(max(version)) from refinery_schema_history";
    assert_eq!(case.column(newest), ["20261121104500 bigint"]);
    case.obeys_the_laws(&project);
}

/// Runs the chain with refinery's own driver, from files with these line ends.
fn by_refinery(case: &mut Case, line_end: &str) {
    let migrations: Vec<Migration> = [("V1__genes", V1), ("V2__evidence", V2)]
        .iter()
        .map(|(name, text)| Migration::unapplied(name, &text.replace('\n', line_end)).unwrap())
        .collect();
    Runner::new(&migrations).run(&mut case.client).unwrap();
}

#[test]
fn a_history_of_refinery_is_taken_over_whatever_its_line_ends_were() {
    for line_end in ["\n", "\r\n"] {
        let mut case = Case::new();
        by_refinery(&mut case, line_end);
        let project =
            chain().file("views/gene_list.sql", "create view gene_list as\nselect id\nfrom genes;\n");
        let report = case.run(&project);
        assert!(report.migrations.is_empty(), "{report}");
        expect(&report, &[(Verb::Record, "gene_list", "as the file says")]);
        case.obeys_the_laws(&project);
    }
}

#[test]
fn refinery_still_understands_the_database() {
    let mut case = Case::applied(&chain());
    by_refinery(&mut case, "\n");
    let rows = "select version || ' ' || name || ' ' || (applied_on::timestamptz <= now()) from refinery_schema_history order by version";
    assert_eq!(case.column(rows), ["1 genes true", "2 evidence true"]);
    case.obeys_the_laws(&chain());
}

#[test]
fn a_view_that_an_old_migration_made_differently_is_adopted_and_replaced() {
    let mut case = Case::new();
    by_refinery(&mut case, "\n");
    case.by_hand("grant select on gene_list to public");
    let project =
        chain().file("views/gene_list.sql", "create view gene_list as select id, symbol from genes;\n");
    let report = case.run(&project);
    expect(
        &report,
        &[(Verb::Replace, "gene_list", "found in the database and not made by viewkeeper; gains symbol")],
    );
    case.obeys_the_laws(&project);
}

#[test]
fn a_changed_migration_is_named() {
    let mut case = Case::applied(&chain());
    let changed = chain().file("migrations/V2__evidence.sql", "create table evidence (gene_id int);\n");
    let error = case.refused(&changed);
    assert_eq!(error.kind(), ErrorKind::History);
    assert_eq!(error.to_string(), "migration V2__evidence was changed after it was applied as V2__evidence");
}

#[test]
fn a_late_migration_is_told_its_new_name() {
    let mut case = Case::applied(&chain().file("migrations/V5__five.sql", "create table five (id int);\n"));
    let late = chain()
        .file("migrations/V5__five.sql", "create table five (id int);\n")
        .file("migrations/V4__four.sql", "create table four (id int);\n");
    let error = case.refused(&late);
    assert_eq!(error.to_string(), "migration V4__four is not applied, and 5 is already");
    assert!(format!("{error:?}").contains("help: rename it to V6__four.sql"), "{error:?}");
    let unordered = late
        .without("migrations/V4__four.sql")
        .file("migrations/U4__four.sql", "create table four (id int);\n");
    let report = case.run(&unordered);
    assert_eq!(report.migrations.len(), 1, "{report}");
    case.obeys_the_laws(&unordered);
}

#[test]
fn a_newer_application_that_used_refinery_alone_is_left_in_peace() {
    let mut case = Case::new();
    by_refinery(&mut case, "\n");
    let older = project("chain").file("migrations/V1__genes.sql", V1);
    let report = case.run(&older);
    assert_eq!(report.outcome, Outcome::Superseded, "{report}");
    assert_eq!(case.column("select count(*) from pg_namespace where nspname = 'viewkeeper'"), ["0"]);
}

#[test]
fn the_settings_of_the_session_are_left_as_they_were() {
    let project = chain().file(
        "migrations/V3__settings.sql",
        "select pg_catalog.set_config('search_path', '', false);\nset statement_timeout to '77s';\nset work_mem to '7MB';\n\
         create table public.settled (id int);\n",
    );
    let mut case = Case::new();
    case.damage("set work_mem to '9MB'; set search_path to 'public'");
    case.run(&project);
    let settings = "select current_setting(name) from unnest(array['search_path', 'statement_timeout', 'work_mem']) as s(name)";
    assert_eq!(case.column(settings), ["public", "0", "9MB"]);
    case.damage("reset all");
    case.obeys_the_laws(&project);
}

#[test]
fn a_materialized_view_where_a_file_says_view_becomes_one_with_what_hangs_on_it() {
    let files = project("plain")
        .file("migrations/V1__t.sql", "create table t (id int primary key, name text);\n")
        .file("views/a.sql", "create view a as select id, name from t;\n")
        .file("views/b.sql", "create view b as select id from a;\n");
    let mut case = Case::applied(&files);
    case.by_hand("grant select on a to pg_monitor; comment on column a.id is 'mine'");
    case.by_hand("create view theirs as select name from a");
    case.damage("drop view a cascade; create materialized view a as select id, name from t; create index a_id on a (id)");
    case.damage("grant select on a to pg_monitor; comment on column a.id is 'mine'; comment on materialized view a is 'x'");
    case.damage("create view theirs as select name from a; create view b as select id from a");
    let report = case.run(&files);
    assert_eq!(report.outcome, Outcome::Healed, "{report}");
    expect(
        &report,
        &[
            (Verb::Rebuild, "a", "a materialized view in the database, and a view in sql/views/a.sql"),
            (Verb::Rebuild, "b", "depends on public.a"),
        ],
    );
    assert!(report.warnings.iter().any(|warning| warning.contains("lost: CREATE INDEX a_id")), "{report}");
    assert_eq!(case.column("select obj_description('a'::regclass)"), ["x"]);
    case.damage("comment on view a is null");
    case.obeys_the_laws(&files);
}
