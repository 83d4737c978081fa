//! What a person at a terminal sees and is asked; and what is written where there is none.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::process::Stdio;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::app;
use crate::support::cli::{Cli, Place};
use crate::support::folder::Folder;
use crate::support::server;

/// Runs a command at a terminal of its own and types this; gives the exit code, and what was on the screen.
pub fn at_a_terminal(cli: &Cli<'_>, arguments: &[&str], typed: &str) -> (Option<i32>, String) {
    at_a_terminal_then(cli, arguments, typed, None)
}

/// The same; when the person is asked, this happens before the answer is typed.
fn at_a_terminal_then(
    cli: &Cli<'_>,
    arguments: &[&str],
    typed: &str,
    before: Option<&dyn Fn()>,
) -> (Option<i32>, String) {
    let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&screen).unwrap();
    unlockpt(&screen).unwrap();
    let name = ptsname(&screen, Vec::new()).unwrap().into_string().unwrap();
    let terminal = || Stdio::from(OpenOptions::new().read(true).write(true).open(&name).unwrap());
    let mut command = cli.command(arguments);
    let mut child =
        command.env("TERM", "xterm").stdin(terminal()).stdout(terminal()).stderr(terminal()).spawn().unwrap();
    // Nobody else holds the terminal open, so that reading ends with the child.
    drop(command);
    let mut screen = File::from(screen);
    let mut seen = Vec::new();
    if let Some(before) = before {
        while !seen.ends_with(b"[y/N] ") {
            let mut byte = [0];
            screen.read_exact(&mut byte).unwrap();
            seen.extend(byte);
        }
        before();
    }
    screen.write_all(typed.as_bytes()).unwrap();
    // On Linux the end is an error.
    let _ = screen.read_to_end(&mut seen);
    (child.wait().unwrap().code(), String::from_utf8_lossy(&seen).into_owned())
}

fn slow() -> crate::support::Files {
    app()
        .file("migrations/V2__slow.sql", "select pg_sleep(1);\n")
        .file("migrations/V3__slower.sql", "select pg_sleep(1);\n")
}

#[test]
fn a_terminal_has_colours_and_a_line_that_moves() {
    let place = Place::new(&slow());
    let cli = place.cli();
    let (code, screen) = at_a_terminal(&cli, &["apply"], "");
    assert_eq!(code, Some(0), "{screen}");
    assert!(screen.contains("migrating V2__slow (2 of 3)"), "{screen:?}");
    assert!(screen.contains("\u{1b}[32mcreated\u{1b}[0m   view public.a"), "{screen:?}");
    // The line is taken away before the answer comes.
    let (_, after) = screen.rsplit_once("migrating").unwrap();
    assert!(after.contains("\u{1b}[2K") && after.contains("app: release "), "{after:?}");

    let (_, quiet) = at_a_terminal(&cli, &["--quiet", "refresh"], "");
    assert_eq!(quiet, "");
}

/// Where two releases were applied.
fn twice() -> Place {
    let place = Place::applied(&app());
    place.folder.write("sql/views/b.sql", "create view b as\nselect id, name from a;\n");
    place.cli().run(&["apply"], 0);
    place
}

#[test]
fn what_destroys_asks() {
    let place = twice();
    let cli = place.cli();

    let error = cli.run(&["rollback", "--to", "previous"], 2);
    assert!(error.contains("help: nobody can be asked here; say --yes"), "{error}");
    let (code, screen) = at_a_terminal(&cli, &["rollback", "--to", "previous"], "n\n");
    assert_eq!(code, Some(2), "{screen}");
    assert!(screen.contains("view public.b") && screen.contains("[y/N]"), "{screen}");
    assert!(screen.contains("not confirmed; nothing was changed"), "{screen}");
    cli.run(&["check"], 0);
    let (code, screen) = at_a_terminal(&cli, &["rollback", "--to", "previous"], "y\n");
    assert_eq!(code, Some(0), "{screen}");
    assert!(cli.run(&["check"], 1).contains("view public.b"));
}

#[test]
fn what_was_deployed_between_the_plan_and_the_answer_stops_a_rollback() {
    let place = twice();
    let cli = place.cli();
    let deploy = || {
        place.folder.write("sql/views/b.sql", "create view b as\nselect name from a;\n");
        cli.run(&["apply"], 0);
    };
    let (code, screen) = at_a_terminal_then(&cli, &["rollback", "--to", "previous"], "y\n", Some(&deploy));
    assert_eq!(code, Some(2), "{screen}");
    assert!(screen.contains("(number 3) stands, where number 2 stood"), "{screen}");
    assert!(screen.contains("look at the plan again: rollback --plan"), "{screen}");
    cli.run(&["check"], 0);
}

#[test]
fn elsewhere_long_work_is_told_in_plain_lines() {
    let folder = Folder::new(
        &app()
            .file("migrations/V2__slow.sql", "select pg_sleep(5.5);\n")
            .file("migrations/V3__then.sql", "select 1;\n"),
    );
    let database = server().database().unwrap();
    let cli = Cli::new(&folder, &database);
    let output = cli.output(&["apply"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(told.lines().next(), Some("migrating V3__then (3 of 3)"), "{told}");
    assert!(!told.contains('\u{1b}') && told.contains("\nchanging 2 objects\n"), "{told}");
}

#[test]
fn an_error_for_a_program_has_no_lines_of_progress_before_it() {
    let folder = Folder::new(
        &app()
            .file("migrations/V2__slow.sql", "select pg_sleep(5.5);\n")
            .file("migrations/V3__then.sql", "select wrong;\n"),
    );
    let database = server().database().unwrap();
    let output = Cli::new(&folder, &database).output(&["apply", "--json"]);
    let told: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(told["error"]["code"], "42703", "{told}");
}
