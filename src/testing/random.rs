//! Names and passwords that nobody guesses.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

/// Sixteen hexadecimal digits.
///
/// The keys of a `RandomState` come from the operating system, which makes this as good as a random number crate for
/// a name, and twice of it for a password that lives as long as a test.
pub fn token() -> String {
    format!("{:016x}", RandomState::new().build_hasher().finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_have_one_length() {
        let (one, two) = (token(), token());
        assert_ne!(one, two);
        assert_eq!((one.len(), two.len()), (16, 16));
    }
}
