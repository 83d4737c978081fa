//! Whether there is anything to do for this binary at all: up to date, or superseded.

use log::warn;

use super::boot::{Boot, Step};
use crate::decide::superseded::{self, Verdict};
use crate::read::facts::{LedgerAnswer, Probe, Standing};
use crate::read::session::Session;
use crate::set::project::Project;
use crate::words::checksum::short;
use crate::words::closed::Closed;
use crate::words::error::{Error, ErrorKind};
use crate::words::escape::Line;
use crate::words::options::{Direction, Superseded};
use crate::words::report::Outcome;

impl Boot<'_, '_> {
    /// What it comes to when nothing is to be done.
    pub(super) fn settled(&mut self, probe: &Probe) -> Result<Option<Outcome>, Error> {
        let Some(standing) = readable(probe) else { return Ok(None) };
        let Some(release) = &standing.standing else { return Ok(None) };
        let back = self.options.direction == Direction::Back;
        if release.checksum == self.project.release().checksum.as_str() {
            let quiet = !standing.drifted
                && !standing.shifted
                && (back || !standing.history_changed)
                && !standing.claimed
                && !standing.lost();
            return Ok(quiet.then_some(Outcome::UpToDate));
        }
        let verdict = self.verdict(probe, None)?;
        self.obey(verdict)
    }

    /// What a verdict comes to: nothing where the work goes on.
    fn obey(&mut self, verdict: Verdict) -> Result<Option<Outcome>, Error> {
        let (why, outcome) = match verdict {
            Verdict::Proceed { warning: None } => return Ok(None),
            Verdict::Proceed { warning: Some(why) } => (why, None),
            Verdict::Leave(why) => (why, Some(Outcome::Superseded)),
            Verdict::Refuse(why) => {
                return Err(Error::new(ErrorKind::Refused, format!("superseded: {why}"))
                    .note("nothing was changed")
                    .help(format!("set {}=leave or {0}=restore", superseded::VARIABLE)));
            }
        };
        if !self.report.warnings.contains(&why) {
            warn!(target: "viewkeeper::boot", "{}", Line(&why));
            self.report.warnings.push(why);
        }
        Ok(outcome)
    }

    pub(super) fn verdict(&self, probe: &Probe, newest_applied: Option<i64>) -> Result<Verdict, Error> {
        if self.options.direction == Direction::Back {
            return Ok(Verdict::Proceed { warning: None });
        }
        let variable = std::env::var(superseded::VARIABLE).unwrap_or_default();
        let option = match variable.as_str() {
            "" => self.options.superseded,
            "leave" => Superseded::Leave,
            "refuse" => Superseded::Refuse,
            "restore" => Superseded::Restore,
            other => {
                let message = format!(
                    "{} is \"{other}\", which is none of leave, refuse and restore",
                    superseded::VARIABLE
                );
                return Err(Error::new(ErrorKind::Refused, message).note("nothing was changed"));
            }
        };
        let newest_known = self.project.manifest().migrations.last().map(|migration| migration.version);
        Ok(superseded::decide(&self.project.release(), readable(probe), newest_applied, newest_known, option))
    }

    /// Without a release in the ledger, an applied migration above our highest means that a newer application has been
    /// here with refinery alone.
    pub(super) fn newer_database(
        &mut self,
        probe: &Probe,
        newest: Option<i64>,
    ) -> Result<Option<Step>, Error> {
        let verdict = self.verdict(probe, newest)?;
        let Some(outcome) = self.obey(verdict)? else { return Ok(None) };
        self.report.outcome = outcome;
        self.session.rollback();
        Ok(Some(Step::Done))
    }
}

/// What the ledger says, where there is one that we may read.
pub fn readable(probe: &Probe) -> Option<&Standing> {
    match &probe.ledger {
        Some(LedgerAnswer::Readable(standing)) => Some(standing),
        _ => None,
    }
}

/// What stands here, where that is something else than what this binary would leave.
pub fn other_than_ours(probe: &Probe, project: &Project) -> Option<String> {
    let Some(standing) = readable(probe) else { return Some("there is no ledger".to_owned()) };
    let Some(release) = &standing.standing else {
        return Some("no release of the project was applied here".to_owned());
    };
    let ours = project.release();
    if release.checksum != ours.checksum.as_str() {
        let (theirs, ours) = (short(&release.checksum), short(ours.checksum.as_str()));
        return Some(format!("release {theirs} stands here, and this is {ours}"));
    }
    let history = standing.history_changed.then(|| "the history of table migrations was changed".to_owned());
    history.or(standing
        .claimed
        .then(|| "a no-transaction migration is under way, or was interrupted".to_owned()))
}

/// Why nothing can be written here.
pub fn unwritable(probe: &Probe) -> Option<Closed> {
    let closed = readable(probe).is_some_and(|standing| !standing.writable);
    Closed::of(probe.recovery, probe.read_only).or(closed.then_some(Closed::Ledger))
}

/// Whether we can work in this session at all.
pub fn check_session(session: &mut Session<'_>, probe: &Probe) -> Result<(), Error> {
    let (server, in_transaction) = (probe.server, probe.in_transaction);
    if in_transaction {
        session.give_back().map_err(|failure| {
            failure.while_(ErrorKind::Connection, "cannot leave the caller's transaction as it was")
        })?;
        return Err(Error::new(
            ErrorKind::Connection,
            "the client is inside a transaction, which is the caller's to end",
        )
        .note("nothing was changed")
        .help("call run before BEGIN, or after COMMIT or ROLLBACK"));
    }
    if server < 140_000 {
        return Err(Error::new(
            ErrorKind::Connection,
            format!("the server is PostgreSQL {}, and viewkeeper works with 14 and later", server / 10_000),
        ));
    }
    Ok(())
}
