//! What a run refreshes when everything is committed.

use std::collections::BTreeSet;

use super::Run;
use crate::act::commands::refresh::{Refresher, look};
use crate::decide::plan::value::{Action, Plan};
use crate::decide::refresh::asked;
use crate::decide::refresh::stale::{Due, behind, due};
use crate::read::refreshable::written_below;
use crate::read::stale::{Stale, note_text};
use crate::words::error::{Error, ErrorKind};
use crate::words::refresh::Refresh;
use crate::words::verb::Verb;

impl Run<'_, '_> {
    /// What the open transaction's migrations wrote that materialized views read. Asked before objects are locked: a view that
    /// will read another table then is filled anew then.
    pub fn note_written(&mut self) -> Result<(), Error> {
        let views = asked::all(self.project);
        if views.is_empty() || self.report.migrations.is_empty() {
            return Ok(());
        }
        let written = written_below(&mut self.session, self.project, &views).map_err(|failure| {
            failure.while_(ErrorKind::Ledger, "cannot read what the migrations wrote into")
        })?;
        self.attempt.written.extend(written.into_iter().map(|written| (written.place, written.table)));
        Ok(())
    }

    /// The objects, by index, that this run made, replaced or rebuilt, and the materialized views whose rows it made anew.
    /// `behind`: those that were filled before the switch, and not with what is to be in them.
    fn changed_and_filled(
        &self,
        plan: &Plan,
        behind: &BTreeSet<usize>,
    ) -> (BTreeSet<usize>, BTreeSet<usize>) {
        let made = |action: &&Action| action.verb.makes();
        let made = plan.actions.iter().filter(made);
        let made: Vec<_> = made.filter_map(|action| Some((action.index?, action.verb))).collect();
        let changed: BTreeSet<usize> = made.iter().map(|&(index, _)| index).collect();
        // A materialized view that is made is filled, unless its file says otherwise; one that is rebuilt is as it was.
        let fills = |&&(index, verb): &&(usize, Verb)| match &self.project.object(index).data().materialized {
            Some(materialized) => !materialized.with_no_data || verb == Verb::Rebuild,
            None => false,
        };
        let filled =
            made.iter().filter(fills).map(|&(index, _)| index).filter(|index| !behind.contains(index));
        let filled: BTreeSet<usize> = filled.collect();
        (changed, filled)
    }

    /// What becomes old with the commit, and the text that notes it.
    pub fn due(&mut self, plan: &Plan) -> (Vec<Due>, String) {
        let behind = behind(self.project, &plan.actions);
        let (changed, filled) = self.changed_and_filled(plan, &behind);
        let mut written = self.committed.written.clone();
        written.extend(self.attempt.written.clone());
        let mut due = due(self.project, self.options.refresh, &changed, &filled, &written);
        self.fill_found(plan, &mut due);
        // What this run filled from what is gone is not as it was made, whoever refreshes it later.
        let unfinished = |due: &&mut Due| due.mode == Refresh::Manual && behind.contains(&due.index);
        due.iter_mut().filter(unfinished).for_each(|due| due.mode = Refresh::OnChange);
        let stale: Vec<Stale> = due
            .iter()
            .map(|due| Stale { identity: self.project.object(due.index).key(), why: due.why.clone() })
            .collect();
        let note = match stale.is_empty() {
            true => String::new(),
            false => note_text(self.project, &self.options.ledger, &stale),
        };
        (due, note)
    }

    /// Adds the materialized views that were found without rows and are to have some.
    fn fill_found(&self, plan: &Plan, due: &mut Vec<Due>) {
        for index in plan.actions.iter().filter(|action| action.unfilled).filter_map(|action| action.index) {
            let own = self.project.object(index).data().materialized.as_ref().and_then(|own| own.refresh);
            if own.unwrap_or(self.options.refresh) == Refresh::Manual {
                continue;
            }
            due.retain(|due| due.index != index);
            let why = "it was found without rows".to_owned();
            due.push(Due { index, why, from: BTreeSet::new(), mode: Refresh::OnRun });
        }
        due.sort_by_key(|due| due.index);
    }

    /// After the commit: refreshes what is due. What fails is a warning, because the run is committed.
    pub fn refresh_after(&mut self, due: Vec<Due>) {
        let due: Vec<Due> = due.into_iter().filter(|due| due.mode != Refresh::Manual).collect();
        if self.mode.is_rehearsal() || due.is_empty() {
            return;
        }
        if let Err(error) = self.refresh_due(due) {
            self.warn_of(&error);
        }
    }

    fn refresh_due(&mut self, due: Vec<Due>) -> Result<(), Error> {
        let objects: Vec<usize> = due.iter().map(|due| due.index).collect();
        let (project, options) = (self.project, self.options);
        let look = look(&mut self.session, project, options, &objects)?;
        let (mut errors, mut stay) = (Vec::new(), BTreeSet::new());
        let place = (0, due.len());
        let mut refresher =
            Refresher { project, options, session: &mut self.session, look: &look, retries: 0, place };
        for Due { index, why, from, mode } in due {
            let object = project.object(index);
            let empty = refresher.live(object).is_some_and(|live| !live.populated);
            if (empty && mode != Refresh::OnRun) || (!from.is_empty() && from.is_subset(&stay)) {
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
        let warning = format!("{error}; the release is applied, and refresh_stale tries again");
        self.warn("viewkeeper::run", warning);
    }
}
