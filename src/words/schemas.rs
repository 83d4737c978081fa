//! In which schemas one looks.

/// Of which schemas a snapshot is made. What belongs to the whole database is in each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Schemas {
    /// Of all. The default.
    #[default]
    All,
    /// Of these.
    Named(Vec<String>),
}

impl Schemas {
    /// Those with these names.
    pub fn named<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        Schemas::Named(names.into_iter().map(Into::into).collect())
    }

    /// Their names; none of all.
    pub(crate) fn names(&self) -> &[String] {
        match self {
            Schemas::All => &[],
            Schemas::Named(names) => names,
        }
    }
}
