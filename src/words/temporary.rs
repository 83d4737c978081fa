//! Names of what is made for a while, such as the schema in which a materialized view is built beside the old one.
//!
//! They say which project made it in which session, so that two projects never choose the same one, and what a session
//! left that was killed is known as such.

use serde::{Deserialize, Serialize};

use super::checksum::Checksum;

/// The longest part of a name that stands for the project: with a process id of ten digits, the moment and a number all
/// of a name fits into the 63 bytes of an identifier.
const LONGEST: usize = 16;

/// The names that may be given in one session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TemporaryNames {
    /// `viewkeeper_app_4711_19a2b3c4d5e_`.
    prefix: String,
    /// The first number that nothing has behind it.
    first: u32,
}

impl TemporaryNames {
    /// Those of a text that is shown and not sent: in every session the same.
    pub fn shown(project: &str) -> Self {
        TemporaryNames { prefix: format!("viewkeeper_{}_new_", part(project)), first: 0 }
    }

    /// One of them. No part of it needs quotes.
    pub fn name(&self, place: usize) -> String {
        format!("{}{}", self.prefix, self.first as usize + place)
    }

    /// The name that an index has while another one takes its place. It needs no session: nobody else works on the
    /// project until the commit.
    pub fn of_old_index(project: &str, object: usize, place: usize) -> String {
        format!("viewkeeper_{}_old_{object}_{place}", part(project))
    }
}

/// The part of such a name that stands for the project: its name, or the beginning and a hash of one that is long or has
/// other characters than small letters, digits and underscores.
pub fn part(project: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if project.len() <= LONGEST && !project.is_empty() && project.chars().all(plain) {
        return project.to_owned();
    }
    let checksum = Checksum::of(project);
    let hash = &checksum.as_str()[..8];
    let readable = project.chars().map(|c| c.to_ascii_lowercase());
    let readable = readable.map(|c| if plain(c) { c } else { '_' }).take(LONGEST - hash.len() - 1);
    format!("{}_{hash}", readable.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_have_parts_of_their_own_that_fit_into_an_identifier() {
        assert_eq!(part("kidney_2"), "kidney_2");
        let parts = ["a-b", "a_b", "A_b", "", "é", "genes_of_the_kidney", "genes_of_the_kidneys"].map(part);
        for (place, one) in parts.iter().enumerate() {
            assert!(one.len() <= LONGEST, "{one}");
            assert!(!parts[..place].contains(one), "{one}");
        }
        assert!(parts[5].starts_with("genes_o_"), "{}", parts[5]);
        let prefix = format!("viewkeeper_scratch_{}_4294967295_19a2b3c4d5e_", "x".repeat(LONGEST));
        assert!(
            TemporaryNames { prefix, first: 0 }.name(0).len() <= 63 + 4,
            "only of a process id that long"
        );
    }
}
