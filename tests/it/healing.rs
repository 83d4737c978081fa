//! What a person did to a managed view is undone by the next run, and the report says what and why.

use viewkeeper::Drift;
use viewkeeper::report::{Outcome, Verb};

use crate::support::case::expect;
use crate::support::{Case, Files, project};

/// Three tiers over a table: `base`, `middle` on it with `select *`, `top` on that, and an option that a file states.
fn tiers() -> Files {
    project("tiers")
        .file("migrations/V1__table.sql", "create table t (id bigint primary key, name text not null);\n")
        .file("views/base.sql", "create view base as\nselect id, name from t;\n")
        .file(
            "views/middle.sql",
            "create view middle with (security_barrier) as\nselect * from base where id > 0;\n",
        )
        .file("views/top.sql", "create view top as\nselect count(*) as n from middle;\n")
}

#[test]
fn a_dropped_view_comes_back() {
    let project = tiers();
    let mut case = Case::applied(&project);
    case.damage("drop view top");
    case.heals(&project, &[(Verb::Create, "top", "dropped by hand")]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_view_without_columns_is_found_compared_and_healed() {
    let project = tiers().file("views/nothing.sql", "create view nothing as select;\n");
    let mut case = Case::new();
    case.damage("create view nothing as select");
    case.run(&project);
    case.damage("create or replace view nothing as select 1 as one");
    case.heals(&project, &[(Verb::Rebuild, "nothing", "definition changed by hand")]);
    case.obeys_the_laws(&project);
}

#[test]
fn views_dropped_with_cascade_come_back() {
    let project = tiers();
    let mut case = Case::applied(&project);
    case.damage("drop view base cascade");
    let dropped = "dropped by hand";
    case.heals(
        &project,
        &[(Verb::Create, "base", dropped), (Verb::Create, "middle", dropped), (Verb::Create, "top", dropped)],
    );
    case.obeys_the_laws(&project);
}

#[test]
fn views_dropped_with_their_table_come_back_when_the_table_does() {
    let project = tiers();
    let mut case = Case::applied(&project);
    case.damage("drop table t cascade; create table t (id bigint primary key, name text not null)");
    let report = case.run(&project);
    assert_eq!(report.objects.len(), 3, "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn a_view_replaced_by_hand_is_replaced_back_in_place() {
    let project = tiers();
    let mut case = Case::applied(&project);
    let oid = case.column("select 'base'::regclass::oid");
    case.damage("create or replace view base as select id, upper(name) as name from t");
    case.heals(&project, &[(Verb::Replace, "base", "definition changed by hand")]);
    assert_eq!(case.column("select 'base'::regclass::oid"), oid, "in place");
    case.obeys_the_laws(&project);
}

#[test]
fn a_column_added_by_hand_goes_and_what_hung_on_the_views_stays() {
    let project = tiers();
    let mut case = Case::applied(&project);
    case.by_hand("grant select on base to public; comment on view middle is 'by hand'; grant select (n) on top to public");
    case.damage("create or replace view base as select id, name, 1 as extra from t");
    case.heals(
        &project,
        &[
            (Verb::Rebuild, "base", "column extra is gone, so the view is rebuilt"),
            (Verb::Rebuild, "middle", "depends on public.base"),
            (Verb::Rebuild, "top", "depends on public.middle"),
        ],
    );
    case.obeys_the_laws(&project);
}

/// What is done to a view whose column `name` somebody renamed.
const LABELLED: [(Verb, &str, &str); 2] = [
    (Verb::Rename, "base", "column renamed by hand: name to label"),
    (Verb::Replace, "base", "definition changed by hand"),
];

#[test]
fn a_renamed_column_gets_its_name_back() {
    let project = tiers();
    let mut case = Case::applied(&project);
    case.damage("alter view base rename column name to label");
    expect(&case.run(&project), &LABELLED);
    case.obeys_the_laws(&project);
}

#[test]
fn a_renamed_column_that_others_read_gets_its_name_back_and_they_stay() {
    let project = tiers();
    let mut case = Case::applied(&project);
    case.by_hand(
        "create view theirs as select name as label from base; grant select (name) on base to pg_monitor",
    );
    case.damage("alter view base rename column name to label");
    expect(&case.run(&project), &LABELLED);
    case.obeys_the_laws(&project);
}

#[test]
fn a_moved_view_and_a_changed_one_on_it_come_back_together() {
    let project = tiers();
    let mut case = Case::applied(&project);
    case.damage("create schema bi; alter view base set schema bi; create or replace view middle as select x.* from (select * from bi.base) x where true");
    case.run(&project);
    case.damage("drop schema bi");
    case.obeys_the_laws(&project);
}

#[test]
fn a_renamed_view_gets_its_name_back_and_keeps_its_oid() {
    let project = tiers();
    let mut case = Case::applied(&project);
    let oid = case.column("select 'base'::regclass::oid");
    case.damage("alter view base rename to elsewhere");
    case.heals(&project, &[(Verb::Rename, "base", "public.elsewhere"), (Verb::Record, "base", "")]);
    assert_eq!(case.column("select 'base'::regclass::oid"), oid);
    case.obeys_the_laws(&project);
}

#[test]
fn a_view_moved_to_another_schema_comes_back() {
    let project = tiers();
    let mut case = Case::applied(&project);
    case.by_hand("create schema other");
    case.damage("alter view middle set schema other; alter view other.middle rename to m");
    case.heals(&project, &[(Verb::Rename, "middle", "other.m"), (Verb::Record, "middle", "")]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_renamed_and_altered_view_gets_both_back() {
    let project = tiers();
    let mut case = Case::applied(&project);
    case.damage(
        "alter view base rename to b; create or replace view b as select id, lower(name) as name from t",
    );
    case.heals(&project, &[(Verb::Rename, "base", "public.b"), (Verb::Replace, "base", "by hand")]);
    case.obeys_the_laws(&project);
}

#[test]
fn an_option_that_the_file_states_is_put_back() {
    let project = tiers();
    for damage in
        ["alter view middle reset (security_barrier)", "alter view middle set (security_barrier = false)"]
    {
        let mut case = Case::applied(&project);
        case.damage(damage);
        case.heals(&project, &[(Verb::Replace, "middle", "options")]);
        assert_eq!(
            case.column("select reloptions from pg_class where relname = 'middle'"),
            ["{security_barrier=true}"]
        );
        case.obeys_the_laws(&project);
    }
}

#[test]
fn an_option_that_no_file_states_is_somebodys_own() {
    let project = tiers();
    let mut case = Case::applied(&project);
    case.by_hand("alter view base set (security_barrier = true)");
    let report = case.run(&project);
    assert_eq!(report.outcome, Outcome::UpToDate, "{report}");
    case.damage(
        "create or replace view base with (security_barrier) as select id, upper(name) as name from t",
    );
    case.heals(&project, &[(Verb::Replace, "base", "by hand")]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_star_that_means_more_columns_is_noticed_after_a_change_by_hand() {
    let project = tiers().file("views/base.sql", "create view base as\nselect * from t;\n");
    let mut case = Case::applied(&project);
    case.by_hand("alter table t add column added int");
    let report = case.run(&project);
    expect(
        &report,
        &[
            (Verb::Replace, "base", "a table or type below it changed; gains added"),
            (Verb::Replace, "middle", "gains added"),
        ],
    );
    assert_eq!(case.column("select count(*) from pg_attribute where attrelid = 'middle'::regclass"), ["3"]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_star_that_means_more_columns_is_noticed_after_a_migration() {
    let project = tiers().file("views/base.sql", "create view base as\nselect * from t;\n");
    let mut case = Case::applied(&project);
    let project = project.file("migrations/V2__added.sql", "alter table t add column added int;\n");
    let report = case.run(&project);
    assert_eq!(report.outcome, Outcome::Applied, "{report}");
    expect(&report, &[(Verb::Replace, "base", "gains added"), (Verb::Replace, "middle", "gains added")]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_column_renamed_by_a_migration_and_in_the_file_is_only_recorded() {
    let project = tiers();
    let mut case = Case::applied(&project);
    let project = project
        .file("migrations/V2__rename.sql", "alter table t rename column name to label;\n")
        .file("views/base.sql", "create view base as\nselect id, label as name from t;\n");
    let report = case.run(&project);
    // The server followed the rename by itself: nothing is left to do but to record it.
    expect(&report, &[(Verb::Record, "base", "the same to the server")]);
    case.obeys_the_laws(&project);
}

#[test]
fn what_the_file_states_about_grants_and_comments_is_put_back() {
    let project = tiers().file(
        "views/base.sql",
        "create view base as\nselect id, name from t;\ncomment on view base is 'from the file';\ngrant select on base to public;\n",
    );
    let mut case = Case::applied(&project);
    case.damage("comment on view base is 'by hand'; revoke select on base from public");
    case.heals(
        &project,
        &[(Verb::Attach, "base", "comment was changed, grant of select to public was revoked by hand")],
    );
    case.obeys_the_laws(&project);
}

#[test]
fn drift_can_be_reported_or_refused_instead() {
    let project = tiers();
    let mut case = Case::applied(&project);
    case.damage("create or replace view base as select id, upper(name) as name from t");
    let report = project.migrator().drift(Drift::Report).run(&mut case.client).unwrap();
    expect(&report, &[(Verb::Leave, "base", "definition changed by hand")]);
    let error = project.migrator().drift(Drift::Refuse).run(&mut case.client).unwrap_err();
    assert_eq!(error.to_string(), "1 object drifted: \"public.base\" (definition changed by hand)");
    case.heals(&project, &[(Verb::Replace, "base", "definition changed by hand")]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_restored_database_is_recorded_and_not_rebuilt() {
    let project = tiers();
    let mut case = Case::applied(&project);
    // As pg_dump and restore do: same text, other oid and other xmin.
    case.damage("drop view top; create view public.top as select count(*) as n from middle");
    let report = case.run(&project);
    assert_eq!(report.outcome, Outcome::UpToDate, "{report}");
    expect(&report, &[(Verb::Record, "top", "")]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_columns_default_that_the_file_states_is_put_back() {
    let project = tiers().file(
        "views/base.sql",
        "create view base as\nselect id, name from t;\nalter view base alter column id set default 7;\n",
    );
    let mut case = Case::applied(&project);
    case.damage("alter view base alter column id drop default");
    case.heals(&project, &[(Verb::Attach, "base", "default of column id was dropped by hand")]);
    case.damage("alter view base alter column id set default 8");
    case.heals(&project, &[(Verb::Attach, "base", "changed by hand")]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_grant_that_the_file_does_not_state_is_no_drift() {
    let project = tiers().file(
        "views/base.sql",
        "create view base as\nselect id, name from t;\ncomment on view base is 'from the file';\n",
    );
    let mut case = Case::applied(&project);
    case.by_hand("grant select on base to public");
    let report = project.migrator().drift(Drift::Refuse).run(&mut case.client).unwrap();
    assert_eq!(report.outcome, Outcome::UpToDate, "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn drift_that_is_only_reported_moves_nothing_above_it() {
    let project = tiers();
    let mut case = Case::applied(&project);
    case.damage("alter view base rename column name to label");
    let views =
        "select oid || ' ' || xmin from pg_class where relname in ('base', 'middle', 'top') order by 1";
    let before = case.column(views);
    let report = project.migrator().drift(Drift::Report).run(&mut case.client).unwrap();
    expect(&report, &[(Verb::Leave, "base", "column label is renamed back to name")]);
    assert_eq!(report.outcome, Outcome::UpToDate, "{report}");
    assert_eq!(case.column(views), before);
    case.run(&project);
    case.obeys_the_laws(&project);
}

#[test]
fn columns_renamed_by_hand_are_told_from_those_that_the_file_renames() {
    let files = |text: &str| {
        project("columns")
            .file("migrations/V1__t.sql", "create table t (id int primary key, name text);\n")
            .file("views/v.sql", text)
    };
    let mut case = Case::applied(&files("create view v as select id, name as a, name as b from t;\n"));
    case.by_hand("grant select (a) on v to pg_monitor; comment on column v.b is 'mine'");
    case.damage("alter view v rename column a to c; alter view v rename column b to a; alter view v rename column c to b");
    case.by_hand("create view theirs as select a, b as x from v");
    // What reads the columns now reads them by their old names again.
    case.damage("create or replace view theirs as select b as a, a as x from v");
    let second = files("create view v as select id::bigint as id, name as a, name as b from t;\n");
    let report = case.run(&second);
    expect(
        &report,
        &[
            (Verb::Rename, "v", "column renamed by hand: a to b, b to a"),
            (Verb::Rebuild, "v", "column id: integer -> bigint, so the view is rebuilt"),
        ],
    );
    case.obeys_the_laws(&second);
}

#[test]
fn a_view_that_was_made_again_by_hand_is_looked_at_when_its_table_changed_too() {
    let first = project("again")
        .file("migrations/V1__t.sql", "create table t (id int primary key);\n")
        .file("views/v.sql", "create view v as select * from t;\n");
    let mut case = Case::applied(&first);
    case.damage("drop view v; create view v as select id from t");
    let second = first.file("migrations/V2__t.sql", "alter table t add column name text;\n");
    let report = case.run(&second);
    expect(&report, &[(Verb::Replace, "v", "gains name")]);
    case.obeys_the_laws(&second);
}
