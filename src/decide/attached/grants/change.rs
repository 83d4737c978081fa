//! What is to be done about rights.

use std::collections::BTreeMap;

use super::right::{Grantee, Right, right_of};
use crate::read::attached::LiveGrant;

/// What is to be done about a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Todo {
    Grant,
    GrantWithOption,
    Revoke,
    RevokeOption,
}

impl Todo {
    /// What a text states that asks for this.
    pub fn stated(self, rights: &str, who: &str) -> String {
        match self {
            Todo::Grant => format!("grant of {rights} to {who}"),
            Todo::GrantWithOption => format!("grant option of {rights} to {who}"),
            Todo::Revoke => format!("revoke of {rights} from {who}"),
            Todo::RevokeOption => format!("revoke of the grant option of {rights} from {who}"),
        }
    }

    /// How that came to be not so.
    pub fn undone(self) -> &'static str {
        match self {
            Todo::Grant | Todo::GrantWithOption => "was revoked",
            Todo::Revoke | Todo::RevokeOption => "was undone",
        }
    }

    /// What a text stated when this is to be done because it states it no more.
    pub fn no_longer_stated(self, rights: &str, who: &str) -> String {
        match self {
            Todo::Revoke => format!("grant of {rights} to {who}"),
            Todo::RevokeOption => format!("grant option of {rights} to {who}"),
            Todo::Grant | Todo::GrantWithOption => format!("revoke of {rights} from {who}"),
        }
    }
}

/// A right and what is to be done about it.
pub type Change = (Todo, Right);

/// REVOKE on the whole object takes the privilege on its columns too: those that are to stay are granted again.
pub fn granted_again(changes: &[Change], live: &[LiveGrant]) -> Vec<Change> {
    let goes = |todo: Todo, right: Right| changes.contains(&(todo, right));
    live.iter()
        .filter(|grant| grant.by_owner && grant.column.is_some())
        .filter_map(|grant| {
            let right = right_of(grant);
            let whole = Right { column: None, ..right.clone() };
            let todo = if grant.option { Todo::GrantWithOption } else { Todo::Grant };
            (goes(Todo::Revoke, whole) && !goes(Todo::Revoke, right.clone())).then_some((todo, right))
        })
        .collect()
}

/// Changes of one kind for one role: `select, update (a)`.
pub fn by_role(changes: &[Change]) -> BTreeMap<(Todo, Grantee), String> {
    let mut texts: BTreeMap<(Todo, Grantee), Vec<String>> = BTreeMap::new();
    for (todo, right) in changes {
        texts.entry((*todo, right.grantee.clone())).or_default().push(right.to_string());
    }
    texts.into_iter().map(|(key, rights)| (key, rights.join(", "))).collect()
}
