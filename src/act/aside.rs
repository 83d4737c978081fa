//! What stepped aside for table migrations in the open transaction, until it is put back.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::put_back::{Outcome, put_back};
use super::tables::label;
use crate::read::facts::{Recorded, Saved};
use crate::read::session::{Failure, Session};
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::name::Name;
use crate::words::report::count;

/// What stepped aside.
#[derive(Debug, Default)]
pub struct Aside {
    /// What is not back yet, each after what it stands on.
    pub pending: Vec<Pending>,
    /// The relations whose locks were wanted last.
    pub wanted: Vec<u32>,
    /// The oids that relations had before they first stepped aside, by kind and name. Their successors have others.
    oids: BTreeMap<String, u32>,
    /// The names of these relations, by the oids that they had.
    pub names: BTreeMap<u32, String>,
}

/// An object that is not back yet.
#[derive(Debug)]
pub struct Pending {
    saved: Saved,
    /// The migration for which it stepped aside, by index, and the first byte of the statement.
    statement: (usize, usize),
    /// Why it could not be put back.
    why: Option<String>,
}

impl Aside {
    /// Adds what stepped aside together for a statement.
    pub fn add(&mut self, mut together: Vec<Saved>, statement: (usize, usize)) {
        for saved in &mut together {
            if let Some(oid) = saved.relation {
                let first = *self.oids.entry(saved.to_string()).or_insert(oid);
                self.names.insert(first, saved.identity.clone());
                saved.relation = Some(first);
            }
        }
        // What is pending may stand on these, and these on none of it, because they were there without it. What was
        // saved tells only of what was saved with it, so the edge is found in its text, where names are whole.
        for pending in &mut self.pending {
            let text = pending.saved.create.concat();
            let below = together.iter().filter(|saved| text.contains(&saved.identity));
            pending.saved.needs.extend(below.map(|saved| saved.id.clone()));
        }
        let new = together.into_iter().map(|saved| Pending { saved, statement, why: None });
        self.pending.splice(0..0, new);
    }

    /// Puts back what fits; gives how many did.
    pub fn put_back(&mut self, session: &mut Session<'_>, path: &str) -> Result<usize, Failure> {
        let objects: Vec<&Saved> = self.pending.iter().map(|pending| &pending.saved).collect();
        let outcomes = put_back(session, &objects, path)?;
        let before = self.pending.len();
        let pending = std::mem::take(&mut self.pending);
        self.pending = pending
            .into_iter()
            .zip(outcomes)
            .filter_map(|(pending, outcome)| match outcome {
                Outcome::Back | Outcome::MadeAnew => None,
                Outcome::Waits(why) => Some(Pending { why: Some(why), ..pending }),
            })
            .collect();
        Ok(before - self.pending.len())
    }

    /// Whether an object is the project's: it is in a file, or `recorded`, the ledger's oids, holds it.
    pub fn is_ours(&self, project: &Project, recorded: &BTreeSet<u32>, saved: &Saved) -> bool {
        let before = self.oids.get(&saved.to_string()).copied().or(saved.relation);
        before.is_some_and(|oid| {
            recorded.contains(&oid) || project.find(&Name::displayed(&saved.identity).to_string()).is_some()
        })
    }

    /// Hands over to the objects' part of the boot: what is not back is made there.
    pub fn hand_over(&self, recorded: &mut Recorded) {
        recorded.stepped.extend(self.oids.values());
        recorded.aside.extend(self.pending.iter().map(|pending| pending.saved.clone()));
    }

    /// What the ledger keeps of it between two transactions.
    pub fn kept(&self) -> serde_json::Value {
        let saved = |oid: u32| {
            let pending = self.pending.iter().find(|pending| pending.saved.relation == Some(oid));
            pending.map(|pending| &pending.saved)
        };
        self.oids.values().map(|&oid| json!({"oid": oid, "saved": saved(oid)})).collect()
    }

    pub fn is_empty(&self) -> bool {
        self.oids.is_empty()
    }

    /// Whether an error is about something that is not back.
    pub fn concerns(&self, error: &Error) -> bool {
        let text = error.to_string();
        self.pending.iter().any(|pending| text.contains(&pending.saved.to_string()))
    }

    /// The error about what is not back and is not the project's.
    pub fn misfits(&self, project: &Project, recorded: &BTreeSet<u32>) -> Option<Error> {
        let foreign =
            || self.pending.iter().filter(|pending| !self.is_ours(project, recorded, &pending.saved));
        let (index, start) = foreign().next()?.statement;
        let migration = &project.manifest().migrations[index];
        let names: Vec<String> = foreign()
            .map(|pending| match &pending.why {
                Some(why) => format!("{} ({why})", pending.saved),
                None => pending.saved.to_string(),
            })
            .collect();
        let error = Error::new(
            ErrorKind::Conflict,
            format!(
                "migration {} takes away what {} of no file of this project {} on: {}",
                label(migration),
                count(names.len(), "object"),
                if names.len() == 1 { "stands" } else { "stand" },
                names.join("; ")
            ),
        );
        let place = project.place(&migration.file, start);
        Some(error.object(label(migration)).at(place).help(
            "change or drop them in the migration, before this statement, or give them files in this project",
        ))
    }
}
