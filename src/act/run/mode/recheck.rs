//! Whether what somebody saw, and decided on, is still so.

use crate::act::run::Run;
use crate::decide::plan::plan_changed::{another_plan, another_release};
use crate::decide::plan::value::Plan;
use crate::read::facts::Probe;
use crate::words::error::Error;

impl Run<'_, '_> {
    /// Under the project's lock: a rollback was decided on the release that stands.
    pub fn still_stands(&self, probe: &Probe) -> Result<(), Error> {
        let Some(shown) = self.mode.shown() else { return Ok(()) };
        let standing = probe.readable().and_then(|standing| standing.standing.as_ref());
        another_release(shown.stood, standing).map_or(Ok(()), Err)
    }

    /// Under the project's lock: what will be done is what somebody saw.
    pub fn as_shown(&self, plan: &Plan) -> Result<(), Error> {
        let shown = self.mode.shown().and_then(|shown| shown.plan);
        shown.and_then(|shown| another_plan(shown, plan)).map_or(Ok(()), Err)
    }
}
