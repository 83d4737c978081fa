//! When a materialized view is refreshed.

use serde::{Deserialize, Serialize};

/// When a materialized view is filled anew, apart from when it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refresh {
    /// After a boot that changed something below it.
    OnChange,
    /// After every boot that is not a no-op.
    OnBoot,
    /// Never by itself.
    Manual,
}
