//! What each object needs: by itself, and because of what it stands on.

use std::collections::BTreeMap;

use super::findings::Findings;
use crate::decide::compare::classify::{Cause, Classification, State};
use crate::decide::compare::difference::Difference;
use crate::decide::reason::Reason;
use crate::decide::reasons::Reasons;
use crate::read::address::Address;
use crate::set::project::Object;
use crate::words::amount::count;
use crate::words::diff::unified;
use crate::words::error::{Error, ErrorKind};
use crate::words::identity::Identity;
use crate::words::object::Kind;
use crate::words::options::Drift;
use crate::words::verb::Verb;

/// What an object needs, before the statements are written.
pub struct ObjectDecision<'a> {
    pub verb: Verb,
    pub cause: Cause,
    pub reasons: Reasons,
    pub look: Option<&'a Classification<'a>>,
    pub address: Option<Address>,
    /// What it is called now, and whose it is, when it exists.
    pub now: Option<Now>,
    /// What the release that stands now will miss.
    pub breaks: Option<String>,
    /// How what was found and what the file makes are printed.
    pub diff: Option<String>,
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
    pub fn dependent(findings: &Findings<'_>, object: Object<'_>, verb: Verb, reasons: Reasons) -> Self {
        let managed = findings.managed.get(object.key().as_str());
        ObjectDecision {
            verb,
            cause: Cause::Dependency,
            reasons,
            look: None,
            address: managed.map(|managed| managed.address.clone()),
            now: managed.map(|managed| Now {
                identity: object.identity(),
                owner: managed.owner.clone(),
                ours: managed.ours,
            }),
            breaks: None,
            diff: None,
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
        let (verb, reasons) = for_what_it_reads(findings, object, difference);
        let decision = ObjectDecision {
            breaks: breaks(Some(difference)),
            ..ObjectDecision::dependent(findings, object, verb, reasons)
        };
        decisions.insert(index, decision);
    }
    decisions
}

fn of_look<'a>(findings: &Findings<'_>, look: &'a Classification<'a>) -> ObjectDecision<'a> {
    let difference = findings.comparison.differences.get(&look.object.index());
    let (verb, cause, mut reasons) = by_state(findings, look, difference);
    if matches!(verb, Verb::Replace | Verb::Rebuild) && !look.reconciled.removed.is_empty() {
        reasons.add([Reason::NoLongerStates(look.reconciled.no_longer())]);
    }
    reasons.add(look.reconciled.kept.clone().map(Reason::Keeps));
    ObjectDecision {
        verb,
        cause,
        reasons,
        look: Some(look),
        address: look.found.live.map(|live| live.address.clone()),
        now: look.found.live.map(|live| Now {
            identity: live.identity.clone(),
            owner: live.owner.clone(),
            ours: live.ours,
        }),
        breaks: breaks(difference),
        diff: match (look.found.record, verb) {
            (None, Verb::Replace | Verb::Rebuild) => {
                let printed = findings.comparison.printed.get(&look.object.index());
                printed.and_then(|[found, made]| unified(found, made))
            }
            _ => None,
        },
    }
}

/// What a look came to, and how the object differs from its file.
fn by_state(
    findings: &Findings<'_>,
    look: &Classification<'_>,
    difference: Option<&Difference>,
) -> (Verb, Cause, Reasons) {
    let (cause, mut reasons) = (look.cause, Reasons::from(look.reason.clone()));
    let verb = match (look.state, difference) {
        (State::Missing, _) => Verb::Create,
        (State::Settled | State::Detached, Some(difference)) if *difference != Difference::None => {
            // Nothing is wrong with it but what it stands on.
            let (verb, reasons) = for_what_it_reads(findings, look.object, difference);
            return (verb, Cause::Dependency, reasons);
        }
        (State::Settled, _) => Verb::Record,
        (State::Detached, _) => Verb::Attach,
        (State::Suspect, Some(Difference::None)) => {
            reasons = same_definition(look);
            if look.reconciled.is_needed() { Verb::Attach } else { Verb::Record }
        }
        (State::Suspect, Some(difference)) => by_difference(difference, look.object, &mut reasons),
        (State::Suspect, None) => match findings.comparison.impossible {
            Some(why) => {
                reasons.add([Reason::NotComparable(why)]);
                Verb::Leave
            }
            None => Verb::Rebuild,
        },
    };
    (verb, cause, reasons)
}

/// What an object needs that differs because of what it stands on.
fn for_what_it_reads(
    findings: &Findings<'_>,
    object: Object<'_>,
    difference: &Difference,
) -> (Verb, Reasons) {
    let differs = |index| findings.comparison.differences.contains_key(&index);
    let mut reasons = Reasons::from(Reason::depends_on(object, differs));
    (by_difference(difference, object, &mut reasons), reasons)
}

/// Why something is to be done to an object whose definition is as the file says.
fn same_definition(look: &Classification<'_>) -> Reasons {
    let (reasons, reconciled) = (Reasons::from(look.reason.clone()), &look.reconciled);
    match (look.found.record, reconciled.is_needed(), look.cause) {
        (None, false, _) => Reason::FoundAsStated.into(),
        (None, true, _) => Reason::FoundWithout(reconciled.missing()).into(),
        (Some(_), false, _) => reasons.and([Reason::SameToServer]),
        (Some(_), true, Cause::File) => {
            Reason::Attached { file: look.object.file(), states: reconciled.of_file() }.into()
        }
        (Some(_), true, _) => reasons.and([match look.cause {
            Cause::Hand => Reason::AttachedByHand(reconciled.drifted()),
            _ => Reason::AttachedByMigration(reconciled.drifted()),
        }]),
    }
}

/// What readers that know the old columns will miss.
fn breaks(difference: Option<&Difference>) -> Option<String> {
    match difference {
        Some(Difference::Rebuild { what, breaks: true, .. }) => Some(what.clone()),
        _ => None,
    }
}

/// What a difference asks for; what differs is added to the reasons.
fn by_difference(difference: &Difference, object: Object<'_>, reasons: &mut Reasons) -> Verb {
    match difference {
        Difference::None => Verb::Record,
        Difference::InPlace { what, .. } => {
            reasons.add(what.clone().map(Reason::Differs));
            // Its columns get their names back, and that is all.
            if object.kind() == Kind::MaterializedView { Verb::Record } else { Verb::Replace }
        }
        Difference::Rebuild { what, .. } => {
            reasons.add([Reason::Rebuilt { differs: what.clone(), kind: object.kind() }]);
            Verb::Rebuild
        }
    }
}

/// Takes out what a person changed, when the option says so.
pub fn leave_drift<'a>(
    findings: &Findings<'_>,
    decisions: &mut BTreeMap<usize, ObjectDecision<'a>>,
) -> Result<Vec<(usize, ObjectDecision<'a>)>, Error> {
    let moved = |decision: &ObjectDecision<'_>| {
        let look = decision.look.filter(|look| !look.found.renamed)?;
        Some(Reason::RenamedByHand { to: look.moved_from()? })
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
            if let Some(moved) = moved.filter(|_| decision.verb == Verb::Record) {
                decision.reasons = moved.into();
            }
            drifted.push(index);
        }
    }
    match findings.facts.choices.drift {
        Drift::Heal => Ok(Vec::new()),
        Drift::Refuse if !drifted.is_empty() => {
            let names: Vec<_> = drifted
                .iter()
                .map(|index| {
                    format!("\"{}\" ({})", findings.project.object(*index).name(), decisions[index].reasons)
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
