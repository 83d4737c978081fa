//! What is applied is what was shown: between the plan of a rollback and the answer somebody else may have worked.

use std::thread;
use std::time::Duration;

use viewkeeper::plan::RollbackPlan;
use viewkeeper::report::Verb;
use viewkeeper::{Error, ErrorKind};

use crate::support::case::only;
use crate::support::{Case, Files, laws, project};

fn first() -> Files {
    project("app")
        .file("migrations/V1__t.sql", "create table t (id int primary key, name text);\n")
        .file("views/a.sql", "create view a as select id from t;\n")
        .file("views/b.sql", "create view b as select id from a;\n")
        .file("views/c.sql", "create view c as select name from t;\n")
}

fn second() -> Files {
    first()
        .file("views/a.sql", "create view a as select id::bigint as id, name from t;\n")
        .file("views/c.sql", "create view c as select name, id from t;\n")
        .file("views/d.sql", "create view d as select name from a;\n")
}

/// A database with both releases, and the plan to go back to the first.
fn planned() -> (Case, RollbackPlan) {
    let mut case = Case::applied(&first());
    case.run(&second());
    let plan = project("app").migrator().plan_rollback(&mut case.client, "previous").unwrap();
    assert!(plan.plan.actions.iter().any(|action| action.verb == Verb::Rebuild), "{plan}");
    (case, plan)
}

/// The rollback is refused, with nothing changed.
fn refused(case: &mut Case, plan: &RollbackPlan) -> Error {
    let before = laws::everything(&case.database);
    let error = project("app").migrator().rollback_as_planned(&mut case.client, plan).unwrap_err();
    similar_asserts::assert_eq!(before, laws::everything(&case.database));
    assert_eq!(error.kind(), ErrorKind::Moved, "{error}");
    let report = format!("{error:?}");
    assert!(report.contains("look at the plan again") && report.contains("nothing was changed"), "{report}");
    error
}

/// After another look it is done.
fn once_more(mut case: Case) {
    let migrator = project("app").migrator();
    let plan = migrator.plan_rollback(&mut case.client, "1").unwrap();
    migrator.rollback_as_planned(&mut case.client, &plan).unwrap();
    case.obeys_the_laws(&first());
}

#[test]
fn what_was_shown_is_done() {
    let (mut case, plan) = planned();
    let report = project("app").migrator().rollback_as_planned(&mut case.client, &plan).unwrap();
    assert_eq!(report.release, plan.release);
    let shown: Vec<_> =
        plan.plan.actions.iter().map(|one| (one.verb, one.object.clone(), &one.reason)).collect();
    let done: Vec<_> = report.objects.iter().map(|one| (one.verb, one.object.clone(), &one.reason)).collect();
    assert_eq!(shown, done);
    case.obeys_the_laws(&first());
}

#[test]
fn a_deployed_release_stops_it() {
    let (mut case, plan) = planned();
    case.run(&second().file("views/e.sql", "create view e as select 1 as one;\n"));
    let error = refused(&mut case, &plan).to_string();
    assert!(
        error.contains("the database is not as it was when the rollback was planned: release "),
        "{error}"
    );
    assert!(error.ends_with("(number 3) stands, where number 2 stood"), "{error}");
    once_more(case);
}

#[test]
fn a_view_that_somebody_changed_stops_it() {
    let (mut case, plan) = planned();
    // It would be replaced all the same, and the plan would say the same of it.
    case.damage("create or replace view c as select name, id from t where id > 1");
    let error = refused(&mut case, &plan).to_string();
    assert!(error.contains("view public.c"), "{error}");
    once_more(case);
}

#[test]
fn what_somebody_put_on_a_rebuilt_view_stops_it() {
    let (mut case, plan) = planned();
    case.by_hand("grant select on a to public");
    let error = refused(&mut case, &plan).to_string();
    assert!(error.contains(": view public.a would be rebuilt (definition changed"), "{error}");
    assert!(error.ends_with("so the view is rebuilt) with other statements"), "{error}");
    once_more(case);
}

#[test]
fn what_somebody_hung_on_a_rebuilt_view_stops_it() {
    let (mut case, plan) = planned();
    case.by_hand("create view mine as select id from a");
    let error = refused(&mut case, &plan).to_string();
    assert!(error.contains("view public.mine would be put back (") && error.ends_with(", too"), "{error}");
    once_more(case);
}

#[test]
fn a_view_that_somebody_dropped_stops_it() {
    let (mut case, plan) = planned();
    case.damage("drop view d");
    let error = refused(&mut case, &plan).to_string();
    assert!(error.ends_with("nothing would be done to view public.d"), "{error}");
    once_more(case);
}

#[test]
fn a_rollback_that_somebody_else_did_leaves_nothing_to_do() {
    let (mut case, plan) = planned();
    let migrator = project("app").migrator();
    migrator.rollback_as_planned(&mut case.client, &plan).unwrap();
    let again = migrator.rollback_as_planned(&mut case.client, &plan).unwrap();
    assert_eq!(again.outcome, viewkeeper::report::Outcome::UpToDate, "{again}");
    case.obeys_the_laws(&first());
}

#[test]
fn a_release_that_is_deployed_while_a_rollback_waits_stops_it() {
    let mut case = Case::applied(&first());
    case.run(&second());
    let third = second().file("migrations/V2__slow.sql", "select pg_sleep(2);\n");
    let url = case.database.url().to_owned();
    let migrator = third.migrator();
    let deploy = thread::spawn(move || {
        let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
        migrator.run(&mut client).unwrap();
    });
    let mut looks = (0..400).map(|_| {
        thread::sleep(Duration::from_millis(10));
        case.column("select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())").remove(0)
    });
    assert!(looks.any(|locks| locks != "0"), "the deploy has the lock");
    // The release that stood when it was told is the second one; `previous` means another one by now.
    let error = project("app").migrator().rollback(&mut case.client, "previous").unwrap_err();
    deploy.join().unwrap();
    assert_eq!(error.kind(), ErrorKind::Moved, "{error}");
    assert_eq!(only(&project("app").migrator().rollback(&mut case.client, "1").unwrap(), "d").0, Verb::Drop);
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &first());
}
