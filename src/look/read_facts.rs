//! Reading what is recorded and what is there.

use crate::read::dependent::Dependent;
use std::collections::BTreeMap;
use std::time::Duration;

use log::debug;

use crate::decide::facts::{Answers, Choices, Facts};
use crate::read::address::Address;
use crate::read::catalog::{self, CANONICAL, pins};
use crate::read::facts::{Recorded, RecordedObject};
use crate::read::ledger::Ledger;
use crate::read::path::Meant;
use crate::read::session::{Failure, Session, decode};
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::options::Options;
use crate::words::temporary::TemporaryNames;

/// What is asked along.
#[derive(Debug)]
pub struct Questions {
    /// Of [`Evaluated`].
    pub evaluated: String,
    /// Of [`Meant`], where the session searches more than the project.
    pub meant: Option<String>,
    /// The schemas that it searches beside those of the project.
    pub others: Vec<String>,
}

/// Reads what is recorded and what is there. Without a ledger every object needs a look. `stepped`: the identities that
/// objects had when they stepped aside for a migration, by address. `questions`: that of what names do, and that of
/// [`Meant`]. `every`: all need a look. `names`: of what would be made for a while; `acting`: what is decided is done.
pub fn read_facts(
    session: &mut Session<'_>,
    project: &Project,
    ledger: Option<&Ledger<'_>>,
    stepped: &BTreeMap<Address, String>,
    (options, questions): (&Options, &Questions),
    every: bool,
    (names, acting): (TemporaryNames, bool),
) -> Result<Facts, Error> {
    let failed = |failure: Failure| failure.while_(ErrorKind::Ledger, "cannot read the state of the objects");
    // Reading waits behind somebody's ALTER TABLE, too; and not for ever.
    let timeout =
        format!("{};\nset local lock_timeout to {}", pins(CANONICAL), milliseconds(options.lock_timeout));
    let Questions { evaluated, meant, others } = questions;
    let asks_meant = meant.as_ref().map(|meant| format!(";\n{meant}")).unwrap_or_default();
    let answers = session.send(&format!("{timeout};\n{evaluated}{asks_meant}")).map_err(failed)?;
    let evaluated = decode(answers.first()).map_err(failed)?;
    let meant = match meant {
        Some(_) => decode(answers.last()).map_err(failed)?,
        None => Meant::default(),
    };
    let recorded = match ledger {
        Some(ledger) => ledger.recorded(session, every).map_err(failed)?,
        None => Recorded {
            objects: project
                .objects()
                .map(|object| RecordedObject { identity: object.key(), record: None, other_project: None })
                .collect(),
            ..Recorded::default()
        },
    };
    let recorded = succeed(session, recorded, stepped).map_err(failed)?;
    let live = catalog::live(session, project, &recorded).map_err(failed)?;
    debug!(target: "viewkeeper::read", "{} of {} objects need a look", recorded.objects.len(), project.objects().len());
    let choices = Choices::of(options, acting);
    Ok(Facts {
        choices,
        names,
        recorded,
        live,
        meant,
        others: others.clone(),
        evaluated,
        migrations: Vec::new(),
        drifted_before: None,
        answers: Answers::default(),
    })
}

/// What stepped aside and was put back has another address than the recorded one.
fn succeed(
    session: &mut Session<'_>,
    mut recorded: Recorded,
    stepped: &BTreeMap<Address, String>,
) -> Result<Recorded, Failure> {
    if stepped.is_empty() {
        return Ok(recorded);
    }
    let successors = catalog::successors(session, stepped)?;
    for record in recorded.objects.iter_mut().filter_map(|seen| seen.record.as_mut()) {
        if let Some(address) = successors.get(&record.address) {
            record.address.clone_from(address);
            recorded.stepped.insert(address.clone());
        }
    }
    Ok(recorded)
}

/// Whole milliseconds as the server takes them for a timeout; 0 would mean none.
pub fn milliseconds(duration: Duration) -> String {
    duration.as_millis().clamp(1, i32::MAX as u128).to_string()
}

/// These objects and what depends on them; of that, those of `alone` by themselves.
pub fn dependents_of(
    session: &mut Session<'_>,
    project: &Project,
    roots: &[Address],
    alone: &[Address],
) -> Result<Vec<Dependent>, Error> {
    if roots.is_empty() {
        return Ok(Vec::new());
    }
    catalog::dependents(session, project, roots, true, alone)
        .map_err(|failure| failure.while_(ErrorKind::Ledger, "cannot read what hangs on the objects"))
}
