//! What the ledger holds under a name that the project does not hold any more.

use crate::decide::compare::classify::Classification;
use crate::read::facts::{GoneObject, Recorded, RetiredObject};
use crate::words::options::Prune;

/// What the project no longer holds under its recorded name.
pub struct Retirement {
    /// Old and new identities of what the files say was renamed.
    pub renamed: Vec<(String, String)>,
    /// Objects whose files this release took away.
    pub retired: Vec<RetiredObject>,
    /// Those of them that are there.
    pub staying: Vec<RetiredObject>,
    /// Objects whose files are gone and that go now.
    pub prune: Vec<GoneObject>,
    /// Those that would go, and somebody changed since: they are no longer ours.
    pub taken: Vec<GoneObject>,
}

impl Retirement {
    /// What was renamed is not gone.
    pub fn of(recorded: &Recorded, looks: &[Classification<'_>], prune: Prune) -> Self {
        let renamed: Vec<(String, String)> = looks
            .iter()
            .filter_map(|look| Some((look.found.record?.identity.clone(), look.object.key())))
            .filter(|(from, to)| from != to)
            .collect();
        let is_gone = |identity: &str| !renamed.iter().any(|(from, _)| from == identity);
        let retired: Vec<RetiredObject> =
            recorded.retired.iter().filter(|retired| is_gone(&retired.identity)).cloned().collect();
        let is_there =
            |retired: &&RetiredObject| recorded.gone.iter().any(|gone| gone.identity == retired.identity);
        let staying = retired.iter().filter(is_there).cloned().collect();
        let due = |gone: &&GoneObject| match prune {
            Prune::NextRelease => gone.before,
            Prune::Now => true,
            Prune::Never => false,
        };
        // What has become another object of the project does not go under its old name.
        let other = |gone: &&GoneObject| {
            looks.iter().any(|look| look.found.live.is_some_and(|live| live.address == gone.address))
        };
        let gone = recorded.gone.iter().filter(|gone| is_gone(&gone.identity) && !other(gone));
        let gone = gone.filter(due).cloned();
        let (taken, prune) = gone.partition(|gone| gone.changed);
        Retirement { renamed, retired, staying, prune, taken }
    }
}
