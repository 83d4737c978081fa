//! Sixteen processes run at once.

use std::process::{Child, Command, Stdio};

use viewkeeper::testing::{Database, Template};

use crate::support::folder::Folder;
use crate::support::{Files, laws, project, server};

const PROCESSES: usize = 16;
const ROUNDS: usize = 20;

fn views() -> Files {
    project("storm")
        .file("viewkeeper.toml", "name = \"storm\"\n")
        .file(
            "migrations/V1__t.sql",
            "create table t (id bigint primary key, runs int not null default 0);\n",
        )
        .file("migrations/V2__row.sql", "insert into t values (1);\n")
        .file("migrations/V3__count.sql", "update t set runs = runs + 1;\n")
        .file("views/a.sql", "create view a as select id, runs from t;\n")
        .file("views/b.sql", "create view b as select id from a;\n")
        .file("views/c.sql", "create view c as select count(*) as n from b;\n")
}

/// What sixteen processes printed and how they ended.
fn storm(folder: &Folder, database: &Database) -> Vec<(bool, String)> {
    let children: Vec<Child> = (0..PROCESSES)
        .map(|_| {
            Command::new(env!("CARGO_BIN_EXE_viewkeeper"))
                .args(["--json", "apply", "--database-url", database.url()])
                .current_dir(folder.path())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    children
        .into_iter()
        .map(|child| {
            let output = child.wait_with_output().unwrap();
            let text = if output.status.success() { output.stdout } else { output.stderr };
            (output.status.success(), String::from_utf8(text).unwrap())
        })
        .collect()
}

/// All succeed, and exactly one does the work.
fn one_works(results: &[(bool, String)], outcome: &str) {
    let mut outcomes = Vec::new();
    for (ok, text) in results {
        assert!(ok, "{text}");
        let report: serde_json::Value = serde_json::from_str(text).unwrap();
        outcomes.push(report["outcome"].as_str().unwrap().to_owned());
    }
    outcomes.sort();
    let mut expected = vec!["up-to-date".to_owned(); PROCESSES - 1];
    expected.push(outcome.to_owned());
    expected.sort();
    assert_eq!(outcomes, expected);
}

fn applied(project: &Files) -> Template {
    let run = |client: &mut postgres::Client| {
        project.migrator().run(client)?;
        Ok(())
    };
    server().template(run).unwrap()
}

fn counted_once(database: &Database) {
    let mut client = database.connect().unwrap();
    assert_eq!(client.query_one("select runs from t", &[]).unwrap().get::<_, i32>(0), 1, "V3 ran once");
}

#[test]
fn on_an_empty_database_one_of_them_works() {
    let project = views();
    let folder = Folder::new(&project);
    for _ in 0..ROUNDS {
        let database = server().database().unwrap();
        one_works(&storm(&folder, &database), "applied");
        counted_once(&database);
        laws::equals_a_fresh_install(&database, &project, &[]);
        laws::second_run_is_a_no_op(&database, &mut database.connect().unwrap(), &project);
    }
}

#[test]
fn with_a_changed_project_one_of_them_works() {
    let template = applied(&views());
    let project = views()
        .file("migrations/V4__count.sql", "update t set runs = runs * 1;\n")
        .file("views/a.sql", "create view a as select id::text as id, runs from t;\n");
    let folder = Folder::new(&project);
    for _ in 0..ROUNDS {
        let database = template.database().unwrap();
        one_works(&storm(&folder, &database), "applied");
        counted_once(&database);
        laws::equals_a_fresh_install(&database, &project, &[]);
        laws::second_run_is_a_no_op(&database, &mut database.connect().unwrap(), &project);
    }
}

#[test]
fn on_a_damaged_database_one_of_them_heals() {
    let project = views();
    let template = applied(&project);
    let folder = Folder::new(&project);
    for round in 0..ROUNDS {
        let database = template.database().unwrap();
        let damage = ["drop view a cascade", "create or replace view c as select 7::bigint as n"][round % 2];
        database.connect().unwrap().batch_execute(damage).unwrap();
        one_works(&storm(&folder, &database), "healed");
        laws::equals_a_fresh_install(&database, &project, &[]);
        laws::second_run_is_a_no_op(&database, &mut database.connect().unwrap(), &project);
    }
}

#[test]
fn with_a_wrong_view_all_fail_alike_and_change_nothing() {
    let template = applied(&views());
    let project = views().file("views/b.sql", "create view b as select nope from a;\n");
    let folder = Folder::new(&project);
    for _ in 0..ROUNDS {
        let database = template.database().unwrap();
        let before = laws::everything(&database);
        let results = storm(&folder, &database);
        for (ok, text) in &results {
            assert!(!ok, "{text}");
            assert_eq!(text, &results[0].1, "all fail with the same message");
        }
        assert!(results[0].1.contains("b.sql:1:25"), "{}", results[0].1);
        similar_asserts::assert_eq!(before, laws::everything(&database), "nothing is changed");
    }
}
