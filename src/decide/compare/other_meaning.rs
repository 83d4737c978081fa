//! Another meaning of the project's texts under the session's search_path, which is the one that their authors know: found before
//! anything is done by it.

use std::collections::BTreeSet;

use super::classify::{self, Classification, State};
use super::comparison::not_comparable;
use super::evaluated::first_named;
use super::meanings_differ::other_meanings;
use super::shadows::{self, Shadows};
use crate::decide::facts::Facts;
use crate::decide::question::{Question, Stop};
use crate::read::evaluated::Evaluated;
use crate::read::path::{Meaning, MeantElsewhere, UsedElsewhere};
use crate::set::project::{Object, Project};
use crate::words::error::{Error, ErrorKind};
use crate::words::name::identifier;
use crate::words::object::Kind;

/// Refuses objects that would use something else if the other schemas of the session's search_path were searched, too.
pub fn mean_the_same(project: &Project, facts: &Facts) -> Result<(), Stop> {
    refuse_migrations(project, &facts.migrations, &facts.meant.migrations)?;
    if !facts.meant.any {
        return Ok(());
    }
    let looks = classify::looks(project, facts, false)?;
    let objects = undecided(project, &looks);
    if objects.is_empty() {
        return Ok(());
    }
    if not_comparable(&facts.live).is_some() {
        // Where nothing can be written, nothing comes to mean anything.
        return match facts.live.recovery || facts.live.read_only {
            true => Ok(()),
            false => Err(untold(project, &facts.others).into()),
        };
    }
    may_be_tried(project, facts, &objects)?;
    let shadows = Shadows::new(project, &objects, &facts.live.taken);
    let Some(meanings) = &facts.answers.meanings else {
        return Err(Question::Meanings(shadows).into());
    };
    let found = other_meanings(&meanings.ours, &meanings.theirs);
    let found: Vec<_> = found
        .iter()
        .filter_map(|(meaning, used)| Some((object_of(project, &shadows, meaning)?, *used)))
        .collect();
    if found.is_empty() { Ok(()) } else { Err(means_otherwise(project, &found).into()) }
}

/// Refuses migrations that compare, or call, what another schema of the session's search_path has something of its own for. What
/// they would do differently cannot be tried.
pub fn refuse_migrations(
    project: &Project,
    migrations: &[usize],
    meant: &[MeantElsewhere],
) -> Result<(), Error> {
    let Some(first) = meant.first() else { return Ok(()) };
    let all = &project.manifest().migrations;
    let relation = first.by.as_deref().map(|by| by.rsplit('.').next().unwrap_or(by).trim_matches('"'));
    let called = first.what.split('(').next().and_then(|name| name.rsplit('.').next());
    let concerned = migrations.iter().map(|&index| &all[index]).find(|migration| {
        migration.compares.iter().any(|(_, name)| Some(name.as_str()) == relation)
            || migration.calls.iter().any(|name| Some(name.as_str()) == called)
    });
    let Some(migration) = concerned else { return Ok(()) };
    let (label, schema) = (migration.label(), identifier(&first.schema));
    let of = first.by.as_ref().map(|by| format!(" for a column of {by}")).unwrap_or_default();
    let message = format!(
        "migration {label} may mean something else here: schema {schema}, which this session searches and the project does \
         not, has {}{of}",
        first.what
    );
    let schemas: BTreeSet<&str> = meant.iter().map(|meant| meant.schema.as_str()).collect();
    let schemas: Vec<&str> = schemas.into_iter().collect();
    Err(Error::new(ErrorKind::Migration, message)
        .object(label)
        .at(project.place(&migration.file, 0))
        .help(format!("if that is meant, {}", project.path_line(&schemas)))
        .help(format!(
            "if not, leave {schema} out of the search_path of the session, the role and the database"
        ))
        .unchanged())
}

fn object_of<'p>(project: &'p Project, shadows: &Shadows, meaning: &Meaning) -> Option<Object<'p>> {
    let called = |object: &Object<'_>, name: &String| match meaning.kind.as_str() {
        "relation" => object.kind().is_relation() && *name == meaning.name,
        "routine" => object.kind().is_routine() && *name == meaning.name,
        _ => {
            let table = object.data().trigger.as_ref().map(|trigger| &trigger.table);
            object.kind() == Kind::Trigger && (*name == meaning.name || table == Some(&meaning.name))
        }
    };
    let objects = shadows.names.iter().map(|(&index, name)| (project.object(index), name));
    objects.into_iter().find(|(object, name)| called(object, name)).map(|(object, _)| object)
}

fn means_otherwise(project: &Project, found: &[(Object<'_>, &UsedElsewhere)]) -> Error {
    let (object, used) = found[0];
    let schema = identifier(&used.schema);
    let message = format!(
        "{} \"{}\" would mean something else in this session: with schema {schema}, which the session searches and the \
         project does not, it uses {}",
        object.kind(),
        object.identity(),
        used.what
    );
    let schemas: BTreeSet<&str> = found.iter().map(|(_, used)| used.schema.as_str()).collect();
    let schemas: Vec<&str> = schemas.into_iter().collect();
    let error = Error::new(ErrorKind::Object, message)
        .object(object.key())
        .at(object.place(object.data().statement.start))
        .help(format!("if that is meant, {}", project.path_line(&schemas)))
        .help("if not, name the schema of what it uses: operator(pg_catalog.=), pg_catalog.upper(...)");
    let error = match &found[1..] {
        [] => error,
        others => {
            let others: BTreeSet<String> =
                others.iter().map(|(object, _)| format!("\"{}\"", object.identity())).collect();
            error.note(format!("so would {}", others.into_iter().collect::<Vec<_>>().join(", ")))
        }
    };
    error.unchanged()
}

fn untold(project: &Project, others: &[String]) -> Error {
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    let schemas: Vec<String> = others.iter().map(|schema| identifier(schema)).collect();
    let message = format!(
        "objects may mean something else in this session, which searches schema {}, and that cannot be found out, because \
         the role lacks TEMPORARY on the database",
        schemas.join(", ")
    );
    Error::new(ErrorKind::Rights, message)
        .help(format!("{}, or grant temporary on the database to the role", project.path_line(&others)))
        .unchanged()
}

/// Refuses to find out what these objects would mean along the session's path, where that does harm.
fn may_be_tried(project: &Project, facts: &Facts, objects: &BTreeSet<usize>) -> Result<(), Error> {
    let others = facts.evaluated.iter().filter(|thing| facts.others.contains(&thing.schema));
    let objects = objects.iter().map(|&index| project.object(index));
    let Some((object, at, thing)) = first_named(project, objects, others) else { return Ok(()) };
    let Evaluated { what, code, owner, .. } = thing;
    let schema = identifier(&thing.schema);
    let message = format!(
        "{} \"{}\" may mean something else in this session, which searches schema {schema}, and that cannot be found out: with \
         {what} the server would run {code} of role {owner}, which is not trusted, while it parses the text",
        object.kind(),
        object.identity()
    );
    let error = Error::new(ErrorKind::Conflict, message)
        .object(object.key())
        .at(object.place(at))
        .help("name the schema of what it uses, as in pg_catalog.upper(...) or operator(pg_catalog.=)")
        .help(format!(
            "or leave {schema} out of the search_path of the session, the role and the database"
        ))
        .help(format!("or have {what} dropped, and create on schema {schema} revoked from whoever should make nothing there"));
    Err(error
        .help(format!(
            "if it is meant, {}, and have {code} given to a role that is trusted",
            project.path_line(&[&thing.schema])
        ))
        .unchanged())
}

/// The objects whose texts are new here, or in doubt.
fn undecided(project: &Project, looks: &[Classification<'_>]) -> BTreeSet<usize> {
    let mut objects = shadows::first_round(project, looks, true);
    let new = looks.iter().filter(|look| look.state == State::Missing);
    objects.extend(new.map(|look| look.object.index()));
    objects
}
