//! A plan as one script for people and other tools: the statements that a boot would send, in their order, without those that
//! write the ledger.

use std::fmt::Write;

use super::plan::{Action, PlannedMigration};
use super::script::{Script, Target};
use super::statements::{CLOCK, Work};
use crate::set::project::Project;
use crate::words::escape::Line;

const HEAD: &str = "\
-- What viewkeeper would send now, without its own notes: a start of the application afterwards finds the objects as their
-- files say, and only writes these down. It does not wait for locks in the way a start does.";

/// The statements of the pending migrations, and what can be said of the objects before them.
pub fn before_migrations(project: &Project, migrations: &[PlannedMigration], actions: &[Action]) -> String {
    let mut text = format!("{HEAD}\n");
    let files = &project.manifest().migrations;
    for planned in migrations {
        let alone = if planned.transactional { "" } else { "; not in a transaction" };
        let file = files.iter().find(|migration| project.shown(&migration.file) == planned.file);
        let sql = file.map_or("", |migration| project.text(&migration.file));
        let _ = write!(text, "\n-- {}{alone}\n{}\n", Line(&planned.file), terminated(sql));
    }
    if actions.iter().any(|action| !action.sql.is_empty()) {
        text.push_str("\n-- What follows is decided again after the migrations.\n");
    }
    for action in actions {
        for (number, sql) in action.sql.iter().enumerate() {
            if number == 0 {
                let about = format!("{} {}: {}", action.kind, action.object, action.reason);
                let _ = write!(text, "\n-- {}\n", Line(about));
            }
            let _ = writeln!(text, "{}", terminated(sql));
        }
    }
    text
}

/// Everything that is done to the objects; empty when nothing is.
pub fn script(project: &Project, work: &Work, pins: impl Fn(&str) -> String) -> String {
    if work.early.is_empty() && work.locks.is_empty() && work.changes.is_empty() {
        return String::new();
    }
    let path = project.search_path();
    let mut text = format!("{HEAD}\nbegin;\n");
    if !work.early.is_empty() {
        let _ = write!(
            text,
            "\n-- Made beside the old ones, before anything is locked.\n{}",
            settings(&pins(&work.early_path))
        );
        add(&mut text, project, &work.early);
    }
    let _ = write!(text, "\n{}", settings(&pins(&path)));
    if !work.locks.is_empty() {
        text.push_str("\n-- Exclusive locks, dependents first.\n");
        add(&mut text, project, &work.locks);
    }
    add(&mut text, project, &work.changes);
    text.push_str("\ncommit;\n");
    text
}

/// Without the comment for those who read our SQL.
fn settings(pins: &str) -> String {
    let lines = pins.lines().filter(|line| !line.starts_with("--") && !line.trim().is_empty());
    lines.map(|line| format!("{line}\n")).collect()
}

/// The statements, under a comment where they begin to be about something else.
fn add(text: &mut String, project: &Project, script: &Script) {
    let mut before = None;
    for (sql, target) in script.statements() {
        let sql = sql.trim_end().trim_end_matches(';').trim();
        if sql == CLOCK || matches!(target, Target::Question) {
            continue;
        }
        let about = match target {
            Target::File(index, _) => {
                let object = project.object(index);
                Some(format!("{} {}, {}", object.kind(), object.identity(), object.file()))
            }
            Target::About(about) => Some(format!("{about}, of no file of the project")),
            Target::Own | Target::Question => None,
        };
        if let Some(about) = about.filter(|about| before.as_ref() != Some(about)) {
            let _ = write!(text, "\n-- {}\n", Line(&about));
            before = Some(about);
        }
        let _ = writeln!(text, "{}", terminated(sql));
    }
}

/// With a semicolon, on a line of its own where a comment ends the text.
fn terminated(sql: &str) -> String {
    let sql = sql.trim();
    let comment = sql.lines().last().is_some_and(|line| line.contains("--"));
    match sql.strip_suffix(';') {
        _ if sql.is_empty() => String::new(),
        // The semicolon may be the comment's.
        _ if comment => format!("{sql}\n;"),
        Some(_) => sql.to_owned(),
        None => format!("{sql};"),
    }
}
