//! Checksums: what tells one text from another.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The SHA-256 of a text, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Checksum(String);

impl Checksum {
    /// The checksum of one text.
    pub fn of(text: &str) -> Self {
        Checksum::of_parts([text])
    }

    /// The checksum of several texts in order. Each is counted with its length, so that moving a boundary between two
    /// of them changes the result.
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        Checksum(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// One that was written down, digit by digit.
    #[cfg(feature = "run")]
    pub(crate) fn written(digits: String) -> Self {
        Checksum(digits)
    }

    /// All 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The first twelve digits of a checksum: enough to tell releases apart in a message.
pub fn short(checksum: &str) -> &str {
    checksum.get(..12).unwrap_or(checksum)
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(short(&self.0))
    }
}
