//! What is written down after the work.

/// What is written down after the work.
#[derive(Debug, Default)]
pub struct Done<'d> {
    /// The objects, by index, that were made or found equal.
    pub objects: Vec<usize>,
    /// Those whose files are gone.
    pub retired: Vec<String>,
    /// Those that were dropped.
    pub dropped: Vec<String>,
    /// Those that are somebody else's now.
    pub taken: Vec<String>,
    /// The expression for the addresses of the routines among them.
    pub routines: &'d str,
    /// Old and new identities.
    pub renamed: Vec<(String, String)>,
    pub written: Written<'d>,
}

/// What is written of the project itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Written<'d> {
    /// The table of the migration history.
    pub history: Option<&'d str>,
    /// What is recorded of a history stays.
    pub keep_history: bool,
    /// The ledger has the project in another schema than it is in now.
    pub follow: bool,
    /// Rows of the ledger were lost.
    pub lost: bool,
}
