//! From what was read to a plan, and to the statements that carry it out.

use std::collections::BTreeMap;

use super::dependents::{Dependents, add_dependents};
use super::emit;
use super::findings::Findings;
use super::locks;
use super::object_decision::{ObjectDecision, leave_drift, own_decisions};
use super::order::order;
use super::privileges::missing_rights;
use super::pruning::{prunable, retire, retirement};
use super::side_by_side::SideBySide;
use super::statements::{self, Decided, Work, action, create};
use super::value::{Action, Plan};
use crate::decide::attached::attachments::lost;
use crate::decide::compare::classify::{Classification, State};
use crate::decide::reason::Reason;
use crate::decide::reasons::Reasons;
use crate::read::facts::RetiredObject;
use crate::set::project::Project;
use crate::words::error::Error;
use crate::words::options::Direction;
use crate::words::verb::Verb;

/// Decides.
///
/// # Errors
///
/// A foreign object hangs on what must be dropped and cannot be put back, or there is drift and the option refuses it.
pub fn plan(findings: &Findings<'_>) -> Result<(Plan, Work), Error> {
    let mut decisions = own_decisions(findings);
    let left = leave_drift(findings, &mut decisions)?;
    let dependents = add_dependents(findings, &mut decisions, &left)?;
    let pruned = prunable(findings, &decisions, &dependents)?;
    let missing_rights = missing_rights(findings, &decisions, &dependents, &pruned);
    let order = order(findings, &decisions, &dependents);

    let mut work = Work::default();
    let mut actions: Vec<Action> = left
        .iter()
        .map(|(index, decision)| {
            action(Verb::Leave, findings.project.object(*index), decision, Vec::new(), None)
        })
        .collect();
    let side_by_side = SideBySide::default();
    let decided = Decided {
        findings,
        decisions: &decisions,
        dependents: &dependents,
        pruned: &pruned,
        order: &order,
        side_by_side: &side_by_side,
    };
    locks::lock(&decided, &mut work);
    let side_by_side = SideBySide::new(findings, &decisions, &dependents, !work.locks.is_empty());
    let decided = Decided { side_by_side: &side_by_side, ..decided };
    statements::rename(&decided, &mut work, &mut actions);
    statements::drop_rebuilt(&decided, &mut work);
    let (made, foreign) = emit::make(&decided, &mut work);
    work.objects = made.iter().filter(|action| action.verb != Verb::Record).count() + foreign.len();
    actions.extend(made);
    statements::prune(&decided, &mut work);
    actions.extend(retirement(findings, &dependents, &pruned));
    let mut warnings = warnings(findings, &dependents);
    warnings.extend(with_their_columns(&decided));
    warnings.extend(unchecked(findings, &decisions));
    let project = findings.project.name().to_owned();
    let plan = Plan { project, actions, foreign, missing_rights, warnings, ..Plan::default() };
    Ok((plan, work))
}

/// What can be said before the table migrations: the statements are decided after them.
pub fn forecast(project: &Project, looks: &[Classification<'_>], retired: &[RetiredObject]) -> Plan {
    let mut actions = Vec::new();
    for look in looks {
        let (verb, sql) = match look.state {
            State::Missing => (Verb::Create, vec![create(look.object, false).text().to_owned()]),
            State::Settled => (Verb::Record, Vec::new()),
            State::Detached => (Verb::Attach, Vec::new()),
            State::Suspect => (Verb::Replace, Vec::new()),
        };
        let undecided = (look.state == State::Suspect).then_some(Reason::AfterMigrations);
        let decision = ObjectDecision {
            verb,
            cause: look.cause,
            reasons: Reasons::from(look.reason.clone()).and(undecided),
            look: None,
            address: None,
            now: None,
            breaks: None,
            diff: None,
        };
        actions.push(action(verb, look.object, &decision, sql, None));
    }
    // A rollback has no migrations to wait for.
    actions.extend(retired.iter().map(|retired| retire(retired, Direction::Forward)));
    Plan { project: project.name().to_owned(), actions, ..Plan::default() }
}

/// The routines whose bodies nobody checks.
fn unchecked(findings: &Findings<'_>, decisions: &BTreeMap<usize, ObjectDecision<'_>>) -> Vec<String> {
    let made = decisions.iter().filter(|(_, decision)| decision.verb.makes());
    made.filter_map(|(&index, _)| {
        let object = findings.project.object(index);
        let routine = object.data().routine.as_ref()?;
        let language = routine.language.as_ref().filter(|_| routine.body.is_some())?;
        (!findings.facts.live.validators.contains_key(language)).then(|| {
            format!(
                "the body of {} {} is not checked: language {language} has no validator",
                object.kind(),
                object.identity()
            )
        })
    })
    .collect()
}

/// What goes with columns that are there no more.
fn with_their_columns(decided: &Decided<'_, '_>) -> Vec<String> {
    let Decided { findings, decisions, .. } = *decided;
    let rebuilt = decisions.iter().filter_map(|(&index, decision)| {
        Some((findings.project.object(index), decision, decided.rebuilt(index)?))
    });
    rebuilt
        .flat_map(|(object, decision, dependent)| {
            let lost = lost(findings, object, decision, dependent).into_iter();
            lost.map(move |part| format!("{dependent}: is lost with its column: {}", part.statement))
        })
        .collect()
}

/// What is not quite the same afterwards.
fn warnings(findings: &Findings<'_>, dependents: &Dependents<'_>) -> Vec<String> {
    let dropped = findings.dependents.iter().filter(|dependent| {
        dependents.put_back.iter().any(|put_back| put_back.id == dependent.id)
            || dependents.addresses.contains_key(dependent.id.as_str())
    });
    dropped
        .flat_map(|dependent| dependent.warnings.iter().map(move |warning| format!("{dependent}: {warning}")))
        .collect()
}
