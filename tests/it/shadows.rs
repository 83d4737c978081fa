//! Comparing with temporary shadows where names mean more than one thing.

use viewkeeper::report::Verb;

use crate::support::case::expect;
use crate::support::{Case, Files, project};

/// Two views of one name in two schemas.
fn namesakes() -> Files {
    project("namesakes")
        .file("migrations/V1__t.sql", "create schema s1;\ncreate schema s2;\ncreate table t (id int);\n")
        .file("views/one.sql", "create view s1.v as select id from t;\n")
        .file("views/two.sql", "create view s2.v as select id, 2 as two from t;\n")
}

#[test]
fn two_views_of_one_name_are_compared_each_with_its_own_file() {
    let mut case = Case::applied(&namesakes());
    // A rebuild of either would be refused because of these.
    case.by_hand("create view of_one as select * from s1.v; create view of_two as select * from s2.v");
    let project = namesakes()
        .file("views/one.sql", "-- a comment\ncreate view s1.v as select id from t;\n")
        .file("views/two.sql", "-- a comment\ncreate view s2.v as select id, 2 as two from t;\n");
    let report = case.run(&project);
    let same = "the same to the server";
    expect(&report, &[(Verb::Record, "v", same), (Verb::Record, "v", same)]);
    case.obeys_the_laws(&project);
}

#[test]
fn two_new_views_of_one_name_are_made_below_a_changed_one() {
    let before = namesakes().without("views/one.sql").without("views/two.sql");
    let before = before.file("views/x.sql", "create view x as select id from t;\n");
    let mut case = Case::applied(&before);
    let project = namesakes()
        .file("views/x.sql", "create view x as select v.id, w.two from s1.v v join s2.v w on true;\n");
    let report = case.run(&project);
    expect(
        &report,
        &[(Verb::Create, "v", "new in"), (Verb::Create, "v", "new in"), (Verb::Replace, "x", "gains two")],
    );
    case.obeys_the_laws(&project);
}

#[test]
fn a_column_of_the_row_type_of_a_changed_view_is_of_the_same_type() {
    let before = project("rows")
        .file("views/a.sql", "create view a as select 1 as id;\n")
        .file("views/x.sql", "create view x as select null::a as r, 1 as n;\n");
    let mut case = Case::applied(&before);
    case.by_hand("create view of_x as select n from x");
    let project = before.file("views/a.sql", "create view a as select 1 as id, 2 as two;\n");
    let report = case.run(&project);
    expect(&report, &[(Verb::Replace, "a", "gains two")]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_new_view_takes_a_name_that_meant_a_table_of_another_schema() {
    let before = project("shadow")
        .file("viewkeeper.toml", "name = \"shadow\"\nschema = \"app\"\npath = [\"public\"]\n")
        .file("migrations/V1__t.sql", "create table public.x (id int);\n")
        .file("views/v.sql", "create view v as select id from x;\n");
    let mut case = Case::applied(&before);
    let project = before.file("views/x.sql", "create view x as select 1 as id;\n");
    let report = case.run(&project);
    expect(&report, &[(Verb::Create, "x", "new in"), (Verb::Replace, "v", "")]);
    assert_eq!(case.column("select id from app.v"), ["1"]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_temporary_table_of_the_session_may_have_a_views_name() {
    let files = |column: &str| {
        project("shadows")
            .file("migrations/V1__t.sql", "create table t (id int primary key, name text);\n")
            .file("views/a.sql", &format!("create view a as select {column} from t;\n"))
            .file("views/b.sql", "create view b as select * from a;\n")
    };
    let mut case = Case::applied(&files("id"));
    case.damage("create temporary table a (x int)");
    case.run(&files("id, name"));
    assert_eq!(case.column("select x from a"), Vec::<String>::new());
    case.damage("drop table pg_temp.a");
    case.obeys_the_laws(&files("id, name"));
}
