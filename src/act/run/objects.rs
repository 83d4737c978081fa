//! The objects' part of a run: look, compare, plan, apply. Everything happens in the caller's open transaction.

use crate::look::survey::hanging_on;
use std::collections::{BTreeSet, HashMap};

use crate::decide::attached::attachments::{of_arguments, of_name};
use crate::decide::attached::convert::of_kind;
use crate::decide::compare::classify::{self, Cause, Classification};
use crate::decide::compare::uses::question;
use crate::decide::plan::leaving::Leaving;
use crate::decide::plan::needs::Facts;
use crate::decide::plan::planner;
use crate::decide::plan::retired::taken_warning;
use crate::decide::plan::side_by_side::SideBySide;
use crate::decide::plan::statements::Work;
use crate::decide::plan::value::{Action, Plan};
use crate::look::comparison::{Compared, Purpose};
use crate::look::dependents_fit::misfits;
use crate::look::index_shadows;
use crate::look::survey::Survey;
use crate::read::address::Address;
use crate::read::catalog::{self, CANONICAL, pins};
use crate::read::facts::{LiveObject, ManagedObject, RetiredObject};
use crate::read::ledger::{Done, Ledger, Written};
use crate::read::saved::Saved;
use crate::read::session::Session;
use crate::set::project::Project;
use crate::words::error::Error;
use crate::words::identity::Identity;
use crate::words::object::Kind;
use crate::words::options::{Direction, Drift, Options};
use crate::words::temporary::TemporaryNames;
use crate::words::verb::Verb;

/// What was decided.
pub struct Decision {
    pub plan: Plan,
    pub work: Work,
    /// Objects whose files this release took away.
    pub retired: Vec<RetiredObject>,
    /// Old and new identities of what the files say was renamed.
    pub renamed: Vec<(String, String)>,
    /// Retired objects that somebody changed since: they are no longer ours.
    pub taken: Vec<String>,
}

impl Decision {
    /// The objects that are made, or found to be as their files say.
    pub fn objects(&self) -> Vec<usize> {
        let actions = self.plan.actions.iter();
        let stand = actions
            .filter(|action| !matches!(action.verb, Verb::Leave | Verb::Retire | Verb::Drop | Verb::Rename));
        stand.filter_map(|action| action.index).collect()
    }

    /// The renames that come first, because something is rebuilt, and everything that is put back with it has to be read
    /// under the right names.
    pub fn renames_first(&self) -> Vec<Action> {
        let actions = &self.plan.actions;
        // The text of a materialized view can only be compared under the right names, too; and a new one is filled before
        // the switch, from what may get its name only there.
        let first = |action: &Action| {
            action.verb == Verb::Rebuild
                || matches!(action.verb, Verb::Rename | Verb::Create) && action.kind == Kind::MaterializedView
        };
        if !actions.iter().any(first) {
            return Vec::new();
        }
        actions.iter().filter(|action| action.verb == Verb::Rename).cloned().collect()
    }
}

/// Compares what is in doubt with shadows made from the files, reads what hangs on what must be dropped, and decides.
pub fn decide(
    session: &mut Session<'_>,
    project: &Project,
    survey: &Survey,
    (options, names, purpose): (&Options, &TemporaryNames, Purpose),
) -> Result<Decision, Error> {
    let mut looks = classify::looks(project, &survey.recorded, &survey.live, purpose == Purpose::Apply)?;
    index_shadows::settle(session, project, survey, &mut looks)?;
    let aside = aside(survey, &looks);
    let managed: HashMap<String, ManagedObject> =
        survey.recorded.managed.iter().map(|managed| (managed.identity.clone(), managed.clone())).collect();
    // What stays as a person left it changes nothing above it.
    let left: BTreeSet<usize> = looks
        .iter()
        .filter(|look| options.drift == Drift::Report && look.cause == Cause::Hand)
        .map(|look| look.object.index())
        .collect();
    let compared = Compared { project, survey, looks: &looks, managed: &managed, left: &left };
    let comparison = compared.with_shadows(session, !aside.is_empty(), purpose)?;
    let roots = match comparison.impossible {
        None => compared.rebuilt(&comparison),
        Some(_) => Vec::new(),
    };
    let leaving = Leaving::of(&survey.recorded, &looks, options.prune);
    let triggers = survey.recorded.managed.iter().filter(|managed| managed.kind == Kind::Trigger);
    let alone: Vec<&Address> = triggers.map(|managed| &managed.address).collect();
    let saved = fitting(hanging_on(session, project, roots.iter(), &alone)?, &looks);
    let ours: BTreeSet<&Address> =
        survey.recorded.managed.iter().map(|managed| &managed.address).chain(&roots).collect();
    let foreign: Vec<&Saved> = saved.iter().filter(|saved| !ours.contains(&saved.id)).collect();
    let renames = looks.iter().any(|look| look.moved_from().is_some())
        || comparison.differences.values().any(|difference| !difference.renamed().is_empty());
    let misfits = match renames {
        // What is to be renamed comes first, and then all is decided anew.
        true => HashMap::new(),
        false => misfits(session, project, &comparison.objects, &survey.live.taken, &foreign)?,
    };
    let pruned = hanging_on(session, project, leaving.prune.iter().map(|gone| &gone.address), &alone)?;
    let (mut plan, work) = planner::plan(&Facts {
        project,
        names,
        live: &survey.live,
        managed: &managed,
        looks: &looks,
        differences: &comparison.differences,
        saved: &saved,
        misfits: &misfits,
        aside: &aside,
        absent: &survey.recorded.absent,
        options: &comparison.options,
        columns: &comparison.columns,
        retired: &leaving.staying,
        prune: &leaving.prune,
        pruned: &pruned,
        drift: options.drift,
        foreign: options.foreign,
        direction: options.direction,
        not_comparable: comparison.impossible,
    })?;
    plan.warnings.extend(leaving.taken.iter().map(|gone| taken_warning(gone, options.direction)));
    if options.direction == Direction::Back {
        // Only a rollback is asked later whether what was shown is still so.
        plan.seen = survey.live.objects.iter().map(seen).collect();
    }
    let taken = leaving.taken.into_iter().map(|gone| gone.identity).collect();
    Ok(Decision { plan, work, retired: leaving.retired, renamed: leaving.renamed, taken })
}

/// What stepped aside, under the names that it has in the project.
fn aside(survey: &Survey, looks: &[Classification<'_>]) -> Vec<Saved> {
    let looked = |saved: &Saved| {
        looks.iter().find(|look| look.record.is_some_and(|record| &record.address == saved.origin()))
    };
    let aside = survey.recorded.aside.iter().map(|saved| match looked(saved) {
        Some(look) => of_name(saved.clone(), &look.object.name()),
        None => saved.clone(),
    });
    aside.collect()
}

/// What is put back on what will be of another kind, or will have other argument types.
fn fitting(saved: Vec<Saved>, looks: &[Classification<'_>]) -> Vec<Saved> {
    let other: HashMap<&Address, &Classification<'_>> = looks
        .iter()
        .filter(|look| look.is_other_kind() && look.object.kind().is_relation())
        .filter_map(|look| Some((&look.live?.address, look)))
        .collect();
    let arguments: HashMap<&Address, Identity> = looks
        .iter()
        .filter(|look| look.object.kind().is_routine() && look.renamed)
        .filter_map(|look| Some((&look.live?.address, look.object.identity())))
        .collect();
    let fitting = saved.into_iter().map(|saved| match (other.get(&saved.id), arguments.get(&saved.id)) {
        (Some(look), _) => of_kind(saved, look),
        (None, Some(identity)) => of_arguments(saved, identity),
        (None, None) => saved,
    });
    fitting.collect()
}

/// An object as it is, to know whether it is still so later.
fn seen(live: &LiveObject) -> (String, String) {
    let object = format!("{} {}", live.kind, live.identity);
    (object, format!("{} {} {:?}", live.address, live.owner, live.deparsed_hash))
}

/// What can be said of the objects while table migrations are pending, whose tables they may read.
pub fn forecast(project: &Project, survey: &Survey) -> Result<Plan, Error> {
    let looks = classify::looks(project, &survey.recorded, &survey.live, false)?;
    Ok(planner::forecast(project, &looks, &survey.recorded.retired))
}

/// The text that writes the ledger behind the changes, in their message. It asks for nothing that they do not tell.
pub fn record_text(
    ledger: &Ledger<'_>,
    project: &Project,
    decision: &Decision,
    written: Written<'_>,
) -> String {
    let actions = &decision.plan.actions;
    let objects = decision.objects();
    let routines = objects.iter().map(|&index| project.object(index));
    let routines = routines.filter(|object| object.kind().is_routine()).map(|object| object.key());
    let routines: Vec<String> = routines.collect();
    let dropped =
        actions.iter().filter(|action| action.verb == Verb::Drop).map(|action| action.object.to_string());
    let (dropped, taken) = (dropped.collect(), decision.taken.clone());
    let retired = decision.retired.iter().map(|retired| retired.identity.clone()).collect();
    let renamed = decision.renamed.clone();
    let addresses = catalog::kept_routines(!routines.is_empty());
    let done = Done { objects, routines: addresses, retired, dropped, taken, renamed, written };
    let kept = match routines.is_empty() {
        true => String::new(),
        false => format!("{};\n", catalog::keep_routines(project, &routines)),
    };
    let question = question(project, &done.objects, &SideBySide::default());
    format!("{question};\n{kept}{};\n{}", pins(CANONICAL), ledger.record_text(&done))
}
