//! The rows of materialized views, their indexes and statistics.

use super::{Made, Phase};
use crate::decide::attached::attachments::{
    Belonging, Searched, attachments, put_back, put_back_last, renamed,
};
use crate::decide::attached::ownership::Ownership;
use crate::decide::compare::uses::{question_before, question_of_filling};
use crate::decide::plan::rests_on::{self, of_ours};
use crate::decide::plan::side_by_side::{SideBySide, fills};
use crate::decide::plan::statements::Decided;
use crate::read::dependent::About;
use crate::read::dependent::{Act, Dependent, Rest, Thing};
use crate::set::project::Object;
use crate::words::attachment::Says;
use crate::words::identity::Identity;
use crate::words::name::Name;
use crate::words::object::Kind;
use crate::words::verb::Verb;

impl<'d> Made<'_, 'd, '_> {
    /// The indexes and statistics that a materialized view lacks which stays as it is.
    pub fn build(&mut self, phase: Phase, index: usize) {
        let Decided { findings, decisions, .. } = *self.decided;
        let (object, decision) = (findings.project.object(index), &decisions[&index]);
        self.ask_index(phase, index);
        for (belonging, sql) in attachments(object, decision, &object.name()) {
            if belonging == Belonging::Built {
                self.file(phase, index, &sql);
            }
        }
        self.own(phase, index, format!("analyze {}", object.name()), false);
    }

    /// Before the first of these objects is filled: what they came to use, which would run then.
    pub fn ask(&mut self, phase: Phase, objects: &[usize]) {
        let Decided { findings, decisions, dependents, side_by_side, .. } = *self.decided;
        let is_filled = |index: &usize| {
            let index = *index;
            let (object, decision) = (findings.project.object(index), &decisions[&index]);
            let made = matches!(decision.verb, Verb::Create | Verb::Rebuild);
            let here = (phase == Phase::Early) == side_by_side.contains(index);
            object.kind() == Kind::MaterializedView && made && here && fills(object, decision, dependents)
        };
        let filled: Vec<usize> = objects.iter().copied().filter(is_filled).collect();
        if !filled.is_empty() {
            // With the switch, everything is where it belongs.
            let nowhere = SideBySide::default();
            let places = if phase == Phase::Early { side_by_side } else { &nowhere };
            let question = question_of_filling(findings.project, objects, &filled, places);
            self.script(phase).push_question(&question);
        }
    }

    /// Before an index is made on rows that are there: what it is about to call.
    fn ask_index(&mut self, phase: Phase, index: usize) {
        let project = self.decided.findings.project;
        let object = project.object(index);
        let text = object.indexing_text();
        if !text.is_empty() {
            let question = question_before(project, &object.data().indexed_by, &object.key(), &text);
            self.script(phase).push_question(&question);
        }
    }

    /// Before somebody's own things on an object are put back: what they came to run.
    pub fn ask_again_of(&mut self, phase: Phase, index: usize) {
        let Decided { findings, decisions, .. } = *self.decided;
        if let Some(dependent) = self.decided.rebuilt(index) {
            let ownership = Ownership::new(findings.project.object(index), &decisions[&index]);
            self.ask_again(phase, of_ours(&ownership, dependent));
        }
    }

    /// Before what is in no file is put back: what that came to run.
    pub fn ask_of_foreign(&mut self) {
        let all = self.decided.dependents.put_back.iter().flat_map(|dependent| &dependent.rests);
        self.ask_again(Phase::Switch, all);
        self.asked = true;
    }

    /// Before something is put back that rests on these: what it came to run.
    pub fn ask_again<'r>(&mut self, phase: Phase, rests: impl IntoIterator<Item = &'r Rest>) {
        let Some(question) = rests_on::question(rests) else { return };
        let path = self.path(phase);
        let then = if phase == Phase::Early { Searched::AsProject } else { self.searched };
        let script = self.script(phase);
        script.push(&Searched::AsDeparsed.set(&path));
        script.push_question(&question);
        script.push(&then.set(&path));
    }

    /// The search_path under which the project's texts are read.
    fn path(&self, phase: Phase) -> String {
        match phase {
            Phase::Early => self.work.early_path.clone(),
            Phase::Switch => self.decided.findings.project.search_path(),
        }
    }

    /// The rows of a materialized view that is made, its indexes and statistics.
    pub fn fill(&mut self, phase: Phase, index: usize) {
        let Decided { findings, decisions, dependents, side_by_side, .. } = *self.decided;
        let (object, decision) = (findings.project.object(index), &decisions[&index]);
        if object.kind() != Kind::MaterializedView || !matches!(decision.verb, Verb::Create | Verb::Rebuild) {
            return;
        }
        let name = side_by_side.name(object);
        let dependent = self.decided.rebuilt(index);
        // On 17 and later an owner can lack the right to do both; then it gets it for the while.
        let right = |act: Act| {
            let mut parts = dependent.into_iter().flat_map(|dependent| &dependent.script.parts);
            let found = parts.find(|part| part.act == act);
            found.map(|part| self.placed(phase, object, part))
        };
        let (lend, take) = (right(Act::LendMaintain), right(Act::TakeMaintain));
        let filled = fills(object, decision, dependents);
        if filled {
            lend.into_iter().for_each(|one| self.own(phase, index, one, true));
            self.refresh(phase, index, &name);
        }
        let pieces: Vec<(String, String)> = dependent
            .iter()
            .flat_map(|dependent| put_back(findings, object, decision, dependent))
            .filter_map(|part| {
                let about = part.about.as_ref().filter(|_| part.builds())?;
                let what = format!("{about} of {} {}", object.kind(), object.identity());
                // An index goes with its table, extended statistics have a schema of their own.
                let own = Name::new(about.schema.as_str(), about.name.as_str());
                let schema = match side_by_side.schema(object) {
                    Some(schema) => schema.to_owned(),
                    None => home(object, dependent?, about),
                };
                Some((renamed(self.placed(phase, object, part), &own, &Name { schema, ..own.clone() }), what))
            })
            .collect();
        if !pieces.is_empty() {
            self.ask_again_of(phase, index);
        }
        let exact = dependent.filter(|dependent| dependent.exact && !pieces.is_empty());
        let path = self.path(phase);
        exact.iter().for_each(|_| self.script(phase).push(&Searched::AsDeparsed.set(&path)));
        for (sql, what) in pieces {
            self.script(phase).push_about(&sql, &what);
            let place = self.places[&index];
            self.actions[place].puts_back.push(side_by_side.shown(sql));
        }
        exact.iter().for_each(|_| self.script(phase).push(&Searched::AsProject.set(&path)));
        self.ask_index(phase, index);
        self.attach(phase, index, Belonging::Built);
        self.keep_indexes(phase, index, &name.schema);
        if filled {
            self.own(phase, index, format!("analyze {name}"), false);
            take.into_iter().for_each(|one| self.own(phase, index, one, true));
        }
    }

    /// How somebody keeps the indexes that its file makes: their options and tablespaces.
    fn keep_indexes(&mut self, phase: Phase, index: usize, schema: &str) {
        let Decided { findings, decisions, .. } = *self.decided;
        let (object, decision) = (findings.project.object(index), &decisions[&index]);
        let dependent = self.decided.rebuilt(index).into_iter();
        let kept = dependent.flat_map(|dependent| put_back_last(object, decision, dependent));
        for part in kept.filter(|part| part.act == Act::Storage) {
            let Some(about) = &part.about else { continue };
            let own = Name::new(about.schema.as_str(), about.name.as_str());
            let here = Name::new(schema, about.name.as_str());
            self.own(phase, index, renamed(part.statement.clone(), &own, &here), true);
        }
    }

    /// The extended statistics that a materialized view is made with, where they belong.
    pub fn statistics(&self, index: usize) -> Vec<Name> {
        let Decided { findings, decisions, .. } = *self.decided;
        let (object, decision) = (findings.project.object(index), &decisions[&index]);
        let of_file = object.data().attachments.iter().filter_map(|attachment| match &attachment.says {
            Says::Statistics { name, .. } => Some(Name { name: name.clone(), ..object.name() }),
            _ => None,
        });
        let of_dependent = self.decided.rebuilt(index).into_iter().flat_map(|dependent| {
            let parts = put_back(findings, object, decision, dependent).filter(|part| part.builds());
            let about = parts.filter_map(|part| part.about.as_ref());
            about
                .filter(|about| about.kind == Thing::Statistics)
                .map(|about| Name::new(home(object, dependent, about), about.name.as_str()))
        });
        of_file.chain(of_dependent).collect()
    }
}

/// The schema to which extended statistics of a materialized view come back: somebody's own need not be in its schema.
fn home(object: Object<'_>, dependent: &Dependent, statistics: &About) -> String {
    match statistics.schema == Identity::displayed(&dependent.identity).schema {
        true => object.name().schema,
        false => statistics.schema.clone(),
    }
}
