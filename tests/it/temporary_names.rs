//! Names of what is made for a while: projects do not get into each other's way, and what somebody made stays.

use std::thread;
use std::time::{Duration, Instant};

use postgres::{Client, NoTls};

use crate::support::{Case, Files, project};

/// A materialized view that is filled from this.
fn filled(name: &str, from: &str) -> Files {
    project(name)
        .file("viewkeeper.toml", &format!("schema = \"{name}\""))
        .file("migrations/V1__t.sql", &format!("create table {name}.t (id int)"))
        .file(
            "views/m.sql",
            &format!("create materialized view m as select id from t{from};\ncreate index m_id on m (id);"),
        )
        .file("views/v.sql", "create view v as select id from m")
}

/// The schemas that are there for a while.
const SCHEMAS: &str = "select nspname from pg_namespace where nspname like 'viewkeeper\\_%' order by 1";

#[test]
fn two_projects_build_side_by_side_at_once() {
    let mut case = Case::applied(&filled("first", ""));
    case.run(&filled("second", ""));
    let slow = " cross join pg_sleep(3)";
    let url = case.database.url().to_owned();
    let running = ["first", "second"].map(|name| {
        let url = url.clone();
        thread::spawn(move || filled(name, slow).migrator().run(&mut Client::connect(&url, NoTls).unwrap()))
    });
    // Both are at it at the same time: neither waits for the other.
    let sleeping =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'";
    let began = Instant::now();
    while case.column(sleeping) != ["2"] {
        assert!(began.elapsed() < Duration::from_secs(20), "both fill their views at the same time");
        thread::sleep(Duration::from_millis(10));
    }
    for run in running {
        let report = run.join().unwrap().unwrap_or_else(|error| panic!("{error:?}"));
        assert_eq!(report.retries, 0, "{report}");
    }
    assert_eq!(case.column(SCHEMAS), Vec::<String>::new());
    // The other project is somebody else to the laws.
    case.damage("drop schema second cascade");
    case.obeys_the_laws(&filled("first", slow));
}

#[test]
fn two_projects_change_an_index_in_one_schema_at_once() {
    let indexed = |name: &str, index: &str| {
        project(name)
            .file("viewkeeper.toml", "history = \"history\"")
            .file(
                &format!("views/{name}.sql"),
                &format!("create materialized view {name} as select i as id, 1 as n from generate_series(1, 10) i;\ncreate index {name}_i on {name} ({index});"),
            )
    };
    let mut case = Case::applied(&indexed("first", "id"));
    case.run(&indexed("second", "id"));
    // Slow enough for the two to meet.
    let slow = "(pg_sleep_for(id))";
    case.damage(
        "create function pg_sleep_for(int) returns int immutable language plpgsql as \
         $$ begin perform pg_catalog.pg_sleep(0.3); return $1; end $$",
    );
    let url = case.database.url().to_owned();
    let running = ["first", "second"].map(|name| {
        let (url, project) = (url.clone(), indexed(name, slow));
        thread::spawn(move || project.migrator().run(&mut Client::connect(&url, NoTls).unwrap()))
    });
    let building =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'";
    let began = Instant::now();
    while case.column(building) != ["2"] {
        assert!(began.elapsed() < Duration::from_secs(20), "both build their indexes at the same time");
        thread::sleep(Duration::from_millis(5));
    }
    for run in running {
        let report = run.join().unwrap().unwrap_or_else(|error| panic!("{error:?}"));
        assert_eq!(report.retries, 0, "{report}");
    }
    assert_eq!(
        case.column("select indexname from pg_indexes where schemaname = 'public' order by 1"),
        ["first_i", "second_i"]
    );
}

#[test]
fn a_schema_that_somebody_made_of_such_a_name_is_in_nobodys_way_and_stays() {
    let mut case = Case::applied(&filled("names", ""));
    let names = case.column(
        "select format('viewkeeper_names_%s_%s_%s', pid, to_hex((extract(epoch from backend_start) * 1000)::bigint), i) \
           from pg_stat_activity, unnest('{0,7}'::int[]) i where pid = pg_backend_pid()",
    );
    for name in names.iter().map(String::as_str).chain(["viewkeeper new 0", "viewkeeper_names_new_0"]) {
        case.by_hand(&format!("create schema \"{name}\"; create table \"{name}\".mine (id int)"));
    }
    case.run(&filled("names", " where id > 0"));
    let mut there = case.column(SCHEMAS);
    there.sort();
    assert_eq!(there, [names[0].as_str(), names[1].as_str(), "viewkeeper_names_new_0"]);
    // The names of a plan are not those of a session.
    let plan = filled("names", " where id > 1").migrator().plan(&mut case.client).unwrap();
    assert!(plan.to_string().contains("viewkeeper_names_new_0.m"), "{plan}");
    assert!(plan.script().contains("create schema viewkeeper_names_new_0"), "{}", plan.script());
    case.obeys_the_laws(&filled("names", " where id > 0"));
}

#[test]
fn a_long_and_odd_name_of_a_project_makes_a_name_that_fits() {
    let name = "kidney-genetics".repeat(6);
    let named = |from: &str| {
        filled("odd", from)
            .file("viewkeeper.toml", &format!("schema = \"odd\"\nname = \"{name}\""))
            .file("migrations/V1__t.sql", "create table odd.t (id int)")
    };
    let mut case = Case::applied(&named(""));
    case.run(&named(" where id > 0"));
    case.obeys_the_laws(&named(" where id > 0"));
}
