//! What a run warns of.

use log::warn;

use super::Run;
use crate::words::escape::Line;

impl Run<'_, '_> {
    /// Logs a warning and puts it into the report; once, however often a run comes past it.
    pub fn warn(&mut self, target: &'static str, what: String) {
        if !self.report.warnings.contains(&what) {
            warn!(target: target, "{}", Line(&what));
            self.report.warnings.push(what);
        }
    }
}
