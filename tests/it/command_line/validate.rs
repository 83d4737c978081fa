//! `discover` and `validate`: what they print, and how they exit.

use std::fs;

use viewkeeper::testing::Database;

use crate::support::cli::Cli;
use crate::support::folder::Folder;
use crate::support::golden::golden;
use crate::support::{Case, Files, project, server};

/// Nothing in it that two majors of the server write in different words.
fn app() -> Files {
    project("app")
        .file("viewkeeper.toml", "name = \"app\"\n")
        .file(
            "migrations/V1__genes.sql",
            "create table panels (id bigint generated always as identity primary key, name text not null);\n\
             create table genes (\n  id bigint primary key,\n  panel bigint constraint of_panel references panels on delete cascade,\n  \
             made timestamptz not null default now()\n);\n\
             create index genes_panel on genes (panel);\n\
             create type mood as enum ('sad', 'happy');\n",
        )
        .file(
            "functions/weigh.sql",
            "create function weigh(x int) returns int language sql immutable\nas 'select 1\n  + x';\n\
             comment on function weigh is 'weighs';\n",
        )
        .file("views/one.sql", "create view one as\nselect 1 as one;\n")
}

const HANDS: &str = "alter table genes alter made type timestamp, alter made drop default; drop index genes_panel; \
    alter table genes drop constraint of_panel, add constraint of_panel foreign key (panel) references panels on delete set null; \
    create table audit_log (id int primary key, what text); \
    alter type mood add value 'glad'; \
    create or replace function weigh(x int) returns int language sql immutable as 'select 2\n  + x'; \
    comment on function weigh is null";

/// The commands one after the other, with what they print.
fn session(cli: &Cli<'_>, commands: &[(&[&str], i32)]) -> String {
    let seen: String = commands
        .iter()
        .map(|(command, code)| format!("$ viewkeeper {}\n{}\n", command.join(" "), cli.run(command, *code)))
        .collect();
    seen
}

fn major(database: &Database) -> String {
    let version: String = database.connect().unwrap().query_one("show server_version", &[]).unwrap().get(0);
    version.split(['.', ' ']).next().unwrap().to_owned()
}

#[test]
fn a_database_is_discovered_and_validated() {
    let folder = Folder::new(&app());
    let mut case = Case::applied(&app());
    let cli = Cli::new(&folder, &case.database);
    let major = major(&case.database);

    let mut seen = session(&cli, &[(&["discover"], 0), (&["validate"], 0)]);
    let snapshot = cli.run(&["discover", "--json"], 0);
    fs::write(folder.path().join("schema.json"), &snapshot).unwrap();
    case.by_hand(HANDS);
    seen.push_str("-- somebody works by hand\n\n");
    seen.push_str(&session(
        &cli,
        &[
            (&["validate"], 1),
            (
                &[
                    "validate",
                    "--ignore",
                    "public.audit_*",
                    "--ignore",
                    "column:*.made",
                    "--ignore",
                    "view:*",
                ],
                1,
            ),
            (&["validate", "--ignore", "*"], 0),
            (&["validate", "--schema-snapshot", "schema.json", "--ignore", "function:*"], 1),
            (&["discover", "--schema-only", "nowhere"], 0),
        ],
    ));
    let shown = seen.replace(&format!("PostgreSQL {major}"), "PostgreSQL MAJOR");
    golden("command_line/validate.txt", &shown);
    let json = cli.run(&["validate", "--json"], 1) + &snapshot;
    golden(
        "command_line/validate.json.txt",
        &json.replace(&format!("\"postgres\": {major}"), "\"postgres\": MAJOR"),
    );
    case.run(&app());
    case.obeys_the_laws(&app());
}

#[test]
fn every_way_to_a_scratch_database_tells_the_same() {
    let folder = Folder::new(&app());
    let mut case = Case::applied(&app());
    case.by_hand("create index by_hand on genes (made); grant select on genes to public");
    let cli = Cli::new(&folder, &case.database);
    let empty = server().database().unwrap();
    let beside = cli.json(&["validate"], 1);
    assert_eq!(beside["extra"].as_array().unwrap().len(), 2, "{beside}");
    assert_eq!(cli.json(&["validate", "--scratch-url", empty.url()], 1), beside);
    // A server that is started for it is of the same version, where the machine's own is tested.
    let thrown = cli.json(&["validate", "--throwaway"], 1);
    assert_eq!(thrown["extra"].as_array().unwrap().len(), 2, "{thrown}");
    let error = cli.run(&["validate", "--scratch-url", empty.url()], 2);
    assert!(error.starts_with("error: the scratch database is not empty: "), "{error}");
    case.obeys_the_laws(&app());
}

#[test]
fn what_cannot_be_read_is_an_error_and_no_password_is_shown() {
    let folder = Folder::new(&app());
    let case = Case::applied(&app());
    let cli = Cli::new(&folder, &case.database);
    fs::write(folder.path().join("broken.json"), "{\"postgres\": 15, \"items\": [{\"id\": \"tables x\"}]}")
        .unwrap();
    let told = session(
        &cli,
        &[
            (&["validate", "--schema-snapshot", "broken.json"], 2),
            (&["validate", "--scratch-url", "postgres://somebody:secret@127.0.0.1:1/x"], 2),
            (&["validate", "--scratch-url", "postgres://somebody:secret@host:port/x"], 2),
            (&["validate", "--throwaway", "--schema-snapshot", "broken.json"], 2),
        ],
    );
    let told: String = told.split("\n").filter(|line| !line.starts_with('$')).collect::<Vec<_>>().join("\n");
    assert!(!told.contains("secret"), "{told}");
    assert!(told.contains("error: \"broken.json\" is no snapshot: "), "{told}");
    assert!(told.contains("names no item of a snapshot") || told.contains("missing field"), "{told}");
    assert_eq!(told.matches("error: ").count(), 4, "{told}");
    case.obeys_the_laws(&app());
}

#[test]
fn a_database_without_a_project_is_discovered_too() {
    let folder = Folder::new(&project("none"));
    fs::create_dir_all(folder.path()).unwrap();
    let database = server().database().unwrap();
    database.connect().unwrap().batch_execute("create table t (id int)").unwrap();
    let cli = Cli::new(&folder, &database);
    let told = cli.json(&["discover"], 0);
    let ids: Vec<&str> =
        told["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["table public.t", "column public.t.id"]);

    let snapshot = folder.path().with_extension("json");
    fs::write(&snapshot, told.to_string()).unwrap();
    let told = cli.json(&["validate", "--schema-snapshot", &snapshot.display().to_string()], 0);
    fs::remove_file(snapshot).unwrap();
    assert_eq!(told["items"], 2);
}
