//! Table migrations past what stands in their way: it steps aside for the statement and is put back right after it.

use std::time::Duration;

use viewkeeper::report::Verb;
use viewkeeper::{ErrorKind, Foreign, Report};

use crate::support::case::expect;
use crate::support::{Case, Files, project};

fn genes() -> Files {
    project("genes")
        .file(
            "migrations/V1__genes.sql",
            "create table genes (id int primary key, symbol varchar(20), score int, note text);\n",
        )
        .file("views/gene_list.sql", "create view gene_list as select id, symbol, score from genes;\n")
        .file("views/gene_count.sql", "create view gene_count as select count(symbol) as n from gene_list;\n")
        .file("views/gene_ratio.sql", "create view gene_ratio as select n / 2.0 as half from gene_count;\n")
}

/// The same, in a project whose migrations made the first views once and may use them.
fn grown_genes() -> Files {
    let base = genes();
    let text = |path: &str| base.files().iter().find(|(file, _)| file == path).unwrap().1.clone();
    let views = ["views/gene_list.sql", "views/gene_count.sql", "views/gene_ratio.sql"].map(text).concat();
    let first = text("migrations/V1__genes.sql") + &views;
    base.file("migrations/V1__genes.sql", &first)
}

fn then(base: Files, migration: &str) -> Files {
    base.file("migrations/V2__next.sql", migration)
}

/// What stepped aside for the only migration of a run.
fn aside(report: &Report) -> Vec<&str> {
    assert_eq!(report.migrations.len(), 1, "{report}");
    report.migrations[0].aside.iter().map(String::as_str).collect()
}

const WIDER: &str = "alter table genes alter symbol type text;\n";

#[test]
fn a_column_may_change_its_type_under_three_layers_of_views() {
    let mut case = Case::applied(&genes());
    let project = then(genes(), WIDER);
    let report = case.run(&project);
    assert_eq!(aside(&report), ["view public.gene_list", "view public.gene_count", "view public.gene_ratio"]);
    assert!(
        report.to_string().contains(
            "3 objects stepped aside and were put back: view public.gene_list, view public.gene_count, view public.gene_ratio"
        ),
        "{report}"
    );
    assert!(report.warnings.is_empty(), "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn what_a_person_put_on_the_views_stays() {
    let mut case = Case::applied(&genes());
    case.by_hand("grant select on gene_list to pg_monitor with grant option");
    case.by_hand("grant select (n) on gene_count to public");
    case.by_hand("comment on view gene_list is 'mine'; comment on column gene_ratio.half is 'a half'");
    case.by_hand("alter view gene_list set (security_barrier = true)");
    case.by_hand("alter view gene_list alter column score set default 7");
    let project = then(genes(), WIDER);
    case.run(&project);
    assert_eq!(case.column("select has_column_privilege('pg_monitor', 'gene_count', 'n', 'select')"), ["t"]);
    case.obeys_the_laws(&project);
}

#[test]
fn foreign_views_of_another_schema_and_owner_are_put_back() {
    let mut case = Case::applied(&genes());
    case.by_hand("create schema bi");
    case.by_hand("create view bi.\"Top Genes\" as select l.symbol from gene_list l where score > 5");
    case.by_hand("create view bi.direct (a, b) as select id, symbol from genes");
    case.by_hand("alter view bi.direct owner to pg_read_all_data");
    case.by_hand("comment on view bi.direct is 'it''s mine'; grant select on bi.direct to public");
    let project = then(genes(), WIDER);
    let report = case.run(&project);
    assert_eq!(aside(&report).len(), 5, "{report}");
    assert_eq!(
        case.column("select pg_get_userbyid(relowner) from pg_class where relname = 'direct'"),
        ["pg_read_all_data"]
    );
    case.obeys_the_laws(&project);
}

#[test]
fn a_materialized_view_keeps_its_rows_and_its_index() {
    let mut case = Case::applied(&genes());
    case.by_hand("insert into genes values (1, 'PKD1', 3)");
    case.by_hand("create materialized view genes_then as select id, symbol from genes");
    case.by_hand("create unique index genes_then_id on genes_then (id)");
    let project = then(genes(), WIDER);
    case.run(&project);
    assert_eq!(case.column("select symbol from genes_then"), ["PKD1"]);
    case.obeys_the_laws(&project);
}

#[test]
fn only_what_is_in_the_way_is_touched() {
    let base = genes()
        .file("migrations/V1__genes.sql", "create table genes (id int primary key, symbol varchar(20), score int, note text);\ncreate table other (id int, symbol varchar(20));\n")
        .file("views/notes.sql", "create view notes as select id, note from genes;\n")
        .file("views/others.sql", "create view others as select o.symbol from other o;\n")
        .file("views/both.sql", "create view both_ as select g.symbol, o.symbol as other from genes g join other o using (id);\n");
    let mut case = Case::applied(&base);
    let oids = "select oid::text from pg_class where relname in ('notes', 'others') order by 1";
    let before = case.column(oids);
    let project = then(base, WIDER);
    let report = case.run(&project);
    assert!(!aside(&report).contains(&"view public.others"), "{report}");
    assert_eq!(before, case.column(oids));
    case.obeys_the_laws(&project);
}

#[test]
fn what_is_in_the_way_of_one_statement_is_back_for_the_next() {
    let mut case = Case::applied(&grown_genes());
    let project = then(
        grown_genes(),
        "set search_path to pg_catalog;\n\
         create temporary table kept on commit drop as select 'PKD1' as symbol;\n\
         insert into public.genes (id, symbol) select 1, symbol from kept; -- one; two\n\
         alter table public.genes alter symbol type text;\n\
         do $$ begin execute 'alter table public.genes add extra int'; end $$;\n\
         alter table public.genes alter column score type numeric(10, 2), drop note;\n\
         update public.genes set extra = (select count(*) from public.gene_list), symbol = (select symbol from kept);\n",
    );
    let report = case.run(&project);
    assert_eq!(aside(&report).len(), 3, "{report}");
    assert_eq!(case.column("select extra || symbol from genes"), ["1PKD1"]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_later_wrong_statement_still_points_at_its_line() {
    let mut case = Case::applied(&genes());
    let wrong = then(
        genes(),
        "-- Über alles\nalter table genes alter symbol type text;\n\n  select é.nope from genes é;\n",
    );
    let error = case.refused(&wrong);
    assert_eq!(error.code(), Some("42703"), "{error:?}");
    assert_eq!(error.location().unwrap().to_string(), "sql/migrations/V2__next.sql:4:10");
    case.obeys_the_laws(&genes());
}

#[test]
fn a_type_that_cannot_be_cast_is_told_and_not_the_view() {
    let mut case = Case::applied(&genes());
    let error = case.refused(&then(genes(), "alter table genes alter symbol type int;\n"));
    assert_eq!(error.code(), Some("42804"), "{error:?}");
    case.obeys_the_laws(&genes());
}

#[test]
fn a_column_goes_that_a_file_reads_no_more() {
    let mut case = Case::applied(&genes());
    case.by_hand("grant select on gene_list to pg_monitor");
    let project = then(genes(), "alter table genes drop score;\n")
        .file("views/gene_list.sql", "create view gene_list as select id, symbol from genes;\n");
    let report = case.run(&project);
    assert_eq!(aside(&report).len(), 3, "{report}");
    expect(
        &report,
        &[
            (Verb::Create, "gene_list", "definition changed in sql/views/gene_list.sql"),
            (Verb::Create, "gene_count", "it stood in the way of a table migration"),
            (Verb::Create, "gene_ratio", "it stood in the way of a table migration"),
        ],
    );
    case.obeys_the_laws(&project);
}

#[test]
fn a_foreign_view_on_a_pending_one_comes_after_it() {
    let mut case = Case::applied(&genes());
    case.by_hand("create view symbols as select symbol from gene_list");
    case.by_hand("comment on view symbols is 'mine'");
    let project = then(genes(), "alter table genes drop score;\n")
        .file("views/gene_list.sql", "create view gene_list as select id, symbol from genes;\n");
    let report = case.run(&project);
    assert_eq!(report.foreign.len(), 1, "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn a_foreign_view_of_a_dropped_column_is_named_and_nothing_is_changed() {
    let mut case = Case::applied(&genes());
    case.by_hand("create schema bi");
    case.by_hand("create view bi.scores as select score from genes");
    case.by_hand("create view bi.best as select max(score) as best from bi.scores");
    let next = then(genes(), "create table more (id int);\n\nalter table genes drop score;\n")
        .file("views/gene_list.sql", "create view gene_list as select id, symbol from genes;\n");
    let error = case.refused(&next);
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    // 16 and later leave out the table where there is one only, and quote the column.
    assert_eq!(
        error.to_string().replace("genes.score", "score").replace('"', ""),
        "migration V2__next takes away what 2 objects of no file of this project stand on: \
         view bi.scores (column score does not exist, 42703); view bi.best (it stands on view bi.scores)"
    );
    assert_eq!(error.location().unwrap().to_string(), "sql/migrations/V2__next.sql:3:1");
    case.obeys_the_laws(&genes());
}

#[test]
fn a_foreign_view_of_a_column_that_the_files_view_loses_is_named() {
    let mut case = Case::applied(&genes());
    case.by_hand("create view scores as select score from gene_list");
    let next = then(genes(), "alter table genes drop score;\n")
        .file("views/gene_list.sql", "create view gene_list as select id, symbol from genes;\n");
    let error = case.refused(&next);
    assert!(error.to_string().contains("view public.scores"), "{error:?}");
    assert!(error.to_string().starts_with("migration V2__next takes away"), "{error:?}");
    case.obeys_the_laws(&genes());
}

#[test]
fn a_view_whose_file_is_gone_goes_with_its_column() {
    let base = genes().file("views/old.sql", "create view old as select note from genes;\n");
    let mut case = Case::applied(&base);
    let project = then(genes(), "alter table genes drop note;\n");
    let report = case.run(&project);
    expect(
        &report,
        &[
            (Verb::Record, "gene_list", "the same to the server"),
            (Verb::Drop, "old", "its file is gone, and it no longer fits: a table migration took away"),
        ],
    );
    assert_eq!(case.column("select count(*) from viewkeeper.object"), ["3"]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_table_is_swapped_by_drop_and_rename() {
    let mut case = Case::applied(&genes());
    case.by_hand("create view mine as select symbol from genes");
    case.by_hand("comment on view mine is 'mine'");
    let project = then(
        genes(),
        "create table genes_new (id bigint primary key, symbol text, score int, note text);\n\
         drop table genes;\n\
         alter table genes_new rename to genes;\n\
         alter index genes_new_pkey rename to genes_pkey;\n",
    );
    let report = case.run(&project);
    assert_eq!(aside(&report).len(), 4, "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn a_table_is_swapped_over_two_migrations() {
    let mut case = Case::applied(&genes());
    case.by_hand("create view mine as select symbol from genes");
    let project = then(
        genes(),
        "create table genes_new (id int primary key, symbol text, score int, note text);\ndrop table genes;\n",
    )
    .file(
        "migrations/V3__swap.sql",
        "alter table genes_new rename to genes;\nalter index genes_new_pkey rename to genes_pkey;\n",
    );
    case.run(&project);
    case.obeys_the_laws(&project);
}

#[test]
fn a_type_is_replaced_under_a_view() {
    let base = project("moods")
        .file(
            "migrations/V1__mood.sql",
            "create type mood as enum ('sad', 'ok');\ncreate table people (id int, mood text);\n",
        )
        .file("views/sad.sql", "create view sad as select id from people where mood::mood = 'sad';\n");
    let mut case = Case::applied(&base);
    let project = then(base, "drop type mood;\ncreate type mood as enum ('ok', 'happy', 'sad');\n");
    let report = case.run(&project);
    assert_eq!(aside(&report), ["view public.sad"]);
    case.obeys_the_laws(&project);
}

#[test]
fn the_migration_reads_and_grants_on_and_drops_the_view() {
    let mut case = Case::applied(&grown_genes());
    case.damage("insert into genes values (1, 'PKD1', 3)");
    let project = then(
        grown_genes(),
        "alter table genes alter symbol type text;\n\
         create table counted as select n from gene_count;\n\
         grant select on gene_list to pg_monitor;\n\
         drop view gene_ratio;\n\
         create view gene_ratio as select n / 2.0 as half, 'migration' as by from gene_count;\n\
         alter table genes alter symbol type varchar(30);\n",
    );
    case.run(&project);
    assert_eq!(case.column("select n from counted"), ["1"]);
    assert_eq!(case.column("select has_table_privilege('pg_monitor', 'gene_list', 'select')"), ["t"]);
    case.obeys_the_laws(&project);
}

#[test]
fn settings_and_roles_of_the_migration_do_not_reach_what_is_put_back() {
    let mut case = Case::applied(&genes());
    case.by_hand("create view dated as select symbol, timestamptz '2024-03-02 10:00Z' as t, interval '1 day' as i from genes");
    let project = then(
        genes(),
        "grant create on schema public to pg_monitor;\n\
         alter table genes owner to pg_monitor;\n\
         set local role pg_monitor;\n\
         set datestyle to 'SQL, DMY'; set local timezone to 'Asia/Tokyo'; set search_path to public, pg_temp;\n\
         alter table genes alter symbol type text;\n\
         create table seen as select current_user::text as role, current_setting('datestyle') as style, current_setting('timezone') as zone;\n",
    );
    case.run(&project);
    assert_eq!(
        case.column("select role || ' ' || style || ' ' || zone from seen"),
        ["pg_monitor SQL, DMY Asia/Tokyo"]
    );
    assert_eq!(
        case.column("select pg_get_userbyid(relowner) = current_user from pg_class where relname = 'dated'"),
        ["t"]
    );
    case.obeys_the_laws(&project);
}

#[test]
fn a_table_column_of_the_views_row_type_is_refused() {
    let mut case = Case::applied(&genes());
    case.by_hand("create table snapshots (row gene_list)");
    let error = case.refused(&then(genes(), WIDER));
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    assert!(
        error.to_string().starts_with("migration V2__next has 1 object in its way that cannot be put back: "),
        "{error:?}"
    );
    assert!(error.to_string().contains("snapshots"), "{error:?}");
    assert_eq!(error.location().unwrap().to_string(), "sql/migrations/V2__next.sql:1:1");
    case.obeys_the_laws(&genes());
}

#[test]
fn foreign_views_in_the_way_may_be_refused_by_option() {
    let mut case = Case::applied(&genes());
    case.by_hand("create view mine as select symbol from gene_list");
    let next = then(genes(), WIDER);
    let error = next.migrator().foreign(Foreign::Refuse).run(&mut case.client).unwrap_err();
    assert!(
        error.to_string().contains("1 object of no file of this project in its way: view public.mine"),
        "{error:?}"
    );
    case.obeys_the_laws(&genes());
}

#[test]
fn what_the_role_may_not_drop_is_told_before_anything_is_dropped() {
    let mut case = Case::new();
    let database = case.column("select oid from pg_database where datname = current_database()").remove(0);
    let role = format!("past_{database}");
    let name = case.column("select quote_ident(current_database())").remove(0);
    case.damage(&format!(
        "create role {role}; grant create on database {name} to {role}; grant all on schema public to {role}; set role {role}"
    ));
    case.run(&genes());
    case.damage("grant select on genes to pg_monitor; reset role");
    case.by_hand("create schema bi");
    case.by_hand("create view bi.theirs as select symbol from genes");
    case.damage(&format!("set role {role}"));
    let error = then(genes(), WIDER).migrator().run(&mut case.client).unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("1 object in its way that cannot be put back: view bi.theirs (lacking"),
        "{error:?}"
    );
    case.damage(&format!(
        "reset role; reassign owned by {role} to current_user; drop owned by {role}; drop role {role}"
    ));
    case.by_hand("grant select on genes to pg_monitor");
    case.run(&genes());
    case.obeys_the_laws(&genes());
}

#[test]
fn who_holds_a_view_in_the_way_is_given_way_and_named() {
    let mut case = Case::applied(&genes());
    let mut other = case.database.connect().unwrap();
    other.batch_execute("begin; comment on view gene_ratio is 'soon'").unwrap();
    let migrator = then(genes(), WIDER).migrator().lock_timeout(Duration::from_millis(50)).tries(2);
    let error = migrator.run(&mut case.client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy, "{error:?}");
    let report = format!("{error:?}");
    assert!(
        report.contains("note: public.gene_ratio is held by pid ") && !report.contains("comment on view"),
        "{report}"
    );
    other.batch_execute("rollback").unwrap();
    let project = then(genes(), WIDER);
    case.run(&project);
    case.obeys_the_laws(&project);
}

#[test]
fn more_views_are_in_the_way_than_the_server_names() {
    let mut base = genes();
    for number in 0..130 {
        base = base.file(
            &format!("views/v{number:03}.sql"),
            &format!("create view v{number:03} as select symbol, score from genes;\n"),
        );
    }
    let mut case = Case::applied(&base);
    let project = then(
        base,
        "create table genes_new (id int primary key, symbol text, score int, note text);\n\
         drop table genes;\n\
         alter table genes_new rename to genes;\n\
         alter index genes_new_pkey rename to genes_pkey;\n",
    );
    let report = case.run(&project);
    assert_eq!(aside(&report).len(), 133, "{report}");
    assert!(report.to_string().contains(" and 123 more"), "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn a_star_over_a_table_that_gained_a_column_too_is_replaced() {
    let base = genes().file("views/all_genes.sql", "create view all_genes as select * from genes;\n");
    let mut case = Case::applied(&base);
    let project = then(base, "alter table genes alter symbol type text;\nalter table genes add extra int;\n");
    let report = case.run(&project);
    assert_eq!(aside(&report).len(), 4, "{report}");
    assert_eq!(
        case.column("select count(*) from pg_attribute where attrelid = 'all_genes'::regclass"),
        ["5"]
    );
    case.obeys_the_laws(&project);
}

#[test]
fn functions_triggers_policies_and_generated_columns_step_aside() {
    let base = project("zoo").file(
        "migrations/V1__zoo.sql",
        "create table t (a int, b int, g int generated always as (a * 2) stored);\n\
         create table u (x int);\n\
         create function total() returns bigint begin atomic select sum(a) from t; end;\n\
         create function noted() returns trigger language plpgsql as 'begin return new; end';\n\
         create trigger on_a after update of a on t for each row execute function noted();\n\
         create trigger when_a after update on t for each row when (old.a <> new.a) execute function noted();\n\
         create policy p on t using (a > 1);\n\
         create policy q on u using (x > (select max(a) from t));\n\
         create rule r as on insert to u do also select max(a) from t;\n\
         comment on policy q on u is 'mine';\n",
    );
    let mut case = Case::applied(&base);
    case.damage("insert into t (a) values (2)");
    let project = then(base, "alter table t alter a type bigint;\nupdate t set a = 3;\n");
    let report = case.run(&project);
    let mut stepped = aside(&report);
    stepped.sort_unstable();
    assert_eq!(
        stepped,
        [
            "function public.total()",
            "policy p on public.t",
            "policy q on public.u",
            "rule r on public.u",
            "table column public.t.g",
            "trigger on_a on public.t",
            "trigger when_a on public.t"
        ]
    );
    assert_eq!(case.column("select g || ' ' || total() from t"), ["6 3"]);
    case.obeys_the_laws(&project);
}

#[test]
fn nothing_to_be_found_in_the_way_keeps_the_servers_words() {
    let mut case = Case::applied(&genes());
    case.damage("create table other (id int)");
    let error = case.refused(&then(
        genes(),
        "create type pair as (a int, b int);\ncreate table pairs (p pair);\nalter type pair alter attribute a type text;\n",
    ));
    assert_eq!(error.code(), Some("0A000"), "{error:?}");
    assert_eq!(error.location().unwrap().line, 3, "{error:?}");
    case.damage("drop table other");
    case.obeys_the_laws(&genes());
}

/// A run in which each migration is committed by itself.
fn split(base: Files, migration: &str) -> Files {
    then(base, migration)
        .file("migrations/V3__mood.sql", "create type mood as enum ('sad');\n")
        .file("migrations/V4__happy.sql", "alter type mood add value 'happy';\n")
        .file("migrations/V5__use.sql", "create table moods (m mood default 'happy');\n")
}

#[test]
fn in_split_mode_what_waits_for_its_file_is_kept_in_the_ledger() {
    let mut case = Case::applied(&genes());
    case.by_hand("grant select on gene_count to pg_monitor");
    let project =
        split(genes(), "alter table genes drop score;\nalter table genes alter symbol type text;\n")
            .file("views/gene_list.sql", "create view gene_list as select id, symbol from genes;\n");
    let broken = project.clone().file("migrations/V6__bad.sql", "create table bad (x nope);\n");
    let error = broken.migrator().run(&mut case.client).unwrap_err();
    assert!(format!("{error:?}").contains("committed before the error: V2__next"), "{error:?}");
    assert_eq!(case.column("select count(*) from viewkeeper.displaced where recreate is not null"), ["3"]);
    let mended = project.file("migrations/V6__bad.sql", "create table bad (x int);\n");
    let report = case.run(&mended);
    assert!(report.objects.iter().all(|object| object.reason != "dropped by hand"), "{report}");
    assert_eq!(case.column("select count(*) from viewkeeper.displaced"), ["0"]);
    assert_eq!(case.column("select has_table_privilege('pg_monitor', 'gene_count', 'select')"), ["t"]);
    case.obeys_the_laws(&mended);
}

#[test]
fn in_split_mode_a_foreign_view_has_to_fit_before_the_commit() {
    let mut case = Case::applied(&genes());
    case.by_hand("create view mine as select symbol from gene_list");
    let project = split(genes(), "alter table genes drop score;\n")
        .file("views/gene_list.sql", "create view gene_list as select id, symbol from genes;\n");
    let error = case.refused(&project);
    assert!(error.to_string().contains("view public.mine"), "{error:?}");
    case.damage("drop view mine; create view mine as select symbol from genes");
    case.by_hand("select 1");
    let widened = split(genes(), WIDER);
    let report = case.run(&widened);
    assert!(report.migrations[0].alone && report.migrations[0].aside.len() == 4, "{report}");
    case.damage("drop view mine");
    let mut fresh = Case::applied(&widened);
    fresh.run(&widened);
    fresh.obeys_the_laws(&widened);
}

#[test]
fn a_view_that_was_renamed_by_hand_steps_aside_and_gets_its_name_back() {
    let mut case = Case::applied(&genes());
    case.by_hand("grant select on gene_list to pg_monitor");
    case.damage("alter view gene_list rename to away");
    let project = then(genes(), WIDER);
    let report = case.run(&project);
    assert_eq!(case.column("select to_regclass('away') is null"), ["t"], "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn a_view_that_was_renamed_by_hand_and_cannot_be_put_back_is_made_from_its_file() {
    let mut case = Case::applied(&genes());
    case.by_hand("grant select on gene_list to pg_monitor; comment on column gene_list.id is 'mine'");
    case.damage("alter view gene_list rename to away");
    let project = then(genes(), "alter table genes drop column score;\n")
        .file("views/gene_list.sql", "create view gene_list as select id, symbol from genes;\n");
    case.run(&project);
    assert_eq!(case.column("select to_regclass('away') is null"), ["t"]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_retired_view_whose_time_has_come_when_a_migration_takes_its_column_goes() {
    let mut case = Case::applied(&genes());
    let retired = genes().without("views/gene_ratio.sql").without("views/gene_count.sql");
    case.run(&retired);
    let project = then(retired, "alter table genes drop column symbol;\n")
        .file("views/gene_list.sql", "create view gene_list as select id, score from genes;\n");
    case.run(&project);
    assert_eq!(case.column("select to_regclass('gene_count') is null"), ["t"]);
    case.obeys_the_laws(&project);
}
