//! What the file states beside the definition.

use super::{Made, Phase};
use crate::decide::attached::attachments::{Belonging, attachments, keep_clones, renamed, take_back};
use crate::decide::attached::indexes::{builds, drop_aside};
use crate::decide::plan::statements::Decided;
use crate::words::verb::Verb;

impl Made<'_, '_, '_> {
    /// What the file says beside the definition, and what it says no longer.
    pub fn attach(&mut self, phase: Phase, index: usize, which: Belonging) {
        let Decided { findings, decisions, dependents, side_by_side, .. } = *self.decided;
        let (object, decision) = (findings.project.object(index), &decisions[&index]);
        if matches!(decision.verb, Verb::Record | Verb::Leave) {
            return;
        }
        let name = side_by_side.name(object);
        // One that stays has everything at its place.
        let made = matches!(decision.verb, Verb::Create | Verb::Rebuild) && object.kind().is_relation();
        if which == Belonging::Plain {
            for statement in take_back(findings, object, decision, dependents.ours.get(&index).copied()) {
                let statement = renamed(statement, &object.name(), &self.name(phase, object));
                self.own(phase, index, statement, false);
            }
        }
        if which == Belonging::Plain && builds(object, decision) && !self.builds_early(index) {
            self.build(phase, index);
        }
        let built = builds(object, decision);
        for (belonging, attachment) in attachments(object, decision, &name) {
            let now = match made {
                true => belonging == which,
                false => which == Belonging::Plain && !(built && belonging == Belonging::Built),
            };
            if now {
                self.file(phase, index, &attachment);
            }
        }
        if which == Belonging::Plain {
            for statement in drop_aside(object, decision) {
                self.own(phase, index, statement, false);
            }
            for statement in keep_clones(object, decision) {
                self.own(phase, index, statement, true);
            }
        }
    }
}
