//! The application's binary is the command line on its embedded project, too.

use std::process::Command;

use viewkeeper::testing::Server;

#[test]
fn the_commands_work_on_the_embedded_project() {
    let database = Server::shared().unwrap().database().unwrap();
    let run = |arguments: &[&str], code: i32| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kidney-genetics"));
        // Somewhere without a folder of SQL files.
        let command = command.args(arguments).current_dir(std::env::temp_dir());
        let output = command.env("DATABASE_URL", database.url()).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let help = run(&["--help"], 0);
    assert!(help.contains("Usage: kidney-genetics [OPTIONS] <COMMAND>"), "{help}");
    assert!(help.contains("kidney-genetics check --json") && !help.contains("viewkeeper"), "{help}");
    assert!(!help.contains("--sql") && !help.contains("completions"), "{help}");
    assert!(run(&["status"], 1).contains("no release stands here\n"));
    run(&["apply", "--quiet"], 0);
    assert_eq!(run(&["check"], 0), "kidney-genetics: in sync, 19 objects\n");
    assert!(run(&["status"], 0).contains("the newest is V8__fix_gene_norm_log"));
}
