//! What one try came to.

/// What one try came to.
pub enum Step {
    Done,
    /// A part is committed, or somebody else has to finish first.
    Again,
}
