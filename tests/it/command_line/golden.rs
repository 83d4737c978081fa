//! What the commands print, to the letter: for people, and as JSON.

use viewkeeper::testing::Database;

use super::app;
use crate::support::cli::{Cli, steady};
use crate::support::folder::Folder;
use crate::support::golden::golden;
use crate::support::server;

/// Runs commands one after the other; gives what a person would see, and the exit codes.
fn session(cli: &Cli<'_>, database: &Database, commands: &[(&str, i32)]) -> String {
    let role = database.connect().unwrap().query_one("select session_user::text", &[]).unwrap();
    let role: String = role.get(0);
    let mut seen = String::new();
    for (command, code) in commands {
        let arguments: Vec<&str> = command.split(' ').collect();
        let output = cli.output(&arguments);
        assert_eq!(output.status.code(), Some(*code), "{command}: {output:?}");
        let text = [output.stdout, output.stderr].concat();
        seen.push_str(&format!(
            "$ viewkeeper {command}\n{}[exit {code}]\n\n",
            String::from_utf8(text).unwrap()
        ));
    }
    let (by, to) = (format!(" by {role} "), format!(" owner to {role};"));
    let applied_by = format!("\"applied_by\": \"{role}\"");
    let own = [
        (by.as_str(), " by ROLE "),
        (&to, " owner to ROLE;"),
        (&applied_by, "\"applied_by\": \"ROLE\""),
        (env!("CARGO_PKG_VERSION"), "VERSION"),
    ];
    steady(&seen, &own)
}

const DAMAGE: &str = "insert into t values (-1, 'x'); drop view b; create or replace view a as select id, upper(name) as name from t";

#[test]
fn the_commands_print_what_the_golden_files_say() {
    for (json, name) in [(false, "command_line/day.txt"), (true, "command_line/day.json.txt")] {
        let folder = Folder::new(&app());
        let database = server().database().unwrap();
        let cli = Cli::new(&folder, &database);
        let ask = |commands: &[(&str, i32)]| {
            let said: Vec<(String, i32)> = commands
                .iter()
                .map(|(command, code)| {
                    (if json { format!("{command} --json") } else { (*command).to_owned() }, *code)
                })
                .collect();
            let said: Vec<(&str, i32)> =
                said.iter().map(|(command, code)| (command.as_str(), *code)).collect();
            session(&cli, &database, &said)
        };
        let mut seen = ask(&[
            ("build", 0),
            ("status", 1),
            ("plan", 1),
            ("check", 1),
            ("plan --rehearse", 1),
            ("apply", 0),
            ("apply", 0),
            ("status", 0),
            ("plan", 0),
            ("check --all", 0),
        ]);
        database.connect().unwrap().batch_execute(DAMAGE).unwrap();
        seen.push_str("-- somebody works by hand\n\n");
        seen.push_str(&ask(&[
            ("status", 1),
            ("check", 1),
            ("plan", 1),
            ("plan --script", 1),
            ("plan --rehearse", 1),
            ("apply", 0),
            ("check", 1),
            ("refresh", 0),
            ("refresh nobody", 2),
        ]));
        golden(name, &seen);
    }
}

#[test]
fn the_help_is_what_the_golden_file_says() {
    let folder = Folder::new(&app());
    let database = server().database().unwrap();
    let cli = Cli::new(&folder, &database);
    let help = cli.run(&["--help"], 0);
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(commands.len() > 7, "{help}");
    let mut all = format!("$ viewkeeper --help\n{help}\n");
    for command in commands {
        all.push_str(&format!("$ viewkeeper {command} --help\n{}\n", cli.run(&[command, "--help"], 0)));
    }
    golden("command_line/help.txt", &all);
}
