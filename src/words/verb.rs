//! What is done to an object.

use std::fmt;

use super::serialized::words;

/// What is done to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Verb {
    /// Given its name back.
    Rename,
    /// Created.
    Create,
    /// Replaced in place.
    Replace,
    /// Dropped and created, with what hung on it put back.
    Rebuild,
    /// Its attachments were applied again.
    Attach,
    /// Found to be as its file says; only the ledger was written.
    Record,
    /// Its file is gone; it stays until the next release.
    Retire,
    /// Its file is gone, and now it is too.
    Drop,
    /// Found to differ and left so, because the option says so.
    Leave,
}

words!(
    Verb:
    Rename => "rename", Create => "create", Replace => "replace", Rebuild => "rebuild", Attach => "attach",
    Record => "record", Retire => "retire", Drop => "drop", Leave => "leave"
);

impl Verb {
    /// Whether the object's definition is sent.
    pub(crate) fn makes(self) -> bool {
        matches!(self, Verb::Create | Verb::Replace | Verb::Rebuild)
    }

    /// `created`.
    pub fn past(self) -> &'static str {
        match self {
            Verb::Rename => "renamed",
            Verb::Create => "created",
            Verb::Replace => "replaced",
            Verb::Rebuild => "rebuilt",
            Verb::Attach => "attached",
            Verb::Record => "recorded",
            Verb::Retire => "retired",
            Verb::Drop => "dropped",
            Verb::Leave => "left",
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
