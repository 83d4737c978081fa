//! Roles other than the one that installed the project: what they may do, and what is said when they may not.

use viewkeeper::ErrorKind;
use viewkeeper::check::State;
use viewkeeper::report::{Outcome, Verb};

use crate::support::case::expect;
use crate::support::{Case, Files, project};

fn first() -> Files {
    project("rights")
        .file("migrations/V1__t.sql", "create table t (id int primary key, name text);\n")
        .file("views/a.sql", "create view a as select id from t;\n")
        .file("views/b.sql", "create view b as select * from a;\n")
}

fn wider() -> Files {
    first().file("views/a.sql", "create view a as select id, name from t;\n")
}

/// CREATE on the test's database.
fn create(case: &mut Case) -> String {
    let database = case.column("select quote_ident(current_database())").remove(0);
    format!("create on database {database}")
}

/// The session is that of the test again, to whom all belongs that was the role's.
fn gone(case: &mut Case, role: &str) {
    case.damage(&format!(
        "reset role; reassign owned by {role} to current_user; drop owned by {role}; drop role {role}"
    ));
}

#[test]
fn the_owner_of_a_view_that_only_follows_stays() {
    let mut case = Case::applied(&first());
    let clerk = case.role("owner", &["usage, create on schema public", "select on a"]);
    case.damage(&format!("alter view b owner to {clerk}"));
    case.run(&first());
    let report = case.run(&wider());
    expect(&report, &[(Verb::Replace, "a", "gains name"), (Verb::Replace, "b", "gains name")]);
    assert_eq!(
        case.column("select relowner::regrole from pg_class where relname = 'b'"),
        std::slice::from_ref(&clerk)
    );
    gone(&mut case, &clerk);
    case.run(&wider());
    case.obeys_the_laws(&wider());
}

#[test]
fn an_owner_that_the_file_states_is_put_back() {
    let mut case = Case::new();
    let clerk = case.role("stated", &["usage, create on schema public"]);
    let text = format!("create view a as select id from t;\nalter view a owner to {clerk};\n");
    let project = first().file("views/a.sql", &text);
    case.run(&project);
    case.damage("alter view a owner to current_user");
    case.heals(&project, &[(Verb::Attach, "a", "by hand")]);
    assert_eq!(
        case.column("select relowner::regrole from pg_class where relname = 'a'"),
        std::slice::from_ref(&clerk)
    );
    gone(&mut case, &clerk);
    case.run(&first());
    case.obeys_the_laws(&first());
}

/// Another project, with a schema of its own.
fn other() -> Files {
    project("other")
        .file("viewkeeper.toml", "name = \"other\"\nschema = \"other\"\n")
        .file("migrations/V1__o.sql", "create table o (id int);\n")
        .file("views/v.sql", "create view v as select id from o;\n")
}

#[test]
fn a_second_service_is_told_at_once_that_the_ledger_is_not_its_own() {
    let mut case = Case::applied(&first());
    let own = create(&mut case);
    let clerk = case.role("second", &[&own]);
    case.damage(&format!("set role {clerk}"));
    let error = case.refused(&other());
    assert_eq!(error.kind(), ErrorKind::Rights, "{error:?}");
    assert_eq!(
        error.to_string(),
        "project \"other\" is not up to date, and the role may not write the ledger"
    );
    assert!(format!("{error:?}").contains("ledger_schema("), "{error:?}");
    gone(&mut case, &clerk);
    case.obeys_the_laws(&first());
}

#[test]
fn a_second_service_runs_with_a_ledger_of_its_own() {
    let mut case = Case::applied(&first());
    let own = create(&mut case);
    let clerk = case.role("second_ledger", &[&own]);
    case.damage(&format!("set role {clerk}"));
    let migrator = other().migrator().ledger_schema("other_ledger");
    for outcome in [Outcome::Applied, Outcome::UpToDate] {
        let report = migrator.run(&mut case.client).unwrap();
        assert_eq!(report.outcome, outcome, "{report}");
    }
    gone(&mut case, &clerk);
    case.damage("drop schema other, other_ledger cascade");
    case.obeys_the_laws(&first());
}

/// Does the damage, and runs as a role that may only read.
fn reads_after(damage: &str) -> (Case, Files) {
    let project = first().file("views/b.sql", "create view b as select id from a;\n");
    let mut case = Case::applied(&project);
    case.by_hand(damage);
    let clerk = case.role("reader", &["select on refinery_schema_history"]);
    case.damage(&format!("set role {clerk}"));
    let report = case.run(&project);
    assert_eq!(report.outcome, Outcome::UpToDate, "{report}");
    gone(&mut case, &clerk);
    case.run(&project);
    (case, project)
}

#[test]
fn a_role_that_may_only_read_runs_where_nothing_but_a_fingerprint_moved() {
    // As after a restore: the same text, in another row of the catalog.
    let (case, project) = reads_after("drop view b; create view b as select id from a");
    case.obeys_the_laws(&project);
}

#[test]
fn a_role_that_may_only_read_runs_where_a_table_has_a_column_that_no_view_reads() {
    let (case, project) = reads_after("alter table t add column unread int");
    case.obeys_the_laws(&project);
}

#[test]
fn a_role_without_usage_on_the_projects_schema_runs() {
    let project = first().file("viewkeeper.toml", "name = \"rights\"\nschema = \"app\"\n");
    let mut case = Case::applied(&project);
    let clerk = case.role("outsider", &[]);
    case.damage(&format!("set role {clerk}"));
    let report = case.run(&project);
    assert_eq!(report.outcome, Outcome::UpToDate, "{report}");
    gone(&mut case, &clerk);
    case.obeys_the_laws(&project);
}

#[test]
fn functions_and_types_that_nobody_may_use_by_default() {
    let mut case = Case::new();
    let revoke = "alter default privileges revoke";
    case.by_hand(&format!("{revoke} execute on functions from public; {revoke} usage on types from public"));
    case.run(&first());
    let clerk = case.role("reader_by_grant", &["select on refinery_schema_history"]);
    case.damage(&format!("set role {clerk}"));
    let report = case.run(&first());
    assert_eq!(report.outcome, Outcome::UpToDate, "{report}");
    gone(&mut case, &clerk);
    case.obeys_the_laws(&first());
}

#[test]
fn a_role_that_may_not_make_temporary_objects_does_what_needs_none() {
    let mut case = Case::new();
    let own = create(&mut case);
    let clerk = case.role("lasting", &[&own, "usage, create on schema public"]);
    let database = own.trim_start_matches("create ");
    case.damage(&format!("revoke temporary {database} from public; set role {clerk}"));
    case.run(&first());
    case.damage("drop view b");
    case.heals(&first(), &[(Verb::Create, "b", "dropped by hand")]);
    let error = case.refused(&wider());
    let reason = "not comparable here, because the role lacks TEMPORARY on the database";
    assert!(error.to_string().starts_with(reason), "{error:?}");
    assert!(
        format!("{error:?}").contains("help: run with a role that may create temporary objects"),
        "{error:?}"
    );
    let check = wider().migrator().check(&mut case.client).unwrap();
    assert_eq!(check.findings[0].state, State::NotComparable, "{check}");
    assert!(check.findings[0].reason.contains(reason), "{check}");
    gone(&mut case, &clerk);
    case.run(&wider());
    case.obeys_the_laws(&wider());
}

#[test]
fn a_schema_in_which_nothing_may_be_made() {
    let mut case = Case::new();
    let own = create(&mut case);
    case.by_hand("revoke create on schema public from public");
    let clerk = case.role("guest", &[&own]);
    case.damage(&format!("set role {clerk}"));
    // On the first run, of the table; later, of a view.
    assert_eq!(case.refused(&first()).kind(), ErrorKind::Rights);
    case.damage(&format!("reset role; grant create on schema public to {clerk}; set role {clerk}"));
    case.run(&first());
    case.damage(&format!("reset role; revoke create on schema public from {clerk}; set role {clerk}"));
    let project = first().file("views/c.sql", "create view c as select id from t;\n");
    let error = case.refused(&project);
    assert_eq!(error.kind(), ErrorKind::Rights, "{error:?}");
    assert!(error.to_string().contains(&format!("grant create on schema public to {clerk}")), "{error:?}");
    gone(&mut case, &clerk);
    case.run(&project);
    case.obeys_the_laws(&project);
}

/// A project whose schema nobody made yet.
fn in_a_schema() -> Files {
    first().file("viewkeeper.toml", "name = \"rights\"\nschema = \"shop\"\n")
}

#[test]
fn a_first_run_and_its_plan_name_every_missing_right_beforehand() {
    for (project, rights) in [
        (
            first(),
            vec!["to make schema viewkeeper", "CREATE on schema public: grant create on schema public to"],
        ),
        (in_a_schema(), vec!["to make schema viewkeeper", "to make schema shop: grant create on database"]),
    ] {
        let mut case = Case::new();
        case.damage("revoke create on schema public from public");
        let clerk = case.role("first", &[]);
        case.damage(&format!("set role {clerk}"));
        let plan = project.migrator().plan(&mut case.client).unwrap();
        assert_eq!(plan.missing_rights.len(), rights.len(), "{plan}");
        let error = case.refused(&project);
        assert_eq!(error.kind(), ErrorKind::Rights);
        for (right, missing) in rights.iter().zip(&plan.missing_rights) {
            assert!(missing.contains(right) && missing.ends_with(&clerk), "{missing}");
            assert!(error.to_string().contains(missing), "{error:?}");
        }
        // The statements that the plan names are all that is needed.
        let grants: Vec<&str> =
            plan.missing_rights.iter().map(|right| right.split_once(": ").unwrap().1).collect();
        case.damage(&format!("reset role; {}; set role {clerk}", grants.join("; ")));
        case.run(&project);
        gone(&mut case, &clerk);
        case.run(&project);
        case.obeys_the_laws(&project);
    }
}

#[test]
fn a_history_that_may_not_be_written_is_named_beforehand() {
    let mut case = Case::new();
    case.run(&first());
    case.damage("drop schema viewkeeper cascade; drop view a, b");
    let own = create(&mut case);
    let clerk = case.role("history", &[&own, "usage, create on schema public", "select on t"]);
    case.damage(&format!("grant select on refinery_schema_history to {clerk}; set role {clerk}"));
    let project = first().file("migrations/V2__u.sql", "create table u (id int);\n");
    let error = case.refused(&project);
    let help = format!("grant insert on public.refinery_schema_history to {clerk}");
    assert!(error.kind() == ErrorKind::Rights && error.to_string().contains(&help), "{error:?}");
    gone(&mut case, &clerk);
    case.run(&project);
    case.obeys_the_laws(&project);
}
