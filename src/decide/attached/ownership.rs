//! What of a dependent is not somebody's own, because the file states it, or the text that we applied last did.

use std::collections::BTreeSet;

use crate::decide::plan::object_decision::ObjectDecision;
use crate::read::dependent::{About, Act, Dependent, Does, Part, Thing, Untrusted};
use crate::set::project::{Object, Project};
use crate::words::attachment::Says;
use crate::words::facet::Facet;
use crate::words::identity::Identity;

/// The facets that our texts stated, now or when we applied them last.
#[derive(Debug, Default)]
pub struct Ownership {
    pub options: Vec<String>,
    /// When a trigger fires is stated, then or now.
    pub fires: bool,
    /// The index in whose order CLUSTER puts the rows is stated, then or now.
    cluster: bool,
    /// The file names the tablespace and the access method.
    tablespace: bool,
    method: bool,
    /// The indexes with an option that is stated, then or now, or with their tablespace (none).
    storage: BTreeSet<(String, Option<String>)>,
    /// What the file makes: rules, defaults, indexes, statistics.
    made: BTreeSet<Facet>,
    /// What of it the text that we applied last made with the same statement.
    same: BTreeSet<Facet>,
    /// What the text that we applied last made.
    gone: BTreeSet<Facet>,
    /// That whose comments are stated, then or now.
    commented: BTreeSet<Facet>,
}

/// What becomes of a statement that puts back a part of a dependent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is sent where it stands.
    Kept,
    /// It is sent when the statements of the file are: it is somebody's own, and about something that these make.
    Last,
    /// The file says it itself, or does not want it any more.
    Dropped,
}

impl Ownership {
    pub fn new(object: Object<'_>, decision: &ObjectDecision<'_>) -> Self {
        let view = object.data().materialized.as_ref();
        let mut ownership = Ownership {
            options: object.data().options.clone(),
            tablespace: view.is_some_and(|view| view.tablespace.is_some()),
            method: view.is_some_and(|view| view.method.is_some()),
            ..Ownership::default()
        };
        for attachment in &object.data().attachments {
            let made = ownership.add(&attachment.says);
            ownership.made.extend(made);
        }
        if let Some(record) = decision.look.and_then(|look| look.found.record) {
            ownership.options.extend(record.stated.options.iter().cloned());
            for one in &record.stated.attachments {
                let made = ownership.add(&one.says);
                let mut texts = object.data().attachments.iter().map(|now| object.slice(now.span));
                if texts.any(|text| text == one.text) {
                    ownership.same.extend(made.clone());
                }
                ownership.gone.extend(made);
            }
        }
        ownership
    }

    /// Adds the options and comments that a statement states; gives what it makes.
    fn add(&mut self, says: &Says) -> Option<Facet> {
        // Those of a materialized view stand beside its definition.
        self.options.extend(says.options().into_iter().map(str::to_owned));
        let facets = Facet::of(says);
        self.fires |= facets.contains(&Facet::Fires);
        self.cluster |= facets.contains(&Facet::Cluster);
        if let Says::Index { name, options, tablespace, .. } = says {
            self.storage.extend(options.iter().map(|(option, _)| (name.clone(), Some(option.clone()))));
            self.storage.extend(tablespace.iter().map(|_| (name.clone(), None)));
        }
        self.commented.extend(facets.iter().filter_map(Facet::commented));
        facets.into_iter().find(Facet::is_made)
    }

    /// What becomes of a part. What the catalog holds of a thing that our texts make is never used: it may name a column
    /// that is gone.
    pub fn fate(&self, part: &Part) -> Fate {
        if self.states(part) {
            return Fate::Dropped;
        }
        match (part.act, &part.about) {
            (Act::FireOnPartition, _) => return Fate::Last,
            // The statement from the catalog that makes it says so.
            (Act::Storage, Some(about)) if self.fate_of(about) == Fate::Kept => return Fate::Dropped,
            _ => {}
        }
        part.about.as_ref().map_or(Fate::Kept, |about| self.fate_of(about))
    }

    /// Whether our texts state, then or now, what a part puts back.
    fn states(&self, part: &Part) -> bool {
        match (part.act, &part.about, &part.option) {
            (Act::Fire, Some(about), _) => about.kind == Thing::Trigger && self.fires,
            (Act::Cluster, ..) => self.cluster,
            (Act::Storage, Some(index), option) => {
                self.storage.contains(&(index.name.clone(), option.clone()))
            }
            (Act::Storage, None, _) if part.statement.contains(" set tablespace ") => self.tablespace,
            (Act::Storage, None, _) => self.method,
            (_, _, Some(option)) => self.options.contains(option),
            _ => false,
        }
    }

    /// What becomes of a statement about such a thing.
    pub fn fate_of(&self, about: &About) -> Fate {
        let Some(facet) = about.facet() else { return Fate::Kept };
        match (self.made.contains(&facet), about.does) {
            (true, Does::Make) => Fate::Dropped,
            (true, Does::Comment) if self.commented.contains(&facet) => Fate::Dropped,
            (true, Does::Column) if !self.same.contains(&facet) => Fate::Dropped,
            (true, _) => Fate::Last,
            (false, _) if self.gone.contains(&facet) => Fate::Dropped,
            (false, Does::Comment) if self.commented.contains(&facet) => Fate::Dropped,
            (false, _) => Fate::Kept,
        }
    }
}

/// What of untrusted roles would run if a dependent were put back from the catalog. What a file makes, the project itself
/// answers for.
pub fn distrusted<'s>(project: &Project, ours: bool, dependent: &'s Dependent) -> Option<&'s Untrusted> {
    let answered = answered(project, ours, dependent);
    dependent.untrusted.iter().find(|one| !answered(one.about.as_ref()))
}

/// Leaves of what a dependent rests on that for which the project does not answer itself.
pub fn answer_for(project: &Project, ours: bool, dependent: &mut Dependent) {
    let rests = std::mem::take(&mut dependent.rests);
    let answered = answered(project, ours, dependent);
    let left = rests.into_iter().filter(|rest| !answered(rest.about.as_ref())).collect();
    dependent.rests = left;
}

/// Whether the project answers for a thing of a dependent, or for the object.
fn answered<'p>(
    project: &'p Project,
    ours: bool,
    dependent: &Dependent,
) -> impl Fn(Option<&About>) -> bool + use<'p> {
    let object = project.find(&Identity::displayed(&dependent.identity).to_string()).filter(|_| ours);
    let states = move |about: &About| {
        let attachments = object.iter().flat_map(|object| &object.data().attachments);
        let mut stated = attachments.flat_map(|attachment| Facet::of(&attachment.says));
        stated.any(|facet| Some(facet) == about.facet())
    };
    move |about| about.map_or(ours, &states)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(kind: Thing, name: &str, does: Does) -> Part {
        let about = About { kind, schema: "app".into(), name: name.into(), does };
        Part {
            option: None,
            column: None,
            late: true,
            about: Some(about),
            pieces: None,
            act: Act::Make,
            by: None,
            to: None,
            statement: String::new(),
        }
    }

    #[test]
    fn what_the_file_makes_is_told_from_what_is_somebodys_own() {
        let ownership = Ownership {
            made: [Facet::Rule("r".into()), Facet::Index("I 1".into()), Facet::Index("told".into())].into(),
            same: [Facet::Index("told".into())].into(),
            gone: [Facet::Index("old".into()), Facet::Index("I 1".into())].into(),
            commented: [Facet::Index("told".into()), Facet::Index("dba".into())].into(),
            ..Ownership::default()
        };
        let fate = |kind, name, does| ownership.fate(&part(kind, name, does));
        assert_eq!(fate(Thing::Index, "I 1", Does::Make), Fate::Dropped);
        assert_eq!(fate(Thing::Index, "I 1", Does::Rest), Fate::Last);
        assert_eq!(fate(Thing::Index, "I 1", Does::Comment), Fate::Last);
        assert_eq!(fate(Thing::Index, "I 1", Does::Column), Fate::Dropped, "another statement made it");
        assert_eq!(fate(Thing::Index, "told", Does::Column), Fate::Last);
        assert_eq!(fate(Thing::Index, "told", Does::Comment), Fate::Dropped);
        assert_eq!(fate(Thing::Rule, "r", Does::Make), Fate::Dropped);
        assert_eq!(fate(Thing::Index, "r", Does::Make), Fate::Kept);
        for does in [Does::Make, Does::Comment, Does::Rest] {
            assert_eq!(fate(Thing::Index, "old", does), Fate::Dropped);
        }
        assert_eq!(fate(Thing::Index, "dba", Does::Make), Fate::Kept);
        assert_eq!(fate(Thing::Index, "dba", Does::Comment), Fate::Dropped);
        let mut unnamed = part(Thing::Index, "I 1", Does::Make);
        unnamed.about = None;
        assert_eq!(ownership.fate(&unnamed), Fate::Kept);
    }
}
