//! What hangs on the objects that are rebuilt: ours is rebuilt with them from its file, what is not ours from the catalog.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::findings::Findings;
use super::object_decision::ObjectDecision;
use super::obstacle::Obstacle;
use crate::decide::attached::ownership::{Fate, Ownership};
use crate::decide::compare::classify::Cause;
use crate::decide::compare::difference::Difference;
use crate::decide::reason::Reason;
use crate::read::address::Address;
use crate::read::dependent::About;
use crate::read::dependent::Dependent;
use crate::words::amount::count;
use crate::words::attachment::Says;
use crate::words::error::{Error, ErrorKind};
use crate::words::facet::Facet;
use crate::words::identity::Identity;
use crate::words::name::identifier;
use crate::words::object::Kind;
use crate::words::options::Foreign;
use crate::words::verb::Verb;

/// What is dropped and comes back with the rebuilt objects.
#[derive(Debug, Default)]
pub struct Dependents<'a> {
    /// The objects of the project among it, with what belongs to them.
    pub ours: BTreeMap<usize, &'a Dependent>,
    /// Their addresses.
    pub addresses: HashMap<&'a str, usize>,
    /// In no file of the project: put back from the catalog, each after what it stands on.
    pub put_back: Vec<&'a Dependent>,
    /// Indexes and extended statistics that the texts of rebuilt materialized views make, and that were dropped by
    /// themselves, because they stand on something else, too.
    pub of_texts: Vec<(usize, &'a Dependent)>,
    /// Retired objects that no longer fit, and why: they go now.
    pub gone: Vec<(&'a Dependent, Obstacle<'a>)>,
}

impl<'a> Dependents<'a> {
    /// Everything that is dropped, with the objects of the project in it.
    fn new(
        findings: &Findings<'a>,
        decisions: &BTreeMap<usize, ObjectDecision<'_>>,
        left: &BTreeSet<usize>,
    ) -> Self {
        let by_address: HashMap<&Address, usize> = findings
            .managed
            .values()
            .filter_map(|managed| Some((&managed.address, findings.project.find(&managed.identity)?.index())))
            .chain(
                decisions.iter().filter_map(|(&index, decision)| Some((decision.address.as_ref()?, index))),
            )
            .collect();
        let of_catalog = |dependent: &'a Dependent| {
            let index = *by_address.get(&dependent.id)?;
            (!left.contains(&index)).then_some((index, dependent))
        };
        let by_record: HashMap<&Address, usize> = findings
            .looks
            .iter()
            .filter_map(|look| Some((&look.found.record?.address, look.object.index())))
            .collect();
        let of_file = |dependent: &'a Dependent| {
            let by_name = || {
                Some(findings.project.find(&Identity::displayed(&dependent.identity).to_string())?.index())
            };
            Some((by_record.get(dependent.origin()).copied().or_else(by_name)?, dependent))
        };
        let aside = findings.aside.iter().filter_map(of_file);
        let ours: BTreeMap<usize, &Dependent> =
            aside.chain(findings.dependents.iter().filter_map(of_catalog)).collect();
        let addresses = ours.iter().map(|(&index, dependent)| (dependent.id.as_str(), index)).collect();
        Dependents { ours, addresses, ..Dependents::default() }
    }

    fn is_ours(&self, dependent: &Dependent) -> bool {
        self.addresses.contains_key(dependent.id.as_str())
    }
}

/// Rebuilds what is ours of all that hangs on rebuilt objects, and gives the rest.
///
/// # Errors
///
/// Something of the rest cannot be put back, or the option says that it must not be touched.
pub fn add_dependents<'a>(
    findings: &'a Findings<'_>,
    decisions: &mut BTreeMap<usize, ObjectDecision<'a>>,
    left: &[(usize, ObjectDecision<'_>)],
) -> Result<Dependents<'a>, Error> {
    // What is left as a person made it comes back as he made it.
    let dependents = Dependents::new(findings, decisions, &left.iter().map(|(index, _)| *index).collect());
    let roots: Vec<String> = decisions
        .iter()
        .filter(|(_, decision)| decision.verb == Verb::Rebuild)
        .map(|(&index, decision)| {
            format!("\"{}\" ({})", findings.project.object(index).name(), decision.reasons)
        })
        .collect();
    let place =
        decisions.iter().find(|(_, decision)| decision.verb == Verb::Rebuild).map(|(&index, _)| index);
    let kept = what_is_kept(findings, place);
    let dependents = sort_out(findings, dependents).map_err(|problems| {
        let texts: Vec<String> =
            problems.iter().map(|(dependent, why)| format!("{dependent}: {why}")).collect();
        let error = Error::new(
            ErrorKind::Conflict,
            format!(
                "cannot rebuild {}: {} of no file of this project {} on it and cannot be put back: {}",
                roots.join(", "),
                count(problems.len(), "object"),
                if problems.len() == 1 { "hangs" } else { "hang" },
                texts.join("; ")
            ),
        );
        let help = problems.iter().find_map(|(_, why)| why.help());
        let error = error
            .unchanged()
            .help(help.unwrap_or_else(|| format!("change or drop them before, or keep {kept}")));
        at(findings, place, error)
    })?;
    let ours: BTreeSet<&Address> = findings.managed.values().map(|managed| &managed.address).collect();
    let not_ours = |dependent: &&&Dependent| !ours.contains(dependent.origin());
    let names: Vec<_> =
        dependents.put_back.iter().filter(not_ours).map(|dependent| dependent.to_string()).collect();
    if findings.facts.choices.foreign == Foreign::Refuse && !names.is_empty() {
        let message = format!(
            "{} of no file of this project would be dropped and put back with {}: {}",
            count(names.len(), "object"),
            roots.join(", "),
            names.join(", ")
        );
        let help = format!("allow it with Foreign::Rebuild, or drop them before, or keep {kept}");
        let error = Error::new(ErrorKind::Refused, message).unchanged().help(help);
        return Err(at(findings, place, error));
    }
    rebuild(findings, decisions, &dependents);
    distrust(findings, decisions, &dependents)?;
    Ok(dependents)
}

/// What a rebuilt object would have to keep, so that it need not be dropped.
fn what_is_kept(findings: &Findings<'_>, place: Option<usize>) -> String {
    match place.map(|index| findings.project.object(index).kind()) {
        Some(kind) if kind.is_routine() => format!("the {kind}'s arguments and what it returns as they are"),
        _ => "the view's columns as they are".to_owned(),
    }
}

/// Refuses what somebody put on an object of the project and that would run code of an untrusted role when it is put back.
fn distrust(
    findings: &Findings<'_>,
    decisions: &BTreeMap<usize, ObjectDecision<'_>>,
    dependents: &Dependents<'_>,
) -> Result<(), Error> {
    for (&index, dependent) in dependents.ours.iter().filter(|(_, dependent)| !dependent.untrusted.is_empty())
    {
        let (object, Some(decision)) = (findings.project.object(index), decisions.get(&index)) else {
            continue;
        };
        let ownership = Ownership::new(object, decision);
        // What its file makes, the project itself answers for.
        let kept = |about: &About| ownership.fate_of(about) == Fate::Kept;
        let found = dependent
            .untrusted
            .iter()
            .find_map(|one| Some((one.about.as_ref().filter(|about| kept(about))?, one)));
        if let Some((about, untrusted)) = found {
            let (kind, name, what) = (object.kind(), object.name(), &untrusted.what);
            let message =
                format!("cannot rebuild {kind} \"{name}\": {about} of no file cannot be put back: {what}");
            let error = Error::new(ErrorKind::Conflict, message);
            let error = error.unchanged().help(untrusted.help());
            return Err(at(findings, Some(index), error));
        }
    }
    Ok(())
}

fn at(findings: &Findings<'_>, index: Option<usize>, error: Error) -> Error {
    let Some(index) = index else { return error };
    let object = findings.project.object(index);
    error.object(object.key()).at(object.place(object.data().statement.start))
}

/// Tells what can be put back from what cannot: gives the latter, with the reasons, where there is any.
fn sort_out<'a>(
    findings: &Findings<'a>,
    mut dependents: Dependents<'a>,
) -> Result<Dependents<'a>, Vec<(&'a Dependent, Obstacle<'a>)>> {
    let retired: BTreeSet<&Address> = findings
        .managed
        .values()
        .filter(|managed| findings.project.find(&managed.identity).is_none())
        .map(|managed| &managed.address)
        .collect();
    let direction = findings.facts.choices.direction;
    let mut problems = Vec::new();
    for dependent in findings.dependents.iter().chain(findings.aside) {
        if dependents.is_ours(dependent) || comes_from_a_file(findings, dependent) {
            continue;
        }
        if let Some(index) = of_text(findings, &dependents, dependent) {
            dependents.of_texts.push((index, dependent));
            continue;
        }
        let pruned = findings.leaving.prune.iter().any(|pruned| dependent.origin() == &pruned.address);
        // It does not fit after the migrations, or it would be back.
        let absent = findings.facts.recorded.absent.contains(dependent.origin());
        let on_gone = |id: &String| dependents.gone.iter().find(|(gone, _)| gone.id == *id);
        let why = pruned
            .then_some(Obstacle::Gone(direction))
            .or_else(|| absent.then_some(Obstacle::Absent))
            .or_else(|| dependent.impossible.as_deref().map(Obstacle::Refused))
            .or_else(|| dependent.untrusted.first().map(Obstacle::Untrusted))
            .or_else(|| column_gone(findings, &dependents, dependent))
            .or_else(|| of_no_view(findings, &dependents, dependent))
            .or_else(|| findings.misfits.get(&dependent.id).map(|why| Obstacle::Refused(why)))
            .or_else(|| {
                routine_changed(findings, &dependents, dependent)
                    .filter(|_| retired.contains(dependent.origin()))
            })
            .or_else(|| {
                let (gone, _) = dependent.needs.iter().find_map(on_gone)?;
                Some(Obstacle::OnGone(gone, direction))
            });
        match why {
            None => dependents.put_back.push(dependent),
            Some(why) if absent || retired.contains(dependent.origin()) => {
                dependents.gone.push((dependent, why));
            }
            Some(why) => problems.push((dependent, why)),
        }
    }
    if problems.is_empty() { Ok(dependents) } else { Err(problems) }
}

/// Whether it is a rule that the file of its view makes, and will make.
fn comes_from_a_file(findings: &Findings<'_>, dependent: &Dependent) -> bool {
    let makes = |index: &usize| {
        let object = findings.project.object(*index);
        object.data().attachments.iter().any(|attachment| match &attachment.says {
            Says::Rule { name } => dependent.identity == format!("{} on {}", identifier(name), object.name()),
            _ => false,
        })
    };
    let made =
        findings.comparison.differences.iter().filter(|(_, difference)| **difference != Difference::None);
    dependent.kind == "rule" && made.map(|(index, _)| index).any(makes)
}

/// The rebuilt materialized view whose text makes this index or these statistics, the new text or the one that we applied
/// last.
fn of_text(findings: &Findings<'_>, dependents: &Dependents<'_>, dependent: &Dependent) -> Option<usize> {
    let name = Identity::displayed(&dependent.identity).name;
    let facet = match dependent.kind.as_str() {
        "index" => Facet::Index(name),
        "statistics object" => Facet::Statistics(name),
        _ => return None,
    };
    let states = |index: &usize| {
        let now = findings.project.object(*index).data().attachments.iter().map(|one| &one.says);
        let record = findings
            .looks
            .iter()
            .find(|look| look.object.index() == *index)
            .and_then(|look| look.found.record);
        let before = record.into_iter().flat_map(|record| &record.stated.attachments).map(|one| &one.says);
        now.chain(before).any(|says| Facet::of(says).contains(&facet))
    };
    dependent.needs.iter().filter_map(|id| dependents.addresses.get(id.as_str()).copied()).find(states)
}

/// The first column that it uses and that the new object does not have. One that a person renamed gets its name back.
fn column_gone<'a>(
    findings: &Findings<'a>,
    dependents: &Dependents<'_>,
    dependent: &'a Dependent,
) -> Option<Obstacle<'a>> {
    dependent.uses.iter().find_map(|used| {
        let &index = dependents.addresses.get(used.of.as_str())?;
        let columns = findings.comparison.columns.get(&index)?;
        let renamed = findings.comparison.differences.get(&index).map_or(&[][..], Difference::renamed);
        let name = renamed.iter().find(|(from, _)| *from == used.column).map_or(&used.column, |(_, to)| to);
        (!columns.contains(name))
            .then(|| Obstacle::Column { name, of: findings.project.object(index).name() })
    })
}

/// A view that becomes a materialized one has no triggers and no rules any more.
fn of_no_view<'a>(
    findings: &Findings<'a>,
    dependents: &Dependents<'_>,
    dependent: &'a Dependent,
) -> Option<Obstacle<'a>> {
    if !["trigger", "rule"].contains(&dependent.kind.as_str()) {
        return None;
    }
    let below = dependent.needs.iter().filter_map(|id| dependents.addresses.get(id.as_str()));
    let mut below = below.map(|&index| findings.project.object(index));
    let of = below.find(|object| object.kind() == Kind::MaterializedView)?;
    Some(Obstacle::OfNoView { of, kind: &dependent.kind })
}

/// A routine that it stands on and that will be called in another way. Nobody can tell whether it still fits, because shadows of
/// routines are found by no text; what is retired is not worth a run that fails.
fn routine_changed<'a>(
    findings: &Findings<'a>,
    dependents: &Dependents<'_>,
    dependent: &Dependent,
) -> Option<Obstacle<'a>> {
    dependent.needs.iter().find_map(|id| {
        let &index = dependents.addresses.get(id.as_str())?;
        let object = findings.project.object(index);
        let changes = matches!(findings.comparison.differences.get(&index), Some(Difference::Rebuild { .. }));
        (object.kind().is_routine() && changes).then_some(Obstacle::Routine(object))
    })
}

/// What is ours and hangs on a rebuilt object is rebuilt too.
fn rebuild<'a>(
    findings: &'a Findings<'_>,
    decisions: &mut BTreeMap<usize, ObjectDecision<'a>>,
    dependents: &Dependents<'_>,
) {
    let rebuilt: BTreeSet<usize> = findings
        .dependents
        .iter()
        .filter_map(|dependent| dependents.addresses.get(dependent.id.as_str()).copied())
        .collect();
    for &index in &rebuilt {
        let object = findings.project.object(index);
        let reasons = || Reason::depends_on(object, |index| rebuilt.contains(&index)).into();
        let decision = decisions
            .entry(index)
            .or_insert_with(|| ObjectDecision::dependent(findings, object, Verb::Rebuild, reasons()));
        if decision.verb != Verb::Rebuild {
            if matches!(decision.verb, Verb::Record | Verb::Attach) {
                (decision.cause, decision.reasons) = (Cause::Dependency, reasons());
            }
            decision.verb = Verb::Rebuild;
        }
    }
}
