//! Going back to an earlier release, put together from the ledger alone.

use viewkeeper::report::{Outcome, Verb};
use viewkeeper::{ErrorKind, Prune, Report};

use crate::support::case::only;
use crate::support::{Case, Files, laws, project};

/// Goes back as an operator does who has no file of the project: only its name.
fn back(case: &mut Case, to: &str) -> Report {
    let report = project("app").migrator().rollback(&mut case.client, to);
    report.unwrap_or_else(|error| panic!("the rollback failed: {error:?}"))
}

fn checksum(files: &Files) -> String {
    files.migrator().project().release().checksum.as_str().to_owned()
}

fn first() -> Files {
    project("app")
        .file("migrations/V1__t.sql", "create table t (id int primary key, name text);\n")
        .file("views/a.sql", "-- the ids\n\ncreate view a as select id from t;\ncomment on view a is 'ids';\n")
        .file(
            "views/b.sql",
            "create view b as select id from a; -- above\n-- for all\ngrant select on b to public;\ncreate view c as select id from b;\n",
        )
        .file("functions/f.sql", "create function f(n int) returns int language sql as 'select n + 1';\n")
}

fn second() -> Files {
    first()
        .file("views/a.sql", "create view a as select id::bigint as id, name from t;\n")
        .file("views/d.sql", "create view d as select name from a;\n")
        .file(
            "functions/f.sql",
            "create function f(n bigint) returns bigint language sql as 'select n + 1';\n",
        )
}

#[test]
fn a_rollback_needs_no_file_and_keeps_what_a_person_put_on_the_objects() {
    let mut case = Case::applied(&first());
    case.by_hand("comment on column b.id is 'by hand'; alter view c alter column id set default 7");
    case.run(&second());
    assert_eq!(
        case.column("select pg_typeof(id) from (select null::b as r) x, lateral (select (r).id) y"),
        ["bigint"]
    );
    let report = back(&mut case, "previous");
    assert_eq!(report.outcome, Outcome::Applied, "{report}");
    assert_eq!(report.release, checksum(&first()));
    assert_eq!(only(&report, "a").0, Verb::Rebuild, "{report}");
    assert_eq!(only(&report, "d").0, Verb::Drop, "{report}");
    // The first release's own binary finds its state.
    case.obeys_the_laws(&first());
}

#[test]
fn the_replaced_binary_leaves_the_database_alone_and_a_later_build_applies() {
    let (mut case, second) = (Case::applied(&first()), second());
    case.run(&second);
    back(&mut case, &checksum(&first())[..6]);
    let superseded = case.run(&second);
    assert_eq!(superseded.outcome, Outcome::Superseded, "{superseded}");
    assert!(superseded.warnings[0].contains("is release"), "{superseded}");
    let again = second.file("views/e.sql", "create view e as select 1 as one;\n");
    case.run(&again);
    case.obeys_the_laws(&again);
}

#[test]
fn a_build_from_the_future_or_of_an_unknown_moment_is_replaced_too() {
    for built in [4_000_000_000_000, 0] {
        let mut case = Case::applied(&first());
        let migrator = second().built(built).migrator();
        migrator.superseded(viewkeeper::Superseded::Restore).run(&mut case.client).unwrap();
        back(&mut case, "1");
        assert_eq!(case.run(&second().built(built)).outcome, Outcome::Superseded);
        case.obeys_the_laws(&first());
    }
}

#[test]
fn one_can_go_back_and_forth() {
    let mut case = Case::applied(&first());
    case.run(&second());
    case.by_hand("grant select on c to public");
    for to in ["previous", "previous", "1", "2"] {
        back(&mut case, to);
    }
    assert_eq!(case.column("select count(*) from viewkeeper.release"), ["6"]);
    case.obeys_the_laws(&second());
}

#[test]
fn what_came_later_stays_where_nothing_is_to_be_dropped() {
    let mut case = Case::applied(&first());
    let keep = project("app").migrator().prune(Prune::Never);
    case.run(&second().file("views/d.sql", "create view d as select 1 as one;\n"));
    let report = keep.rollback(&mut case.client, "1").unwrap();
    assert_eq!(only(&report, "d").0, Verb::Retire, "{report}");
    assert_eq!(case.column("select one from d"), ["1"]);
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &first());
}

#[test]
fn what_hangs_on_an_object_that_came_later_stops_the_rollback() {
    let mut case = Case::applied(&first());
    case.run(&first().file("views/d.sql", "create view d as select 1 as one;\n"));
    case.damage("create view mine as select one from d");
    let before = laws::everything(&case.database);
    let error = project("app").migrator().rollback(&mut case.client, "1").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(
        error.to_string(),
        "cannot drop \"public.d\", which that release does not hold: 1 object still hangs on it: view public.mine"
    );
    assert!(format!("{error:?}").contains("rollback --keep"), "{error:?}");
    similar_asserts::assert_eq!(before, laws::everything(&case.database));
    project("app").migrator().prune(Prune::Never).rollback(&mut case.client, "1").unwrap();
    assert_eq!(case.column("select one from mine"), ["1"]);
    case.damage("drop view mine; drop view d");
    case.obeys_the_laws(&first());
}

#[test]
fn a_renamed_view_gets_its_old_name_with_all_that_hangs_on_it() {
    let renamed = first()
        .file("views/a.sql", "-- viewkeeper: renamed-from a\ncreate view ids as select id from t;\n")
        .file("views/b.sql", "create view b as select id from ids;\ncreate view c as select id from b;\n");
    let mut case = Case::applied(&first());
    case.by_hand("grant select on a to public");
    case.run(&renamed);
    let further = renamed
        .file("views/a.sql", "-- viewkeeper: renamed-from a\ncreate view ids as select id, name from t;\n");
    case.run(&further);
    let report = back(&mut case, "1");
    assert_eq!(only(&report, "a").0, Verb::Rename, "{report}");
    case.obeys_the_laws(&first());
}

#[test]
fn materialized_views_and_triggers_come_back() {
    let table = "create table t (id int primary key, name text);\n";
    let first = project("app")
        .file("migrations/V1__t.sql", table)
        .file("views/m.sql", "create materialized view m as select id, name from t;\ncreate unique index m_id on m (id);\ngrant select on m to public;\n")
        .file("functions/f.sql", "create function f() returns trigger language plpgsql as 'begin return new; end';\n")
        .file("triggers/g.sql", "create trigger g before insert on t for each row execute function f();\n");
    let second = first
        .clone()
        .file("views/m.sql", "create materialized view m as select id from t;\ncreate index m_i on m (id);\n")
        .file("triggers/g.sql", "create trigger g before update on t for each row execute function f();\n")
        .file("triggers/h.sql", "create trigger h before delete on t for each row execute function f();\n");
    let mut case = Case::applied(&first);
    case.damage("insert into t values (1, 'one')");
    case.run(&second);
    let report = back(&mut case, "previous");
    assert_eq!(only(&report, "h").0, Verb::Drop, "{report}");
    assert_eq!(case.column("select name from m"), ["one"]);
    case.obeys_the_laws(&first);
}

#[test]
fn a_retired_object_comes_back() {
    let mut case = Case::applied(&first());
    case.by_hand("grant select on c to public");
    let without = first().file("views/b.sql", "create view b as select id from a;\n");
    case.run(&without);
    back(&mut case, "previous");
    case.run(&without.clone().file("views/x.sql", "create view x as select 1 as one;\n"));
    case.run(&without.file("views/x.sql", "create view x as select 2 as one;\n"));
    assert_eq!(case.column("select to_regclass('c') is null"), ["t"]);
    back(&mut case, "1");
    case.damage("grant select on c to public");
    case.obeys_the_laws(&first());
}

#[test]
fn the_tables_stay_and_what_no_longer_fits_them_changes_nothing() {
    let wider = first().file("migrations/V2__t.sql", "alter table t add column note text;\n");
    let mut case = Case::applied(&first());
    case.run(&wider.clone().file("views/a.sql", "create view a as select id, note from t;\n"));
    back(&mut case, "1");
    assert_eq!(case.column("select count(*) from refinery_schema_history"), ["2"]);
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &first());
    // The tables of the second release with the objects of the first.
    laws::equals_a_fresh_install(&case.database, &wider, &[]);

    case.damage("drop view a cascade");
    let narrower = wider.file("migrations/V3__t.sql", "alter table t drop column id;\n");
    let narrower = narrower
        .file("views/a.sql", "create view a as select name from t;\n")
        .file("views/b.sql", "create view b as select name from a;\n");
    case.run(&narrower);
    let before = laws::everything(&case.database);
    let error = project("app").migrator().rollback(&mut case.client, "1").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Object);
    assert_eq!(error.to_string(), "cannot create view \"public.a\": column \"id\" does not exist (42703)");
    let report = format!("{error:?}");
    let place = format!("--> release {}/public.a:3:25", &checksum(&first())[..12]);
    assert!(report.contains(&place), "{report}");
    assert!(report.contains("going back restores objects and no tables"), "{report}");
    assert!(report.contains("nothing was changed"), "{report}");
    similar_asserts::assert_eq!(before, laws::everything(&case.database));
    case.obeys_the_laws(&narrower);
}

#[test]
fn the_plan_says_what_a_rollback_would_do_and_changes_nothing() {
    let mut case = Case::applied(&first());
    case.run(&second());
    let before = laws::everything(&case.database);
    let plan = project("app").migrator().plan_rollback(&mut case.client, "1").unwrap();
    let done: Vec<_> =
        plan.plan.actions.iter().map(|action| (action.verb, action.object.name.as_str())).collect();
    assert!(done.contains(&(Verb::Drop, "d")) && done.contains(&(Verb::Rebuild, "a")), "{plan}");
    similar_asserts::assert_eq!(before, laws::everything(&case.database));
    case.obeys_the_laws(&second());
}

#[test]
fn two_projects_in_one_database_go_back_by_themselves() {
    let other = |text: &str| project("other").file("views/o.sql", text);
    let mut case = Case::applied(&first());
    other("create view o as select 1 as one;\n").migrator().run(&mut case.client).unwrap();
    case.run(&second());
    other("create view o as select 2 as two;\n").migrator().run(&mut case.client).unwrap();
    back(&mut case, "previous");
    assert_eq!(case.column("select two from o"), ["2"]);
    let migrator = project("other").migrator();
    // The numbers are a project's own.
    let error = migrator.rollback(&mut case.client, "3").unwrap_err();
    assert_eq!(error.to_string(), "no release \"3\" was applied here");
    migrator.rollback(&mut case.client, "previous").unwrap();
    assert_eq!(case.column("select one from o"), ["1"]);
    case.damage("drop view o");
    case.obeys_the_laws(&first());
}
