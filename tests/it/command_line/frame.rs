//! What holds for every command: errors, passwords, pipes, colours, quiet.

use std::process::{Command, Stdio};

use serde_json::json;

use super::app;
use crate::support::cli::Cli;
use crate::support::folder::Folder;
use crate::support::server;

/// Every command that connects.
const CONNECTING: [&[&str]; 6] =
    [&["plan"], &["plan", "--rehearse"], &["apply"], &["check"], &["status"], &["refresh"]];

#[test]
fn a_password_is_in_no_output() {
    let folder = Folder::new(&app());
    let database = server().database().unwrap();
    let mut cli = Cli::new(&folder, &database);
    let (user, at) = (cli.url.find("//").unwrap() + 2, cli.url.rfind('@').unwrap());
    let name = cli.url[user..at].split(':').next().unwrap().to_owned();
    let wrong = format!("postgresql://{name}:s3cret-w0rd{}", &cli.url[at..]);
    let urls = [
        (wrong.as_str(), "password authentication failed"),
        ("postgres://me:s3cret-w0rd@127.0.0.1:1/app", " on 127.0.0.1:1 as "),
        ("mysql://me:s3cret-w0rd@127.0.0.1/app", "the database URL begins with mysql://"),
        ("postgresql+asyncpg://me:s3cret-w0rd@127.0.0.1/app", "write postgres:// for postgresql+asyncpg://"),
        ("", "the database URL is empty"),
        ("host=127.0.0.1 port=1 user=me password=s3cret-w0rd", "cannot connect"),
        ("postgres://me:s3cret-w0rd@@:x", "the database URL cannot be read"),
        ("postgres://me:s3cret-w0rd@127.0.0.1:1/app?colour=s3cret-w0rd", "the database URL cannot be read"),
        ("s3cret-w0rd", "the database URL cannot be read"),
    ];
    for (url, said) in urls {
        cli.url = url.to_owned();
        for command in CONNECTING {
            let text = cli.run(command, 2);
            assert!(text.contains(said), "{command:?}: {text}");
            assert!(!text.contains("s3cret-w0rd"), "{command:?}: {text}");
            let text = cli.run(&[&["--json"], command].concat(), 2);
            assert!(text.contains(said) && !text.contains("s3cret-w0rd"), "{command:?}: {text}");
        }
        assert!(!cli.run(&["--help"], 0).contains("s3cret-w0rd"));
        let given = cli.run(&["--database-url", url, "plan", "--nonsense"], 2);
        assert!(!given.contains("s3cret-w0rd"), "{given}");
    }
}

#[test]
fn errors_are_json_where_json_is_asked_for() {
    let folder = Folder::new(&app().file("views/b.sql", "create view b as\nselect nothing from a;\n"));
    let database = server().database().unwrap();
    let cli = Cli::new(&folder, &database);
    let error = cli.json(&["apply"], 2);
    let error = &error["error"];
    assert_eq!(error["kind"], "object", "{error}");
    assert_eq!(error["code"], "42703");
    assert_eq!(error["object"], "public.b");
    assert_eq!(error["location"], "sql/views/b.sql:2:8");
    assert_eq!(
        error["message"],
        "cannot create view \"public.b\": column \"nothing\" does not exist (42703)"
    );
    assert!(error["report"].as_str().unwrap().contains("note: nothing was changed"), "{error}");
    let usage = cli.json(&["check", "--baseline", "none.txt"], 2);
    assert_eq!(usage["error"]["kind"], "usage");
    assert_eq!(usage["error"]["code"], json!(null));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = Folder::new(&app());
    let database = server().database().unwrap();
    let cli = Cli::new(&folder, &database);
    for command in [&["plan"][..], &["--json", "plan"], &["--help"], &["man"], &["completions", "zsh"]] {
        let mut child = cli.command(command).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(error, "", "{command:?}");
        assert!(matches!(output.status.code(), Some(0 | 1)), "{command:?}: {:?}", output.status);
    }
}

#[test]
fn colours_are_for_those_who_want_them() {
    let folder = Folder::new(&app());
    let database = server().database().unwrap();
    let cli = Cli::new(&folder, &database);
    let plain = cli.run(&["check"], 1);
    assert!(!plain.contains('\u{1b}'), "{plain}");
    let colored = |variables: &[(&str, &str)]| {
        let mut command = cli.command(&["check"]);
        let output = command.envs(variables.iter().copied()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let always = colored(&[("CLICOLOR_FORCE", "1")]);
    assert!(always.contains("\u{1b}[31mmissing\u{1b}[0m   view public.a"), "{always:?}");
    assert_eq!(colored(&[("NO_COLOR", "1")]), plain);
    // JSON is for machines.
    let mut command = cli.command(&["check", "--json"]);
    let output = command.env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(!output.stdout.contains(&0x1b));
}

#[test]
fn quiet_says_it_with_the_exit_code() {
    let folder = Folder::new(&app());
    let database = server().database().unwrap();
    let cli = Cli::new(&folder, &database);
    for (command, code) in [("check", 1), ("apply", 0), ("check", 0), ("plan", 0)] {
        let output = cli.output(&["--quiet", command]);
        assert_eq!(output.status.code(), Some(code), "{command}");
        assert!(output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
    }
    assert!(cli.run(&["--quiet", "refresh", "nobody"], 2).contains("no materialized view"));
}

#[test]
fn plan_sql_is_the_script_and_a_folder_is_a_folder() {
    let folder = Folder::new(&app());
    let database = server().database().unwrap();
    let cli = Cli::new(&folder, &database);
    let script = cli.run(&["plan", "--sql"], 1);
    assert_eq!(script, cli.run(&["plan", "--script"], 1));
    assert!(script.contains("create table t (id int primary key, name text);"), "{script}");
    assert!(cli.run(&["plan", "--sql", "sql"], 1).starts_with("app: 1 table migration"));
    assert!(cli.run(&["check", "--sql"], 2).contains("--sql needs a folder here"));
    assert!(cli.run(&["check", "--sql", "nowhere"], 2).contains("nowhere"));
}

/// The script is what a run would send: run by psql's rules, it leaves nothing to do but to write it down.
#[test]
fn the_script_of_a_plan_does_what_the_run_would() {
    let folder = Folder::new(&app());
    let database = server().database().unwrap();
    let cli = Cli::new(&folder, &database);
    cli.run(&["apply"], 0);
    let mut client = database.connect().unwrap();
    client
        .batch_execute(
            "drop view b; drop view a;
             create view a as select name, id from t;
             create view mine as select name from a;
             grant select on a to public;
             comment on view mine is 'by hand'",
        )
        .unwrap();
    let script = cli.run(&["plan", "--script"], 1);
    assert!(script.contains("view public.mine, of no file of the project"), "{script}");
    client.batch_execute(&script).unwrap_or_else(|error| panic!("{error:?}\n{script}"));
    let plan = cli.json(&["plan"], 0);
    let verbs: Vec<&str> =
        plan["actions"].as_array().unwrap().iter().map(|action| action["verb"].as_str().unwrap()).collect();
    assert_eq!(verbs, ["record", "record"], "{plan}");
    let kept: i64 = client
        .query_one(
            "select count(*) from pg_class c join pg_description d on d.objoid = c.oid
              where c.relname = 'mine' and exists (select from pg_class where relname = 'a' and relacl is not null)",
            &[],
        )
        .unwrap()
        .get(0);
    assert_eq!(kept, 1);
}

#[test]
fn shells_complete_and_man_reads() {
    let completions = |shell: &str| {
        let output =
            Command::new(env!("CARGO_BIN_EXE_viewkeeper")).args(["completions", shell]).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = completions(shell);
        assert!(script.contains("database-url") && script.contains("refresh"), "{shell}: {script}");
    }
    let checked = Command::new("bash").args(["-n", "-c", &completions("bash")]).output().unwrap();
    assert!(checked.status.success(), "{checked:?}");
    let page = Command::new(env!("CARGO_BIN_EXE_viewkeeper"))
        .arg("man")
        .env("DATABASE_URL", "postgres://me:s3cret@host/name")
        .output()
        .unwrap();
    let page = String::from_utf8(page.stdout).unwrap();
    for said in [".TH viewkeeper", "VIEWKEEPER REFRESH", "Exit codes: 0 in sync or done", "DATABASE_URL"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("s3cret"), "no value of the environment is in it");
}
