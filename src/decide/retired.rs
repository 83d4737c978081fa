//! Objects whose files are gone: they stay for one release, and go with the next.

use std::collections::{BTreeMap, BTreeSet};

use super::hanging::Hanging;
use super::needs::{Facts, Need};
use super::plan::Action;
use crate::read::facts::{Address, RetiredObject, Saved};
use crate::words::error::{Error, ErrorKind};
use crate::words::identity::Identity;
use crate::words::object::Kind;
use crate::words::report::{Verb, count};

/// The retired objects that are dropped now.
///
/// # Errors
///
/// Something else hangs on one of them.
pub fn prunable(
    facts: &Facts<'_>,
    needs: &BTreeMap<usize, Need<'_>>,
    hanging: &Hanging<'_>,
) -> Result<Vec<Saved>, Error> {
    let roots: BTreeSet<&Address> = facts.prune.iter().map(|retired| &retired.address).collect();
    let is_root = |saved: &Saved| roots.contains(&saved.id);
    // What is made anew from its file reads it no more, unless the file says so: then it is told by the server.
    let changes: BTreeSet<&Address> = needs
        .values()
        .filter(|need| matches!(need.verb, Verb::Replace | Verb::Rebuild))
        .filter_map(|need| need.address.as_ref())
        .collect();
    let is_made_anew = |saved: &Saved| {
        changes.contains(&saved.id) || hanging.gone.iter().any(|(gone, _)| gone.id == saved.id)
    };
    let mut anew: BTreeSet<&str> = BTreeSet::new();
    let mut problems = Vec::new();
    for saved in facts.pruned {
        let root_below = |id: &String| facts.pruned.iter().any(|other| other.id == *id && is_root(other));
        if is_root(saved) {
            continue;
        }
        let on_anew_only =
            !saved.needs.iter().any(root_below) && saved.needs.iter().all(|id| anew.contains(id.as_str()));
        if is_made_anew(saved) || on_anew_only {
            anew.insert(&saved.id);
        } else {
            problems.push(saved.to_string());
        }
    }
    if problems.is_empty() {
        let dropped =
            |saved: &&Saved| is_root(saved) && !facts.saved.iter().any(|other| other.id == saved.id);
        return Ok(facts.pruned.iter().filter(dropped).cloned().collect());
    }
    let names: Vec<_> = facts.prune.iter().map(|retired| format!("\"{}\"", retired.identity)).collect();
    Err(Error::new(
        ErrorKind::Conflict,
        format!(
            "cannot drop {}, whose {} gone: {} still {} on it: {}",
            names.join(", "),
            if names.len() == 1 { "file is" } else { "files are" },
            count(problems.len(), "object"),
            if problems.len() == 1 { "hangs" } else { "hang" },
            problems.join(", ")
        ),
    )
    .object(facts.prune[0].identity.as_str())
    .note("nothing was changed")
    .help("drop or change them before, or give the view its file back, or keep it with Prune::Never"))
}

/// What is said of the objects whose files are gone.
pub fn retirement(facts: &Facts<'_>, hanging: &Hanging<'_>, pruned: &[Saved]) -> Vec<Action> {
    let going: BTreeSet<&Address> = pruned.iter().map(|saved| &saved.id).collect();
    let gone = hanging.gone.iter().map(|(saved, why)| {
        let kind = Kind::ALL.into_iter().find(|kind| kind.keyword() == saved.kind).unwrap_or(Kind::View);
        let identity = Identity::displayed(&saved.identity).to_string();
        let pruned = facts.prune.iter().any(|pruned| saved.origin() == &pruned.address);
        let reason =
            if pruned { why.clone() } else { format!("its file is gone, and it no longer fits: {why}") };
        (RetiredObject { identity, kind }, reason, saved.drop.clone())
    });
    let prune = facts.prune.iter().filter(|retired| going.contains(&retired.address)).filter_map(|retired| {
        let saved = pruned.iter().find(|saved| saved.id == retired.address)?;
        let retired = RetiredObject { identity: retired.identity.clone(), kind: retired.kind };
        Some((retired, "its file is gone".to_owned(), saved.drop.clone()))
    });
    let dropped: Vec<_> = gone.chain(prune).collect();
    let stays = |one: &&RetiredObject| !dropped.iter().any(|(dropped, ..)| dropped.identity == one.identity);
    let mut actions: Vec<Action> = facts.retired.iter().filter(stays).map(retire).collect();
    actions.extend(dropped.iter().map(|(retired, reason, sql)| Action {
        reason: reason.clone(),
        lock: Some("access exclusive"),
        sql: vec![sql.clone()],
        breaks: Some("the object is gone".to_owned()),
        ..about(Verb::Drop, retired)
    }));
    actions
}

/// It stays for now.
pub fn retire(retired: &RetiredObject) -> Action {
    about(Verb::Retire, retired)
}

fn about(verb: Verb, retired: &RetiredObject) -> Action {
    Action {
        verb,
        kind: retired.kind,
        object: Identity::displayed(&retired.identity),
        reason: "its file is gone; it stays as it is until the next release".to_owned(),
        drift: false,
        lock: None,
        sql: Vec::new(),
        builds: Vec::new(),
        puts_back: Vec::new(),
        breaks: None,
        tier: 0,
        index: None,
    }
}
