//! Something wrong with a text.

/// Something wrong at a place of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The byte where it is.
    pub offset: usize,
    /// A lower-case clause without a final period.
    pub message: String,
    /// Other places that belong to it.
    pub also: Vec<usize>,
    /// What to do.
    pub helps: Vec<String>,
}

impl Problem {
    /// Something wrong at this byte.
    pub fn new(offset: usize, message: impl Into<String>) -> Self {
        Problem { offset, message: message.into(), also: Vec::new(), helps: Vec::new() }
    }

    /// Adds what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.helps.push(help.into());
        self
    }

    /// Adds a place that belongs to it.
    pub fn and(mut self, offset: usize) -> Self {
        self.also.push(offset);
        self
    }
}
