//! What is to be done about the attachments of an object whose definition stays.

use std::collections::{BTreeMap, BTreeSet};

use crate::words::facet::Facet;
use crate::words::name::Name;

/// What is to be done. Nothing for what no text of ours ever stated: that is somebody's own.
#[derive(Clone, Debug, Default)]
pub struct Reconciled {
    /// What the file states and is not so.
    pub drifted: Vec<Drifted>,
    /// What the text that we applied last stated, and the file states no more.
    pub removed: Vec<Removed>,
    /// What stays although the file states it no more.
    pub kept: Option<String>,
}

/// Something that the file states and that is not so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drifted {
    /// `grant of select to reader`.
    pub what: String,
    /// `was revoked`.
    pub how: String,
    /// The statements that bring it back, by their places in the file.
    pub by: Vec<usize>,
    /// What has to make room for an index or for extended statistics.
    pub stands: Option<Stands>,
    /// The hash of what is there, where it is not known whether the server makes that of the file's statement. If it does, all is as the
    /// file says.
    pub unknown: Option<String>,
}

/// The index or the extended statistics that are there under the name that the file gives to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stands {
    pub is_index: bool,
    pub name: Name,
    /// What puts back what somebody put on it.
    pub keeps: Vec<String>,
}

/// Something that the text that we applied last stated, and the file states no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    pub facet: Facet,
    /// `grant of select to reader`; none for what only keeps the rest.
    pub what: Option<String>,
    pub sql: String,
    /// The column that it is about.
    pub column: Option<String>,
    /// The role that it is about, quoted.
    pub role: Option<String>,
}

impl Reconciled {
    pub fn is_needed(&self) -> bool {
        !self.drifted.is_empty() || !self.removed.is_empty()
    }

    /// The indexes and statistics that have to make room for those of the file, each with the place of the statement.
    pub fn in_the_way(&self) -> impl Iterator<Item = (usize, &Stands)> {
        self.drifted.iter().filter_map(|drifted| Some((*drifted.by.first()?, drifted.stands.as_ref()?)))
    }

    /// The statements of which nobody knows what the server makes, by their places in the file.
    pub fn doubtful(&self) -> impl Iterator<Item = usize> {
        let doubtful = self.drifted.iter().filter(|drifted| drifted.unknown.is_some());
        doubtful.filter_map(|drifted| drifted.by.first().copied())
    }

    /// Takes what the server makes of the file's statements (`made`, by their places, in each form) and finds it there.
    pub fn settle(&mut self, made: &BTreeMap<usize, Vec<String>>) {
        let fits = |drifted: &Drifted| {
            let made = drifted.by.first().and_then(|by| made.get(by));
            drifted.unknown.as_ref().is_some_and(|hash| made.is_some_and(|made| made.contains(hash)))
        };
        self.drifted.retain(|drifted| !fits(drifted));
    }

    /// The statements of the file that are to be sent, by their places in it.
    pub fn statements(&self) -> BTreeSet<usize> {
        self.drifted.iter().flat_map(|drifted| drifted.by.iter().copied()).collect()
    }

    /// `grant of select to reader was revoked`.
    pub fn drifted(&self) -> String {
        let drifted: Vec<String> =
            self.drifted.iter().map(|one| format!("{} {}", one.what, one.how)).collect();
        drifted.join(", ")
    }

    /// `grant of select to reader, comment`.
    pub fn missing(&self) -> String {
        self.drifted.iter().map(|one| one.what.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// `comment, default of column a`.
    pub fn no_longer(&self) -> String {
        self.removed.iter().filter_map(|one| one.what.as_deref()).collect::<Vec<_>>().join(", ")
    }

    /// What a changed file says of the attachments: `now states comment, and no longer default of column a`.
    pub fn of_file(&self) -> String {
        match (self.drifted.is_empty(), self.removed.is_empty()) {
            (false, true) => format!("now states {}", self.missing()),
            (true, false) => format!("no longer states {}", self.no_longer()),
            _ => format!("now states {}, and no longer {}", self.missing(), self.no_longer()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_else_made_is_right_when_the_server_makes_the_same_of_the_file() {
        let one = |by: usize, unknown: Option<&str>| Drifted {
            what: by.to_string(),
            how: String::new(),
            by: vec![by],
            stands: None,
            unknown: unknown.map(str::to_owned),
        };
        let mut reconciled = Reconciled {
            drifted: vec![one(0, Some("a")), one(1, Some("b")), one(2, None), one(3, Some("d"))],
            ..Reconciled::default()
        };
        let made = [(0, "a"), (1, "x"), (2, "c")].map(|(by, hash)| (by, vec![hash.to_owned()]));
        reconciled.settle(&made.into());
        let left: Vec<&str> = reconciled.drifted.iter().map(|drifted| drifted.what.as_str()).collect();
        assert_eq!(left, ["1", "2", "3"]);
    }
}
