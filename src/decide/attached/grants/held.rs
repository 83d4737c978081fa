//! How a live object stands to a right.

use super::right::{Right, right_of};
use crate::read::attached::LiveGrant;

/// How a live object stands to a right.
pub struct Held {
    pub held: bool,
    pub by_owner: bool,
    pub option: bool,
    pub option_by_owner: bool,
}

pub fn held(live: &[LiveGrant], right: &Right) -> Held {
    let grants = || live.iter().filter(|grant| right_of(grant) == *right);
    Held {
        held: grants().next().is_some(),
        by_owner: grants().any(|grant| grant.by_owner),
        option: grants().any(|grant| grant.option),
        option_by_owner: grants().any(|grant| grant.by_owner && grant.option),
    }
}
