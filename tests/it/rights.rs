//! Roles other than the one that installed the project: what they may do, and what is said when they may not.

use viewkeeper::ErrorKind;
use viewkeeper::check::State;
use viewkeeper::report::{Outcome, Verb};

use crate::support::case::expect;
use crate::support::cases::cases;
use crate::support::{Case, Files, laws, project};

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
fn the_ledger_works_where_nobody_may_use_new_functions_and_types() {
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
    let plan = first().migrator().plan(&mut case.client).unwrap();
    assert!(plan.missing_rights.is_empty(), "{plan}");
    let report = case.run(&first());
    let grant = format!("grant temporary {database} to {clerk}");
    for warnings in [&plan.warnings, &report.warnings] {
        assert!(matches!(warnings.as_slice(), [one] if one.ends_with(&grant)), "{warnings:?}");
    }
    case.damage("drop view b");
    case.heals(&first(), &[(Verb::Create, "b", "dropped by hand")]);
    let error = case.refused(&wider());
    let reason = "not comparable here, because the role lacks TEMPORARY on the database";
    assert!(error.to_string().starts_with(reason), "{error:?}");
    assert!(
        format!("{error:?}").contains("help: run with a role that may create temporary objects"),
        "{error:?}"
    );
    let plan = wider().migrator().plan(&mut case.client).unwrap();
    assert_eq!(
        plan.missing_rights,
        [format!(
            "TEMPORARY on {database}: grant temporary on {database} to {clerk}",
            database = database.trim_start_matches("on ")
        )]
    );
    assert!(format!("{error:?}").contains(plan.missing_rights[0].split(": ").nth(1).unwrap()), "{error:?}");
    let check = wider().migrator().check(&mut case.client).unwrap();
    assert_eq!(check.findings[0].state, State::NotComparable, "{check}");
    assert!(check.findings[0].reason.contains(reason), "{check}");
    gone(&mut case, &clerk);
    case.run(&wider());
    case.obeys_the_laws(&wider());
}

#[test]
fn a_schema_in_which_nothing_may_be_made_is_named_with_the_grant() {
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

/// A routine in a schema that the role may not use cannot even be looked for.
#[test]
fn a_plan_of_a_role_without_usage_on_the_schema_says_what_a_run_says() {
    let mut case = Case::new();
    let own = create(&mut case);
    case.by_hand("revoke all on schema public from public");
    let clerk = case.role("outside", &[&own]);
    case.damage(&format!("set role {clerk}"));
    let project =
        first().file("functions/f.sql", "create function f() returns int language sql as 'select 1';\n");
    let error = case.refused(&project);
    assert_eq!(error.kind(), ErrorKind::Rights, "{error:?}");
    for right in ["create", "usage"] {
        assert!(
            error.to_string().contains(&format!("grant {right} on schema public to {clerk}")),
            "{error:?}"
        );
    }
    let planned = project.migrator().plan(&mut case.client).unwrap_err();
    assert_eq!(planned.to_string(), error.to_string());
    assert_eq!(project.migrator().check(&mut case.client).unwrap_err().to_string(), error.to_string());
    case.damage(&format!("reset role; grant create, usage on schema public to {clerk}; set role {clerk}"));
    case.run(&project);
    gone(&mut case, &clerk);
    case.run(&project);
    case.obeys_the_laws(&project);
}

/// A project whose schema nobody made yet.
fn in_a_schema() -> Files {
    first().file("viewkeeper.toml", "name = \"rights\"\nschema = \"shop\"\n")
}

cases! { names_every_missing_right_beforehand:
    a_first_run_and_its_plan_name_every_right_on_a_schema_that_is_there(
        first(),
        &["to make schema viewkeeper", "CREATE on schema public: grant create on schema public to"],
    );
    a_first_run_and_its_plan_name_every_right_on_a_schema_to_be_made(
        in_a_schema(),
        &["to make schema viewkeeper", "to make schema shop: grant create on database"],
    );
}

fn names_every_missing_right_beforehand(project: Files, rights: &[&str]) {
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

/// The plan of a project that must be refused, whose error names the same rights.
fn lacks(case: &mut Case, project: &Files) -> Vec<String> {
    let plan = project.migrator().plan(&mut case.client).unwrap();
    assert!(!plan.missing_rights.is_empty(), "{plan}");
    let error = case.refused(project);
    assert_eq!(error.kind(), ErrorKind::Rights, "{error:?}");
    let named = plan.missing_rights.join("; ");
    assert!(error.to_string().ends_with(&format!("lacks what the work needs: {named}")), "{plan}\n{error:?}");
    plan.missing_rights
}

/// Does what the rights say, and comes back as the role.
fn give(case: &mut Case, rights: &[String], role: &str) {
    let grants: Vec<&str> = rights.iter().map(|right| right.split_once(": ").unwrap().1).collect();
    case.damage(&format!("reset role; {}; set role {role}", grants.join("; ")));
}

/// The law of the second run, for a project whose owners a fresh install cannot have.
fn settles(case: &mut Case, project: &Files, role: &str) {
    assert_eq!(case.run(project).outcome, Outcome::UpToDate);
    case.damage(&format!("reset role; reassign owned by {role} to current_user"));
    case.run(project);
    laws::second_run_is_a_no_op(&case.database, &mut case.client, project);
}

#[test]
fn where_a_migration_makes_the_schema_the_rights_for_history_and_ledger_are_named() {
    for (make, by_text) in [
        ("create schema authorization {role};\n", true),
        ("create schema if not exists {role};\n", true),
        ("do $$ begin create schema {role}; end $$;\n", false),
    ] {
        let mut case = Case::new();
        case.damage("revoke create on schema public from public");
        let role = case.role("home", &[]);
        let database = create(&mut case).replace("create on database ", "");
        let project =
            first().file("viewkeeper.toml", &format!("name = \"rights\"\nschema = \"{role}\"\n")).file(
                "migrations/V1__t.sql",
                &format!("{}create table t (id int, name text);\n", make.replace("{role}", &role)),
            );
        case.damage(&format!("set role {role}"));
        let public = format!("CREATE on schema public: grant create on schema public to {role}");
        let grant = format!("grant create on database {database} to {role}");
        let mut expected = vec![
            format!("CREATE on database {database}, to make schema viewkeeper: {grant}"),
            format!("CREATE on database {database}, to make schema {role}: {grant}"),
        ];
        let plan = project.migrator().plan(&mut case.client).unwrap();
        if by_text {
            expected.insert(1, public);
        } else {
            // What a block does is known when it ran.
            assert!(plan.warnings.iter().any(|warning| warning.ends_with(&public)), "{plan}");
        }
        let rights = lacks(&mut case, &project);
        assert_eq!(rights, expected, "{make}");
        give(&mut case, &rights, &role);
        if !by_text {
            let error = case.refused(&project);
            assert_eq!(error.kind(), ErrorKind::Rights, "{error:?}");
            assert!(
                error.to_string().contains(plan.warnings[0].split("lacks ").nth(1).unwrap()),
                "{error:?}"
            );
            case.damage(&format!("reset role; grant create on schema public to {role}; set role {role}"));
        }
        let plan = project.migrator().plan(&mut case.client).unwrap();
        assert!(plan.missing_rights.is_empty() && plan.warnings.is_empty(), "{plan}");
        case.run(&project);
        assert_eq!(case.run(&project).outcome, Outcome::UpToDate);
        settles(&mut case, &project, &role);
    }
}

/// What a file or a migration does, what of it the role may not do, and what was done before by hand.
const BEYOND: [(&str, &str, &str, &[&str]); 9] = [
    (
        "views/c.sql",
        "create view c as select id from t;\nalter view c owner to {other};\n",
        "",
        &[
            "membership in role {other}, who is to own public.c: grant {other} to {clerk}",
            "CREATE on schema public for role {other}, who is to own public.c: grant create on schema public to {other}",
        ],
    ),
    (
        "migrations/V2__u.sql",
        "create table u (id int);\nalter table u owner to {other};\n",
        "",
        &[
            "membership in role {other}, who is to own public.u: grant {other} to {clerk}",
            "CREATE on schema public for role {other}, who is to own public.u: grant create on schema public to {other}",
        ],
    ),
    (
        "migrations/V2__u.sql",
        "create schema s authorization {other};\n",
        "",
        &["membership in role {other}, who is to own schema s: grant {other} to {clerk}"],
    ),
    (
        "functions/f.sql",
        "create function f() returns int language internal immutable as 'pg_backend_pid';\n",
        "",
        &["a superuser's rights for language internal, in which public.f is written"],
    ),
    (
        "migrations/V2__f.sql",
        "create function f() returns int language c as 'x', 'y';\n",
        "",
        &["a superuser's rights for language c, in which public.f is written"],
    ),
    (
        "functions/f.sql",
        "create function f() returns int language sql as 'select 1';\n",
        "revoke usage on language sql from public",
        &["USAGE on language sql: grant usage on language sql to {clerk}"],
    ),
    (
        "migrations/V2__o.sql",
        "create table o (id int references strange);\n",
        "create table strange (id int primary key)",
        &["REFERENCES on public.strange: grant references on public.strange to {clerk}"],
    ),
    (
        "triggers/g.sql",
        "create trigger g before insert on strange for each row execute function suppress_redundant_updates_trigger();\n",
        "create table strange (id int primary key)",
        &["TRIGGER on public.strange: grant trigger on public.strange to {clerk}"],
    ),
    (
        "migrations/V2__g.sql",
        "create trigger g before insert on strange for each row execute function suppress_redundant_updates_trigger();\n",
        "create table strange (id int primary key)",
        &["TRIGGER on public.strange: grant trigger on public.strange to {clerk}"],
    ),
];

#[test]
fn what_a_file_or_migration_does_beyond_the_role_is_named_beforehand() {
    for (file, text, before, expected) in BEYOND {
        for empty in [true, false] {
            let mut case = Case::new();
            let own = create(&mut case);
            let other = case.role("other", &[]);
            let clerk = case.role("clerk", &[&own, "all on schema public"]);
            let named = |text: &str| text.replace("{other}", &other).replace("{clerk}", &clerk);
            case.by_hand("revoke create on schema public from public");
            case.by_hand(before);
            case.damage(&format!("set role {clerk}"));
            if !empty {
                case.run(&first());
            }
            let project = first().file(file, &named(text));
            let rights = lacks(&mut case, &project);
            assert_eq!(rights, expected.iter().map(|right| named(right)).collect::<Vec<_>>(), "{text}");
            if !rights[0].contains("superuser") {
                give(&mut case, &rights, &clerk);
                case.run(&project);
                settles(&mut case, &project, &clerk);
            }
        }
    }
}

#[test]
fn a_role_that_may_not_use_plpgsql_is_told_so() {
    let mut case = Case::new();
    let own = create(&mut case);
    let clerk = case.role("speechless", &[&own, "all on schema public"]);
    case.damage(&format!("revoke usage on language plpgsql from public; set role {clerk}"));
    let error = case.refused(&first());
    assert_eq!((error.kind(), error.code()), (ErrorKind::Rights, Some("42501")), "{error:?}");
    assert!(format!("{error:?}").contains("help: grant usage on language plpgsql to the role"), "{error:?}");
    case.damage(&format!("reset role; grant usage on language plpgsql to public; set role {clerk}"));
    case.run(&first());
    gone(&mut case, &clerk);
    case.run(&first());
    case.obeys_the_laws(&first());
}

/// What works, and looks as if a right were missing.
const ALLOWED: [(&str, &str, &str, bool); 7] = [
    // A function gives the right.
    (
        "migrations/V2__u.sql",
        "select give();\ncreate table u (id int);\nalter table u owner to {other};\n",
        "",
        true,
    ),
    ("migrations/V2__u.sql", "call give_too();\ncreate schema s authorization {other};\n", "", true),
    ("migrations/V2__u.sql", "alter table if exists nothing owner to {other};\n", "", false),
    ("migrations/V2__u.sql", "create role {other}_new;\n", "", false),
    ("migrations/V2__u.sql", "select give();\ncreate table o (id int references strange);\n", "", true),
    ("functions/f.sql", "create function f() returns int language sql as 'select 1';\n", "", false),
    ("views/c.sql", "create view c as select id from t;\nalter view c owner to current_user;\n", "", false),
];

#[test]
fn what_a_migration_may_give_is_a_warning_and_nothing_is_refused_that_works() {
    for (file, text, before, warns) in ALLOWED {
        let mut case = Case::new();
        let own = create(&mut case);
        let other = case.role("other", &["create on schema public"]);
        let clerk = case.role("clerk", &[&own, "all on schema public"]);
        let named = |text: &str| text.replace("{other}", &other).replace("{clerk}", &clerk);
        case.by_hand(&named(&format!(
            "alter role {{clerk}} createrole; create table strange (id int primary key);
             create function give() returns void language sql security definer as
               'grant {{other}} to {{clerk}}; grant references on strange to {{clerk}}';
             create procedure give_too() language sql security definer as 'grant {{other}} to {{clerk}}'; {before}"
        )));
        case.damage(&format!("set role {clerk}"));
        let project = first().file(file, &named(text));
        let plan = project.migrator().plan(&mut case.client).unwrap();
        assert!(plan.missing_rights.is_empty(), "{text}: {plan}");
        let said = plan
            .warnings
            .iter()
            .any(|warning| warning.starts_with("unless a table migration gives it before it is needed"));
        assert_eq!(said, warns, "{text}: {plan}");
        let report = case.run(&project);
        assert!(
            report.warnings.iter().all(|warning| warning.contains("may create in schema public")),
            "{report}"
        );
        settles(&mut case, &project, &clerk);
    }
}

#[test]
fn who_finds_everything_in_place_needs_no_right_to_make_it() {
    let mut case = Case::applied(&first());
    let own = create(&mut case);
    let clerk = case.role("finder", &[&own, "usage on schema public"]);
    case.damage(&format!(
        "drop schema viewkeeper cascade; revoke create on schema public from public;
         alter table t owner to {clerk}; alter view a owner to {clerk}; alter view b owner to {clerk};
         alter table refinery_schema_history owner to {clerk}; set role {clerk}"
    ));
    let plan = first().migrator().plan(&mut case.client).unwrap();
    assert!(plan.missing_rights.is_empty(), "{plan}");
    case.run(&first());
    gone(&mut case, &clerk);
    case.run(&first());
    case.obeys_the_laws(&first());
}

#[test]
fn a_materialized_view_whose_owner_may_not_read_what_it_reads() {
    let mut case = Case::applied(&first());
    let owner = case.role("fills", &["usage, create on schema public"]);
    case.damage("create schema other; create table other.u (id int); create function n() returns int language sql as 'select 1'; revoke all on function n() from public");
    let with = |directive: &str| {
        first().file("viewkeeper.toml", "path = [\"other\"]").file(
            "views/m.sql",
            &format!(
                "{directive}create materialized view m as select t.id, n() as n from t join u using (id);\n\
                 alter materialized view m owner to {owner};\n"
            ),
        )
    };
    let refused = case.refused(&with(""));
    let told = format!("{refused:?}");
    for lack in
        ["usage on schema other", "select on other.u", "select on public.t", "execute on function public.n()"]
    {
        let told_so = format!("the server fills it as its owner, {owner}, who lacks {lack}");
        assert!(told.contains(&told_so), "{told_so} is not in {told}");
        assert!(told.contains(&format!("grant {lack} to {owner}")), "{told}");
    }
    let empty = with("-- viewkeeper: with-no-data\n");
    case.run(&empty);
    gone(&mut case, &owner);
}
