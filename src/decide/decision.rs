//! What was decided about the objects.

use super::plan::statements::Work;
use super::plan::value::{Action, Plan};
use crate::read::facts::RetiredObject;
use crate::words::object::Kind;
use crate::words::verb::Verb;

/// What is done, and the statements that do it.
#[derive(Debug)]
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
