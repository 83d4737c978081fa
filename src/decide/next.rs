//! From the facts to a decision, or to what has to be known before there can be one.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::attached::attachments::of_name;
use super::attached::convert::of_kind;
use super::compare::classify::{self, Cause, Classification};
use super::compare::compared::Compared;
use super::compare::comparison::Comparison;
use super::compare::doubtful::settle;
use super::compare::other_meaning::mean_the_same;
use super::compare::overloads;
use super::compare::parsed::may_be_parsed;
use super::compare::shadows::Shadows;
use super::decision::Decision;
use super::facts::Facts;
use super::plan::findings::Findings;
use super::plan::needed_rights::{missing, of_actions};
use super::plan::planner;
use super::plan::pruning::taken_warning;
use super::plan::retirement::Retirement;
use super::plan::value::Plan;
use super::question::{Question, Stop};
use crate::read::address::Address;
use crate::read::dependent::Dependent;
use crate::read::facts::{LiveObject, ManagedObject};
use crate::set::project::Project;
use crate::words::error::Error;
use crate::words::identity::Identity;
use crate::words::options::{Direction, Drift};

/// What comes next.
#[derive(Debug)]
pub enum Next {
    Ask(Question),
    Decided(Box<Decision>),
}

/// Decides, as far as the facts go.
///
/// # Errors
///
/// What is to be done cannot be done, or an option refuses it.
pub fn next(project: &Project, facts: &Facts) -> Result<Next, Error> {
    match decide(project, facts) {
        Ok(decision) => Ok(Next::Decided(Box::new(decision))),
        Err(Stop::Ask(question)) => Ok(Next::Ask(*question)),
        Err(Stop::Fail(error)) => Err(error),
    }
}

/// What can be said of the objects while table migrations are pending, whose tables they may read.
pub fn forecast(project: &Project, facts: &Facts) -> Result<Plan, Error> {
    let looks = classify::looks(project, facts, false)?;
    Ok(planner::forecast(project, &looks, &facts.recorded.retired))
}

fn decide(project: &Project, facts: &Facts) -> Result<Decision, Stop> {
    let (choices, recorded) = (facts.choices, &facts.recorded);
    may_be_parsed(project, facts)?;
    mean_the_same(project, facts)?;
    let mut looks = classify::looks(project, facts, choices.acting)?;
    settle(project, facts, &mut looks)?;
    let aside = aside(facts, &looks);
    let managed: HashMap<&str, &ManagedObject> =
        recorded.managed.iter().map(|managed| (managed.identity.as_str(), managed)).collect();
    let left = left_alone(&looks, choices.drift);
    let compared = Compared { project, facts, looks: &looks, managed: &managed, left: &left };
    let comparison = compared.with_shadows(!aside.is_empty())?;
    let roots = match comparison.impossible {
        None => compared.rebuilt(&comparison),
        Some(_) => Vec::new(),
    };
    let leaving = Retirement::of(recorded, &looks, choices.prune);
    let dependents = dependents(facts, &looks, &roots)?;
    let misfits = misfits(project, facts, &looks, &comparison, &dependents, &roots)?;
    let pruned = dropped(facts, &leaving)?;
    let (mut plan, work) = planner::plan(&Findings {
        project,
        facts,
        looks: &looks,
        comparison: &comparison,
        managed: &managed,
        dependents: &dependents,
        misfits: &misfits,
        aside: &aside,
        leaving: &leaving,
        pruned,
    })?;
    add_rights(project, facts, &looks, &mut plan)?;
    plan.warnings.extend(looks.iter().filter_map(left_warning));
    plan.warnings.extend(leaving.taken.iter().map(|gone| taken_warning(gone, choices.direction)));
    if choices.direction == Direction::Back {
        // Only a rollback is asked later whether what was shown is still so.
        plan.seen = facts.live.objects.iter().map(seen).collect();
    }
    let taken = leaving.taken.into_iter().map(|gone| gone.identity).collect();
    Ok(Decision { plan, work, retired: leaving.retired, renamed: leaving.renamed, taken })
}

/// What stays as a person left it changes nothing above it.
fn left_alone(looks: &[Classification<'_>], drift: Drift) -> BTreeSet<usize> {
    let left = looks.iter().filter(|look| drift == Drift::Report && look.cause == Cause::Hand);
    left.map(|look| look.object.index()).collect()
}

/// What depends on the objects that will be rebuilt.
fn dependents(
    facts: &Facts,
    looks: &[Classification<'_>],
    roots: &[Address],
) -> Result<Vec<Dependent>, Stop> {
    match &facts.answers.dependents {
        Some(dependents) => Ok(fitting(dependents.clone(), looks)),
        None if roots.is_empty() => Ok(Vec::new()),
        None => Err(Question::Dependents { roots: roots.to_vec(), alone: facts.recorded.triggers() }.into()),
    }
}

/// Which foreign dependents fit no longer, and why.
fn misfits<'f>(
    project: &Project,
    facts: &'f Facts,
    looks: &[Classification<'_>],
    comparison: &Comparison,
    dependents: &[Dependent],
    roots: &[Address],
) -> Result<Cow<'f, BTreeMap<Address, String>>, Stop> {
    if let Some(misfits) = &facts.answers.misfits {
        return Ok(Cow::Borrowed(misfits));
    }
    let foreign = unfit(facts, looks, comparison, dependents, roots);
    if foreign.is_empty() {
        return Ok(Cow::default());
    }
    let shadows = Shadows::new(project, &comparison.objects, &facts.live.taken);
    Err(Question::Fit { shadows, foreign }.into())
}

/// What goes with the objects that are dropped because their files are gone.
fn dropped<'f>(facts: &'f Facts, leaving: &Retirement) -> Result<&'f [Dependent], Stop> {
    match &facts.answers.dropped {
        Some(dropped) => Ok(dropped),
        None if leaving.prune.is_empty() => Ok(&[]),
        None => {
            let roots = leaving.prune.iter().map(|gone| gone.address.clone()).collect();
            Err(Question::Dropped { roots, alone: facts.recorded.triggers() }.into())
        }
    }
}

/// The foreign dependents of which it is not known whether they fit. What is to be renamed comes first, and then all is decided
/// anew.
fn unfit(
    facts: &Facts,
    looks: &[Classification<'_>],
    comparison: &Comparison,
    dependents: &[Dependent],
    roots: &[Address],
) -> Vec<Address> {
    let renames = looks.iter().any(|look| look.moved_from().is_some())
        || comparison.differences.values().any(|difference| !difference.renamed().is_empty());
    if renames || comparison.objects.is_empty() {
        return Vec::new();
    }
    let ours: BTreeSet<&Address> =
        facts.recorded.managed.iter().map(|managed| &managed.address).chain(roots).collect();
    let foreign = dependents.iter().map(|dependent| &dependent.id).filter(|id| !ours.contains(id));
    foreign.cloned().collect()
}

/// Adds the rights that the role lacks for what the plan does.
fn add_rights(
    project: &Project,
    facts: &Facts,
    looks: &[Classification<'_>],
    plan: &mut Plan,
) -> Result<(), Stop> {
    let done = plan.actions.iter().filter_map(|action| Some((action.verb, project.object(action.index?))));
    let questions = of_actions(done, looks);
    match &facts.answers.rights {
        None if questions.is_empty() => {}
        None => return Err(Question::Rights(questions).into()),
        Some(answer) => {
            let lacks = missing(&questions, answer);
            plan.missing_rights.extend(lacks.rights);
            plan.warnings.extend(lacks.warnings);
        }
    }
    Ok(())
}

/// What is said of what was an object of ours, where its name or its table is another one's.
fn left_warning(look: &Classification<'_>) -> Option<String> {
    let left = look.found.left.filter(|_| !look.found.on_partition)?;
    Some(format!(
        "{} {} was the project's {}, which is another one by now: it stays, and is not this project's",
        left.kind,
        left.identity,
        look.object.identity()
    ))
}

/// Whether an object has another identity in the project. An argument's type may have had another name when it stepped aside.
fn differs(look: &Classification<'_>, dependent: &Identity) -> bool {
    let identity = look.object.identity();
    let types = |identity: &Identity| identity.arguments.as_deref().map(overloads::types);
    let bare = |types: Option<Vec<String>>| {
        types.map(|types| types.iter().map(|name| overloads::bare(name).to_owned()).collect::<Vec<_>>())
    };
    dependent.qualified() != identity.qualified() || bare(types(dependent)) != bare(types(&identity))
}

/// What stepped aside, under the names that it has in the project.
fn aside(facts: &Facts, looks: &[Classification<'_>]) -> Vec<Dependent> {
    let looked = |dependent: &Dependent| {
        looks
            .iter()
            .find(|look| look.found.record.is_some_and(|record| &record.address == dependent.origin()))
    };
    let aside = facts.recorded.aside.iter().map(|dependent| match looked(dependent) {
        Some(look) if differs(look, &Identity::displayed(&dependent.identity)) => {
            of_name(dependent.clone(), &look.object.identity())
        }
        _ => dependent.clone(),
    });
    aside.collect()
}

/// What is put back on what will be of another kind, or will have other argument types.
fn fitting(dependents: Vec<Dependent>, looks: &[Classification<'_>]) -> Vec<Dependent> {
    let other: HashMap<&Address, &Classification<'_>> = looks
        .iter()
        .filter(|look| look.is_other_kind() && look.object.kind().is_relation())
        .filter_map(|look| Some((&look.found.live?.address, look)))
        .collect();
    let arguments: HashMap<&Address, Identity> = looks
        .iter()
        .filter(|look| look.object.kind().is_routine() && look.found.renamed)
        .filter_map(|look| Some((&look.found.live?.address, look.object.identity())))
        .collect();
    let fitting = dependents.into_iter().map(|dependent| {
        match (other.get(&dependent.id), arguments.get(&dependent.id)) {
            (Some(look), _) => of_kind(dependent, look),
            (None, Some(identity)) => of_name(dependent, identity),
            (None, None) => dependent,
        }
    });
    fitting.collect()
}

/// An object as it is, to know whether it is still so later.
fn seen(live: &LiveObject) -> (String, String) {
    let object = format!("{} {}", live.kind, live.identity);
    (object, format!("{} {} {:?}", live.address, live.owner, live.deparsed_hash))
}
