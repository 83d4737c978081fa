//! Several releases of one project, and what each does to the other.

use viewkeeper::report::{Outcome, Verb};
use viewkeeper::{ErrorKind, Superseded};

use crate::support::case::expect;
use crate::support::{Case, Files, project};

fn first() -> Files {
    project("app")
        .file("migrations/V1__t.sql", "create table t (id int, name text);\n")
        .file("views/a.sql", "create view a as select id from t;\n")
        .file("views/b.sql", "create view b as select id from a;\n")
}

fn second() -> Files {
    first().file("views/a.sql", "create view a as select id, name from t;\n")
}

#[test]
fn only_what_changed_is_replaced() {
    let mut case = Case::applied(&first());
    let b = case.column("select xmin from pg_rewrite where ev_class = 'b'::regclass");
    let project = second();
    let report = case.run(&project);
    assert_eq!(report.outcome, Outcome::Applied);
    expect(&report, &[(Verb::Replace, "a", "definition changed in sql/views/a.sql; gains name")]);
    assert_eq!(case.column("select xmin from pg_rewrite where ev_class = 'b'::regclass"), b);
    case.obeys_the_laws(&project);
}

#[test]
fn a_changed_column_type_rebuilds_what_stands_on_it_and_keeps_what_hangs_there() {
    let mut case = Case::applied(&first());
    case.by_hand("grant select on b to public; comment on column b.id is 'by hand'; alter view b alter column id set default 7");
    let project = first().file("views/a.sql", "create view a as select id::bigint as id from t;\n");
    let report = case.run(&project);
    expect(
        &report,
        &[
            (Verb::Rebuild, "a", "column id: integer -> bigint, so the view is rebuilt"),
            (Verb::Rebuild, "b", "depends on public.a"),
        ],
    );
    case.obeys_the_laws(&project);
}

#[test]
fn a_file_that_changed_only_in_comments_and_spacing_changes_nothing() {
    let mut case = Case::applied(&first());
    let oids = case.column("select oid || ' ' || xmin from pg_class where relname in ('a', 'b') order by 1");
    let project = first().file("views/a.sql", "-- the ids\ncreate view a as\n  select\n    id\n  from t;\n");
    let report = case.run(&project);
    expect(&report, &[(Verb::Record, "a", "the same to the server")]);
    assert_eq!(
        case.column("select oid || ' ' || xmin from pg_class where relname in ('a', 'b') order by 1"),
        oids
    );
    case.obeys_the_laws(&project);
}

#[test]
fn a_new_view_is_made_before_the_changed_one_that_reads_it() {
    let mut case = Case::applied(&first());
    let project = first()
        .file("views/z.sql", "create view z as select id, 1 as one from t;\n")
        .file("views/a.sql", "create view a as select id, one from z;\n");
    let report = case.run(&project);
    expect(&report, &[(Verb::Create, "z", "new in"), (Verb::Replace, "a", "gains one")]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_new_column_passes_through_a_view_whose_file_is_unchanged() {
    let star = first()
        .file("views/b.sql", "create view b as select * from a;\n")
        .file("views/c.sql", "create view c as select id from b;\n");
    let mut case = Case::applied(&star);
    let project = star
        .file("views/a.sql", "create view a as select id, name from t;\n")
        .file("views/c.sql", "create view c as select id, name from b;\n");
    let report = case.run(&project);
    expect(
        &report,
        &[
            (Verb::Replace, "a", "gains name"),
            (Verb::Replace, "b", "depends on public.a; gains name"),
            (Verb::Replace, "c", "gains name"),
        ],
    );
    case.obeys_the_laws(&project);
}

#[test]
fn an_option_that_the_file_no_longer_states_is_removed() {
    let stated = first().file("views/a.sql", "create view a with (security_barrier) as select id from t;\n");
    let mut case = Case::applied(&stated);
    let project = first();
    let report = case.run(&project);
    expect(&report, &[(Verb::Replace, "a", "options differ")]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_view_whose_file_is_gone_stays_and_is_retired() {
    let mut case = Case::applied(&first());
    let project = first().without("views/b.sql");
    let report = case.run(&project);
    expect(&report, &[(Verb::Retire, "b", "its file is gone; it stays")]);
    assert_eq!(case.column("select to_regclass('b') is not null"), ["t"]);
    let report = case.run(&project);
    assert_eq!(report.outcome, Outcome::UpToDate, "{report}");
    // Its file comes back: it is adopted as it is.
    let project = first();
    let report = case.run(&project);
    expect(&report, &[(Verb::Record, "b", "")]);
    case.obeys_the_laws(&project);
}

#[test]
fn old_and_new_replicas_never_fight() {
    let old = first();
    let new = second();
    assert!(old.moment() < new.moment());
    let mut case = Case::applied(&old);
    case.run(&new);
    for _ in 0..3 {
        let report = case.run(&old);
        assert_eq!(report.outcome, Outcome::Superseded, "{report}");
        assert!(report.warnings[0].contains("VIEWKEEPER_SUPERSEDED=restore"), "{report}");
        assert_eq!(case.run(&new).outcome, Outcome::UpToDate);
    }
    let error = old.migrator().superseded(Superseded::Refuse).run(&mut case.client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    let report = old.migrator().superseded(Superseded::Restore).run(&mut case.client).unwrap();
    assert_eq!(report.outcome, Outcome::Applied, "{report}");
    case.obeys_the_laws(&old);
}

#[test]
fn a_superseded_binary_names_what_is_missing_and_who_heals_it() {
    let (old, new) = (first(), second());
    let mut case = Case::applied(&old);
    case.run(&new);
    case.damage("drop view b; create or replace view a as select id, name from t where false");
    let report = case.run(&old);
    assert_eq!(report.outcome, Outcome::Superseded, "{report}");
    let release = &new.migrator().project().release().checksum.to_string();
    let told = report.warnings.iter().find(|warning| warning.contains("not as release")).unwrap();
    for words in ["public.b is missing", "public.a was changed", "heals it", &release[..8]] {
        assert!(told.contains(words), "{words} is not in {told}");
    }
    assert_eq!(case.run(&new).outcome, Outcome::Healed);
    let report = case.run(&old);
    assert!(!report.warnings.iter().any(|warning| warning.contains("not as release")), "{report}");
    case.obeys_the_laws(&new);
}

#[test]
fn status_names_the_newest_migration_that_is_applied_also_without_its_file() {
    let (old, new) = (first(), second().file("migrations/V12__u.sql", "create table u (id int);\n"));
    let mut case = Case::applied(&old);
    let newest =
        |case: &mut Case, project: &Files| project.migrator().status(&mut case.client).unwrap().newest;
    assert_eq!(newest(&mut case, &new).as_deref(), Some("V1__t"));
    case.run(&new);
    assert_eq!(newest(&mut case, &new).as_deref(), Some("V12__u"));
    assert_eq!(newest(&mut case, &old).as_deref(), Some("V12__u"));
    case.obeys_the_laws(&new);
}

#[test]
fn a_revert_that_is_built_anew_applies() {
    let mut case = Case::applied(&first());
    let newer = second();
    case.run(&newer);
    let revert = first();
    let report = case.run(&revert);
    assert_eq!(report.outcome, Outcome::Applied, "{report}");
    case.obeys_the_laws(&revert);
}

#[test]
fn a_release_without_a_moment_is_decided_by_the_option() {
    let mut case = Case::applied(&first());
    let unknown = second().built(0);
    let report = case.run(&unknown);
    assert_eq!(report.outcome, Outcome::Superseded, "{report}");
    assert!(report.warnings[0].contains("VIEWKEEPER_RELEASE"), "{report}");
    let report = unknown.migrator().superseded(Superseded::Restore).run(&mut case.client).unwrap();
    assert_eq!(report.outcome, Outcome::Applied, "{report}");
    case.obeys_the_laws(&unknown);
}

/// What an older build let pass: 2099-01-01, and nanoseconds.
const NOT_COME: [(u64, &str); 2] =
    [(4_070_908_800_000, "2099-01-01T00:00:00Z"), (1_796_060_196_406_617_178, "56916851-")];

#[test]
fn a_release_from_the_future_does_not_keep_the_database_for_ever() {
    for (moment, date) in NOT_COME {
        let old = first();
        let ahead = second().built(moment);
        let mut case = Case::applied(&ahead);
        // It was built before that one was applied, and may be the older of the two.
        let report = case.run(&old);
        assert_eq!(report.outcome, Outcome::Superseded, "{report}");
        assert!(report.warnings[0].contains(&format!("says that it was built {date}")), "{report}");
        assert!(report.warnings[0].contains("VIEWKEEPER_RELEASE=$(date +%s%3N)"), "{report}");
        assert_eq!(case.run(&ahead).outcome, Outcome::UpToDate);
        // Whatever reads the ledger goes on to work.
        let status = ahead.migrator().status(&mut case.client).unwrap();
        assert!(status.is_settled(), "{status}");
        let past = ahead.migrator().history(&mut case.client, None).unwrap();
        assert_eq!(past.releases.len(), 1, "{past}");
        // The moment is shown in one way wherever it is.
        assert!(status.standing.as_ref().unwrap().built.starts_with(date), "{status}");
        assert!(status.to_string().contains(&format!("built     {date}")), "{status}");
        assert!(past.releases[0].release.built.starts_with(date), "{past}");

        let honest = first().file("views/c.sql", "create view c as select id from b;\n");
        let honest = honest.clone().built(honest.moment() + 2000);
        let report = case.run(&honest);
        assert_eq!(report.outcome, Outcome::Applied, "{report}");
        assert!(
            report.warnings[0].contains(date) && report.warnings[0].contains("takes its place"),
            "{report}"
        );
        for _ in 0..2 {
            let report = case.run(&ahead);
            assert_eq!(report.outcome, Outcome::Superseded, "{report}");
            assert!(
                report.warnings[0].contains(&format!("this binary says that it was built {date}")),
                "{report}"
            );
            assert_eq!(case.run(&honest).outcome, Outcome::UpToDate);
        }
        case.obeys_the_laws(&honest);
    }
}

#[test]
fn going_back_from_a_release_of_the_future_hands_its_moment_on_to_nobody() {
    let (moment, _) = NOT_COME[0];
    let mut case = Case::applied(&first());
    let ahead = second().built(moment);
    ahead.migrator().superseded(Superseded::Restore).run(&mut case.client).unwrap();
    ahead.migrator().rollback(&mut case.client, "previous").unwrap();
    assert_eq!(case.run(&ahead).outcome, Outcome::Superseded);
    let newer = second().file("views/c.sql", "create view c as select id from b;\n");
    let newer = newer.clone().built(newer.moment() + 2000);
    let report = case.run(&newer);
    assert_eq!((report.outcome, report.warnings.len()), (Outcome::Applied, 0), "{report}");
    case.obeys_the_laws(&newer);
}

#[test]
fn what_a_superseded_binary_leaves_out_is_told() {
    let old = first().file("migrations/V8__eight.sql", "create table eight (id int);\n");
    let old = old.file("migrations/V9__nine.sql", "create table nine (id int);\n");
    let new = second();
    let mut case = Case::applied(&new);
    let report = case.run(&old);
    assert_eq!(report.outcome, Outcome::Superseded, "{report}");
    assert_eq!(report.pending, ["V8__eight", "V9__nine"]);
    let told = "2 table migrations of this binary are not applied: V8__eight, V9__nine";
    assert_eq!(report.warnings[1], told, "{report}");
    assert!(report.to_string().contains(&format!("\n  warning: {told}")), "{report}");
    let status = old.migrator().status(&mut case.client).unwrap().to_string();
    assert!(status.contains("\n  2 table migrations of this binary are not applied\n"), "{status}");
    // The migrations of the release before are all there.
    let report = case.run(&first().built(old.moment() - 60_000));
    assert_eq!(report.outcome, Outcome::Superseded, "{report}");
    assert!(report.pending.is_empty() && report.warnings.len() == 1, "{report}");
    case.obeys_the_laws(&new);
}

#[test]
fn who_restores_is_not_told_to_restore() {
    let old = first();
    let mut case = Case::applied(&old);
    case.run(&second());
    let report = old.migrator().superseded(Superseded::Restore).run(&mut case.client).unwrap();
    assert_eq!(report.warnings.len(), 1, "{report}");
    assert!(!report.to_string().contains("VIEWKEEPER_SUPERSEDED"), "{report}");
    case.obeys_the_laws(&old);
}

#[test]
fn migrations_that_a_newer_binary_does_not_know_are_named_and_left() {
    let mut case =
        Case::applied(&first().file("migrations/V2__branch.sql", "create table branch (id int);\n"));
    let project = second();
    let report = case.run(&project);
    assert_eq!(report.outcome, Outcome::Applied, "{report}");
    assert_eq!(report.warnings, ["the database has migrations that this project does not hold: V2__branch"]);
    case.damage("drop table branch");
    case.obeys_the_laws(&project);
}

#[test]
fn a_ledger_of_a_newer_version_is_not_touched() {
    let mut case = Case::applied(&first());
    case.damage("insert into viewkeeper.format (version, since) values (99, now())");
    let error = case.refused(&second());
    assert_eq!(error.kind(), ErrorKind::Ledger);
    assert!(error.to_string().contains("format 99"), "{error}");
}

#[test]
fn a_view_may_name_columns_with_schema_and_view() {
    let qualified =
        first().file("views/b.sql", "create view b as select public.a.id, a.id as i from public.a;\n");
    let qualified = qualified.file("views/c.sql", "create view c as select public.a.* from public.a;\n");
    let mut case = Case::applied(&qualified);
    let project = qualified.file("views/a.sql", "create view a as select id, name from t;\n").file(
        "views/b.sql",
        "create view b as select public.a.id, a.id as i, public.a.name from public.a;\n",
    );
    let report = case.run(&project);
    let reason = |name: &str| {
        report.objects.iter().find(|o| o.object.name == name).map(|o| (o.verb, o.reason.clone()))
    };
    assert!(
        reason("a").is_some_and(|(verb, why)| verb == Verb::Replace && why.contains("gains name")),
        "{report}"
    );
    assert!(
        reason("b").is_some_and(|(verb, why)| verb == Verb::Replace && why.contains("gains name")),
        "{report}"
    );
    assert!(
        reason("c").is_some_and(|(verb, why)| verb == Verb::Replace && why.contains("gains name")),
        "{report}"
    );
    case.obeys_the_laws(&project);
}

#[test]
fn another_schema_is_another_release() {
    let first = || first().file("views/a.sql", "create view a as select id from public.t;\n");
    let mut case = Case::applied(&first());
    let report = first().built(first().moment()).migrator().schema("lab").run(&mut case.client).unwrap();
    assert_eq!(report.outcome, Outcome::Applied, "{report}");
    assert_eq!(case.column("select to_regclass('lab.a') is not null"), ["t"]);
    assert_eq!(case.column("select to_regclass('public.a') is not null"), ["t"]);
    case.damage("drop schema lab cascade");
    case.run(&first());
    case.obeys_the_laws(&first());
}

#[test]
fn the_plan_of_a_superseded_binary_is_empty_and_says_why() {
    let old = first();
    let new = second();
    let mut case = Case::applied(&new);
    let plan = old.migrator().plan(&mut case.client).unwrap();
    assert!(plan.is_empty(), "{plan}");
    assert_eq!(plan.warnings, case.run(&old).warnings);
    assert!(plan.warnings[0].contains("built later than this binary"), "{plan}");
    case.obeys_the_laws(&new);
}
