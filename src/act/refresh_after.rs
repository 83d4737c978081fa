//! What a boot refreshes when everything is committed.

use std::collections::BTreeSet;

use log::warn;

use super::boot::Boot;
use super::refresh::{Refresher, look};
use crate::decide::refresh::{self, Due};
use crate::words::error::Error;

impl Boot<'_, '_> {
    /// Refreshes what is due. `changed`: the objects, by index, that this boot made, replaced or rebuilt; `filled`: the
    /// materialized views whose rows it made anew. What fails is a warning, because the boot is committed.
    pub(super) fn refresh_after(&mut self, changed: &BTreeSet<usize>, filled: &BTreeSet<usize>) {
        if self.rehearsing.is_some() {
            return;
        }
        let due = refresh::due(self.project, self.options.refresh, changed, filled);
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
        let mut errors = Vec::new();
        let mut refresher =
            Refresher { project, options, session: &mut self.session, look: &look, retries: 0 };
        for Due { index, why, fills } in due {
            let object = project.object(index);
            if !fills && refresher.live(object).is_some_and(|live| !live.populated) {
                continue;
            }
            match refresher.view(object, Some(why)) {
                Ok(view) => self.report.refreshed.extend(view),
                Err(error) => errors.push(error),
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
