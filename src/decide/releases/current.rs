//! What stands in a database, where that is something else than what this binary would leave.

use crate::read::facts::Probe;
use crate::set::project::Project;
use crate::words::checksum::short;

/// What stands here, where that is something else than what this binary would leave.
pub fn other_than_ours(probe: &Probe, project: &Project) -> Option<String> {
    let Some(standing) = probe.readable() else { return Some("there is no ledger".to_owned()) };
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
