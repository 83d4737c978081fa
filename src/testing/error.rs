//! The error of this module.

use std::fmt;

/// Why there is no server or no database for a test.
///
/// `Display` and `Debug` both are the whole text, with everything that was looked at and what helps: the one is
/// what `{error}` prints, the other what `main` and `unwrap` print.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    message: String,
    notes: Vec<String>,
    helps: Vec<String>,
}

impl Error {
    /// A new error; `message` is a lower-case clause with objects in double quotes.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Error { message: message.into(), notes: Vec::new(), helps: Vec::new() }
    }

    /// Adds an error and its causes to the message; the client library alone says only "db error".
    pub(super) fn caused_by(mut self, cause: &dyn std::error::Error) -> Self {
        let mut next = Some(cause);
        while let Some(error) = next {
            let text = error.to_string();
            // Some errors repeat their cause in their own text.
            if !self.message.ends_with(&text) {
                self.message = format!("{}: {text}", self.message);
            }
            next = error.source();
        }
        self
    }

    /// Adds something that was looked at, or that explains the message.
    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds what to do about it.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.helps.push(help.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for note in &self.notes {
            write!(f, "\n  note: {}", note.trim_end().replace('\n', "\n    "))?;
        }
        for help in &self.helps {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_and_debug_are_the_whole_text() {
        let cause = std::io::Error::other("the disk is full");
        let error =
            Error::new("cannot start").caused_by(&cause).note("line one\nline two\n").help("make room");
        let text = "cannot start: the disk is full\n  note: line one\n    line two\n  help: make room";
        assert_eq!(error.to_string(), text);
        assert_eq!(format!("{error:?}"), text);
    }
}
