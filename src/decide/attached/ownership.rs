//! What of a saved object is not somebody's own, because the file states it, or the text that we applied last did.

use std::collections::BTreeSet;

use crate::decide::plan::needs::ObjectDecision;
use crate::read::saved::About;
use crate::read::saved::{Does, Part, Saved, Thing, Untrusted};
use crate::set::project::{Object, Project};
use crate::words::attachment::{Says, Subject};
use crate::words::identity::Identity;

/// The things that our texts stated, now or when we applied them last.
#[derive(Debug, Default)]
pub struct OfFile {
    pub options: Vec<String>,
    /// Those that the file makes.
    made: BTreeSet<(Thing, String)>,
    /// Those of them that the text that we applied last made with the same statement.
    same: BTreeSet<(Thing, String)>,
    /// Those that the text that we applied last made.
    gone: BTreeSet<(Thing, String)>,
    /// Those whose comments are stated, then or now.
    commented: BTreeSet<(Thing, String)>,
}

/// What becomes of a statement that puts back a part of a saved object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is sent where it stands.
    Kept,
    /// It is sent when the statements of the file are: it is somebody's own, and about something that these make.
    Last,
    /// The file says it itself, or does not want it any more.
    Dropped,
}

impl OfFile {
    pub fn new(object: Object<'_>, need: &ObjectDecision<'_>) -> Self {
        let mut of_file = OfFile { options: object.data().options.clone(), ..OfFile::default() };
        for attachment in &object.data().attachments {
            of_file.made.extend(thing(&attachment.says));
            of_file.commented.extend(commented(&attachment.says));
            // Those of a materialized view stand beside its definition.
            of_file.options.extend(attachment.says.options().into_iter().map(str::to_owned));
        }
        if let Some(record) = need.look.and_then(|look| look.record) {
            of_file.options.extend(record.stated.options.iter().cloned());
            for one in &record.stated.attachments {
                of_file.gone.extend(thing(&one.says));
                let texts = object.data().attachments.iter().map(|now| object.slice(now.span));
                of_file.same.extend(thing(&one.says).filter(|_| texts.clone().any(|text| text == one.text)));
                of_file.commented.extend(commented(&one.says));
                of_file.options.extend(one.says.options().into_iter().map(str::to_owned));
            }
        }
        of_file
    }

    /// What becomes of a part. What the catalog holds of a thing that our texts make is never used: it may name a column
    /// that is gone.
    pub fn fate(&self, part: &Part) -> Fate {
        part.about.as_ref().map_or(Fate::Kept, |about| self.fate_of(about))
    }

    /// What becomes of a statement about such a thing.
    pub fn fate_of(&self, about: &About) -> Fate {
        let thing = (about.kind, about.name.clone());
        match (self.made.contains(&thing), about.does) {
            (true, Does::Make) => Fate::Dropped,
            (true, Does::Comment) if self.commented.contains(&thing) => Fate::Dropped,
            (true, Does::Column) if !self.same.contains(&thing) => Fate::Dropped,
            (true, _) => Fate::Last,
            (false, _) if self.gone.contains(&thing) => Fate::Dropped,
            (false, Does::Comment) if self.commented.contains(&thing) => Fate::Dropped,
            (false, _) => Fate::Kept,
        }
    }
}

/// What of untrusted roles would run if a saved object were put back from the catalog. What a file makes, the project itself
/// answers for.
pub fn distrusted<'s>(project: &Project, ours: bool, saved: &'s Saved) -> Option<&'s Untrusted> {
    let answered = answered(project, ours, saved);
    saved.untrusted.iter().find(|one| !answered(one.about.as_ref()))
}

/// Leaves of what a saved object rests on that for which the project does not answer itself.
pub fn answer_for(project: &Project, ours: bool, saved: &mut Saved) {
    let rests = std::mem::take(&mut saved.rests);
    let answered = answered(project, ours, saved);
    let left = rests.into_iter().filter(|rest| !answered(rest.about.as_ref())).collect();
    saved.rests = left;
}

/// Whether the project answers for a thing of a saved object, or for the object.
fn answered<'p>(
    project: &'p Project,
    ours: bool,
    saved: &Saved,
) -> impl Fn(Option<&About>) -> bool + use<'p> {
    let object = project.find(&Identity::displayed(&saved.identity).to_string()).filter(|_| ours);
    let states = move |about: &About| {
        let made = (about.kind, about.name.clone());
        let mut attachments = object.iter().flat_map(|object| &object.data().attachments);
        attachments.any(|attachment| thing(&attachment.says).as_ref() == Some(&made))
    };
    move |about| about.map_or(ours, &states)
}

/// What a statement makes.
pub fn thing(says: &Says) -> Option<(Thing, String)> {
    match says {
        Says::Rule { name } => Some((Thing::Rule, name.clone())),
        Says::Default { column, .. } => Some((Thing::Default, column.clone())),
        Says::Index { name, .. } => Some((Thing::Index, name.clone())),
        Says::Statistics { name, .. } => Some((Thing::Statistics, name.clone())),
        _ => None,
    }
}

/// What a statement comments on.
fn commented(says: &Says) -> Option<(Thing, String)> {
    match says {
        Says::Comment { on: Subject::Rule(name), .. } => Some((Thing::Rule, name.clone())),
        Says::Comment { on: Subject::Index(name), .. } => Some((Thing::Index, name.clone())),
        Says::Comment { on: Subject::Statistics(name), .. } => Some((Thing::Statistics, name.clone())),
        _ => None,
    }
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
            by: None,
            statement: String::new(),
        }
    }

    #[test]
    fn what_the_file_makes_is_told_from_what_is_somebodys_own() {
        let of_file = OfFile {
            made: [(Thing::Rule, "r".into()), (Thing::Index, "I 1".into()), (Thing::Index, "told".into())]
                .into(),
            same: [(Thing::Index, "told".into())].into(),
            gone: [(Thing::Index, "old".into()), (Thing::Index, "I 1".into())].into(),
            commented: [(Thing::Index, "told".into()), (Thing::Index, "dba".into())].into(),
            ..OfFile::default()
        };
        let fate = |kind, name, does| of_file.fate(&part(kind, name, does));
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
        assert_eq!(of_file.fate(&unnamed), Fate::Kept);
    }
}
