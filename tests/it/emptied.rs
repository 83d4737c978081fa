//! A ledger that lost rows, as after a dump without its data, is said to be that and filled anew with what is there.

use viewkeeper::check::State;
use viewkeeper::report::{Outcome, Verb};
use viewkeeper::{Error, ErrorKind};

use crate::support::cases::cases;
use crate::support::{Case, Files, laws, project};
use viewkeeper::export::Selection;
use viewkeeper::refresh::Views;

fn genes() -> Files {
    project("genes")
        .file("migrations/V1__genes.sql", "create table genes (id int primary key, symbol text);\n")
        .file("views/gene.sql", "create view gene as select id, symbol from genes;\n")
        .file("views/ranking.sql", "create materialized view ranking as select id from gene;\n")
        .file("functions/f.sql", "create function f() returns int language sql as $$ select 1 $$;\n")
}

const TABLES: [&str; 7] = ["format", "release", "project", "definition", "object", "dependency", "claim"];

/// What each command that only looks prints.
fn told(genes: &Files, case: &mut Case) -> [String; 4] {
    let migrator = genes.migrator();
    let history = match migrator.history(&mut case.client, None) {
        Ok(history) => history.to_string(),
        Err(error) => error.to_string(),
    };
    [
        migrator.status(&mut case.client).unwrap().to_string(),
        migrator.check(&mut case.client).unwrap().to_string(),
        migrator.plan(&mut case.client).unwrap().to_string(),
        history,
    ]
}

#[test]
fn an_empty_one_is_filled_with_what_is_there() {
    let genes = genes();
    let mut case = Case::applied(&genes);
    let tables = TABLES.map(|table| format!("viewkeeper.{table}")).join(", ");
    case.damage(&format!("truncate {tables}"));
    let check = genes.migrator().check(&mut case.client).unwrap();
    assert!(check.findings.is_empty(), "{check}");
    assert!(
        check.warnings.iter().any(|warning| warning.contains("the ledger in schema viewkeeper is empty")),
        "{check}"
    );
    for text in told(&genes, &mut case) {
        assert!(text.contains("the ledger in schema viewkeeper is empty, as after a dump"), "{text}");
    }
    let refreshed = genes.migrator().refresh(&mut case.client, &Views::Stale).unwrap();
    let export = genes.migrator().export(&mut case.client, &Selection::default()).unwrap();
    for warnings in [&refreshed.warnings, &export.warnings] {
        assert!(
            matches!(warnings.as_slice(), [one] if one.contains("is empty, as after a dump")),
            "{warnings:?}"
        );
    }
    assert!(
        refreshed.to_string().contains("warning: the ledger in schema viewkeeper is empty"),
        "{refreshed}"
    );
    let report = case.run(&genes);
    assert!(report.migrations.is_empty(), "{report}");
    assert!(report.objects.iter().all(|object| object.verb == Verb::Record), "{report}");
    assert!(
        report.warnings.iter().any(|warning| warning.contains("is empty, as after a dump without its data")),
        "{report}"
    );
    assert_eq!(case.column("select max(version) from viewkeeper.format"), ["2"]);
    assert_eq!(genes.migrator().history(&mut case.client, None).unwrap().objects.len(), 3);
    case.obeys_the_laws(&genes);
}

#[test]
fn each_table_that_lost_its_rows_is_named_and_filled() {
    for table in ["release", "project", "definition", "object", "dependency"] {
        let genes = genes();
        let mut case = Case::applied(&genes);
        case.damage(&format!("truncate viewkeeper.{table}; drop materialized view ranking"));
        let check = genes.migrator().check(&mut case.client).unwrap();
        let missing: Vec<_> =
            check.findings.iter().map(|finding| (finding.state, finding.object.name.as_str())).collect();
        assert_eq!(missing, [(State::Missing, "ranking")], "{table}: {check}");
        let lost = format!("lost rows of: {table}");
        assert!(check.warnings.iter().any(|warning| warning.contains(&lost)), "{table}: {check}");
        for text in told(&genes, &mut case) {
            assert!(text.contains(&lost), "{table}: {text}");
        }
        let report = case.run(&genes);
        assert!(report.warnings.iter().any(|warning| warning.contains(&lost)), "{table}: {report}");
        assert!(report.migrations.is_empty(), "{table}: {report}");
        assert_eq!(case.column("select count(*) from ranking"), ["0"], "{table}");
        assert_eq!(
            case.column("select (select count(*) from viewkeeper.object), (select count(*) from viewkeeper.dependency)"),
            ["3"],
            "{table}"
        );
        assert_eq!(case.run(&genes).outcome, Outcome::UpToDate, "{table}");
        assert_eq!(genes.migrator().history(&mut case.client, None).unwrap().objects.len(), 3, "{table}");
        case.obeys_the_laws(&genes);
    }
}

#[test]
fn a_hole_in_it_is_no_silence_about_a_view_that_is_gone() {
    let genes = genes();
    let mut case = Case::applied(&genes);
    case.damage(
        "delete from viewkeeper.object where identity = 'public.ranking'; drop materialized view ranking",
    );
    let report = case.run(&genes);
    assert!(
        report.objects.iter().any(|object| object.object.name == "ranking" && object.verb == Verb::Create),
        "{report}"
    );
    case.obeys_the_laws(&genes);
}

#[test]
fn a_table_that_is_gone_is_named_with_the_way_out() {
    let genes = genes();
    let mut case = Case::applied(&genes);
    case.damage("drop table viewkeeper.claim");
    let error = case.refused(&genes);
    assert_eq!(error.to_string(), "the ledger's table \"viewkeeper.claim\" is gone");
    case.damage("drop schema viewkeeper cascade");
    let report = case.run(&genes);
    assert!(report.objects.iter().all(|object| object.verb == Verb::Record), "{report}");
    case.obeys_the_laws(&genes);
}

/// After `pg_dump -s` of everything the history has no rows either.
#[test]
fn an_empty_history_beside_an_empty_ledger_runs_no_migration_again() {
    let genes = genes().file("migrations/V2__seeds.sql", "insert into genes values (1, 'PKD1');\n");
    let mut case = Case::applied(&genes);
    let tables = TABLES.map(|table| format!("viewkeeper.{table}")).join(", ");
    case.damage("create table kept as select * from refinery_schema_history");
    case.damage(&format!("truncate {tables}, refinery_schema_history, genes"));
    let error = case.refused(&genes);
    assert_eq!(error.kind(), ErrorKind::History);
    assert_eq!(
        error.to_string(),
        "the migration history \"public.refinery_schema_history\" has no rows, and the ledger in schema viewkeeper is empty"
    );
    let report = format!("{error:?}");
    assert!(report.contains("pg_dump --data-only --table='public.refinery_schema_history'"), "{report}");
    let migrator = genes.migrator();
    let looked = [
        migrator.check(&mut case.client).unwrap_err(),
        migrator.plan(&mut case.client).unwrap_err(),
        migrator.status(&mut case.client).unwrap_err(),
    ];
    for error in looked {
        assert_eq!(error.kind(), ErrorKind::History, "{error:?}");
    }
    // The way out.
    case.damage("insert into refinery_schema_history select * from kept; drop table kept");
    let report = case.run(&genes);
    assert!(report.migrations.is_empty(), "{report}");
    assert!(report.objects.iter().all(|object| object.verb == Verb::Record), "{report}");
    case.obeys_the_laws(&genes);
}

#[test]
fn an_empty_history_without_a_ledger_is_told_where_a_migration_finds_its_table() {
    let genes = genes();
    let mut case = Case::applied(&genes);
    case.damage("drop schema viewkeeper cascade; create table kept as select * from refinery_schema_history");
    case.damage("truncate refinery_schema_history");
    let error = case.refused(&genes);
    assert_eq!((error.kind(), error.code()), (ErrorKind::Migration, Some("42P07")), "{error:?}");
    let report = format!("{error:?}");
    assert!(
        report.contains("the migration history \"public.refinery_schema_history\" is there, and has no rows")
            && report.contains("pg_dump --data-only --table='public.refinery_schema_history'"),
        "{report}"
    );
    case.damage("insert into refinery_schema_history select * from kept");
    // With rows in it, it is nobody's dump.
    let again = genes.clone().file("migrations/V2__again.sql", "create table genes (id int);\n");
    let report = format!("{:?}", case.refused(&again));
    assert!(!report.contains("pg_dump"), "{report}");
    case.damage("drop table kept");
    case.run(&genes);
    case.obeys_the_laws(&genes);
}

/// Two releases: the second changes one view, and makes another.
fn twice(case: &mut Case) -> Files {
    case.run(&genes());
    let second = genes()
        .file("views/gene.sql", "create view gene as select id, upper(symbol) as symbol from genes;\n")
        .file("views/later.sql", "create view later as select 1 as one;\n");
    case.run(&second);
    second
}

/// The same with a loss, and where the ledger is `filled` anew with a run after it.
fn twice_and_lost(loss: &str, filled: bool) -> (Case, Files) {
    let mut case = Case::new();
    let second = twice(&mut case);
    case.damage(loss);
    if filled {
        case.run(&second);
    }
    (case, second)
}

/// Goes back to a release that the ledger has lost: refused by name, and nothing is changed.
fn not_gone_back(case: &mut Case, to: &str) -> Error {
    let before = laws::everything(&case.database);
    let migrator = project("genes").migrator();
    let planned = migrator.plan_rollback(&mut case.client, to).map(|plan| plan.to_string());
    let error = migrator.rollback(&mut case.client, to).map(|report| report.to_string()).unwrap_err();
    similar_asserts::assert_eq!(before, laws::everything(&case.database));
    assert_eq!(error.kind(), ErrorKind::Ledger, "{error:?}");
    assert_eq!(planned.unwrap_err().to_string(), error.to_string());
    let said = format!("{error:?}");
    let named = error.to_string().starts_with("the ledger has lost texts of release ");
    assert!(named && said.contains("nothing was changed") && said.contains("deploy a build of"), "{said}");
    error
}

/// Which releases are kept, the first one first.
fn kept(case: &mut Case) -> Vec<bool> {
    let history = project("genes").migrator().history(&mut case.client, None).unwrap();
    let kept: Vec<bool> = history.releases.iter().rev().map(|release| release.kept).collect();
    assert_eq!(history.to_string().matches(", not kept").count(), kept.iter().filter(|kept| !*kept).count());
    kept
}

cases! { a_release_that_lost_texts_is_refused_and_drops_nothing:
    a_release_is_refused_when_all_definitions_are_lost("truncate viewkeeper.definition");
    a_release_is_refused_when_its_definitions_are_lost("delete from viewkeeper.definition where release = 1");
    a_release_is_refused_when_one_of_its_definitions_is_lost(
        "delete from viewkeeper.definition where identity = 'public.gene' and release = 1");
    a_release_is_refused_when_every_definition_of_an_object_is_lost(
        "delete from viewkeeper.definition where identity = 'public.ranking'");
    a_release_is_refused_when_all_of_the_objects_are_lost(
        "truncate viewkeeper.definition, viewkeeper.object, viewkeeper.dependency");
    a_release_is_refused_when_all_of_an_object_is_lost(
        "delete from viewkeeper.definition where identity = 'public.ranking';
         delete from viewkeeper.object where identity = 'public.ranking'");
    a_release_is_refused_when_its_texts_are_lost("update viewkeeper.definition set text = null where release = 1");
    a_release_is_refused_when_an_entry_of_its_manifest_is_lost(
        "update viewkeeper.definition set entry = null where release = 1 and identity = 'public.gene'");
}

fn a_release_that_lost_texts_is_refused_and_drops_nothing(loss: &str) {
    for filled in [false, true] {
        let (mut case, second) = twice_and_lost(loss, filled);
        assert!(!kept(&mut case)[0], "filled: {filled}");
        let error = not_gone_back(&mut case, "previous");
        let named = loss.contains("text = null") || loss.contains("entry = null");
        assert_eq!(error.to_string().contains("\"public.gene\""), named, "{error}");
        case.run(&second);
        case.obeys_the_laws(&second);
    }
}

cases! { what_is_filled_anew_can_be_gone_back_to:
    after_the_loss_of_definitions_what_is_filled_anew_can_be_gone_back_to("truncate viewkeeper.definition");
    after_the_loss_of_objects_what_is_filled_anew_can_be_gone_back_to(
        "truncate viewkeeper.definition, viewkeeper.object, viewkeeper.dependency");
    after_the_loss_of_the_project_what_is_filled_anew_can_be_gone_back_to(
        "truncate viewkeeper.definition, viewkeeper.object, viewkeeper.dependency, viewkeeper.project");
}

fn what_is_filled_anew_can_be_gone_back_to(loss: &str) {
    let mut case = Case::new();
    let second = twice(&mut case);
    // What was dropped before the loss, and of which nothing is known, is no doubt of what came after it.
    case.run(&genes());
    project("genes").migrator().rollback(&mut case.client, "previous").unwrap();
    case.damage(loss);
    case.run(&second);
    let filled = kept(&mut case);
    let before = filled.iter().filter(|kept| !**kept).count();
    assert_eq!((before, filled[before..].iter().all(|kept| *kept)), (filled.len() - 1, true));
    let third = second.clone().file("views/later.sql", "create view later as select 2 as one;\n");
    case.run(&third);
    project("genes").migrator().rollback(&mut case.client, "previous").unwrap();
    assert_eq!(case.column("select one from later"), ["1"]);
    not_gone_back(&mut case, "1");
    case.obeys_the_laws(&second);
}

cases! { a_release_of_which_all_texts_are_there_can_be_gone_back_to:
    one_can_go_back_although_the_objects_are_lost("truncate viewkeeper.object");
    one_can_go_back_although_the_dependencies_are_lost("truncate viewkeeper.dependency");
    one_can_go_back_although_a_definition_of_another_release_is_lost(
        "delete from viewkeeper.definition where identity = 'public.gene' and release = 2");
    // Its number says that it came after all that the first release held.
    one_can_go_back_although_an_object_that_came_later_is_lost(
        "delete from viewkeeper.definition where identity = 'public.later'");
}

fn a_release_of_which_all_texts_are_there_can_be_gone_back_to(loss: &str) {
    for filled in [false, true] {
        let (mut case, _second) = twice_and_lost(loss, filled);
        if loss.contains("public.") {
            not_gone_back(&mut case, "2");
        }
        project("genes").migrator().rollback(&mut case.client, "1").unwrap();
        assert_eq!(case.column("select count(*) from ranking"), ["0"], "filled: {filled}");
        // Nothing says any more that it is the project's.
        if loss.ends_with("object") && !filled {
            case.damage("drop view later");
        }
        case.obeys_the_laws(&genes());
    }
}
