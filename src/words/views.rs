//! Which materialized views are refreshed.

/// Which materialized views of a project are refreshed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Views {
    /// All of them. The default.
    #[default]
    All,
    /// Those with these names and no others: what they depend on, and what depends on them, is left as it is. A name without a
    /// schema is in the project's. They are refreshed in dependency order, whatever the order of the names.
    Named(Vec<String>),
    /// Those whose rows are known to be old, and those above them. Known is what this library did: a run changed something below a
    /// view and did not refresh it (it failed, the process ended, its directive is `manual`), or a view below it was refreshed and
    /// it was not. The ledger keeps that until the view is refreshed by us, with a role that may write the ledger. What your
    /// application writes into tables is not known. One that is not filled stays so.
    Stale,
}

impl Views {
    /// Those with these names.
    pub fn named<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        Views::Named(names.into_iter().map(Into::into).collect())
    }
}
