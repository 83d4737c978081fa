//! The statements of a plan, in the order in which they are sent: locks, renames, one DROP, then object by object.

use std::collections::BTreeMap;

use super::attachments::{attachments, keep_options, put_back};
use super::compare::{Cause, Look};
use super::needs::{Facts, Need};
use super::plan::Action;
use super::script::{Script, Sql};
use crate::set::project::Object;
use crate::words::name::{Name, identifier};
use crate::words::report::Verb;

/// The plan as it is carried out: the statements in the order in which they are sent.
#[derive(Debug, Default)]
pub struct Work {
    /// Takes the exclusive locks, dependents first, as a reader does.
    pub locks: Script,
    /// Everything else.
    pub changes: Script,
    /// The tiers whose ends are marked in `changes`, with the number of objects in each.
    pub tiers: Vec<(usize, usize)>,
}

/// Exclusive locks on what will change, dependents first: a reader locks a view before what it stands on. ALTER ...
/// OWNER TO the present owner takes the lock on this one view and writes nothing.
pub fn lock(needs: &BTreeMap<usize, Need<'_>>, work: &mut Work) {
    let moved = |need: &&Need<'_>| need.look.is_some_and(|look| look.moved_from().is_some());
    let changed = |need: &&Need<'_>| matches!(need.verb, Verb::Replace | Verb::Rebuild) || moved(need);
    for now in needs.values().rev().filter(changed).filter_map(|need| need.now.as_ref()) {
        work.locks.push(&format!("alter view {} owner to {}", now.name, now.owner));
    }
}

pub fn rename(
    facts: &Facts<'_>,
    needs: &BTreeMap<usize, Need<'_>>,
    work: &mut Work,
    actions: &mut Vec<Action>,
) {
    for (&index, need) in needs {
        let Some(from) = need.look.and_then(Look::moved_from) else { continue };
        let object = facts.project.object(index);
        let to = object.name();
        let mut sql = Vec::new();
        if from.schema != to.schema {
            sql.push(format!("alter view {from} set schema {}", identifier(&to.schema)));
        }
        if from.name != to.name {
            let from = Name::new(&to.schema, &from.name);
            sql.push(format!("alter view {from} rename to {}", identifier(&to.name)));
        }
        sql.iter().for_each(|sql| work.changes.push(sql));
        let mut renamed = action(Verb::Rename, object, need, sql, Some("access exclusive"));
        renamed.reason = format!("renamed by hand to {from}");
        renamed.drift = true;
        actions.push(renamed);
    }
}

/// One DROP for all: any order inside the list is right as long as all dependents are in it. Never CASCADE.
pub fn drop_rebuilt(facts: &Facts<'_>, needs: &BTreeMap<usize, Need<'_>>, work: &mut Work) {
    let names: Vec<String> = needs
        .iter()
        .rev()
        .filter(|(_, need)| need.verb == Verb::Rebuild)
        .map(|(&index, _)| facts.project.object(index).name().to_string())
        .collect();
    if !names.is_empty() {
        work.changes.push(&format!("drop view {}", names.join(", ")));
    }
}

pub fn make(
    facts: &Facts<'_>,
    needs: &BTreeMap<usize, Need<'_>>,
    work: &mut Work,
    actions: &mut Vec<Action>,
) {
    let mut made = 0;
    let mut tier = 0;
    for (&index, need) in needs {
        let object = facts.project.object(index);
        if object.tier() != tier && made > 0 {
            mark(work, tier, &mut made);
        }
        tier = object.tier();
        let mut sql = Vec::new();
        let own = |statement: &str, work: &mut Work, sql: &mut Vec<String>| {
            work.changes.push(statement);
            sql.push(statement.to_owned());
        };
        let lock = match need.verb {
            Verb::Create | Verb::Replace | Verb::Rebuild => {
                let create = create(object, need.verb == Verb::Replace);
                work.changes.push_sql(&create);
                sql.push(create.text().to_owned());
                made += 1;
                (need.verb != Verb::Create).then_some("access exclusive")
            }
            Verb::Attach => {
                made += 1;
                Some("share update exclusive")
            }
            _ => None,
        };
        match need.verb {
            Verb::Rebuild => {
                for statement in put_back(facts, object, need) {
                    own(statement, work, &mut sql);
                }
            }
            Verb::Replace => {
                for statement in keep_options(facts, object, need) {
                    own(&statement, work, &mut sql);
                }
            }
            _ => {}
        }
        if !matches!(need.verb, Verb::Record) {
            for attachment in attachments(object) {
                work.changes.push_sql(&attachment);
                sql.push(attachment.text().to_owned());
            }
        }
        actions.push(action(need.verb, object, need, sql, lock));
    }
    if made > 0 {
        mark(work, tier, &mut made);
    }
}

/// Answers the server's clock, told from other answers by its first word.
pub const CLOCK: &str = "select 'clock ' || extract(epoch from pg_catalog.clock_timestamp())";

/// The server's clock at the end of a tier: statements that go together in one message are timed where they run.
fn mark(work: &mut Work, tier: usize, made: &mut usize) {
    work.changes.push(CLOCK);
    work.tiers.push((tier, std::mem::take(made)));
}

/// The statement that makes an object, its name qualified: an unqualified one would become a temporary view when its
/// body reads a temporary table.
pub fn create(object: Object<'_>, replace: bool) -> Sql {
    let data = object.data();
    let replace = if replace { "or replace " } else { "" };
    let recursive = if data.recursive { "recursive " } else { "" };
    let head = format!("create {replace}{recursive}{} {}", object.kind(), object.name());
    Sql::of(object).generated(&head, data.statement.start).verbatim(object, data.head_end, data.statement.end)
}

/// An action without what only the caller knows.
pub fn action(
    verb: Verb,
    object: Object<'_>,
    need: &Need<'_>,
    sql: Vec<String>,
    lock: Option<&'static str>,
) -> Action {
    Action {
        verb,
        kind: object.kind(),
        object: object.name(),
        reason: need.reason.clone(),
        drift: need.cause == Cause::Hand,
        lock,
        sql,
        tier: object.tier(),
        index: Some(object.index()),
    }
}
