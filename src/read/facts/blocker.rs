//! Locks: those that others hold, and our own.

use serde::Deserialize;

/// A lock of this transaction, of `sql/locks.sql`.
#[derive(Clone, Debug, Deserialize)]
pub struct HeldLock {
    pub relation: u32,
    pub mode: String,
}

/// A session that holds a lock which we want, of `sql/blockers.sql`. What it runs is nobody else's business.
#[derive(Clone, Debug, Deserialize)]
pub struct Blocker {
    pub relation: String,
    /// 0 for a prepared transaction.
    pub pid: i32,
    pub user: String,
    pub application: String,
    /// The age of its transaction; none where the role may not know.
    pub seconds: Option<i64>,
    pub state: Option<String>,
}

impl Blocker {
    /// Adds these to others, each as it was seen last.
    pub fn add(to: &mut Vec<Blocker>, seen: &[Blocker]) {
        for blocker in seen {
            to.retain(|old| (old.pid, &old.relation) != (blocker.pid, &blocker.relation));
            to.push(blocker.clone());
        }
    }

    /// `genes was held by pid 7 (user u, application "a"), in a transaction since 12 s, idle in transaction`, for `was`.
    pub fn held(&self, verb: &str) -> String {
        let Blocker { relation, pid, user, application, seconds, state } = self;
        let mut text =
            format!("{relation} {verb} held by pid {pid} (user {user}, application {application:?})");
        if let Some(seconds) = seconds {
            text.push_str(&format!(", in a transaction since {seconds} s"));
        }
        if let Some(state) = state {
            text.push_str(&format!(", {state}"));
        }
        text
    }
}

impl std::fmt::Display for Blocker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.held("is"))
    }
}
