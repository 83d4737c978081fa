//! What a rollback was decided on.

use crate::decide::plan::value::Plan;

/// What a rollback was decided on. Between that and the project's lock somebody else may have worked.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'b> {
    /// The ledger's number of the release that stood.
    pub stood: i64,
    /// The plan that somebody saw.
    pub plan: Option<&'b Plan>,
}
