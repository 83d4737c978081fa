//! What no fingerprint tells: members of extensions, and materialized views without rows.

use viewkeeper::check::State;
use viewkeeper::report::Verb;

use crate::support::{Case, Files, project};

fn files(directive: &str) -> Files {
    project("beside")
        .file(
            "migrations/V1__t.sql",
            "create table t (id int primary key);\ninsert into t select generate_series(1, 3);\n",
        )
        .file("v.sql", "create view v as select id from t;\n")
        .file("f.sql", "create function f(a int, b text) returns int language sql as 'select 1';\n")
        .file(
            "m.sql",
            &format!(
                "{directive}create materialized view m as select id from t;\n\
                      create materialized view m2 as select count(*) as n from m;\n"
            ),
        )
}

/// Whatever extension that everybody has.
const ADDED: &str = "alter extension plpgsql add view v; alter extension plpgsql add function f(int, text)";
const DROPPED: &str =
    "alter extension plpgsql drop view v; alter extension plpgsql drop function f(int, text)";

#[test]
fn check_names_what_was_added_to_an_extension() {
    let project = files("");
    let mut case = Case::applied(&project);
    case.damage(ADDED);
    let check = project.migrator().check(&mut case.client).unwrap();
    let found: Vec<_> = check
        .findings
        .iter()
        .map(|found| (found.object.to_string(), found.state, found.reason.clone()))
        .collect();
    let reason = |what: &str| {
        format!(
            "it is a member of extension \"plpgsql\", so no run can change it: alter extension plpgsql drop {what}"
        )
    };
    let expected = [
        ("public.f(integer,text)".to_owned(), State::Altered, reason("routine public.f(integer,text)")),
        ("public.v".to_owned(), State::Altered, reason("view public.v")),
    ];
    assert_eq!(found, expected, "{check}");
    assert!(!check.in_sync());
    case.damage(DROPPED);
    assert!(project.migrator().check(&mut case.client).unwrap().in_sync());
    case.obeys_the_laws(&project);
}

#[test]
fn a_materialized_view_that_was_found_without_rows_is_filled() {
    let project = files("");
    let mut case = Case::applied(&project);
    // As after a dump of the schema alone.
    case.damage("drop schema viewkeeper cascade; refresh materialized view m with no data; refresh materialized view m2 with no data");
    let check = project.migrator().check(&mut case.client).unwrap();
    assert_eq!(check.findings.len(), 2, "{check}");
    assert!(check.findings[0].reason.contains("it is not filled"), "{check}");
    let report = case.run(&project);
    assert!(report.objects.iter().all(|object| object.verb == Verb::Record), "{report}");
    assert_eq!(case.column("select n from m2"), ["3"], "{report}");
    assert!(project.migrator().check(&mut case.client).unwrap().in_sync());
    // A person's: said, and left.
    case.damage("refresh materialized view m with no data");
    let check = project.migrator().check(&mut case.client).unwrap();
    assert_eq!(check.findings.len(), 1, "{check}");
    case.damage("refresh materialized view m");
    case.obeys_the_laws(&project);
}

#[test]
fn one_that_is_filled_by_hand_alone_stays_as_it_was_found() {
    let project = files("-- viewkeeper: refresh manual\n");
    let mut case = Case::applied(&project);
    case.damage("drop schema viewkeeper cascade; refresh materialized view m with no data");
    assert!(project.migrator().check(&mut case.client).unwrap().findings.is_empty());
    case.run(&project);
    let filled = "select relname || relispopulated from pg_class where relkind = 'm' order by 1";
    assert_eq!(case.column(filled), ["m2true", "mfalse"]);
    case.damage("refresh materialized view m; refresh materialized view m2");
    case.obeys_the_laws(&project);
}
