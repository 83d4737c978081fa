//! What the server makes of the indexes, extended statistics, defaults and rules of files.

use std::collections::{BTreeMap, BTreeSet};

use log::debug;
use serde_json::json;

use crate::decide::compare::index_shadows::IndexShadows;
use crate::decide::facts::OnCopies;
use crate::read::attached::{IndexText, Made, MadeOnCopies};
use crate::read::catalog::{self, CANONICAL};
use crate::read::session::{Failure, Session};
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::escape::Line;
use crate::words::name::Name;

/// What the server makes of these, by identity, and of what it prints of that: one message for all of them, or one for each where one does
/// not fit its relation as it is.
pub fn made(
    session: &mut Session<'_>,
    project: &Project,
    shadows: &[IndexShadows],
) -> Result<BTreeMap<String, OnCopies>, Error> {
    if let Some(made) = of_all(session, project, shadows)? {
        return Ok(made);
    }
    let mut all = BTreeMap::new();
    for one in shadows {
        all.extend(of_all(session, project, std::slice::from_ref(one))?.unwrap_or_default());
    }
    Ok(all)
}

/// None where the server refuses one of them.
fn of_all(
    session: &mut Session<'_>,
    project: &Project,
    shadows: &[IndexShadows],
) -> Result<Option<BTreeMap<String, OnCopies>>, Error> {
    let asked: String = shadows.iter().map(|one| one.asked.as_str()).collect();
    let make: String = shadows.iter().map(|one| one.script.text()).collect();
    let (copies, live): (Vec<_>, Vec<_>) =
        shadows.iter().map(|one| (one.copy.clone(), one.live.clone())).unzip();
    let path = project.search_path();
    let answer =
        tried(session, |session| catalog::index_shadows(session, (&asked, &path, &make), &copies, &live))?;
    let Some(MadeOnCopies { made, of_copies, of_live }) = answer else { return Ok(None) };
    let mut on_copies: BTreeMap<String, OnCopies> =
        made.into_iter().map(|(key, made)| (key, OnCopies { made, ..OnCopies::default() })).collect();
    let again = made_again(session, shadows, "again", &of_copies)?;
    // Nothing is parsed that the file does not name.
    let used: BTreeSet<(&str, &str)> = of_copies
        .iter()
        .flat_map(|text| text.uses.iter().map(|used| (text.key.as_str(), used.as_str())))
        .collect();
    let known =
        |text: &IndexText| text.uses.iter().all(|one| used.contains(&(text.key.as_str(), one.as_str())));
    let of_live: Vec<IndexText> = of_live.into_iter().filter(known).collect();
    let live_again = made_again(session, shadows, "live", &of_live)?;
    for (key, both) in &mut on_copies {
        both.again = again.get(key).cloned().unwrap_or_default();
        both.live_again = live_again.get(key).cloned().unwrap_or_default();
    }
    Ok(Some(on_copies))
}

/// What the server makes on copies of what it printed; nothing where it cannot read one of them.
fn made_again(
    session: &mut Session<'_>,
    shadows: &[IndexShadows],
    word: &str,
    texts: &[IndexText],
) -> Result<BTreeMap<String, Made>, Error> {
    if texts.is_empty() {
        return Ok(BTreeMap::new());
    }
    let name =
        |one: &IndexShadows| Name::new("pg_temp", format!("viewkeeper {word} {}", one.index)).to_string();
    let names: BTreeMap<&str, String> =
        shadows.iter().filter_map(|one| Some((one.copy["key"].as_str()?, name(one)))).collect();
    let copies = shadows.iter().map(|one| format!("{}{}{};\n", one.like.0, name(one), one.like.1));
    let statements = texts.iter().filter_map(|text| {
        let copy = names.get(text.key.as_str())?;
        Some(format!("{}{copy}{};\n", text.front, text.rest))
    });
    let make: String = copies.chain(statements).collect();
    let copies: Vec<_> = names.iter().map(|(key, name)| json!({"key": key, "relation": name})).collect();
    let made = tried(session, |session| {
        catalog::index_shadows(session, ("", CANONICAL, &make), &copies, &[]).map(|both| both.made)
    })?;
    Ok(made.unwrap_or_default())
}

/// Makes something for as long as it takes to look at it. None where the server refuses it.
fn tried<T>(
    session: &mut Session<'_>,
    show: impl FnOnce(&mut Session<'_>) -> Result<T, Failure>,
) -> Result<Option<T>, Error> {
    let other = |failure: Failure| {
        failure.while_(ErrorKind::Ledger, "cannot compare the indexes with what their files say")
    };
    match session.taken_back(show).map_err(other)? {
        Ok(shown) => Ok(Some(shown)),
        Err(Failure::Server(error)) => {
            debug!(target: "viewkeeper::read", "an index cannot be compared: {}", Line(&error.message));
            Ok(None)
        }
        Err(failure) => Err(other(failure)),
    }
}
