//! What stepped aside for table migrations in the open transaction, until it is put back.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::put_back::{Outcome, Refused, put_back};
use super::remembered::Remembered;
use crate::read::address::Address;
use crate::read::catalog;
use crate::read::dependent::Dependent;
use crate::read::facts::Recorded;
use crate::read::session::{Session, Value, bind};
use crate::set::project::Project;
use crate::words::amount::count;
use crate::words::error::{Error, ErrorKind};
use crate::words::identity::Identity;

/// What stepped aside.
#[derive(Debug, Default)]
pub struct Displaced {
    /// What is not back yet, each after what it stands on.
    pub pending: Vec<Pending>,
    /// The relations whose locks were wanted last.
    pub wanted: Vec<u32>,
    /// The addresses that objects had before they first stepped aside, by kind and identity. Their successors have others.
    addresses: BTreeMap<String, Address>,
    /// The identities of these objects, by the addresses that they had.
    pub names: BTreeMap<Address, String>,
    /// What hung on something before the first migration, where one of them may take something away.
    pub before: BTreeSet<Address>,
    /// What migrations took away for good.
    pub taken: Vec<Taken>,
    pub remembered: Remembered,
}

/// Something that a migration took away, and that does not come back.
#[derive(Debug)]
pub struct Taken {
    /// The migration, by index.
    pub migration: usize,
    /// As `view bi.totals`.
    pub object: String,
    pub why: Option<String>,
}

impl std::fmt::Display for Taken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.why {
            Some(why) => write!(f, "{} ({why})", self.object),
            None => f.write_str(&self.object),
        }
    }
}

/// An object that is not back yet.
#[derive(Debug)]
pub struct Pending {
    dependent: Dependent,
    /// The migration for which it stepped aside, by index, and the first byte of the statement.
    statement: (usize, usize),
    /// Why it could not be put back.
    why: Option<String>,
    /// The migration itself took it away. To what follows in the migrations it is gone, as its author knows, and comes back behind
    /// them.
    late: bool,
    /// How it was before the first migration, where that may be another text: its table had another name.
    first: Option<Dependent>,
}

impl Displaced {
    /// Adds what stepped aside together for a statement, or went with it (`late`).
    pub fn add(&mut self, mut together: Vec<Dependent>, statement: (usize, usize), late: bool) {
        for dependent in &mut together {
            let first =
                self.addresses.entry(dependent.to_string()).or_insert_with(|| dependent.id.clone()).clone();
            self.names.insert(first.clone(), dependent.identity.clone());
            dependent.was = Some(first);
        }
        // What is pending may stand on these, and these on none of it, because they were there without it. What was
        // read together tells only of that, so the edge is found in its text, where names are whole.
        for pending in &mut self.pending {
            let text = pending.dependent.script.create.concat();
            let below = together.iter().filter(|dependent| text.contains(&dependent.identity));
            pending.dependent.needs.extend(below.map(|dependent| dependent.id.clone()));
        }
        let remembered = &self.remembered.dependents;
        let new = together.into_iter().map(|dependent| {
            let was = dependent.was.clone();
            let first = remembered.get(dependent.origin()).cloned();
            let first = first.filter(|first| first.impossible.is_none() && first.untrusted.is_empty());
            let first = first.map(|first| Dependent { id: dependent.id.clone(), was, ..first });
            Pending { dependent, statement, why: None, late, first }
        });
        self.pending.splice(0..0, new);
    }

    /// Whether something waits for the moment when it fits.
    pub fn waits(&self) -> bool {
        self.pending.iter().any(|pending| !pending.late)
    }

    /// Puts back what fits; gives how many did. Behind the last migration (`late`) that is also what went with a statement.
    pub fn put_back(&mut self, session: &mut Session<'_>, path: &str, late: bool) -> Result<usize, Refused> {
        let due = |pending: &&Pending| late || !pending.late;
        let objects: Vec<&Dependent> =
            self.pending.iter().filter(due).map(|pending| &pending.dependent).collect();
        let mut outcomes = put_back(session, &objects, path)?.into_iter();
        let before = self.pending.len();
        let pending = std::mem::take(&mut self.pending);
        self.pending = pending
            .into_iter()
            .filter_map(|pending| match due(&&pending).then(|| outcomes.next()).flatten() {
                Some(Outcome::Back | Outcome::MadeAnew) => None,
                Some(Outcome::Waits(why)) => Some(Pending { why: Some(why), ..pending }),
                None => Some(pending),
            })
            .collect();
        Ok(before - self.pending.len())
    }

    /// What does not fit as it was when it stepped aside is tried as it was before the first migration: the table that it read had another
    /// name then, which another one has by now. What does not fit so either is as it was again when this is called a second time.
    pub fn exchange_with_first(&mut self) -> bool {
        let mut any = false;
        for pending in &mut self.pending {
            if let Some(first) = &mut pending.first {
                std::mem::swap(first, &mut pending.dependent);
                any = true;
            }
        }
        any
    }

    /// The triggers of the project that went with their tables. The objects' part of the run makes them, as a person had left them.
    pub fn add_lost_triggers(&mut self, there: &BTreeSet<Address>, statement: (usize, usize)) {
        let triggers = std::mem::take(&mut self.remembered.triggers);
        let gone = triggers.into_iter().filter(|trigger| {
            !there.contains(&trigger.id) && !self.addresses.contains_key(&trigger.to_string())
        });
        let gone: Vec<Dependent> = gone.collect();
        self.add(gone, statement, true);
    }

    /// Notes as taken what went with a statement, is not the project's and does not come back. What stands on an object of the
    /// project that is made again later may still fit then.
    pub fn give_up(&mut self, project: &Project, recorded: &BTreeSet<Address>) {
        let mut hopeful: BTreeSet<Address> = BTreeSet::new();
        let mut kept = Vec::new();
        for pending in std::mem::take(&mut self.pending) {
            let ours = self.is_ours(project, recorded, &pending.dependent);
            let on_hopeful = pending.dependent.needs.iter().any(|id| hopeful.contains(id));
            if ours || on_hopeful || !pending.late {
                hopeful.insert(pending.dependent.id.clone());
                kept.push(pending);
                continue;
            }
            let object = pending.dependent.to_string();
            self.taken.push(Taken { migration: pending.statement.0, object, why: pending.why });
        }
        self.pending = kept;
    }

    /// Whether an object was there before the migrations. What one of them made is another one's to take away.
    pub fn was_there(&self, dependent: &Dependent) -> bool {
        self.before.contains(&dependent.id) || self.addresses.contains_key(&dependent.to_string())
    }

    /// Whether an object is the project's: it is in a file, or `recorded`, the ledger's addresses, holds it.
    pub fn is_ours(&self, project: &Project, recorded: &BTreeSet<Address>, dependent: &Dependent) -> bool {
        let before = self.addresses.get(&dependent.to_string()).unwrap_or_else(|| dependent.origin());
        recorded.contains(before)
            || project.find(&Identity::displayed(&dependent.identity).to_string()).is_some()
    }

    /// Hands over to the objects' part of the run: what is not back is made there.
    pub fn hand_over(&self, recorded: &mut Recorded) {
        recorded.stepped.extend(self.addresses.values().cloned());
        recorded.aside.extend(self.pending.iter().map(|pending| pending.dependent.clone()));
    }

    /// What the ledger keeps of it between two transactions.
    pub fn kept(&self) -> serde_json::Value {
        let dependent = |address: &Address| {
            let pending = self.pending.iter().find(|pending| pending.dependent.origin() == address);
            pending.map(|pending| &pending.dependent)
        };
        self.addresses
            .values()
            .map(|address| json!({"address": address, "saved": dependent(address)}))
            .collect()
    }

    pub fn is_empty(&self) -> bool {
        self.addresses.is_empty()
    }

    /// Whether an error is about something that is not back.
    pub fn concerns(&self, error: &Error) -> bool {
        let text = error.to_string();
        self.pending.iter().any(|pending| text.contains(&pending.dependent.to_string()))
    }

    /// The error about what is not back and is not the project's.
    pub fn misfits(&self, project: &Project, recorded: &BTreeSet<Address>) -> Option<Error> {
        let foreign =
            || self.pending.iter().filter(|pending| !self.is_ours(project, recorded, &pending.dependent));
        let (index, start) = foreign().next()?.statement;
        let migration = &project.manifest().migrations[index];
        let names: Vec<String> = foreign()
            .map(|pending| match &pending.why {
                Some(why) => format!("{} ({why})", pending.dependent),
                None => pending.dependent.to_string(),
            })
            .collect();
        let error = Error::new(
            ErrorKind::Conflict,
            format!(
                "migration {} takes away what {} of no file of this project {} on: {}",
                migration.label(),
                count(names.len(), "object"),
                if names.len() == 1 { "stands" } else { "stand" },
                names.join("; ")
            ),
        );
        let place = project.place(&migration.file, start);
        Some(error.object(migration.label()).at(place).help(
            "change or drop them in the migration, before this statement, or give them files in this project",
        ))
    }
}

/// Locks what goes: dependents first, as readers lock, and under one deadline for all.
pub fn locks(dependents: &[Dependent], deadline: &str) -> String {
    let next = bind("lock_deadline", &[("milliseconds", Value::Sql(deadline))]);
    let locks = dependents.iter().rev().filter_map(|dependent| dependent.script.lock.as_ref());
    let locks = locks.map(|lock| format!("{next};\n{lock};\n"));
    locks.chain([format!("{};\n", catalog::lock_timeout(deadline))]).collect()
}
