//! How objects that print otherwise than their shadows look beside shadows that stand on what is live, and made again.

use std::collections::{BTreeMap, HashMap};

use log::debug;

use super::shadows::shapes;
use crate::decide::compare::alike::{Unlike, may_move, same_use};
use crate::decide::compare::shadows::Shadows;
use crate::decide::facts::Likeness;
use crate::read::catalog::{self, CANONICAL};
use crate::read::facts::Shape;
use crate::read::session::{Failure, Session};
use crate::set::project::Project;
use crate::words::error::{Error, ErrorKind};
use crate::words::escape::Line;
use crate::words::sqlstate::is_of_the_moment;

/// An object that is made again, and its shadow, as they look.
type Again<'u> = (&'u Unlike, [Shape; 2]);

pub fn likenesses(
    session: &mut Session<'_>,
    project: &Project,
    unlike: &[Unlike],
    before: Option<&Shadows>,
) -> Result<BTreeMap<String, Likeness>, Error> {
    let mut likenesses: BTreeMap<String, Likeness> =
        unlike.iter().map(|one| (one.key.clone(), Likeness::default())).collect();
    // 1. Beside shadows that stand on what is live.
    let all: Vec<&Unlike> = unlike.iter().collect();
    for pair in tried(session, &all, &mut |session, some| lone(session, project, some))? {
        if let Some(likeness) = likenesses.get_mut(&pair[0].key) {
            likeness.lone = Some(pair);
        }
    }
    // 2. Made again.
    let moving = unlike.iter().filter_map(|one| {
        let both @ [live, shadow] = likenesses[&one.key].lone.as_ref()?;
        let again = live.text != shadow.text && same_use(live, shadow) && may_move(both);
        again.then(|| (one, both.clone()))
    });
    let moving: Vec<Again<'_>> = moving.collect();
    for [live, shadow] in tried(session, &moving.iter().collect::<Vec<_>>(), &mut remade)? {
        if let Some(likeness) = likenesses.get_mut(&live.key) {
            likeness.remade = Some([live.text, shadow.text]);
        }
    }
    // 3. Among copies of what is live.
    if let Some(before) = before {
        let shapes = shapes(session, project, before, &[], true)?;
        for shape in shapes.shadows {
            if let Some(likeness) = likenesses.get_mut(&shape.key) {
                likeness.before = Some(shape.text);
            }
        }
    }
    Ok(likenesses)
}

/// What the server shows of all of these, or of those that it does not refuse.
fn tried<I>(
    session: &mut Session<'_>,
    all: &[&I],
    show: &mut impl FnMut(&mut Session<'_>, &[&I]) -> Result<Vec<[Shape; 2]>, Failure>,
) -> Result<Vec<[Shape; 2]>, Error> {
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let other =
        |failure: Failure| failure.while_(ErrorKind::Ledger, "cannot compare the objects with their files");
    match session.taken_back(|session| show(session, all)).map_err(other)? {
        Ok(shown) => Ok(shown),
        Err(Failure::Server(error)) if !is_of_the_moment(&error) => {
            debug!(target: "viewkeeper::read", "cannot be made again: {}", Line(&error.message));
            let (front, rest) = all.split_at(all.len() / 2);
            let mut shown = Vec::new();
            for some in [front, rest].into_iter().filter(|some| some.len() < all.len()) {
                shown.extend(tried(session, some, show)?);
            }
            Ok(shown)
        }
        Err(failure) => Err(other(failure)),
    }
}

/// Objects beside shadows that stand on what is live.
fn lone(session: &mut Session<'_>, project: &Project, some: &[&Unlike]) -> Result<Vec<[Shape; 2]>, Failure> {
    let all = || some.iter().map(|one| &one.lone);
    let live: Vec<_> = all().map(|(_, live)| live.clone()).collect();
    let wanted: Vec<_> = all().flat_map(|(shadows, _)| shadows.wanted.clone()).collect();
    let scripts: String = all().map(|(shadows, _)| shadows.script.text()).collect();
    let make = format!("set local search_path to {};\n{scripts}", project.search_path());
    let (live, shadows) = catalog::shapes_under(session, (CANONICAL, &live), &make, (CANONICAL, &wanted))?;
    Ok(pairs(live, shadows))
}

/// Both of each, made again where that may print otherwise.
fn remade(session: &mut Session<'_>, some: &[&Again<'_>]) -> Result<Vec<[Shape; 2]>, Failure> {
    let mut make = format!("set local search_path to {CANONICAL};\n");
    let mut wanted = Vec::new();
    for (one, both) in some {
        for (place, plain) in
            both.iter().enumerate().filter_map(|(place, shape)| Some((place, shape.plain.as_ref()?)))
        {
            let (statements, mut found) = one.remake.statements(plain, place);
            make.push_str(&statements);
            found["key"] = format!("{place} {}", one.key).into();
            wanted.push(found);
        }
    }
    let (_, made) = catalog::shapes_under(session, (CANONICAL, &[]), &make, (CANONICAL, &wanted))?;
    let made: HashMap<&str, &Shape> = made.iter().map(|made| (made.key.as_str(), made)).collect();
    let text = |key: &str, place: usize, shape: &Shape| {
        let made = made.get(format!("{place} {key}").as_str());
        made.map_or(&shape.text, |made| &made.text).clone()
    };
    let again = some.iter().map(|(one, both)| {
        [0, 1].map(|place| Shape {
            key: one.key.clone(),
            text: text(&one.key, place, &both[place]),
            ..Shape::default()
        })
    });
    Ok(again.collect())
}

/// Objects with their shadows.
fn pairs(live: Vec<Shape>, shadows: Vec<Shape>) -> Vec<[Shape; 2]> {
    let shadows = shadows.into_iter().map(|shape| (shape.key.clone(), shape));
    let mut shadows: BTreeMap<String, Shape> = shadows.collect();
    let of = |live: Shape| {
        let shadow = shadows.remove(&live.key)?;
        Some([live, shadow])
    };
    live.into_iter().filter_map(of).collect()
}
