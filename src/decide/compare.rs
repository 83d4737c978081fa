//! The first look at each object: is it there, is it ours, and does it need the exact comparison?

use super::upkeep::Upkeep;
use super::wanted::Scene;
use crate::read::facts::{Live, Record, Recorded, Relation};
use crate::set::project::{Object, Project};
use crate::words::error::{Error, ErrorKind};
use crate::words::name::Name;

/// An object that needs a look, and what the look showed.
#[derive(Clone, Debug)]
pub struct Look<'a> {
    pub object: Object<'a>,
    pub record: Option<&'a Record>,
    /// The live view, whatever it is called now.
    pub live: Option<&'a Relation>,
    /// The file says that it was renamed, and it still has the old name.
    pub renamed: bool,
    pub state: State,
    pub cause: Cause,
    pub reason: String,
    /// What is to be done about what is attached to it.
    pub upkeep: Upkeep,
}

/// What is known before the exact comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is not there.
    Missing,
    /// It is as we left it; only its fingerprint moved, by a restore or a grant.
    Settled,
    /// Its definition is as we left it; what is attached to it is not.
    Detached,
    /// Only the comparison with a twin made from the file can tell.
    Suspect,
}

/// Where a difference comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The project: a new file, or a changed one.
    File,
    /// A person: drift.
    Hand,
    /// A table or type below the object.
    Below,
    /// An object below it is rebuilt or gets columns.
    Dependency,
}

impl Look<'_> {
    /// The live view has another name or schema than the file says.
    pub fn moved_from(&self) -> Option<Name> {
        let live = self.live?;
        let name = Name::new(&live.schema, &live.name);
        (name != self.object.name()).then_some(name)
    }
}

/// Looks at each object of `recorded`.
///
/// # Errors
///
/// Something that is not ours has the object's name.
pub fn looks<'a>(
    project: &'a Project,
    recorded: &'a Recorded,
    live: &'a Live,
) -> Result<Vec<Look<'a>>, Error> {
    let mut looks: Vec<Look<'a>> = Vec::with_capacity(recorded.objects.len());
    let mut relations: std::collections::HashMap<&str, Vec<&Relation>> = std::collections::HashMap::new();
    for relation in &live.relations {
        relations.entry(relation.identity.as_str()).or_default().push(relation);
    }
    for seen in &recorded.objects {
        let Some(object) = project.find(&seen.identity) else { continue };
        let found = relations.get(seen.identity.as_str()).map_or(&[][..], Vec::as_slice);
        let record = seen.record.as_ref();
        if let (None, Some(other)) = (record, &seen.other_project) {
            return Err(Error::new(
                ErrorKind::Conflict,
                format!("{} \"{}\" belongs to project \"{other}\"", object.kind(), object.name()),
            )
            .object(seen.identity.as_str())
            .at(object.place(object.data().statement.start))
            .note("nothing was changed")
            .help(format!(
                "keep one of the two definitions, or give this one another name than in \"{other}\""
            )));
        }
        let stepped = record.is_some_and(|record| recorded.stepped.contains(&record.oid));
        let mut look = look(object, record, found, live, stepped)?;
        if stepped {
            look = stepped_aside(look);
        }
        looks.push(look);
    }
    looks.sort_by_key(|look| look.object.index());
    Ok(looks)
}

/// What a look means at an object that stepped aside for a table migration: nobody dropped or changed it by hand. What was
/// put back comes from the catalog and stands on what the migration changed, so only its file can tell.
fn stepped_aside(look: Look<'_>) -> Look<'_> {
    if look.cause == Cause::File {
        return look;
    }
    let state = if look.state == State::Missing { State::Missing } else { State::Suspect };
    let reason = "it stood in the way of a table migration".to_owned();
    Look { state, cause: Cause::Below, reason, ..look }
}

fn look<'a>(
    object: Object<'a>,
    record: Option<&'a Record>,
    found: &[&'a Relation],
    all: &Live,
    stepped: bool,
) -> Result<Look<'a>, Error> {
    let name = object.name();
    let renamed = record.is_some_and(|record| record.identity != object.key());
    let by_name = found.iter().copied().find(|r| r.schema == name.schema && r.name == name.name);
    // Both are there: the old one is another object, whose file is gone.
    let (record, renamed) = match by_name {
        Some(other) if renamed && record.is_none_or(|record| record.oid != other.oid) => (None, false),
        _ => (record, renamed),
    };
    let by_oid = record.and_then(|record| {
        let old = Name::displayed(&record.identity);
        let by_old_name = || found.iter().copied().find(|r| r.schema == old.schema && r.name == old.name);
        found.iter().copied().find(|r| r.oid == record.oid).or_else(|| by_old_name().filter(|_| renamed))
    });
    if let Some(other) = by_name {
        check_ours(object, other)?;
        if let Some(moved) = by_oid.filter(|moved| moved.oid != other.oid) {
            let now = Name::new(&moved.schema, &moved.name);
            return Err(conflict(
                object,
                format!(
                    "view \"{name}\" was renamed by hand to \"{now}\", and another view has its name now"
                ),
            )
            .help(format!(
                "drop the one of the two that is not wanted: drop view {name}; or drop view {now};"
            )));
        }
    }
    let live = by_name.or(by_oid);
    let file = object.file();
    let changed = record.is_some_and(|record| record.checksum != object.data().checksum.as_str());
    let Some(relation) = live else {
        let (cause, reason) = match record {
            None => (Cause::File, format!("new in {file}")),
            Some(_) if changed => (Cause::File, format!("definition changed in {file}, and dropped by hand")),
            Some(_) => (Cause::Hand, "dropped by hand".to_owned()),
        };
        let state = State::Missing;
        let upkeep = match record.filter(|_| changed) {
            Some(record) => Upkeep::of_absent(object, record, scene(all)),
            None => Upkeep::default(),
        };
        return Ok(Look { object, record, live: None, renamed: false, state, cause, reason, upkeep });
    };
    let upkeep = upkeep(object, record, relation, changed || stepped, all);
    if relation.kind == "m" {
        let cause = if record.is_none() || changed { Cause::File } else { Cause::Hand };
        let reason = format!("a materialized view in the database, and a view in {file}");
        return Ok(Look { object, record, live, renamed, state: State::Suspect, cause, reason, upkeep });
    }
    let Some(record) = record else {
        let reason = "found in the database and not made by viewkeeper".to_owned();
        return Ok(Look {
            object,
            record: None,
            live,
            renamed,
            state: State::Suspect,
            cause: Cause::File,
            reason,
            upkeep,
        });
    };
    let same_text = record.server == all.server && record.deparsed_hash == relation.deparsed_hash;
    let (state, cause, reason) = if changed {
        (State::Suspect, Cause::File, format!("definition changed in {file}"))
    } else if !same_text && record.server == all.server {
        (State::Suspect, Cause::Hand, "definition changed by hand".to_owned())
    } else if record.reoptioned && !object.data().options.is_empty() {
        (State::Suspect, Cause::Hand, "options changed by hand".to_owned())
    } else if record.unsettled || !same_text {
        (State::Suspect, Cause::Below, "a table or type below it changed".to_owned())
    } else if upkeep.is_needed() {
        (State::Detached, Cause::Hand, upkeep.by_hand())
    } else {
        (State::Settled, Cause::Hand, "as the file says; its fingerprint is recorded anew".to_owned())
    };
    Ok(Look { object, record: Some(record), live, renamed, state, cause, reason, upkeep })
}

/// What is to be done about what is attached to an object that is there. Nothing where neither the file changed nor the
/// fingerprint of what it states, nor the object itself is another one (`moved`).
fn upkeep(
    object: Object<'_>,
    record: Option<&Record>,
    relation: &Relation,
    moved: bool,
    live: &Live,
) -> Upkeep {
    let moved = record.is_none_or(|record| moved || record.reattached || record.oid != relation.oid);
    match live.attached.get(&relation.oid).filter(|_| moved) {
        Some(attached) => Upkeep::of(object, record, attached, scene(live)),
        None => Upkeep::default(),
    }
}

fn scene(live: &Live) -> Scene<'_> {
    Scene { current_user: &live.role, login_user: &live.session, server: live.server }
}

fn check_ours(object: Object<'_>, relation: &Relation) -> Result<(), Error> {
    let kind = match relation.kind.as_str() {
        "v" | "m" => match &relation.extension {
            None => return Ok(()),
            Some(extension) => {
                let kind = if relation.kind == "m" { "materialized view" } else { "view" };
                let message = format!("{kind} \"{}\" belongs to extension \"{extension}\"", object.name());
                return Err(conflict(object, message).help("give the view of the project another name"));
            }
        },
        "r" => "table",
        "p" => "partitioned table",
        "f" => "foreign table",
        "S" => "sequence",
        "i" => "index",
        _ => "composite type",
    };
    Err(conflict(object, format!("\"{}\" is a {kind}, not a view", object.name()))
        .help(format!("give the view another name, or drop or rename the {kind} in a table migration")))
}

fn conflict(object: Object<'_>, message: String) -> Error {
    Error::new(ErrorKind::Conflict, message)
        .object(object.key())
        .at(object.place(object.data().statement.start))
        .note("nothing was changed")
}
