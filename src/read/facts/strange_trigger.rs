//! A trigger of somebody who is not trusted.

use serde::Deserialize;

/// A trigger that runs what a role wrote which is not trusted; names are quoted.
#[derive(Clone, Debug, Deserialize)]
pub struct StrangeTrigger {
    pub trigger: String,
    pub table: String,
    /// `function public.e()`
    pub what: String,
    pub owner: String,
}
