//! The first look at each object: is it there, is it ours, and does it need the exact comparison?

use std::collections::{BTreeSet, HashMap};

use super::adopting::{check_made, check_schema};
use super::identify::{Identify, Match};
use crate::decide::attached::desired::Scene;
use crate::decide::attached::reconcile::{reconcile, reconcile_absent};
use crate::decide::attached::reconciled::Reconciled;
use crate::decide::facts::Facts;
use crate::decide::reason::Reason;
use crate::read::facts::{Live, LiveObject, Record};
use crate::set::project::{Object, Project};
use crate::words::error::{Error, ErrorKind};
use crate::words::identity::Identity;
use crate::words::object::Kind;

/// An object that needs a look, and what the look showed.
#[derive(Clone, Debug)]
pub struct Classification<'a> {
    pub object: Object<'a>,
    /// What it is, in the ledger and in the database.
    pub found: Match<'a>,
    pub state: State,
    pub cause: Cause,
    pub reason: Reason,
    /// What is to be done about what is attached to it.
    pub reconciled: Reconciled,
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
    /// Only the comparison with a shadow made from the file can tell.
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

impl Classification<'_> {
    /// The live object has another name or schema than the file says. Other argument types are no other name: nothing but
    /// a rebuild gives a routine others.
    /// A trigger has no other table: on that of its file it is found where it is.
    pub fn moved_from(&self) -> Option<Identity> {
        let (live, identity) = (&self.found.live?.identity, self.object.identity());
        match self.object.kind() {
            Kind::Trigger => {
                (live.name != identity.name).then(|| Identity { name: live.name.clone(), ..identity })
            }
            _ => (live.qualified() != identity.qualified()).then(|| live.clone()),
        }
    }

    /// Whether it was not as it was recorded.
    fn was_drifted(&self, drifted: &BTreeSet<String>) -> bool {
        self.found.record.is_none_or(|record| drifted.contains(&record.identity))
    }

    /// The live object is of another kind than the file says.
    pub fn is_other_kind(&self) -> bool {
        self.found.live.is_some_and(|live| live.managed_kind() != Some(self.object.kind()))
    }
}

/// Looks at each object that needs it, in the order of the project; to work on them (`acting`), or to tell about them.
///
/// # Errors
///
/// Something that is not ours, or that an untrusted role made, has the object's name; or a person renamed what contains it.
pub fn looks<'a>(
    project: &'a Project,
    facts: &'a Facts,
    acting: bool,
) -> Result<Vec<Classification<'a>>, Error> {
    let Facts { recorded, live, .. } = facts;
    let drifted_before = facts.drifted_before.as_ref();
    check_schema(project, live, acting)?;
    let other_project: HashMap<&str, &str> = recorded
        .objects
        .iter()
        .filter_map(|seen| Some((seen.identity.as_str(), seen.other_project.as_deref()?)))
        .collect();
    let mut looks: Vec<Classification<'a>> = Vec::with_capacity(recorded.objects.len());
    for (object, found) in Identify::new(project, recorded, live, drifted_before.is_some()).all()? {
        if let (None, Some(other)) = (found.record, other_project.get(object.key().as_str())) {
            return Err(of_other_project(object, other));
        }
        let stepped = found.record.is_some_and(|record| recorded.stepped.contains(&record.address));
        let mut look = look(object, found, live, stepped, acting)?;
        if stepped {
            look = stepped_aside(look);
        } else if drifted_before.is_some_and(|drifted| !look.was_drifted(drifted)) {
            look = by_migration(look);
        }
        looks.push(look);
    }
    Ok(looks)
}

/// What a look means at an object that was as we left it before the migrations of this run: what differs is their doing.
fn by_migration(look: Classification<'_>) -> Classification<'_> {
    let reason = look.reason.of_migration();
    if look.cause != Cause::Hand || look.state == State::Settled {
        return Classification { reason, ..look };
    }
    Classification { cause: Cause::Below, reason, ..look }
}

/// What a look means at an object that stepped aside for a table migration: nobody dropped or changed it by hand. What was
/// put back comes from the catalog and stands on what the migration changed, so only its file can tell.
fn stepped_aside(look: Classification<'_>) -> Classification<'_> {
    if look.cause == Cause::File {
        return Classification { reason: look.reason.of_migration(), ..look };
    }
    let state = if look.state == State::Missing { State::Missing } else { State::Suspect };
    let reason = match look.reason {
        Reason::TableDropped => Reason::TableDropped,
        _ => Reason::InTheWay,
    };
    Classification { state, cause: Cause::Below, reason, ..look }
}

fn look<'a>(
    object: Object<'a>,
    found: Match<'a>,
    all: &Live,
    stepped: bool,
    acting: bool,
) -> Result<Classification<'a>, Error> {
    let Match { record, live, .. } = found;
    let changed = record.is_some_and(|record| record.checksum != object.data().checksum.as_str());
    let Some(relation) = live else { return Ok(missing(object, found, changed, all)) };
    check_ours(object, relation)?;
    check_made(object, record, relation, all, acting)?;
    let reconciled = reconciled(object, record, relation, changed || stepped, all);
    let (state, cause, reason) = match record {
        _ if relation.managed_kind() != Some(object.kind()) => {
            let cause = if record.is_none() || changed { Cause::File } else { Cause::Hand };
            let (there, wanted) = (article(&relation.kind), article(object.kind().keyword()));
            (State::Suspect, cause, Reason::OtherKind { there, wanted, file: object.file() })
        }
        Some(_) if found.on_partition => {
            (State::Suspect, Cause::Below, Reason::OnPartition { on: shown_table(relation) })
        }
        None => (State::Suspect, Cause::File, Reason::Found),
        Some(record) => since_recorded(object, record, relation, all, changed, &reconciled),
    };
    Ok(Classification { object, found, state, cause, reason, reconciled })
}

/// What became of an object that is there since it was recorded.
fn since_recorded(
    object: Object<'_>,
    record: &Record,
    relation: &LiveObject,
    all: &Live,
    changed: bool,
    reconciled: &Reconciled,
) -> (State, Cause, Reason) {
    let file = object.file();
    let same_text = record.server == all.server && is_as_recorded(record, relation);
    if changed {
        (State::Suspect, Cause::File, Reason::Changed { file })
    } else if record.identity != object.key() {
        (State::Suspect, Cause::File, Reason::Was(record.identity.clone()))
    } else if record.retired {
        (State::Suspect, Cause::File, Reason::Returned { file })
    } else if !record.here && !same_text {
        (State::Suspect, Cause::Below, Reason::Restored)
    } else if !same_text
        && record.server == all.server
        && (record.redefined || record.address != relation.address)
    {
        (State::Suspect, Cause::Hand, Reason::ChangedByHand)
    } else if record.reoptioned && !object.data().options.is_empty() {
        (State::Suspect, Cause::Hand, Reason::OptionsByHand)
    } else if record.unsettled || !same_text {
        (State::Suspect, Cause::Below, Reason::BelowChanged)
    } else if reconciled.is_needed() {
        (State::Detached, Cause::Hand, Reason::AttachedByHand(reconciled.drifted()))
    } else {
        (State::Settled, Cause::Hand, Reason::OnlyFingerprint)
    }
}

/// Whether the server makes of an object what it made of it when it was recorded.
fn is_as_recorded(record: &Record, live: &LiveObject) -> bool {
    match (&record.likeness, &live.deparsed_hash) {
        (Some(known), Some(now)) => now.split(' ').all(|hash| known.split(' ').any(|known| known == hash)),
        (Some(_), None) => false,
        (None, now) => record.deparsed_hash == *now,
    }
}

/// An object that is not there.
fn missing<'a>(object: Object<'a>, found: Match<'a>, changed: bool, all: &Live) -> Classification<'a> {
    let (file, record) = (object.file(), found.record);
    let (cause, reason) = match record {
        None => (Cause::File, Reason::New { file }),
        Some(_) if found.left.is_some() => (Cause::Below, Reason::AnotherContainer(container(object))),
        Some(record) if record.uprooted => (Cause::Below, Reason::TableDropped),
        Some(_) if changed => (Cause::File, Reason::ChangedAndDropped { file }),
        Some(_) => (Cause::Hand, Reason::DroppedByHand),
    };
    let reconciled = match record.filter(|_| changed) {
        Some(record) => reconcile_absent(object, record, scene(all)),
        None => Reconciled::default(),
    };
    // What is not there keeps no old name and takes no place.
    let found = Match { record, left: found.left, ..Match::default() };
    Classification { object, found, state: State::Missing, cause, reason, reconciled }
}

/// What is to be done about what is attached to an object that is there. Nothing where neither the file changed nor the
/// fingerprint of what it states, nor the object itself is another one (`moved`).
fn reconciled(
    object: Object<'_>,
    record: Option<&Record>,
    relation: &LiveObject,
    moved: bool,
    live: &Live,
) -> Reconciled {
    let other = |record: &Record| {
        let same = record.address == relation.address && record.identity == object.key();
        record.reattached || record.retired || !same
    };
    let moved = moved || record.is_none_or(other);
    match live.attached.get(&relation.address).filter(|_| moved) {
        Some(attached) => reconcile(object, record, attached, scene(live)),
        None => Reconciled::default(),
    }
}

fn scene(live: &Live) -> Scene<'_> {
    Scene { current_user: &live.role, login_user: &live.session, server: live.server }
}

fn of_other_project(object: Object<'_>, other: &str) -> Error {
    let message = format!("{} \"{}\" belongs to project \"{other}\"", object.kind(), object.name());
    conflict(object, message)
        .help(format!("keep one of the two definitions, or give this one another name than in \"{other}\""))
}

/// Whether the project may take what has the object's name for its own.
fn check_ours(object: Object<'_>, live: &LiveObject) -> Result<(), Error> {
    let (wanted, identity) = (object.kind(), object.identity());
    let fits = |kind: Kind| match wanted {
        Kind::View | Kind::MaterializedView => kind.is_relation(),
        Kind::Function | Kind::Procedure | Kind::Aggregate => kind.is_routine(),
        Kind::Trigger => kind == Kind::Trigger,
    };
    let kind = &live.kind;
    if !live.managed_kind().is_some_and(fits) {
        return Err(conflict(
            object,
            format!("\"{identity}\" is {}, not {}", article(kind), article(wanted.keyword())),
        )
        .help(format!("give the {wanted} another name, or drop or rename the {kind} in a table migration")));
    }
    match &live.extension {
        None => Ok(()),
        Some(extension) => {
            let message = format!("{kind} \"{identity}\" belongs to extension \"{extension}\"");
            Err(conflict(object, message).help(format!("give the {wanted} of the project another name")))
        }
    }
}

/// `a view`, `an index`.
fn article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'i']) { "an" } else { "a" };
    format!("{article} {kind}")
}

fn conflict(object: Object<'_>, message: String) -> Error {
    Error::new(ErrorKind::Conflict, message)
        .object(object.key())
        .at(object.place(object.data().statement.start))
        .unchanged()
}

/// The table or view that a trigger is on.
fn shown_table(trigger: &LiveObject) -> String {
    trigger.identity.on().map(|on| on.to_string()).unwrap_or_default()
}

/// What an object is in.
fn container(object: Object<'_>) -> &'static str {
    if object.kind() == Kind::Trigger { "table" } else { "schema" }
}
