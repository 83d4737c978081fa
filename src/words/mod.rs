//! The nouns that every layer speaks.

#[cfg(feature = "run")]
pub mod aspect;
pub mod attachment;
#[cfg(feature = "run")]
pub mod baseline;
#[cfg(feature = "run")]
pub mod check;
pub mod checksum;
#[cfg(feature = "run")]
pub mod error;
#[cfg(feature = "run")]
pub mod export;
#[cfg(any(feature = "run", feature = "build"))]
pub mod identity;
#[cfg(feature = "run")]
pub mod item_id;
#[cfg(feature = "run")]
pub mod item_kind;
pub mod name;
pub mod nearest;
pub mod object;
#[cfg(feature = "run")]
pub mod options;
pub mod place;
#[cfg(feature = "run")]
pub mod progress;
pub mod refresh;
#[cfg(feature = "run")]
pub mod refreshed;
#[cfg(feature = "run")]
pub mod registry;
#[cfg(feature = "run")]
pub mod report;
pub mod span;
#[cfg(feature = "run")]
pub mod status;
