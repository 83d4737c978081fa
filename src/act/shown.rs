//! What a rollback was decided on.

use crate::decide::plan::Plan;

/// What a rollback was decided on. Between that and the project's lock somebody else may have worked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown<'b> {
    /// The ledger's number of the release that stood.
    pub(super) stood: i64,
    /// The plan that somebody saw.
    pub(super) plan: Option<&'b Plan>,
}
