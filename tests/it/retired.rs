//! Objects whose files are gone, and objects that get another name.

use viewkeeper::report::{Outcome, Verb};
use viewkeeper::{ErrorKind, Prune};

use crate::support::case::expect;
use crate::support::{Case, Files, laws, project};

fn first() -> Files {
    project("retired")
        .file("migrations/V1__t.sql", "create table t (id int primary key, name text);\n")
        .file("views/a.sql", "create view a as select id, name from t;\n")
        .file("views/b.sql", "create view b as select name from a;\n")
}

/// Without b.
fn second() -> Files {
    first().without("views/b.sql")
}

/// Another change after that.
fn third() -> Files {
    second().file("views/c.sql", "create view c as select 1 as one;\n")
}

#[test]
fn a_retired_view_stays_for_one_release_and_goes_with_the_next() {
    let mut case = Case::applied(&first());
    let report = case.run(&second());
    expect(&report, &[(Verb::Retire, "b", "its file is gone; it stays as it is until the next release")]);
    // Healing within the release does not count.
    case.damage(
        "drop view a cascade; create view a as select id, name from t; create view b as select name from a",
    );
    case.run(&second());
    assert_eq!(case.column("select to_regclass('b') is not null"), ["t"]);
    let report = case.run(&third());
    expect(&report, &[(Verb::Create, "c", "new in"), (Verb::Drop, "b", "its file is gone")]);
    assert_eq!(case.column("select to_regclass('b') is null"), ["t"]);
    case.obeys_the_laws(&third());
}

#[test]
fn options_drop_a_retired_view_now_or_never() {
    let mut case = Case::applied(&first());
    let never = second().migrator().prune(Prune::Never).run(&mut case.client).unwrap();
    assert_eq!(never.outcome, Outcome::Applied, "{never}");
    third().migrator().prune(Prune::Never).run(&mut case.client).unwrap();
    assert_eq!(case.column("select to_regclass('b') is not null"), ["t"]);
    case.run(&first().file("views/c.sql", "create view c as select 1 as one;\n"));
    let now = third().migrator().prune(Prune::Now).run(&mut case.client).unwrap();
    expect(&now, &[(Verb::Drop, "b", "its file is gone")]);
    assert_eq!(case.column("select to_regclass('b') is null"), ["t"]);
    case.run(&third());
    case.obeys_the_laws(&third());
}

#[test]
fn a_view_whose_file_comes_back_is_kept() {
    let mut case = Case::applied(&first());
    case.by_hand("grant select on b to public");
    case.run(&second());
    case.run(&first());
    case.run(&first().file("views/d.sql", "create view d as select 2 as two;\n"));
    case.obeys_the_laws(&first().file("views/d.sql", "create view d as select 2 as two;\n"));
}

#[test]
fn what_hangs_on_a_retired_view_keeps_it_from_being_dropped() {
    let mut case = Case::applied(&first());
    case.run(&second());
    case.damage("create view mine as select * from b");
    let error = case.refused(&third());
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(
        error.to_string(),
        "cannot drop \"public.b\", whose file is gone: 1 object still hangs on it: view public.mine"
    );
    case.damage("drop view mine");
    case.run(&third());
    case.obeys_the_laws(&third());
}

#[test]
fn a_retired_view_that_somebody_changed_is_his() {
    let mut case = Case::applied(&first());
    case.run(&second());
    case.damage("create or replace view b as select 'mine' as name");
    let report = case.run(&third());
    assert!(
        report.warnings[0].contains("was changed by hand since, or another project keeps it now"),
        "{report}"
    );
    assert_eq!(case.column("select name from b"), ["mine"]);
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &third());
}

#[test]
fn a_retired_view_is_put_back_when_what_it_stands_on_is_rebuilt_and_goes_when_it_no_longer_fits() {
    let mut case = Case::applied(&first());
    let wider = second().file("views/a.sql", "create view a as select id::bigint as id, name from t;\n");
    let report = case.run(&wider);
    assert_eq!(report.foreign[0].object, "public.b", "{report}");
    assert_eq!(case.column("select to_regclass('b') is not null"), ["t"]);
    let dropped = case.run(&wider.clone().file("views/c.sql", "create view c as select 1 as one;\n"));
    expect(&dropped, &[(Verb::Create, "c", "new"), (Verb::Drop, "b", "its file is gone")]);

    let mut case = Case::applied(&first());
    let narrower = second().file("views/a.sql", "create view a as select id from t;\n");
    let report = case.run(&narrower);
    expect(&report, &[(Verb::Rebuild, "a", "column name is gone"), (Verb::Drop, "b", "no longer fits")]);
    case.obeys_the_laws(&narrower);
}

#[test]
fn a_view_that_is_pruned_while_what_it_stands_on_is_rebuilt_goes() {
    let mut case = Case::applied(&first());
    case.run(&second());
    let wider = second().file("views/a.sql", "create view a as select id::bigint as id, name from t;\n");
    let report = case.run(&wider);
    expect(&report, &[(Verb::Rebuild, "a", "bigint"), (Verb::Drop, "b", "its file is gone")]);
    case.obeys_the_laws(&wider);
}

#[test]
fn a_view_that_read_a_pruned_one_and_reads_it_no_more_is_no_obstacle() {
    let with_c = |text: &str| first().file("views/c.sql", text);
    let mut case = Case::applied(&with_c("create view c as select name from b;\n"));
    let without = with_c("create view c as select name from a;\n").without("views/b.sql");
    let report = without.migrator().prune(Prune::Now).run(&mut case.client).unwrap();
    expect(&report, &[(Verb::Replace, "c", "definition changed"), (Verb::Drop, "b", "its file is gone")]);
    case.obeys_the_laws(&without);
}

fn renamed() -> Files {
    first()
        .without("views/a.sql")
        .file(
            "views/people.sql",
            "-- viewkeeper: renamed-from a\ncreate view people as select id, name from t;\n",
        )
        .file("views/b.sql", "create view b as select name from people;\n")
}

#[test]
fn a_renamed_view_keeps_what_hangs_on_it() {
    let mut case = Case::applied(&first());
    case.damage(
        "grant select on a to public; comment on view a is 'mine'; create view theirs as select id from a",
    );
    let oid = case.column("select 'a'::regclass::oid");
    let report = case.run(&renamed());
    expect(
        &report,
        &[
            (Verb::Rename, "people", "renamed from public.a in sql/views/people.sql"),
            (Verb::Record, "people", ""),
            (Verb::Replace, "b", "definition changed"),
        ],
    );
    assert_eq!(case.column("select 'people'::regclass::oid"), oid);
    assert_eq!(case.column("select obj_description('people'::regclass)"), ["mine"]);
    assert_eq!(case.column("select to_regclass('a') is null"), ["t"]);
    assert_eq!(case.run(&renamed()).outcome, Outcome::UpToDate);
    case.damage("drop view theirs; revoke all on people from public; comment on view people is null");
    case.obeys_the_laws(&renamed());
}

#[test]
fn a_new_materialized_view_may_read_a_view_that_is_renamed_with_it() {
    let mut case = Case::applied(&first());
    let project = renamed().file("views/m.sql", "create materialized view m as select id from people;\n");
    let report = case.run(&project);
    assert!(report.objects.iter().any(|object| object.verb == Verb::Rename), "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn what_a_retired_view_had_stated_last_is_known_when_it_comes_back() {
    let with = |text: &str| first().file("views/b.sql", text);
    let mut case = Case::applied(&with(
        "create view b as select name from a;\ngrant select on b to public;\ncomment on view b is 'ours';\n",
    ));
    case.by_hand("grant update on b to public");
    case.run(&second());
    let report = case.run(&first());
    let reason = "sql/views/b.sql no longer states grant of select to public, comment";
    expect(&report, &[(Verb::Attach, "b", reason)]);
    case.run(&second());
    // Also where somebody changed it meanwhile.
    case.damage("alter view b alter column name set default 'x'; create or replace view b as select null::text as name");
    case.run(&first());
    case.damage("alter view b alter column name drop default");
    case.run(&first());
    case.obeys_the_laws(&first());
}

#[test]
fn a_renamed_view_may_become_a_materialized_one_at_the_same_time() {
    let mut case = Case::applied(&first());
    let project = renamed().file(
        "views/people.sql",
        "-- viewkeeper: renamed-from a\ncreate materialized view people as select id, name from t;\n",
    );
    case.by_hand("grant select on b to public");
    case.run(&project);
    case.obeys_the_laws(&project);
}

#[test]
fn a_renamed_view_may_change_its_columns_at_the_same_time() {
    let mut case = Case::applied(&first());
    let project = renamed().file(
        "views/people.sql",
        "-- viewkeeper: renamed-from a\ncreate view people as select id::bigint as id, name from t;\n",
    );
    case.damage("comment on view a is 'mine'; create view theirs as select id from a");
    let report = case.run(&project);
    assert_eq!(case.column("select obj_description('people'::regclass)"), ["mine"], "{report}");
    assert_eq!(case.column("select to_regclass('theirs') is not null"), ["t"]);
    case.damage("drop view theirs; comment on view people is null");
    case.obeys_the_laws(&project);
}

#[test]
fn what_reads_a_renamed_view_and_a_rebuilt_one_is_put_back() {
    let mut case = Case::applied(&first().file("views/c.sql", "create view c as select id from t;\n"));
    case.damage("create schema bi; create view bi.f as select c.id as x, a.id as y from c cross join a");
    let project = renamed().file("views/c.sql", "create view c as select id::bigint as id from t;\n");
    let report = case.run(&project);
    assert_eq!(report.foreign[0].object, "bi.f", "{report}");
    assert_eq!(case.column("select count(*) from bi.f"), ["0"]);
    case.damage("drop schema bi cascade");
    case.obeys_the_laws(&project);
}

#[test]
fn a_retired_view_on_a_column_that_a_migration_renames_goes_when_its_time_has_come() {
    let mut case = Case::applied(&first());
    let project = second()
        .file("migrations/V2__t.sql", "alter table t rename column name to label;\n")
        .file("views/a.sql", "create view a as select id, label as name from t;\n");
    case.run(&project);
    let next = project.file("views/c.sql", "create view c as select 1 as one;\n");
    let report = case.run(&next);
    expect(&report, &[(Verb::Create, "c", "new"), (Verb::Drop, "b", "its file is gone")]);
    case.obeys_the_laws(&next);
}

#[test]
fn a_view_that_was_made_again_by_hand_is_renamed_all_the_same() {
    let mut case = Case::applied(&first());
    case.damage("drop view a cascade; create view a as select id, name from t");
    let report = case.run(&renamed());
    assert_eq!(report.objects[0].verb, Verb::Rename, "{report}");
    case.obeys_the_laws(&renamed());
}

#[test]
fn where_both_names_are_taken_the_old_view_is_a_retired_one() {
    let mut case = Case::applied(&first());
    case.damage("create view people as select id, name from t");
    let report = case.run(&renamed());
    assert!(
        report.objects.iter().any(|object| object.verb == Verb::Retire && object.object.name == "a"),
        "{report}"
    );
    case.run(&renamed().file("views/c.sql", "create view c as select 1 as one;\n"));
    case.obeys_the_laws(&renamed().file("views/c.sql", "create view c as select 1 as one;\n"));
}
