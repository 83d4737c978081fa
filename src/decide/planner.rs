//! From what was read to a plan, and to the statements that carry it out.

use super::compare::{Look, State};
use super::needs::{Facts, Need, add_dependents, leave_drift, own_needs};
use super::plan::{Action, Plan};
use super::rights::missing_rights;
use super::statements::{self, Work, action, create};
use crate::set::project::Project;
use crate::words::error::Error;
use crate::words::name::Name;
use crate::words::object::Kind;
use crate::words::report::Verb;

/// Decides.
///
/// # Errors
///
/// A foreign object hangs on what must be dropped, or there is drift and the option refuses it.
pub fn plan(facts: &Facts<'_>) -> Result<(Plan, Work), Error> {
    let mut needs = own_needs(facts);
    let left = leave_drift(facts, &mut needs)?;
    add_dependents(facts, &mut needs)?;
    let missing_rights = missing_rights(facts, &needs);

    let mut work = Work::default();
    let mut actions: Vec<Action> = left
        .iter()
        .map(|(index, need)| action(Verb::Leave, facts.project.object(*index), need, Vec::new(), None))
        .collect();
    statements::lock(&needs, &mut work);
    statements::rename(facts, &needs, &mut work, &mut actions);
    statements::drop_rebuilt(facts, &needs, &mut work);
    statements::make(facts, &needs, &mut work, &mut actions);
    actions.extend(facts.retired.iter().map(|identity| retire(identity)));
    let project = facts.project.name().to_owned();
    let plan = Plan { project, actions, missing_rights, ..Plan::default() };
    Ok((plan, work))
}

/// What can be said before the table migrations: the statements are decided after them.
pub fn forecast(project: &Project, looks: &[Look<'_>], retired: &[String]) -> Plan {
    let mut actions = Vec::new();
    for look in looks {
        let (verb, sql) = match look.state {
            State::Missing => (Verb::Create, vec![create(look.object, false).text().to_owned()]),
            State::Settled => (Verb::Record, Vec::new()),
            State::Detached => (Verb::Attach, Vec::new()),
            State::Suspect => (Verb::Replace, Vec::new()),
        };
        let reason = match look.state {
            State::Suspect => format!("{}; whether in place is decided after the migrations", look.reason),
            _ => look.reason.clone(),
        };
        let need = Need { verb, cause: look.cause, reason, look: None, oid: None, now: None };
        actions.push(action(verb, look.object, &need, sql, None));
    }
    actions.extend(retired.iter().map(|identity| retire(identity)));
    Plan { project: project.name().to_owned(), actions, ..Plan::default() }
}

fn retire(identity: &str) -> Action {
    Action {
        verb: Verb::Retire,
        kind: Kind::View,
        object: Name::displayed(identity),
        reason: "its file is gone; it stays as it is".to_owned(),
        drift: false,
        lock: None,
        sql: Vec::new(),
        tier: 0,
        index: None,
    }
}
