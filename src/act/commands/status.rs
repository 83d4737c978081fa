//! Where the database stands: reading only.

use super::scratch::left_behind;
use crate::act::run::Run;
use crate::decide::releases::history::Pending;
use crate::decide::releases::superseded::Verdict;
use crate::read::session::Failure;
use crate::read::status::Answer;
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::options::Options;
use crate::words::status::Status;

/// Asks the ledger, the history of the migrations and the lock.
pub fn status(project: &Project, options: &Options, client: &mut postgres::Client) -> Result<Status, Error> {
    let failed = |failure: Failure| failure.while_(ErrorKind::Ledger, "cannot read the ledger");
    let mut run = Run::new(project, options, client);
    let probe = run.probe()?;
    let mut status = Status {
        project: project.name().to_owned(),
        release: project.release().checksum.as_str().to_owned(),
        standing: None,
        superseded: None,
        migrations: 0,
        newest: None,
        pending: Vec::new(),
        unknown: Vec::new(),
        objects: std::collections::BTreeMap::new(),
        stale: Vec::new(),
        outside: Vec::new(),
        holder: None,
        warnings: run.lost_rows(&probe).into_iter().collect(),
    };
    if probe.readable().is_some() {
        let text = run.ledger.status_text();
        let answer: Answer = run.session.ask(&text).map_err(failed)?;
        status.standing = answer.standing;
        status.objects = answer.objects;
        status.stale = answer.stale;
        status.outside = answer.outside;
        status.superseded = match run.verdict(&probe, None)? {
            Verdict::Leave(why) | Verdict::Refuse(why) => Some(why),
            Verdict::Proceed { .. } => None,
        };
    }
    let Pending { migrations: pending, unknown, newest_unknown, .. } = run.pending(&probe)?;
    let label = |index: usize| project.manifest().migrations[index].label();
    let known = project.manifest().migrations.len();
    status.migrations = known - pending.len() + unknown.len();
    let newest = (0..known).rev().find(|index| !pending.contains(index));
    let version = newest.map(|index| project.manifest().migrations[index].version);
    status.newest = match newest_unknown.filter(|unknown| version.is_none_or(|version| version < *unknown)) {
        Some(newest) => {
            let begins = format!("V{newest}__");
            unknown.iter().find(|unknown| unknown.starts_with(&begins)).cloned()
        }
        None => newest.map(label),
    };
    status.pending = pending.into_iter().map(label).collect();
    status.unknown = unknown;
    status.warnings.extend(left_behind(&mut run.session, project.name()).map_err(|failure| {
        failure.while_(ErrorKind::Connection, "cannot read which scratch databases are left")
    })?);
    status.holder = run.keys.holder(&mut run.session).map_err(failed)?;
    Ok(status)
}
