//! What somebody made of an object, which a new definition does not lose.

use crate::decide::attached::ownership::Ownership;
use crate::decide::plan::findings::Findings;
use crate::decide::plan::object_decision::ObjectDecision;
use crate::read::dependent::Dependent;
use crate::set::project::Object;
use crate::words::attachment::{Fires, Says};
use crate::words::facet::Facet;
use crate::words::name::{identifier, literal};
use crate::words::object::Kind;
use crate::words::verb::Verb;

/// The somebody's own options that a new definition does not lose, for the report.
pub fn kept(
    findings: &Findings<'_>,
    object: Object<'_>,
    decision: &ObjectDecision<'_>,
    dependent: Option<&Dependent>,
) -> Option<String> {
    let ownership = Ownership::new(object, decision);
    let parts = dependent
        .into_iter()
        .flat_map(|dependent| &dependent.script.parts)
        .filter_map(|part| part.option.as_deref());
    let known = findings.comparison.options.get(&object.index()).map_or(&[][..], Vec::as_slice);
    let value =
        |name: &str| known.iter().filter_map(|option| option.split_once('=')).find(|(key, _)| *key == name);
    let live: Vec<&str> = match decision.verb {
        Verb::Replace => known.iter().filter_map(|option| Some(option.split_once('=')?.0)).collect(),
        Verb::Rebuild => parts.collect(),
        _ => return None,
    };
    let kept: Vec<String> = live
        .into_iter()
        .filter(|name| !ownership.options.iter().any(|stated| stated == name))
        .map(|name| value(name).map_or_else(|| name.to_owned(), |(name, value)| format!("{name} = {value}")))
        .collect();
    (!kept.is_empty()).then(|| format!("keeps {}, which its file does not state", kept.join(" and ")))
}

/// CREATE OR REPLACE VIEW sets the options to exactly what its text states. Those that no text of ours stated are
/// somebody's own, and are set again.
pub fn keep_options(
    findings: &Findings<'_>,
    object: Object<'_>,
    decision: &ObjectDecision<'_>,
) -> Vec<String> {
    let stated = &object.data().options;
    let before =
        decision.look.and_then(|look| look.found.record).map_or(&[][..], |record| &record.stated.options);
    let options = findings.comparison.options.get(&object.index()).filter(|_| object.kind() == Kind::View);
    options
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .filter_map(|option| option.split_once('='))
        .filter(|(key, _)| !stated.iter().chain(before).any(|stated| stated == key))
        .map(|(key, value)| {
            format!("alter view {} set ({} = {})", object.name(), identifier(key), literal(value))
        })
        .collect()
}

/// CREATE OR REPLACE TRIGGER makes it fire again. What somebody made of that stays, unless a text of ours stated it.
pub fn keep_fires(object: Object<'_>, decision: &ObjectDecision<'_>) -> Option<String> {
    let stated = Ownership::new(object, decision).fires;
    let fires = decision.look?.found.live?.fires.filter(|fires| !stated && *fires != Fires::Origin)?;
    Some(fires_on(object, &object.identity().on()?.to_string(), fires))
}

/// What is done to a trigger is done to it on all partitions of its table. What somebody made of it on one of them stays.
pub fn keep_clones(object: Object<'_>, decision: &ObjectDecision<'_>) -> Vec<String> {
    let Some(look) = decision.look else { return Vec::new() };
    let sent = look.reconciled.statements();
    let states = |place: &usize| matches!(object.data().attachments[*place].says, Says::Fires { .. });
    let is_done = match decision.verb {
        Verb::Replace => true,
        Verb::Attach => {
            sent.iter().any(states) || look.reconciled.removed.iter().any(|one| one.facet == Facet::Fires)
        }
        _ => false,
    };
    let clones = look.found.live.and_then(|live| live.clones.as_deref()).filter(|_| is_done);
    let clones = clones.into_iter().flatten();
    clones.map(|clone| fires_on(object, &clone.table, clone.fires)).collect()
}

/// The statement that makes a trigger fire so on a table.
fn fires_on(object: Object<'_>, table: &str, fires: Fires) -> String {
    let word = match fires {
        Fires::Origin => "enable",
        Fires::Never => "disable",
        Fires::Replica => "enable replica",
        Fires::Always => "enable always",
    };
    format!("alter table {table} {word} trigger {}", identifier(&object.identity().name))
}
