//! What a boot refreshes when everything is committed.

use std::collections::BTreeSet;

use log::warn;

use super::boot::Boot;
use super::refresh::{Refresher, look};
use crate::decide::due::{Due, due};
use crate::decide::missing_edges::stands_on;
use crate::decide::plan::{Action, Plan};
use crate::decide::refresh;
use crate::read::refreshable::written_below;
use crate::words::error::{Error, ErrorKind};
use crate::words::report::Verb;

impl Boot<'_, '_> {
    /// What the open transaction's migrations wrote that materialized views read. Asked before objects are locked: a view that
    /// will read another table then is filled anew then.
    pub(super) fn note_written(&mut self) -> Result<(), Error> {
        let views = refresh::all(self.project);
        if views.is_empty() || self.report.migrations.is_empty() {
            return Ok(());
        }
        let written = written_below(&mut self.session, self.project, &views).map_err(|failure| {
            failure.while_(ErrorKind::Ledger, "cannot read what the migrations wrote into")
        })?;
        self.written.extend(written.into_iter().map(|written| (written.place, written.table)));
        Ok(())
    }

    /// After the commit: refreshes what is due. What fails is a warning, because the boot is committed.
    pub(super) fn refresh_after(&mut self, plan: &Plan) {
        if self.rehearsing.is_some() {
            return;
        }
        let made = |action: &&Action| matches!(action.verb, Verb::Create | Verb::Replace | Verb::Rebuild);
        let made = plan.actions.iter().filter(made);
        let made: Vec<_> = made.filter_map(|action| Some((action.index?, action.verb))).collect();
        let changed: BTreeSet<usize> = made.iter().map(|&(index, _)| index).collect();
        // A materialized view that is made is filled, unless its file says otherwise; one that is rebuilt is as it was.
        let fills = |&&(index, verb): &&(usize, Verb)| match &self.project.object(index).data().materialized {
            Some(materialized) => !materialized.with_no_data || verb == Verb::Rebuild,
            None => false,
        };
        let mut filled: BTreeSet<usize> = made.iter().filter(fills).map(|&(index, _)| index).collect();
        // What was filled before the switch has read what was replaced in place only then.
        let actions = || plan.actions.iter().filter_map(|action| Some((action.index?, action)));
        let replaced: Vec<usize> = actions()
            .filter(|(_, action)| action.verb == Verb::Replace && action.builds.is_empty())
            .map(|(index, _)| index)
            .collect();
        for (index, _) in actions().filter(|(_, action)| !action.builds.is_empty()) {
            if replaced.iter().any(|&below| stands_on(self.project, index, below)) {
                filled.remove(&index);
            }
        }
        let written = std::mem::take(&mut self.written);
        let due = due(self.project, self.options.refresh, &changed, &filled, &written);
        if due.is_empty() {
            return;
        }
        if let Err(error) = self.refresh_due(due) {
            self.warn_of(&error);
        }
    }

    fn refresh_due(&mut self, due: Vec<Due>) -> Result<(), Error> {
        let objects: Vec<usize> = due.iter().map(|due| due.index).collect();
        let look = look(&mut self.session, self.project, &objects)?;
        let (project, options) = (self.project, self.options);
        let (mut errors, mut stay) = (Vec::new(), BTreeSet::new());
        let mut refresher =
            Refresher { project, options, session: &mut self.session, look: &look, retries: 0 };
        for Due { index, why, from, fills } in due {
            let object = project.object(index);
            let empty = refresher.live(object).is_some_and(|live| !live.populated);
            if (empty && !fills) || (!from.is_empty() && from.is_subset(&stay)) {
                stay.insert(index);
                continue;
            }
            match refresher.view(object, Some(why)) {
                Ok(view) => self.report.refreshed.extend(view),
                Err(error) => {
                    stay.insert(index);
                    errors.push(error);
                }
            }
        }
        self.report.retries += refresher.retries;
        for error in &errors {
            self.warn_of(error);
        }
        Ok(())
    }

    fn warn_of(&mut self, error: &Error) {
        let warning = format!("{error}; the release is applied, and migrate::refresh tries again");
        warn!(target: "viewkeeper::boot", "{warning}");
        self.report.warnings.push(warning);
    }
}
