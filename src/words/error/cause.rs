//! The error of somebody else's that one of ours came from, in words that are shown and not obeyed.

use std::error::Error;
use std::fmt;

use crate::words::escape::Line;

/// An error and what it came from, each as one line.
pub(super) struct Cause {
    text: String,
    from: Option<Box<Cause>>,
}

impl Cause {
    pub(super) fn of(error: &dyn Error) -> Self {
        let from = error.source().map(|source| Box::new(Cause::of(source)));
        Cause { text: Line(error).to_string(), from }
    }

    /// All in one line; tokio-postgres says only "db error" in its own.
    pub(super) fn chain(&self) -> String {
        match &self.from {
            Some(from) => format!("{}: {}", self.text, from.chain()),
            None => self.text.clone(),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.from.as_deref().map(|from| from as _)
    }
}
