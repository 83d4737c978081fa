//! The pending changes of objects as a table migration that people review, and its reverse.
//!
//! The migration has to work in two places. On the database that it was planned for it does what a start would do, with what
//! somebody put on the objects; what hangs on them and is in no file steps aside for it, as for every migration. On a
//! fresh database the objects are not there, and those that they stand on neither: so these are made first where they are
//! missing, nothing is dropped without IF EXISTS, and what somebody put on an object is put back only where it was there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::existence::is_there;
use super::renamed::Renamed;
use crate::decide::attached::attachments::{Belonging, attachments};
use crate::decide::compare::classify::Cause;
use crate::decide::plan::object_decision::ObjectDecision;
use crate::decide::plan::script::terminated;
use crate::decide::plan::statements::create;
use crate::decide::plan::value::{Action, Plan};
use crate::decide::reason::Reason;
use crate::read::address::Address;
use crate::read::dependent::Dependent;
use crate::set::project::{Object, Project};
use crate::words::escape::Line;
use crate::words::name::dollar;
use crate::words::name::identifier;
use crate::words::object::Kind;
use crate::words::temporary::TemporaryNames;
use crate::words::verb::Verb;

/// What is known.
pub struct Pending<'p> {
    pub project: &'p Project,
    /// What is to be renamed, which comes first.
    pub renamed: &'p [Renamed],
    /// What is to be done after that.
    pub plan: &'p Plan,
    /// The identities of the objects that a table migration creates.
    pub created: &'p BTreeSet<String>,
    /// What is changed and is there, and what hangs on it, under the new names; what something stands on comes before it.
    pub dependents: &'p [Dependent],
    /// The same under the names that they have.
    pub before: &'p [Dependent],
    /// The project's objects among these.
    pub managed: &'p BTreeMap<Address, usize>,
    /// Those among these that are dropped because their files are gone.
    pub gone: &'p BTreeSet<Address>,
}

/// A migration and its reverse.
#[derive(Debug)]
pub struct Reviewed {
    pub migration: String,
    pub reverse: String,
}

impl Reviewed {
    pub fn of(pending: &Pending<'_>) -> Self {
        Reviewed { migration: pending.migration(), reverse: pending.reverse() }
    }
}

/// Whether an action changes something that people review.
pub fn changes(action: &Action) -> bool {
    !matches!(action.verb, Verb::Record | Verb::Leave | Verb::Retire)
}

impl<'p> Pending<'p> {
    /// The actions on objects of the project, by object.
    fn actions(&self) -> BTreeMap<usize, &'p Action> {
        let actions = self.plan.actions.iter().filter(|action| changes(action));
        actions.filter_map(|action| Some((action.index?, action))).collect()
    }

    fn migration(&self) -> String {
        let actions = self.actions();
        let mut text = self.head(&actions);
        for action in actions.values().rev().filter(|action| drops_first(action)) {
            let kind = self.kind_now(action);
            let _ = write!(text, "\ndrop {kind} if exists {};", action.object);
        }
        if actions.values().any(|action| drops_first(action)) {
            text.push('\n');
        }
        let wanted =
            self.project.closure(actions.keys().copied(), |data| data.needs.iter().chain(&data.mentions));
        let mut rules = String::new();
        for index in wanted {
            let object = self.project.object(index);
            let action = actions.get(&index);
            if action.is_none_or(|action| action.verb == Verb::Attach)
                && !self.created.contains(&object.key())
            {
                text.push_str(&where_missing(object));
            }
            if let Some(action) = action {
                make(&mut text, &mut rules, object, action, |sql| self.where_it_belongs(sql));
            }
        }
        text.push_str(&rules);
        // What read them before reads them no more.
        for dependent in self.dependents.iter().rev().filter(|dependent| self.gone.contains(&dependent.id)) {
            let _ = write!(
                text,
                "\n-- its file is gone\ndrop {} if exists {};\n",
                dependent.kind, dependent.identity
            );
        }
        text
    }

    /// What a reviewer wants to know first, and what the statements ask later.
    fn head(&self, actions: &BTreeMap<usize, &Action>) -> String {
        let mut text = "-- Written by `viewkeeper new migration --from-plan`.\n".to_owned();
        let renames = self.renamed.iter().map(|renamed| &renamed.action);
        for action in renames.chain(actions.values().copied()) {
            let about = format!("{} {} {}: {}", action.verb, action.kind, action.object, action.reason);
            let _ = writeln!(text, "--   {}", Line(about));
            if let Some(lock) = action.lock {
                let _ = writeln!(text, "--     takes {lock} on {} until the commit", Line(&action.object));
            }
            if let Some(breaks) = &action.breaks {
                let _ = writeln!(text, "--     breaks the release that stands now: {}", Line(breaks));
            }
        }
        for foreign in &self.plan.foreign {
            let _ = writeln!(
                text,
                "--   {} {}, of no file, {}: viewkeeper drops it and puts it back around this migration, under access exclusive",
                foreign.kind,
                Line(&foreign.object),
                Line(&foreign.reason)
            );
        }
        for warning in &self.plan.warnings {
            let _ = writeln!(text, "--   {}", Line(warning));
        }
        self.renamed.iter().for_each(|renamed| text.push_str(&renamed.forward()));
        let bodies = |index: &usize| self.project.object(*index).data().routine.is_some();
        if actions.keys().any(bodies) {
            text.push_str("\n-- A body may name what comes after it; the next start checks it.\nset local check_function_bodies to off;\n");
        }
        if actions.values().any(|action| asks_later(action)) {
            text.push_str("\n-- What was there is written for this setting.\nset local standard_conforming_strings to on;\n");
        }
        for (index, action) in actions.iter().filter(|(_, action)| asks_later(action)) {
            let there = is_there(&self.project.object(*index).identity());
            let _ = write!(
                text,
                "\n-- Whether {} was there before.\nselect pg_catalog.set_config('viewkeeper.was_{index}', ({there})::pg_catalog.text, true);\n",
                Line(&action.object)
            );
        }
        text
    }

    /// A statement of the plan, which may be about what is made beside the old objects, for where that belongs.
    fn where_it_belongs(&self, sql: &str) -> String {
        let (schemas, names) = (self.project.schemas(), TemporaryNames::shown(self.project.name()));
        schemas.iter().enumerate().fold(terminated(sql), |sql, (place, schema)| {
            sql.replace(&format!("{}.", names.name(place)), &format!("{}.", identifier(schema)))
        })
    }

    /// What it is in the database.
    fn kind_now(&self, action: &Action) -> &str {
        let dependent =
            self.dependents.iter().find(|dependent| self.managed.get(&dependent.id) == action.index.as_ref());
        dependent.map_or(action.kind.keyword(), |dependent| dependent.kind.as_str())
    }

    fn reverse(&self) -> String {
        // The types of a routine are written as the project names them.
        let path = self.project.search_path();
        let mut text = format!(
            "\
-- For psql: psql --single-transaction --set ON_ERROR_STOP=1 --file <this file>. It brings the objects back as they were when it was
-- written, with grants and comments, and what hung on them. A start of the release that the migration belongs to would heal them again:
-- start the release before it.
set local client_encoding to 'UTF8';
set local standard_conforming_strings to on;
set local search_path to {path};
set local check_function_bodies to off;
"
        );
        let foreign = |dependent: &&Dependent| {
            !self.managed.contains_key(&dependent.id) && !self.gone.contains(&dependent.id)
        };
        for dependent in self.dependents.iter().rev().filter(foreign) {
            let _ = write!(text, "\n{};", dependent.script.drop);
        }
        let hanging = self.dependents.iter().filter_map(|dependent| self.managed.get(&dependent.id).copied());
        let made = self.actions();
        let made = made.iter().filter(|(_, action)| action.verb == Verb::Create).map(|(&index, _)| index);
        let dropped: BTreeSet<usize> = hanging.chain(made).collect();
        for &index in dropped.iter().rev() {
            let object = self.project.object(index);
            let _ = write!(text, "\ndrop {} if exists {};", object.kind(), object.identity());
        }
        // What was dropped comes back under its old name.
        let stays = |renamed: &&Renamed| renamed.action.index.is_none_or(|index| !dropped.contains(&index));
        self.renamed.iter().filter(stays).for_each(|renamed| text.push_str(&renamed.back()));
        text.push_str("\nset local search_path to pg_catalog, pg_temp;\n");
        for dependent in self.before {
            let _ = write!(text, "\n-- {}\n", Line(dependent));
            let early = dependent.script.parts.iter().filter(|part| !part.late).map(|part| &part.statement);
            for statement in dependent.script.create.iter().chain(early) {
                let _ = writeln!(text, "{}", terminated(statement));
            }
        }
        let late =
            self.before.iter().flat_map(|dependent| dependent.script.parts.iter().filter(|part| part.late));
        let late: Vec<String> = late.map(|part| terminated(&part.statement)).collect();
        if !late.is_empty() {
            // Rows come from queries that may call what is in the project's schema.
            let _ = write!(text, "\nset local search_path to {path};\n{}\n", late.join("\n"));
        }
        text
    }
}

/// What cannot be replaced is dropped first, dependents before what they stand on. Nothing that is there must be in the way of
/// a materialized view or a constraint trigger either, which know no OR REPLACE.
fn drops_first(action: &Action) -> bool {
    action.verb == Verb::Rebuild || action.verb == Verb::Create && action.kind == Kind::MaterializedView
}

/// Whether something of it is for a database only where the object was there before.
fn asks_later(action: &Action) -> bool {
    action.verb == Verb::Attach || !action.puts_back.is_empty()
}

/// An object that something changed stands on and that no migration creates.
fn where_missing(object: Object<'_>) -> String {
    let sql = create(object, false);
    let why = format!(
        "-- {} {}, where it is missing: what follows stands on it.\n",
        object.kind(),
        Line(object.identity())
    );
    match object.kind() {
        Kind::MaterializedView => {
            let head = "create materialized view ";
            let sql = sql.text().replacen(head, "create materialized view if not exists ", 1);
            format!("\n{why}{}\n", terminated(sql.trim_end_matches("with no data").trim_end()))
        }
        _ => format!(
            "\n{why}do {quote}\nbegin\n  if not ({}) then\n    execute {text}\n{}\n{text};\n  end if;\nend\n{quote};\n",
            is_there(&object.identity()),
            sql.text(),
            quote = dollar(sql.text(), "viewkeeper"),
            text = dollar(sql.text(), "text"),
        ),
    }
}

/// The statements that make an object as its file says, or put right what it states.
fn make(
    text: &mut String,
    rules: &mut String,
    object: Object<'_>,
    action: &Action,
    placed: impl Fn(&str) -> String,
) {
    let about = format!("{} {}, {}", action.kind, action.object, object.file());
    let _ = write!(text, "\n-- {}\n", Line(about));
    if action.verb == Verb::Attach {
        let all = action.builds.iter().chain(&action.sql).chain(&action.puts_back);
        return text.push_str(&where_it_was(object, all.map(|sql| placed(sql)).collect()));
    }
    let constraint = action.kind == Kind::Trigger && object.data().words.contains("constraint");
    if constraint && action.verb != Verb::Rebuild {
        let _ = writeln!(text, "drop trigger if exists {};", action.object);
    }
    let replace = action.verb != Verb::Rebuild && action.kind != Kind::MaterializedView && !constraint;
    let _ = writeln!(text, "{}", terminated(create(object, replace).text()));
    let need = ObjectDecision {
        verb: Verb::Create,
        cause: Cause::Dependency,
        reasons: Reason::New { file: object.file() }.into(),
        look: None,
        address: None,
        now: None,
        breaks: None,
        diff: None,
    };
    let all = attachments(object, &need, &object.name());
    let of = |belonging: Belonging| {
        all.iter().filter(move |(is, _)| *is == belonging).map(|(_, sql)| terminated(sql.text()))
    };
    if object.data().materialized.as_ref().is_some_and(|view| !view.with_no_data) {
        let _ = writeln!(text, "refresh materialized view {};", object.name());
    }
    of(Belonging::Built).for_each(|sql| text.push_str(&(sql + "\n")));
    // What the file states comes after what was there: it has the last word.
    text.push_str(&where_it_was(object, action.puts_back.iter().map(|sql| placed(sql)).collect()));
    of(Belonging::Plain).for_each(|sql| text.push_str(&(sql + "\n")));
    of(Belonging::Rules).for_each(|sql| rules.push_str(&(format!("\n{sql}\n"))));
}

/// Statements for a database where the object was there before.
fn where_it_was(object: Object<'_>, statements: Vec<String>) -> String {
    if statements.is_empty() {
        return String::new();
    }
    let statements: Vec<String> = statements.iter().map(|sql| format!("    {sql}")).collect();
    let body = statements.join("\n");
    let quote = dollar(&body, "viewkeeper");
    let index = object.index();
    format!(
        "do {quote}\nbegin\n  if pg_catalog.current_setting('viewkeeper.was_{index}')::pg_catalog.bool then\n{body}\n  end if;\nend\n{quote};\n"
    )
}
