//! What is wrong is said well, and changes nothing.

use viewkeeper::ErrorKind;

use crate::support::cases::cases;
use crate::support::{Case, Files, laws, project};

fn genes() -> Files {
    project("genes")
        .file("migrations/V1__genes.sql", "create table genes (id bigint primary key, symbols text);\n")
        .file("views/gene_list.sql", "create view gene_list as\nselect id, symbols from genes;\n")
}

#[test]
fn a_bad_view_on_an_existing_database_names_file_line_and_character() {
    let mut case = Case::applied(&genes());
    // The column stands behind a tab and an `é`: positions count characters.
    let wrong = genes().file(
        "views/gene_list.sql",
        "-- the list\ncreate view gene_list as\nselect id,\n\t'é' as é, g.symbol\nfrom genes g;\n",
    );
    let error = case.refused(&wrong);
    assert_eq!(error.kind(), ErrorKind::Object);
    assert_eq!(error.code(), Some("42703"));
    assert_eq!(error.object_name(), Some("public.gene_list"));
    assert_eq!(error.location().unwrap().to_string(), "sql/views/gene_list.sql:4:12");
    assert_eq!(
        format!("{error:?}"),
        "cannot create view \"public.gene_list\": column g.symbol does not exist (42703)\n \
         --> sql/views/gene_list.sql:4:12\n\
         4 | \t'é' as é, g.symbol\n  \
         | \t          ^\n  \
         hint from the server: Perhaps you meant to reference the column \"g.symbols\".\n  \
         note: nothing was changed"
    );
    case.obeys_the_laws(&genes());
}

#[test]
fn a_bad_view_of_a_first_run_rolls_its_migrations_back() {
    let wrong = genes()
        .file("migrations/V2__more.sql", "create table more (id int);\n")
        .file("views/broken.sql", "create view broken as select nope from genes;\n");
    let mut case = Case::new();
    let error = case.refused(&wrong);
    let text = format!("{error:?}");
    assert!(text.contains("sql/views/broken.sql:1:30"), "{text}");
    assert!(text.ends_with("note: nothing was changed; 2 table migrations were rolled back"), "{text}");
    assert_eq!(case.column("select count(*) from pg_namespace where nspname = 'viewkeeper'"), ["0"]);
    case.run(&genes());
    case.obeys_the_laws(&genes());
}

#[test]
fn a_bad_migration_names_file_line_and_character() {
    let mut case = Case::applied(&genes());
    let wrong = genes().file(
        "migrations/V2__bad.sql",
        "create table ok (id int);\n-- ünïcode\nalter table genes add column a int, add column b nope;\n",
    );
    let error = case.refused(&wrong);
    assert_eq!(error.kind(), ErrorKind::Migration);
    assert_eq!(
        format!("{error:?}"),
        "migration V2__bad failed: type \"nope\" does not exist (42704)\n \
         --> sql/migrations/V2__bad.sql:3:50\n\
         3 | alter table genes add column a int, add column b nope;\n  \
         |                                                  ^\n  \
         note: nothing was changed"
    );
    case.obeys_the_laws(&genes());
}

#[test]
fn a_table_of_that_name_is_never_touched() {
    let mut case = Case::new();
    case.damage("create table gene_list (id int); insert into gene_list values (1)");
    let error = case.refused(&genes());
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let text = format!("{error:?}");
    assert!(
        text.starts_with("\"public.gene_list\" is a table, not a view\n --> sql/views/gene_list.sql:1:1"),
        "{text}"
    );
    assert!(text.contains("help: give the view another name"), "{text}");
    case.damage("drop table gene_list");
    case.run(&genes());
    case.obeys_the_laws(&genes());
}

#[test]
fn a_view_of_another_project_is_never_touched() {
    let mut case = Case::applied(&genes());
    let other = project("other").file("views/gene_list.sql", "create view gene_list as select 1 as one;\n");
    let error = case.refused(&other);
    assert_eq!(error.to_string(), "view \"public.gene_list\" belongs to project \"genes\"");
    case.obeys_the_laws(&genes());
}

#[test]
fn two_projects_live_side_by_side() {
    let other = project("other")
        .file("viewkeeper.toml", "name = \"other\"\nschema = \"second\"\n")
        .file("migrations/V1__other.sql", "create table things (id int);\n")
        .file("views/v.sql", "create view v as select id from things;\n");
    let mut case = Case::applied(&genes());
    case.run(&other);
    case.damage("drop view gene_list; drop view second.v");
    let report = case.run(&other);
    assert_eq!(report.objects.len(), 1, "{report}");
    assert_eq!(case.column("select to_regclass('gene_list') is null"), ["t"]);
    case.run(&genes());
    assert_eq!(case.column("select version || name from refinery_schema_history"), ["1genes"]);
    assert_eq!(case.column("select version || name from second.refinery_schema_history"), ["1other"]);
    for project in [genes(), other] {
        laws::second_run_is_a_no_op(&case.database, &mut case.client, &project);
    }
}

#[test]
fn a_history_of_another_project_is_not_taken_for_ours() {
    let other = project("other-one").file("migrations/V1__other.sql", "create table things (id int);\n");
    let mut case = Case::applied(&genes());
    let error = case.refused(&other);
    assert_eq!(
        error.to_string(),
        "the migration history \"public.refinery_schema_history\" belongs to another project"
    );
    let help = "help: give this one a history of its own: history = \"refinery_schema_history_other_one\" in sql/viewkeeper.toml";
    assert!(format!("{error:?}").contains(help), "{error:?}");
    let own = other
        .file("viewkeeper.toml", "name = \"other-one\"\nhistory = \"refinery_schema_history_other_one\"\n");
    case.run(&own);
    for project in [genes(), own] {
        laws::second_run_is_a_no_op(&case.database, &mut case.client, &project);
    }
}

#[test]
fn a_view_whose_name_was_taken_after_a_rename_by_hand_is_somebodys() {
    let mut case = Case::applied(&genes());
    case.damage("alter view gene_list rename to mine; create view gene_list as select 1 as one");
    let report = case.run(&genes());
    let warning = "view public.mine was the project's public.gene_list, which is another one by now: it stays, and is not this project's";
    assert_eq!(report.warnings, [warning]);
    case.damage("drop view mine");
    case.obeys_the_laws(&genes());
}

#[test]
fn missing_rights_are_named_before_anything_is_locked() {
    let role = format!("clerk_{}", std::process::id());
    let mut case = Case::applied(&genes());
    case.damage(&format!("drop role if exists {role}; create role {role}; grant usage on schema public to {role}; grant select on genes, refinery_schema_history to {role}; grant all on all tables in schema viewkeeper to {role}; set role {role}"));
    let wider = genes()
        .file("views/gene_list.sql", "create view gene_list as select id, symbols, 1 as one from genes;\n");
    let error = wider.migrator().run(&mut case.client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rights);
    let text = error.to_string();
    assert!(
        text.contains(&format!("role {role} lacks")) && text.contains("ownership of view public.gene_list"),
        "{text}"
    );
    case.damage("reset role");
    case.damage(&format!("drop owned by {role}; drop role {role}"));
    case.obeys_the_laws(&genes());
}

#[test]
fn a_client_inside_a_transaction_is_refused() {
    let mut case = Case::new();
    case.damage("begin");
    let error = genes().migrator().run(&mut case.client).unwrap_err();
    assert!(error.to_string().starts_with("the client is inside a transaction"), "{error}");
    case.damage("rollback");
    case.run(&genes());
    case.obeys_the_laws(&genes());
}

#[test]
fn a_session_that_cannot_write_says_what_is_not_up_to_date() {
    let mut case = Case::new();
    case.damage("set default_transaction_read_only to on");
    let error = case.refused(&genes());
    assert_eq!(
        error.to_string(),
        "project \"genes\" is not up to date, and the session is read-only (default_transaction_read_only)"
    );
}

#[test]
fn an_error_without_a_position_names_its_object_too() {
    let wrong = genes().file("views/first.sql", "create view first as select 1 as one;\n").file(
        "views/second.sql",
        "-- a record has no type\ncreate view second as select row(genes.*) as r from genes;\n",
    );
    let mut fresh = Case::new();
    let error = fresh.refused(&wrong);
    assert_eq!(error.object_name(), Some("public.second"), "{error:?}");
    assert_eq!(error.location().unwrap().to_string(), "sql/views/second.sql:2:1");
    assert!(error.to_string().starts_with("cannot create view \"public.second\": column \"r\""), "{error}");
    // The same when it is found by comparing.
    let mut case = Case::applied(
        &genes().file("views/second.sql", "create view second as select id as r from genes;\n"),
    );
    let later = case.column("select 1000 + extract(epoch from now())::int8 * 1000").remove(0);
    let error = case.refused(&wrong.built(later.parse().unwrap()));
    assert_eq!(error.object_name(), Some("public.second"), "{error:?}");
}

#[test]
fn an_error_in_an_attachment_is_shown_where_it_stands() {
    let wrong = genes().file(
        "views/gene_list.sql",
        "create view gene_list as\nselect id, symbols from genes;\n\ngrant select on gene_list to nobody_at_all;\n",
    );
    let mut case = Case::new();
    let error = case.refused(&wrong);
    assert_eq!(error.code(), Some("42704"), "{error:?}");
    assert_eq!(error.object_name(), Some("public.gene_list"), "{error:?}");
    assert_eq!(error.location().unwrap().to_string(), "sql/views/gene_list.sql:4:1");
}

#[test]
fn a_history_that_is_gone_does_not_run_everything_again() {
    let mut case = Case::applied(&genes());
    case.damage("alter table refinery_schema_history rename to hidden");
    let error = case.refused(&genes());
    assert_eq!(error.kind(), ErrorKind::History);
    let what = "the migration history \"public.refinery_schema_history\" is called \"public.hidden\" by now";
    assert_eq!(error.to_string(), what);
    let help = "help: give it its name back: alter table public.hidden rename to refinery_schema_history;";
    assert!(format!("{error:?}").contains(help), "{error:?}");
    case.damage("alter table hidden rename to refinery_schema_history");
    case.run(&genes());
    case.damage(
        "create table kept as select * from refinery_schema_history; drop table refinery_schema_history",
    );
    let error = case.refused(&genes());
    assert_eq!(error.to_string(), "the migration history \"public.refinery_schema_history\" is gone");
    assert!(format!("{error:?}").contains("help: restore the table from a backup"), "{error:?}");
    case.damage("alter table kept rename to refinery_schema_history; alter table refinery_schema_history add primary key (version)");
    case.run(&genes());
    case.obeys_the_laws(&genes());
}

cases! { stands_where_its_statement_does:
    a_column_that_is_there_twice_is_an_error_of_its_view(
        "create view b as select * from gene_list x join gene_list y on true;", "42701", 1);
    a_check_option_that_cannot_be_is_an_error_of_its_view(
        "create view b as select count(*) as n from gene_list with check option;", "0A000", 1);
    more_names_than_columns_are_an_error_of_their_view(
        "-- ünï\ncreate view b (x, y, z) as select id from gene_list;", "42601", 2);
    a_grant_to_nobody_is_an_error_of_the_grant(
        "create view b as select id from gene_list;\ngrant select on b to nobody_at_all;", "42704", 2);
    a_comment_on_no_column_is_an_error_of_the_comment(
        "create view b as select id from gene_list;\n-- ünï\ncomment on column b.nope is 'x';", "42703", 3);
}

/// To these errors the server gives no position.
fn stands_where_its_statement_does(text: &str, code: &str, line: usize) {
    for mut case in [Case::new(), Case::applied(&genes())] {
        let error = case.refused(&genes().file("views/b.sql", text));
        assert_eq!(error.code(), Some(code), "{error:?}");
        assert_eq!(error.object_name(), Some("public.b"), "{error:?}");
        let place = error.location().map(ToString::to_string);
        assert_eq!(place, Some(format!("sql/views/b.sql:{line}:1")), "{error:?}");
    }
}

#[test]
fn an_error_within_a_rule_is_shown_where_it_stands() {
    let wrong = genes().file(
        "views/gene_list.sql",
        "create view gene_list as\nselect id, symbols from genes;\n\
         create rule r as on insert to gene_list do instead insert into genes values (new.id, nope);\n",
    );
    let error = Case::new().refused(&wrong);
    assert_eq!(error.location().unwrap().to_string(), "sql/views/gene_list.sql:3:86", "{error:?}");
}

#[test]
fn a_check_that_the_server_refuses_is_a_finding_and_the_others_run() {
    let project = genes()
        .file("checks/broken.sql", "select *\n  from nope;\n")
        .file("checks/failing.sql", "select 1 as one;\n");
    let mut case = Case::applied(&project);
    let check = project.migrator().check(&mut case.client).unwrap();
    assert!(!check.in_sync());
    let [broken, failing] = &check.assertions[..] else { panic!("{check}") };
    assert_eq!(
        broken.error.as_deref(),
        Some("sql/checks/broken.sql:2:8: relation \"nope\" does not exist (42P01)")
    );
    assert_eq!((&failing.error, &failing.rows[0][0][..]), (&None, "one=1"));
    case.obeys_the_laws(&project);
}
