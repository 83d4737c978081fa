//! What each object needs: by itself, and because of what it stands on.

use std::collections::BTreeMap;

use super::findings::Findings;
use crate::decide::compare::classify::{Cause, Classification, State};
use crate::decide::compare::difference::Difference;
use crate::read::address::Address;
use crate::set::project::Object;
use crate::words::amount::count;
use crate::words::error::{Error, ErrorKind};
use crate::words::identity::Identity;
use crate::words::object::Kind;
use crate::words::options::Drift;
use crate::words::verb::Verb;

/// What an object needs, before the statements are written.
pub struct ObjectDecision<'a> {
    pub verb: Verb,
    pub cause: Cause,
    pub reason: String,
    pub look: Option<&'a Classification<'a>>,
    pub address: Option<Address>,
    /// What it is called now, and whose it is, when it exists.
    pub now: Option<Now>,
    /// What the release that stands now will miss.
    pub breaks: Option<String>,
}

/// An object as it stands.
#[derive(Clone, Debug)]
pub struct Now {
    pub identity: Identity,
    /// Quoted.
    pub owner: String,
    /// We have the owner's rights.
    pub ours: bool,
}

impl<'a> ObjectDecision<'a> {
    /// What an object needs that was not looked at by itself, because of what it stands on.
    pub fn dependent(findings: &Findings<'_>, object: Object<'_>, verb: Verb, reason: String) -> Self {
        let managed = findings.managed.get(object.key().as_str());
        ObjectDecision {
            verb,
            cause: Cause::Dependency,
            reason,
            look: None,
            address: managed.map(|managed| managed.address.clone()),
            now: managed.map(|managed| Now {
                identity: object.identity(),
                owner: managed.owner.clone(),
                ours: managed.ours,
            }),
            breaks: None,
        }
    }
}

/// What each looked-at object needs by itself.
pub fn own_decisions<'a>(findings: &'a Findings<'_>) -> BTreeMap<usize, ObjectDecision<'a>> {
    let looks = findings.looks.iter();
    let mut decisions: BTreeMap<usize, ObjectDecision<'a>> =
        looks.map(|look| (look.object.index(), of_look(findings, look))).collect();
    // Unchanged views on one that gains columns: `select *` and NATURAL JOIN may mean more now.
    for (&index, difference) in &findings.comparison.differences {
        if decisions.contains_key(&index) || *difference == Difference::None {
            continue;
        }
        let object = findings.project.object(index);
        let (verb, reason) = for_what_it_reads(findings, object, difference);
        let decision = ObjectDecision {
            breaks: breaks(Some(difference)),
            ..ObjectDecision::dependent(findings, object, verb, reason)
        };
        decisions.insert(index, decision);
    }
    decisions
}

fn of_look<'a>(findings: &Findings<'_>, look: &'a Classification<'a>) -> ObjectDecision<'a> {
    let difference = findings.comparison.differences.get(&look.object.index());
    let (verb, cause, mut reason) = by_state(findings, look, difference);
    if matches!(verb, Verb::Replace | Verb::Rebuild) && !look.reconciled.removed.is_empty() {
        reason = format!("{reason}; no longer states {}", look.reconciled.no_longer());
    }
    if let Some(kept) = &look.reconciled.kept {
        reason = format!("{reason}; {kept}");
    }
    ObjectDecision {
        verb,
        cause,
        reason,
        look: Some(look),
        address: look.live.map(|live| live.address.clone()),
        now: look.live.map(|live| Now {
            identity: live.identity.clone(),
            owner: live.owner.clone(),
            ours: live.ours,
        }),
        breaks: breaks(difference),
    }
}

/// What a look came to, and how the object differs from its file.
fn by_state(
    findings: &Findings<'_>,
    look: &Classification<'_>,
    difference: Option<&Difference>,
) -> (Verb, Cause, String) {
    let (cause, mut reason) = (look.cause, look.reason.clone());
    let verb = match (look.state, difference) {
        (State::Missing, _) => Verb::Create,
        (State::Settled | State::Detached, Some(difference)) if *difference != Difference::None => {
            // Nothing is wrong with it but what it stands on.
            let (verb, reason) = for_what_it_reads(findings, look.object, difference);
            return (verb, Cause::Dependency, reason);
        }
        (State::Settled, _) => Verb::Record,
        (State::Detached, _) => Verb::Attach,
        (State::Suspect, Some(Difference::None)) => {
            reason = same_definition(look);
            if look.reconciled.is_needed() { Verb::Attach } else { Verb::Record }
        }
        (State::Suspect, Some(difference)) => by_difference(difference, look.object, &mut reason),
        (State::Suspect, None) => match findings.comparison.impossible {
            Some(why) => {
                reason = format!("{reason}; not comparable here, because {why}");
                Verb::Leave
            }
            None => Verb::Rebuild,
        },
    };
    (verb, cause, reason)
}

/// What an object needs that differs because of what it stands on.
fn for_what_it_reads(findings: &Findings<'_>, object: Object<'_>, difference: &Difference) -> (Verb, String) {
    let mut reason = depends_on(object, |index| findings.comparison.differences.contains_key(&index));
    (by_difference(difference, object, &mut reason), reason)
}

/// Why something is to be done to an object whose definition is as the file says.
fn same_definition(look: &Classification<'_>) -> String {
    let (reason, reconciled) = (&look.reason, &look.reconciled);
    match (look.record, reconciled.is_needed(), look.cause) {
        (None, false, _) => "found in the database, as the file says".to_owned(),
        (None, true, _) => format!("found in the database, without {}", reconciled.missing()),
        (Some(_), false, _) => format!("{reason}; the same to the server"),
        (Some(_), true, Cause::File) => format!("{} {}", look.object.file(), reconciled.of_file()),
        (Some(_), true, _) => format!("{reason}; {}", reconciled.by_hand()),
    }
}

/// What readers that know the old columns will miss.
fn breaks(difference: Option<&Difference>) -> Option<String> {
    match difference {
        Some(Difference::Rebuild { what, breaks: true, .. }) => Some(what.clone()),
        _ => None,
    }
}

/// What a difference asks for; what differs is added to the reason.
fn by_difference(difference: &Difference, object: Object<'_>, reason: &mut String) -> Verb {
    match difference {
        Difference::None => Verb::Record,
        Difference::InPlace { what, .. } => {
            if let Some(what) = what {
                *reason = format!("{reason}; {what}");
            }
            // Its columns get their names back, and that is all.
            if object.kind() == Kind::MaterializedView { Verb::Record } else { Verb::Replace }
        }
        Difference::Rebuild { what, .. } => {
            *reason = format!("{reason}; {what}, so the {} is rebuilt", object.kind());
            Verb::Rebuild
        }
    }
}

/// `depends on app.v, app.w`, of those that change.
pub fn depends_on(object: Object<'_>, changes: impl Fn(usize) -> bool) -> String {
    let below: Vec<String> =
        object.needs().filter(|below| changes(below.index())).map(|below| below.name().to_string()).collect();
    match below.is_empty() {
        true => "depends on what is rebuilt".to_owned(),
        false => format!("depends on {}", below.join(", ")),
    }
}

/// Takes out what a person changed, when the option says so.
pub fn leave_drift<'a>(
    findings: &Findings<'_>,
    decisions: &mut BTreeMap<usize, ObjectDecision<'a>>,
) -> Result<Vec<(usize, ObjectDecision<'a>)>, Error> {
    let moved = |decision: &ObjectDecision<'_>| {
        let look = decision.look.filter(|look| !look.renamed)?;
        Some(format!("renamed by hand to {}", look.moved_from()?))
    };
    let mut drifted = Vec::new();
    for (&index, decision) in decisions.iter_mut().filter(|(_, decision)| decision.cause == Cause::Hand) {
        let moved = moved(decision);
        // A materialized view gets the names of its columns back, and is recorded.
        let columns = findings
            .comparison
            .differences
            .get(&index)
            .is_some_and(|difference| !difference.renamed().is_empty());
        if decision.verb != Verb::Record || moved.is_some() || columns {
            decision.reason =
                moved.filter(|_| decision.verb == Verb::Record).unwrap_or_else(|| decision.reason.clone());
            drifted.push(index);
        }
    }
    match findings.facts.choices.drift {
        Drift::Heal => Ok(Vec::new()),
        Drift::Refuse if !drifted.is_empty() => {
            let names: Vec<_> = drifted
                .iter()
                .map(|index| {
                    format!("\"{}\" ({})", findings.project.object(*index).name(), decisions[index].reason)
                })
                .collect();
            Err(Error::new(
                ErrorKind::Refused,
                format!("{} drifted: {}", count(names.len(), "object"), names.join(", ")),
            )
            .unchanged()
            .help("heal them with Drift::Heal, or write what was done by hand into their files"))
        }
        Drift::Refuse => Ok(Vec::new()),
        Drift::Report => {
            Ok(drifted.into_iter().filter_map(|index| Some((index, decisions.remove(&index)?))).collect())
        }
    }
}
