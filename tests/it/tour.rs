//! The README's tour of the commands: each command of its console blocks is run, and what it prints is compared.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::support::cli::steady;
use crate::support::folder::Folder;
use crate::support::{major, project, server};

/// A command with what the README says that it prints.
struct Shown {
    /// As the shell is given it, the lines of a here-document included.
    command: String,
    output: String,
}

/// The console blocks of a text: a command begins with `$ `, a further line of it with `> `.
fn shown(text: &str) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    let blocks = text.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    for line in blocks.flat_map(str::lines) {
        let new = |command: &str| Shown { command: command.to_owned(), output: String::new() };
        if let Some(command) = line.strip_prefix("$ ") {
            all.push(new(command));
            continue;
        }
        let last = all.last_mut().expect("a block begins with a command");
        match line.strip_prefix('>').filter(|_| last.output.is_empty()) {
            Some(more) => last.command.push_str(&format!("\n{}", more.strip_prefix(' ').unwrap_or(more))),
            None => last.output.push_str(&format!("{line}\n")),
        }
    }
    all
}

fn as_shown(shown: &Shown, output: &str) -> String {
    format!("$ {}\n{output}", shown.command.replace('\n', "\n> ").replace("\n> \n", "\n>\n"))
}

/// Since 16 the server writes the columns of a query of one relation without its name; the README shows how it was before.
fn without_prefixes(text: &str) -> String {
    let text = text.replace("gene_scores.", "").replace("best_genes.", "");
    // What stands side by side is as far apart as the longest line wants.
    text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n").collect()
}

fn run(command: &str, folder: &Path, url: &str, path: &str) -> String {
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{command}")])
        .current_dir(folder)
        .env("PATH", path)
        .env("DATABASE_URL", url)
        .env_remove("VIEWKEEPER_SUPERSEDED")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[test]
fn the_tour_of_the_commands_is_as_the_readme_shows_it() {
    let readme = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(&readme).unwrap().replace("\r\n", "\n");
    let tour = shown(&text);
    assert!(tour.len() > 10, "the tour is there");

    // The tour uses psql: the server's own, or any, because it sends plain statements.
    let psql = server().bin("psql");
    let tool = Path::new(env!("CARGO_BIN_EXE_viewkeeper")).parent().unwrap();
    let own = [Some(tool), psql.as_deref().and_then(Path::parent)].into_iter().flatten().map(PathBuf::from);
    let path: Vec<PathBuf> = own.chain(env::split_paths(&env::var_os("PATH").unwrap_or_default())).collect();
    let path = env::join_paths(path).unwrap().into_string().unwrap();
    let folder = Folder::new(&project("tour"));
    let home = folder.path().join("genes");
    fs::create_dir_all(&home).unwrap();
    let database = server().database().unwrap();

    let role: String =
        database.connect().unwrap().query_one("select session_user::text", &[]).unwrap().get(0);
    let steady = |text: &str| {
        let text =
            steady(text, &[(" by postgres (", " by ROLE ("), (&format!(" by {role} ("), " by ROLE (")]);
        if major() >= 16 { without_prefixes(&text) } else { text }
    };
    let (mut expected, mut found, mut updated) = (String::new(), String::new(), String::new());
    let mut rest = text.as_str();
    for shown in &tour {
        let output = run(&shown.command, &home, database.url(), &path);
        expected.push_str(&as_shown(shown, &shown.output));
        found.push_str(&as_shown(shown, &output));
        let (before, after) =
            rest.split_once(&as_shown(shown, &shown.output)).expect("it was read from there");
        let same = steady(&output) == steady(&shown.output);
        updated.push_str(&format!("{before}{}", as_shown(shown, if same { &shown.output } else { &output })));
        rest = after;
    }
    if env::var_os("UPDATE_EXPECT").is_some() {
        return fs::write(readme, updated + rest).unwrap();
    }
    similar_asserts::assert_eq!(steady(&expected), steady(&found), "the README's tour");
}
