//! Nothing is left of a server, in whatever way its process ends.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, process, thread};

use viewkeeper::testing::Server;

use crate::Result;

/// Starts a server, says where its data is, and ends in the way that a test below asks for; does nothing otherwise.
#[test]
fn child_ends() -> Result {
    let Ok(end) = env::var("VIEWKEEPER_TEST_END") else { return Ok(()) };
    // One that is never dropped; and where values are dropped at all, one that is.
    let dropped = if matches!(end.as_str(), "return" | "panic") { Some(Server::start()?) } else { None };
    let mut databases = vec![Server::shared()?.database()?];
    if let Some(server) = &dropped {
        databases.push(server.database()?);
    }
    for database in &databases {
        let directory: String = database.connect()?.query_one("show data_directory", &[])?.get(0);
        println!("\ndata {directory}");
    }
    println!("\nrunning");
    match end.as_str() {
        "return" => Ok(()),
        "panic" => panic!("as asked"),
        "exit" => process::exit(3),
        "abort" => process::abort(),
        _ => loop {
            thread::sleep(Duration::from_secs(60));
        },
    }
}

/// Runs a child that ends so, and for `signal` sends it that when its servers run; then looks for what is left.
fn nothing_is_left_after(end: &str, signal: Option<&str>) -> Result {
    let mut child = child(end)?;
    let directories = directories(&mut child)?;
    assert!(!directories.is_empty());
    if let Some(signal) = signal {
        for directory in &directories {
            assert!(Path::new(directory).is_dir() && servers(directory)? > 0, "{directory} was not in use");
        }
        // To the whole group, as a terminal does for Ctrl-C: the child leads one.
        let group = format!("-{}", child.id());
        assert!(Command::new("kill").args([signal, "--", &group]).status()?.success());
    }
    child.wait()?;
    let limit = Instant::now() + Duration::from_secs(3);
    for directory in &directories {
        let parent = Path::new(directory).parent().ok_or("a data directory in the root")?;
        while parent.exists() || servers(directory)? > 0 {
            assert!(Instant::now() < limit, "{directory} is still there, {} servers", servers(directory)?);
            thread::sleep(Duration::from_millis(20));
        }
    }
    Ok(())
}

fn child(end: &str) -> Result<Child> {
    let mut command = Command::new(env::current_exe()?);
    command.args(["--exact", "leftovers::child_ends", "--nocapture"]).env("VIEWKEEPER_TEST_END", end);
    command.env_remove("DATABASE_URL").process_group(0).stdout(Stdio::piped()).stderr(Stdio::null());
    Ok(command.spawn()?)
}

/// The data directories of the child's servers.
fn directories(child: &mut Child) -> Result<Vec<String>> {
    let output = child.stdout.take().ok_or("no pipe from the child")?;
    let mut directories = Vec::new();
    for line in BufReader::new(output).lines() {
        let line = line?;
        directories.extend(line.strip_prefix("data ").map(str::to_owned));
        if line == "running" {
            break;
        }
    }
    Ok(directories)
}

/// How many processes were started on that directory.
fn servers(directory: &str) -> Result<usize> {
    let list = Command::new("ps").args(["-A", "-ww", "-o", "args="]).output()?;
    Ok(String::from_utf8_lossy(&list.stdout).lines().filter(|line| line.contains(directory)).count())
}

#[test]
fn nothing_is_left_after_a_normal_end() -> Result {
    nothing_is_left_after("return", None)
}

#[test]
fn nothing_is_left_after_a_panic() -> Result {
    nothing_is_left_after("panic", None)
}

#[test]
fn nothing_is_left_after_exit() -> Result {
    nothing_is_left_after("exit", None)
}

#[test]
fn nothing_is_left_after_abort() -> Result {
    nothing_is_left_after("abort", None)
}

#[test]
fn nothing_is_left_after_sigkill() -> Result {
    nothing_is_left_after("wait", Some("-KILL"))
}

#[test]
fn nothing_is_left_after_sigterm() -> Result {
    nothing_is_left_after("wait", Some("-TERM"))
}

#[test]
fn nothing_is_left_after_ctrl_c() -> Result {
    nothing_is_left_after("wait", Some("-INT"))
}

/// Killed at a random moment of its start, which a fast machine and a slow one reach at different times.
#[test]
fn nothing_is_left_after_sigkill_while_it_starts() -> Result {
    let own = env::temp_dir().join(format!("viewkeeper-starting-{}", process::id()));
    std::fs::create_dir(&own)?;
    // The server's account must be able to write there too.
    assert!(Command::new("chmod").arg("1777").arg(&own).status()?.success());
    let mut seen = 0;
    for wait in [30, 150, 500, 900] {
        let mut command = Command::new(env::current_exe()?);
        command.args(["--exact", "leftovers::child_ends"]).env("VIEWKEEPER_TEST_END", "wait");
        command.env_remove("DATABASE_URL").env("TMPDIR", &own).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        thread::sleep(Duration::from_millis(wait));
        seen += std::fs::read_dir(&own)?.count();
        child.kill()?;
        child.wait()?;
        // initdb is let to its end first.
        let limit = Instant::now() + Duration::from_secs(10);
        while std::fs::read_dir(&own)?.count() > 0 || servers(&own.to_string_lossy())? > 0 {
            assert!(Instant::now() < limit, "something is left after {wait} ms");
            thread::sleep(Duration::from_millis(20));
        }
    }
    assert!(seen > 0, "every child was killed before it began");
    Ok(std::fs::remove_dir(&own)?)
}

#[test]
fn nothing_is_left_after_a_start_that_fails() -> Result {
    let own = env::temp_dir().join(format!("viewkeeper-failing-{}", process::id()));
    std::fs::create_dir(&own)?;
    assert!(Command::new("chmod").arg("1777").arg(&own).status()?.success());
    let mut command = Command::new(env::current_exe()?);
    command.args(["--exact", "leftovers::child_ends"]).env("VIEWKEEPER_TEST_END", "return");
    // An account's name that is none; as anybody but root it is not asked for, and all goes well.
    command.env_remove("DATABASE_URL").env("TMPDIR", &own).env("PG_RUN_AS", "no-such-account");
    command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    Ok(std::fs::remove_dir(&own)?)
}
