//! Rehearsals: everything happens, is told, and is taken back.

use viewkeeper::report::Verb;

use crate::support::case::expect;
use crate::support::{Case, Files, laws, project};

fn first() -> Files {
    project("rehearsal")
        .file("migrations/V1__t.sql", "create table t (id int primary key, name text);\n")
        .file("views/a.sql", "create view a as select id, name from t;\n")
        .file("views/b.sql", "create view b as select id from a;\n")
}

fn second() -> Files {
    first()
        .file("migrations/V2__t.sql", "alter table t add column extra int;\n")
        .file("views/a.sql", "create view a as select id::bigint as id, name, extra from t;\n")
}

#[test]
fn a_rehearsal_tells_what_happened_and_which_locks_it_took_and_changes_nothing() {
    let mut case = Case::applied(&first());
    case.by_hand("create view mine as select id from b");
    let before = laws::everything(&case.database);
    let rehearsal = second().migrator().rehearse(&mut case.client).unwrap();
    similar_asserts::assert_eq!(before, laws::everything(&case.database));
    expect(
        &rehearsal.report,
        &[(Verb::Rebuild, "a", "integer -> bigint"), (Verb::Rebuild, "b", "depends on public.a")],
    );
    assert_eq!(rehearsal.report.migrations[0].name, "V2__t");
    assert_eq!(rehearsal.plan.foreign[0].object, "public.mine");
    let exclusive: Vec<_> = rehearsal
        .locks
        .iter()
        .filter(|lock| lock.mode == "AccessExclusiveLock" && !lock.object.contains("pkey"))
        .map(|lock| lock.object.as_str())
        .collect();
    assert_eq!(exclusive, ["public.a", "public.b", "public.mine", "public.t"], "{rehearsal}");
    assert!(rehearsal.to_string().contains("  locked    public.a in AccessExclusiveLock"), "{rehearsal}");
    let report = case.run(&second());
    assert_eq!(report.objects.len(), rehearsal.report.objects.len(), "{report}");
    case.obeys_the_laws(&second());
}

#[test]
fn a_rehearsal_stops_before_what_has_to_be_committed() {
    let mut case = Case::applied(&first());
    let project = second().file(
        "migrations/V3__index.sql",
        "-- viewkeeper: no-transaction\ncreate index concurrently t_name on t (name);\n",
    );
    let before = laws::everything(&case.database);
    let rehearsal = project.migrator().rehearse(&mut case.client).unwrap();
    similar_asserts::assert_eq!(before, laws::everything(&case.database));
    assert_eq!(
        rehearsal.stopped.as_deref(),
        Some("where table migrations are committed by themselves"),
        "{rehearsal}"
    );
    case.run(&project);
    case.obeys_the_laws(&project);
}

#[test]
fn a_rehearsal_of_what_stands_has_nothing_to_tell() {
    let mut case = Case::applied(&first());
    let rehearsal = first().migrator().rehearse(&mut case.client).unwrap();
    assert!(rehearsal.plan.is_empty() && rehearsal.locks.is_empty(), "{rehearsal}");
    case.obeys_the_laws(&first());
}

#[test]
fn a_rehearsal_of_what_fails_fails_like_it() {
    let mut case = Case::applied(&first());
    let wrong = first().file("views/b.sql", "create view b as select nothing from a;\n");
    let rehearsed = wrong.migrator().rehearse(&mut case.client).unwrap_err();
    let error = case.refused(&wrong);
    assert_eq!(rehearsed.to_string(), error.to_string());
    case.obeys_the_laws(&first());
}
