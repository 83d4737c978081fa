//! The statements of a plan, in the order in which they are sent: locks, renames, drops, then thing by thing what is
//! made, and at the end what may name anything of it.

use std::collections::BTreeMap;

use super::attachments::{
    attachments, keep_options, kept, late, lock_of, put_back, put_back_last, take_back,
};
use super::compare::Cause;
use super::hanging::Hanging;
use super::needs::{Facts, Need};
use super::order::Item;
use super::plan::{Action, ForeignAction};
use super::script::{Script, Sql};
use super::difference::Difference;
use crate::read::facts::Saved;
use crate::set::project::Object;
use crate::words::identity::Identity;
use crate::words::name::identifier;
use crate::words::report::Verb;

/// The plan as it is carried out: the statements in the order in which they are sent.
#[derive(Debug, Default)]
pub struct Work {
    /// Takes the exclusive locks, dependents first, as a reader does.
    pub locks: Script,
    /// The relations that they are on, as far as they are known by oid.
    pub locked: Vec<u32>,
    /// Everything else.
    pub changes: Script,
    /// The tiers whose ends are marked in `changes`, with the number of objects in each.
    pub tiers: Vec<(usize, usize)>,
}

/// What was decided, before it is written as statements.
#[derive(Clone, Copy)]
pub struct Decided<'d, 'a> {
    pub facts: &'d Facts<'a>,
    pub needs: &'d BTreeMap<usize, Need<'d>>,
    pub hanging: &'d Hanging<'d>,
    /// Retired objects whose time has come.
    pub pruned: &'d [Saved],
    pub order: &'d [Item<'d>],
}

impl Decided<'_, '_> {
    /// Why something foreign is touched.
    fn reason(&self, saved: &Saved) -> String {
        let below: Vec<&str> = (self.facts.saved.iter().chain(self.facts.aside))
            .filter(|other| saved.needs.contains(&other.id))
            .map(|other| other.identity.as_str())
            .collect();
        match below.is_empty() {
            true => "it stood in the way of a table migration".to_owned(),
            false => format!("depends on {}", below.join(", ")),
        }
    }
}

/// Objects and columns get their names back, or the new ones that their files say.
pub fn rename(decided: &Decided<'_, '_>, work: &mut Work, actions: &mut Vec<Action>) {
    for (&index, need) in decided.needs {
        let Some(look) = need.look else { continue };
        let object = decided.facts.project.object(index);
        let (kind, to) = (object.kind(), object.identity());
        let from = look.moved_from().unwrap_or_else(|| to.clone());
        let (columns, what) = rename_columns(decided.facts, object);
        if from == to && columns.is_empty() {
            continue;
        }
        let mut sql = Vec::new();
        if from.schema != to.schema {
            sql.push(format!("alter {kind} {from} set schema {}", identifier(&to.schema)));
        }
        if from.name != to.name {
            let from = Identity { schema: to.schema.clone(), ..from.clone() };
            sql.push(format!("alter {kind} {from} rename to {}", identifier(&to.name)));
        }
        sql.extend(columns);
        sql.iter().for_each(|sql| work.changes.push(sql));
        let mut renamed = action(Verb::Rename, object, need, sql, Some("access exclusive"));
        renamed.drift = !look.renamed || from == to;
        renamed.breaks = None;
        renamed.reason = if from == to {
            what
        } else if look.renamed {
            renamed.breaks = Some(format!("nothing is called {from} any more"));
            format!("renamed from {from} in {}", object.file())
        } else {
            format!("renamed by hand to {from}")
        };
        actions.push(renamed);
    }
}

/// What is rebuilt, and what hangs on it, is dropped, dependents first. Never CASCADE.
pub fn drop_rebuilt(decided: &Decided<'_, '_>, work: &mut Work) {
    for saved in decided.facts.saved.iter().rev() {
        work.changes.push_about(&saved.drop, &saved.to_string());
    }
}

/// Retired objects go when everything else stands: what read them before reads them no more.
pub fn prune(decided: &Decided<'_, '_>, work: &mut Work) {
    for saved in decided.pruned.iter().rev() {
        work.changes.push_about(&saved.drop, &saved.to_string());
    }
}

/// Makes everything, each after what it stands on.
pub fn make(decided: &Decided<'_, '_>, work: &mut Work) -> (Vec<Action>, Vec<ForeignAction>) {
    let mut made = Made { decided, work, actions: Vec::new(), foreign: Vec::new(), tier: 0, of_tier: 0 };
    for item in decided.order {
        match item {
            Item::Managed(index) => made.managed(*index),
            Item::Foreign(saved) => made.foreign(saved),
        }
    }
    made.late();
    made.end_tier();
    (made.actions, made.foreign)
}

/// Things in the making.
struct Made<'m, 'd, 'a> {
    decided: &'m Decided<'d, 'a>,
    work: &'m mut Work,
    actions: Vec<Action>,
    foreign: Vec<ForeignAction>,
    tier: usize,
    /// How many objects of the tier were made since its last mark.
    of_tier: usize,
}

impl Made<'_, '_, '_> {
    fn managed(&mut self, index: usize) {
        let Decided { facts, needs, hanging, .. } = *self.decided;
        let need = &needs[&index];
        let object = facts.project.object(index);
        if object.tier() != self.tier {
            self.end_tier();
        }
        self.tier = object.tier();
        let (mut sql, mut puts_back) = (Vec::new(), Vec::new());
        if matches!(need.verb, Verb::Create | Verb::Replace | Verb::Rebuild) {
            let create = create(object, need.verb == Verb::Replace);
            self.work.changes.push_sql(&create);
            sql.push(create.text().to_owned());
        }
        if need.verb == Verb::Replace {
            for statement in keep_options(facts, object, need) {
                self.work.changes.push(&statement);
                puts_back.push(statement);
            }
        }
        let saved = hanging.ours.get(&index).filter(|_| need.verb != Verb::Replace);
        for part in
            saved.iter().flat_map(|saved| put_back(facts, object, need, saved)).filter(|part| !part.late)
        {
            self.work.changes.push(&part.statement);
            puts_back.push(part.statement.clone());
        }
        let mut reason = need.reason.clone();
        if matches!(need.verb, Verb::Replace | Verb::Rebuild)
            && let Some(kept) = kept(facts, object, need, saved.copied())
        {
            reason = format!("{reason}; {kept}");
        }
        self.of_tier += usize::from(need.verb != Verb::Record);
        let lock = match need.verb {
            Verb::Replace | Verb::Rebuild => Some("access exclusive"),
            Verb::Attach => Some(lock_of(object, need)),
            _ => None,
        };
        self.actions.push(Action { puts_back, reason, ..action(need.verb, object, need, sql, lock) });
        // What comes last for a rebuilt object comes at once where nothing else is waited for.
        if saved.is_none() {
            self.attach(self.actions.len() - 1, index);
        }
    }

    fn foreign(&mut self, saved: &Saved) {
        let bodies = matches!(saved.kind.as_str(), "function" | "procedure" | "aggregate");
        let early = saved.parts.iter().filter(|part| !part.late).map(|part| &part.statement);
        let puts_back: Vec<String> = early.cloned().collect();
        // What its text names may come later.
        if bodies {
            self.work.changes.push("set local check_function_bodies to off");
        }
        for statement in saved.create.iter().chain(&puts_back) {
            self.work.changes.push_about(statement, &saved.to_string());
        }
        if bodies {
            self.work.changes.push("set local check_function_bodies to on");
        }
        self.foreign.push(ForeignAction {
            kind: saved.kind.clone(),
            object: saved.identity.clone(),
            reason: self.decided.reason(saved),
            lock: saved.lock.clone(),
            drop: saved.drop.clone(),
            sql: saved.create.clone(),
            puts_back,
        });
    }

    /// What may name anything that was dropped.
    fn late(&mut self) {
        let Decided { facts, needs, hanging, order, .. } = *self.decided;
        let mut of_foreign = 0;
        for item in order {
            match item {
                Item::Managed(index) => {
                    let place = self.actions.iter().position(|action| action.index == Some(*index));
                    let (Some(place), Some(saved)) = (place, hanging.ours.get(index)) else { continue };
                    let (object, need) = (facts.project.object(*index), &needs[index]);
                    if need.verb == Verb::Replace {
                        continue;
                    }
                    for part in put_back(facts, object, need, saved).filter(|part| part.late) {
                        self.work.changes.push(&part.statement);
                        self.actions[place].puts_back.push(part.statement.clone());
                    }
                    self.attach(place, *index);
                    for part in put_back_last(object, need, saved) {
                        self.work.changes.push(&part.statement);
                        self.actions[place].puts_back.push(part.statement.clone());
                    }
                }
                Item::Foreign(saved) => {
                    for statement in late(saved, &facts.project.search_path()) {
                        self.work.changes.push_about(&statement, &saved.to_string());
                        self.foreign[of_foreign].puts_back.push(statement);
                    }
                    of_foreign += 1;
                }
            }
        }
    }

    /// What the file says beside the definition, and what it says no longer.
    fn attach(&mut self, place: usize, index: usize) {
        let Decided { facts, needs, hanging, .. } = *self.decided;
        let (object, need) = (facts.project.object(index), &needs[&index]);
        if need.verb == Verb::Record {
            return;
        }
        for statement in take_back(facts, object, need, hanging.ours.get(&index).copied()) {
            self.work.changes.push(&statement);
            self.actions[place].sql.push(statement);
        }
        for attachment in attachments(object, need) {
            self.work.changes.push_sql(&attachment);
            self.actions[place].sql.push(attachment.text().to_owned());
        }
    }

    /// The server's clock at the end of a tier: statements that go together in one message are timed where they run.
    fn end_tier(&mut self) {
        if self.of_tier > 0 {
            self.work.changes.push(CLOCK);
            self.work.tiers.push((self.tier, std::mem::take(&mut self.of_tier)));
        }
    }
}

/// Gives columns that a person renamed their names back, by way of other names where one has another one's; and says so.
fn rename_columns(facts: &Facts<'_>, object: Object<'_>) -> (Vec<String>, String) {
    let renamed = facts.differences.get(&object.index()).map_or(&[][..], Difference::renamed);
    let rename = |from: &str, to: &str| {
        format!("alter view {} rename column {} to {}", object.name(), identifier(from), identifier(to))
    };
    if renamed.is_empty() {
        return (Vec::new(), String::new());
    }
    let names: Vec<_> = renamed.iter().map(|(from, to)| format!("{to} to {from}")).collect();
    let what = format!("column renamed by hand: {}", names.join(", "));
    if !renamed.iter().any(|(_, to)| renamed.iter().any(|(from, _)| from == to)) {
        return (renamed.iter().map(|(from, to)| rename(from, to)).collect(), what);
    }
    let between = |place: usize| format!("viewkeeper {place}");
    let away = renamed.iter().enumerate().map(|(place, (from, _))| rename(from, &between(place)));
    let back = renamed.iter().enumerate().map(|(place, (_, to))| rename(&between(place), to));
    (away.chain(back).collect(), what)
}

/// Answers the server's clock, told from other answers by its first word.
pub const CLOCK: &str = "select 'clock ' || extract(epoch from pg_catalog.clock_timestamp())";

/// The statement that makes an object, its name qualified: an unqualified one would become a temporary view when its
/// body reads a temporary table.
pub fn create(object: Object<'_>, replace: bool) -> Sql {
    let data = object.data();
    let replace = if replace { "or replace " } else { "" };
    let head = format!("create {replace}{} {}", data.words, object.name());
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
        object: object.identity(),
        reason: need.reason.clone(),
        drift: need.cause == Cause::Hand,
        lock,
        sql,
        puts_back: Vec::new(),
        tier: object.tier(),
        breaks: need.breaks.clone(),
        index: Some(object.index()),
    }
}
