//! What the server refused, led back to a statement and its file.

pub mod encoding;
pub mod event_trigger;
pub mod filling;
pub mod refusal;
pub mod uses;
