//! A plan as one script for people and other tools: the statements that a run would send, in their order, without those that
//! write the ledger.

use std::fmt::Write;

use super::script::{Script, Target, terminated};
use super::statements::{CLOCK, Work};
use super::value::Action;
use crate::set::project::Project;
use crate::words::escape::Line;

const HEAD: &str = "\
-- What viewkeeper would send now, without its own notes: a start of the application afterwards finds the objects as their
-- files say, and only writes these down. It does not wait for locks in the way a start does.";

/// Instead of the first words, where it holds table migrations.
const HEAD_OF_MIGRATIONS: &str = "\
-- What viewkeeper would send now, with the rows of the migration history and without its other notes. For psql, statement by
-- statement. A start of the application afterwards does what is left. It does not wait for locks in the way a start does.";

/// The pending migrations, and what a start does around them.
pub struct Chain {
    /// Made before them.
    pub before: Vec<String>,
    /// The settings of a transaction, and those of a session.
    pub pins: String,
    pub session_pins: String,
    /// What takes the latter back.
    pub reset: String,
    pub migrations: Vec<Migration>,
}

/// A pending migration.
pub struct Migration {
    /// Its file.
    pub shown: String,
    pub text: String,
    pub transactional: bool,
    /// What takes back what it may have set.
    pub reset: String,
    /// What writes its row into the history.
    pub row: String,
}

/// The statements of the pending migrations, and what can be said of the objects before them.
pub fn with_migrations(project: &Project, chain: &Chain, actions: &[Action]) -> String {
    let (early, late): (Vec<&Action>, Vec<&Action>) =
        actions.iter().filter(|action| !action.sql.is_empty()).partition(|action| is_early(project, action));
    let begin = format!("\nbegin;\n{}", bare(&chain.pins));
    let mut text = HEAD_OF_MIGRATIONS.to_owned() + "\n";
    let mut open = !chain.before.is_empty() || !early.is_empty();
    if open {
        text.push_str(&begin);
        chain.before.iter().for_each(|sql| text.push_str(&format!("\n{}\n", terminated(&bare(sql)))));
        add_actions(&mut text, &early);
    }
    for migration in &chain.migrations {
        match (migration.transactional, open) {
            (true, false) => text.push_str(&begin),
            (false, true) => text.push_str("\ncommit;\n"),
            _ => {}
        }
        open = migration.transactional;
        let (alone, pins, reset) = match open {
            true if migration.reset.is_empty() => ("", String::new(), String::new()),
            true => ("", String::new(), format!("\n{}{}", migration.reset, bare(&chain.pins))),
            false => {
                let reset = if migration.reset.is_empty() { &chain.reset } else { &migration.reset };
                ("; not in a transaction", bare(&chain.session_pins), format!("\n{reset}"))
            }
        };
        let Migration { shown, text: sql, row, .. } = migration;
        let _ = write!(
            text,
            "\n-- {}{alone}\n{pins}{}\n{reset}{}\n",
            Line(shown),
            terminated(sql),
            terminated(row)
        );
    }
    if !late.is_empty() {
        if !open {
            text.push_str(&begin);
        }
        open = true;
        text.push_str("\n-- What follows is decided again after the migrations.\n");
        add_actions(&mut text, &late);
    }
    if open {
        text.push_str("\ncommit;\n");
    }
    text
}

/// A routine that the migrations need.
fn is_early(project: &Project, action: &Action) -> bool {
    let routine = action.index.and_then(|index| project.object(index).data().routine.as_ref());
    routine.is_some_and(|routine| routine.before_migrations)
}

/// A body may name what comes after it.
fn add_actions(text: &mut String, actions: &[&Action]) {
    if actions.is_empty() {
        return;
    }
    text.push_str("set local check_function_bodies to off;\n");
    for action in actions {
        let about = format!("{} {}: {}", action.kind, action.object, action.reason);
        let _ = write!(text, "\n-- {}\n", Line(about));
        action.sql.iter().for_each(|sql| text.push_str(&format!("{}\n", terminated(sql))));
    }
    text.push_str("set local check_function_bodies to on;\n");
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
            bare(&pins(&work.early_path))
        );
        add(&mut text, project, &work.early);
    }
    let _ = write!(text, "\n{}", bare(&pins(&path)));
    if !work.locks.is_empty() {
        text.push_str("\n-- Exclusive locks, dependents first.\n");
        add(&mut text, project, &work.locks);
    }
    add(&mut text, project, &work.changes);
    text.push_str("\ncommit;\n");
    text
}

/// Without the comment for those who read our SQL.
fn bare(sql: &str) -> String {
    let lines = sql.lines().filter(|line| !line.starts_with("--") && !line.trim().is_empty());
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
