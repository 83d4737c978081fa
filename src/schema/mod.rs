//! Two whole schemas, and how they differ.

pub(crate) mod creation;
pub(crate) mod differences;

pub use crate::read::scratch::Scratch;
pub use crate::words::attribute::Attribute;
pub use crate::words::differences::{AttributeMismatch, Differences, Mismatch};
pub use crate::words::ignore::Ignore;
pub use crate::words::item_id::{ItemId, ItemName};
pub use crate::words::item_kind::ItemKind;
pub use crate::words::schemas::Schemas;
pub use crate::words::snapshot::{Item, Snapshot};
