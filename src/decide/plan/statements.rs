//! The statements of a plan, in the order in which they are sent: what is made beside the old objects, locks, renames, drops,
//! then thing by thing what is made (see `emit`), and at the end what may name anything of it.

use std::collections::{BTreeMap, BTreeSet};

use super::dependents::Dependents;
use super::findings::Findings;
use super::object_decision::ObjectDecision;
use super::order::Item;
use super::script::{Script, Sql};
use super::side_by_side::SideBySide;
use super::splice::splice;
use super::value::Action;
use crate::decide::compare::classify::{Cause, Classification};
use crate::decide::compare::difference::Difference;
use crate::decide::lock::Lock;
use crate::decide::reason::Reason;
use crate::read::dependent::Dependent;
use crate::read::facts::LiveObject;
use crate::set::bundle::Reference;
use crate::set::project::Object;
use crate::words::identity::Identity;
use crate::words::name::identifier;
use crate::words::object::Kind;
use crate::words::span::Span;
use crate::words::verb::Verb;

/// The plan as it is carried out: the statements in the order in which they are sent.
#[derive(Debug, Default)]
pub struct Work {
    /// What gives names, for where it comes first and takes its own locks: dependents first, and triggers once their views have their
    /// names.
    pub renames: Vec<String>,
    /// Takes the exclusive locks, dependents first, as a reader does.
    pub locks: Script,
    /// The relations that they are on, as far as they are known by oid.
    pub locked: Vec<u32>,
    /// What is made before the locks are taken.
    pub early: Script,
    /// The search_path under which it is.
    pub early_path: String,
    /// Everything else.
    pub changes: Script,
    /// How many objects are touched.
    pub objects: usize,
    /// The tiers whose ends are marked in `changes`, with the number of objects in each.
    pub tiers: Vec<(usize, usize)>,
}

/// What was decided, before it is written as statements.
#[derive(Clone, Copy)]
pub struct Decided<'d, 'a> {
    pub findings: &'d Findings<'a>,
    pub decisions: &'d BTreeMap<usize, ObjectDecision<'d>>,
    pub dependents: &'d Dependents<'d>,
    /// Retired objects whose time has come.
    pub pruned: &'d [Dependent],
    pub order: &'d [Item<'d>],
    pub side_by_side: &'d SideBySide,
}

impl<'d> Decided<'d, '_> {
    /// The old object, where it is dropped and its belongings come to the new one.
    pub fn rebuilt(&self, index: usize) -> Option<&'d Dependent> {
        self.dependents.ours.get(&index).copied().filter(|_| self.decisions[&index].verb != Verb::Replace)
    }

    /// Why something foreign is touched.
    pub fn reason(&self, dependent: &Dependent) -> Reason {
        let below: Vec<String> = (self.findings.dependents.iter().chain(self.findings.aside))
            .filter(|other| dependent.needs.contains(&other.id))
            .map(|other| other.identity.clone())
            .collect();
        if below.is_empty() { Reason::InTheWay } else { Reason::DependsOn(below) }
    }
}

/// Objects and columns get their names back, or the new ones that their files say.
pub fn rename(decided: &Decided<'_, '_>, work: &mut Work, actions: &mut Vec<Action>) {
    let mut away = out_of_the_way(decided);
    away.values().for_each(|(_, sql)| work.changes.push(sql));
    let mut renames: Vec<(bool, Vec<String>)> = Vec::new();
    let out = away.values().rev().map(|(_, sql)| sql.clone()).collect();
    for (&index, decision) in decided.decisions {
        let Some(look) = decision.look else { continue };
        let object = decided.findings.project.object(index);
        let kind = kind_now(look);
        let to = object.identity();
        let was = look.moved_from().unwrap_or_else(|| to.clone());
        let renamed_columns =
            decided.findings.comparison.differences.get(&index).map_or(&[][..], Difference::renamed);
        let columns = rename_columns(object, renamed_columns);
        if was == to && columns.is_empty() {
            continue;
        }
        let (from, mut sql) = match away.remove(&index) {
            Some((from, sql)) => (from, vec![sql]),
            None => (was.clone(), Vec::new()),
        };
        let before = sql.len();
        if from.schema != to.schema {
            sql.push(format!("alter {kind} {from} set schema {}", identifier(&to.schema)));
        }
        if from.name != to.name {
            let from = Identity { schema: to.schema.clone(), ..from.clone() };
            sql.push(format!("alter {kind} {from} rename to {}", identifier(&to.name)));
        }
        sql.extend(columns);
        sql[before..].iter().for_each(|sql| work.changes.push(sql));
        renames.push((kind == Kind::Trigger, sql[before..].to_vec()));
        let mut renamed = action(Verb::Rename, object, decision, sql, Some(Lock::AccessExclusive));
        renamed.drift = !look.found.renamed || was == to;
        renamed.breaks = None;
        let reason = if was == to {
            Reason::ColumnsByHand(renamed_columns.to_vec())
        } else if look.found.renamed {
            renamed.breaks = Some(format!("nothing is called {was} any more"));
            Reason::Renamed { from: was, file: object.file() }
        } else {
            Reason::RenamedByHand { to: was }
        };
        renamed.reason = reason.to_string();
        actions.push(renamed);
    }
    let (triggers, others): (Vec<_>, Vec<_>) = renames.into_iter().rev().partition(|(trigger, _)| *trigger);
    work.renames = out;
    work.renames.extend(others.into_iter().chain(triggers).flat_map(|(_, sql)| sql));
}

/// The kind of the live object; it may become one of another kind after it got its name.
fn kind_now(look: &Classification<'_>) -> Kind {
    look.found.live.and_then(LiveObject::managed_kind).unwrap_or(look.object.kind())
}

/// What has the name that another object is to get, and gets a name in between first: that name, and the statement.
fn out_of_the_way(decided: &Decided<'_, '_>) -> BTreeMap<usize, (Identity, String)> {
    let moves = || {
        let looks = decided.decisions.values().filter_map(|decision| decision.look);
        looks.filter_map(|look| Some((look, look.moved_from()?)))
    };
    let wanted: BTreeSet<Identity> = moves().map(|(look, _)| look.object.identity()).collect();
    let away = moves().filter(|(_, from)| wanted.contains(from)).map(|(look, from)| {
        let index = look.object.index();
        let name = format!("viewkeeper {index}");
        let sql = format!("alter {} {from} rename to {}", kind_now(look), identifier(&name));
        (index, (Identity { name, ..from }, sql))
    });
    away.collect()
}

/// What is rebuilt, and what hangs on it, is dropped, dependents first. Never CASCADE.
pub fn drop_rebuilt(decided: &Decided<'_, '_>, work: &mut Work) {
    for dependent in decided.findings.dependents.iter().rev() {
        work.changes.push_about(&dependent.script.drop, &dependent.to_string());
    }
}

/// Retired objects go when everything else stands: what read them before reads them no more.
pub fn prune(decided: &Decided<'_, '_>, work: &mut Work) {
    for dependent in decided.pruned.iter().rev() {
        work.changes.push_about(&dependent.script.drop, &dependent.to_string());
    }
}

/// Gives columns that a person renamed their names back, by way of other names where one has another one's.
fn rename_columns(object: Object<'_>, renamed: &[(String, String)]) -> Vec<String> {
    let rename = |from: &str, to: &str| {
        format!("alter view {} rename column {} to {}", object.name(), identifier(from), identifier(to))
    };
    if !renamed.iter().any(|(_, to)| renamed.iter().any(|(from, _)| from == to)) {
        return renamed.iter().map(|(from, to)| rename(from, to)).collect();
    }
    let between = |place: usize| format!("viewkeeper {place}");
    let away = renamed.iter().enumerate().map(|(place, (from, _))| rename(from, &between(place)));
    let back = renamed.iter().enumerate().map(|(place, (_, to))| rename(&between(place), to));
    away.chain(back).collect()
}

/// Answers the server's clock, told from other answers by its first word. It goes among what others wrote, so it names
/// nothing that another search_path could make something else of.
pub const CLOCK: &str =
    "select pg_catalog.concat('clock ', pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()))";

/// The statement that makes an object where it belongs.
pub fn create(object: Object<'_>, replace: bool) -> Sql {
    create_beside(object, replace, &SideBySide::default())
}

/// The statement that makes an object, its name qualified: an unqualified one would become a temporary view when its
/// body reads a temporary table. It names what is made beside the old objects there. A materialized view is made empty.
pub fn create_beside(object: Object<'_>, replace: bool, side_by_side: &SideBySide) -> Sql {
    let data = object.data();
    let replace = if replace { "or replace " } else { "" };
    let name = match object.kind() {
        Kind::Trigger => identifier(&data.name),
        _ => side_by_side.name(object).to_string(),
    };
    let head = format!("create {replace}{} {name}", data.words);
    let named = |reference: &Reference| {
        let moved = side_by_side.moved.contains(&reference.object);
        moved.then(|| side_by_side.name(object.sibling(reference.object)).to_string())
    };
    let sql = Sql::of(object).generated(&head, data.statement.start);
    let end = data.materialized.as_ref().map_or(data.statement.end, |view| view.query.end);
    let sql = splice(sql, object, Span { start: data.head_end, end }, named);
    match data.materialized {
        Some(_) => sql.generated("\nwith no data", end),
        None => sql,
    }
}

/// An action without what only the caller knows.
pub fn action(
    verb: Verb,
    object: Object<'_>,
    decision: &ObjectDecision<'_>,
    sql: Vec<String>,
    lock: Option<Lock>,
) -> Action {
    Action {
        verb,
        kind: object.kind(),
        object: object.identity(),
        reason: decision.reasons.to_string(),
        drift: decision.cause == Cause::Hand,
        diff: decision.diff.clone(),
        lock: lock.map(Lock::words),
        sql,
        builds: Vec::new(),
        puts_back: Vec::new(),
        tier: object.tier(),
        breaks: decision.breaks.clone(),
        index: Some(object.index()),
        unfilled: is_unfilled(object, decision),
    }
}

/// Whether a materialized view was found that nobody filled, as after a dump of the schema alone, and that is to have rows.
fn is_unfilled(object: Object<'_>, decision: &ObjectDecision<'_>) -> bool {
    let found = decision.look.filter(|look| look.found.record.is_none()).and_then(|look| look.found.live);
    let wants = object.data().materialized.as_ref().is_some_and(|view| !view.with_no_data);
    wants && found.is_some_and(|live| live.populated == Some(false))
}
