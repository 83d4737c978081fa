//! The first look at each object: is it there, is it ours, and does it need the exact comparison?

use std::collections::{HashMap, HashSet};

use super::adopting::{check_made, check_schema};
use crate::decide::attached::desired::Scene;
use crate::decide::attached::reconcile::{reconcile, reconcile_absent};
use crate::decide::attached::reconciled::Reconciled;
use crate::decide::reason::Reason;
use crate::read::address::Address;
use crate::read::facts::{Live, LiveObject, Record, Recorded};
use crate::set::project::{Object, Project};
use crate::words::error::{Error, ErrorKind};
use crate::words::identity::Identity;
use crate::words::object::Kind;

/// An object that needs a look, and what the look showed.
#[derive(Clone, Debug)]
pub struct Classification<'a> {
    pub object: Object<'a>,
    pub record: Option<&'a Record>,
    /// The live object, whatever it is called now.
    pub live: Option<&'a LiveObject>,
    /// The file says that it was renamed, and it still has the old name.
    pub renamed: bool,
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
    pub fn moved_from(&self) -> Option<Identity> {
        let live = self.live?;
        (live.identity.qualified() != self.object.name()).then(|| live.identity.clone())
    }

    /// The live object is of another kind than the file says.
    pub fn is_other_kind(&self) -> bool {
        self.live.is_some_and(|live| live.managed_kind() != Some(self.object.kind()))
    }
}

/// Looks at each object of `recorded`; to work on them (`acting`), or to tell about them.
///
/// # Errors
///
/// Something that is not ours, or that an untrusted role made, has the object's name.
pub fn looks<'a>(
    project: &'a Project,
    recorded: &'a Recorded,
    live: &'a Live,
    acting: bool,
) -> Result<Vec<Classification<'a>>, Error> {
    check_schema(project, live, acting)?;
    let mut looks: Vec<Classification<'a>> = Vec::with_capacity(recorded.objects.len());
    let mut objects: HashMap<&str, Vec<&LiveObject>> = HashMap::new();
    for found in &live.objects {
        objects.entry(found.wanted.as_str()).or_default().push(found);
    }
    // Of several new argument types, one takes the place of the old ones.
    let mut taken: HashSet<&Address> = HashSet::new();
    for seen in &recorded.objects {
        let Some(object) = project.find(&seen.identity) else { continue };
        let found = objects.get(seen.identity.as_str()).map_or(&[][..], Vec::as_slice);
        let record = seen.record.as_ref().filter(|record| taken.insert(&record.address));
        if let (None, Some(other)) = (record, &seen.other_project) {
            return Err(Error::new(
                ErrorKind::Conflict,
                format!("{} \"{}\" belongs to project \"{other}\"", object.kind(), object.name()),
            )
            .object(seen.identity.as_str())
            .at(object.place(object.data().statement.start))
            .unchanged()
            .help(format!(
                "keep one of the two definitions, or give this one another name than in \"{other}\""
            )));
        }
        let stepped = record.is_some_and(|record| recorded.stepped.contains(&record.address));
        let mut look = look(object, record, found, live, stepped, acting)?;
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
fn stepped_aside(look: Classification<'_>) -> Classification<'_> {
    if look.cause == Cause::File {
        return look;
    }
    let state = if look.state == State::Missing { State::Missing } else { State::Suspect };
    Classification { state, cause: Cause::Below, reason: Reason::InTheWay, ..look }
}

/// Which live object is the one that is wanted.
struct Match<'a> {
    /// None where it is about another object.
    record: Option<&'a Record>,
    live: Option<&'a LiveObject>,
    /// The file says that it was renamed, and it still has the old name.
    renamed: bool,
}

fn look<'a>(
    object: Object<'a>,
    record: Option<&'a Record>,
    found: &[&'a LiveObject],
    all: &Live,
    stepped: bool,
    acting: bool,
) -> Result<Classification<'a>, Error> {
    let Match { record, live, renamed } = matching(object, record, found)?;
    let changed = record.is_some_and(|record| record.checksum != object.data().checksum.as_str());
    let Some(relation) = live else { return Ok(missing(object, record, changed, all)) };
    check_made(object, record, relation, all, acting)?;
    let reconciled = reconciled(object, record, relation, changed || stepped, all);
    let (state, cause, reason) = match record {
        _ if relation.managed_kind() != Some(object.kind()) => {
            let cause = if record.is_none() || changed { Cause::File } else { Cause::Hand };
            let (there, wanted) = (article(&relation.kind), article(object.kind().keyword()));
            (State::Suspect, cause, Reason::OtherKind { there, wanted, file: object.file() })
        }
        None => (State::Suspect, Cause::File, Reason::Found),
        Some(record) => since_recorded(object, record, relation, all, changed, &reconciled),
    };
    Ok(Classification { object, record, live, renamed, state, cause, reason, reconciled })
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
    let same_text = record.server == all.server && record.deparsed_hash == relation.deparsed_hash;
    if changed {
        (State::Suspect, Cause::File, Reason::Changed { file })
    } else if record.retired {
        (State::Suspect, Cause::File, Reason::Returned { file })
    } else if !same_text && record.server == all.server {
        (State::Suspect, Cause::Hand, Reason::ChangedByHand)
    } else if record.reoptioned && !object.data().options.is_empty() {
        (State::Suspect, Cause::Hand, Reason::OptionsByHand)
    } else if record.unsettled || !same_text {
        (State::Suspect, Cause::Below, Reason::BelowChanged)
    } else if reconciled.is_needed() {
        (State::Detached, Cause::Hand, Reason::AttachedByHand(reconciled.by_hand()))
    } else {
        (State::Settled, Cause::Hand, Reason::OnlyFingerprint)
    }
}

/// An object that is not there.
fn missing<'a>(
    object: Object<'a>,
    record: Option<&'a Record>,
    changed: bool,
    all: &Live,
) -> Classification<'a> {
    let file = object.file();
    let (cause, reason) = match record {
        None => (Cause::File, Reason::New { file }),
        Some(record) if record.uprooted => (Cause::Below, Reason::TableDropped),
        Some(_) if changed => (Cause::File, Reason::ChangedAndDropped { file }),
        Some(_) => (Cause::Hand, Reason::DroppedByHand),
    };
    let reconciled = match record.filter(|_| changed) {
        Some(record) => reconcile_absent(object, record, scene(all)),
        None => Reconciled::default(),
    };
    let state = State::Missing;
    Classification { object, record, live: None, renamed: false, state, cause, reason, reconciled }
}

/// Finds the object by its name and by the address that was recorded.
fn matching<'a>(
    object: Object<'_>,
    record: Option<&'a Record>,
    found: &[&'a LiveObject],
) -> Result<Match<'a>, Error> {
    let identity = object.identity();
    let renamed = record.is_some_and(|record| record.identity != object.key());
    let named = |identity: &Identity| {
        let same = |live: &&&LiveObject| {
            let other = &live.identity;
            // The types of a routine are written in many ways; it was found by them.
            (&other.schema, &other.name, &other.table) == (&identity.schema, &identity.name, &identity.table)
                && live.is_routine() == identity.arguments.is_some()
        };
        found.iter().find(same).copied()
    };
    let by_record = |record: &Record| found.iter().copied().find(|live| live.address == record.address);
    let by_name = match record.filter(|_| renamed).and_then(by_record) {
        // Found under its old argument types, not under the new ones.
        Some(old) if object.kind().is_routine() => {
            named(&identity).filter(|live| live.address != old.address)
        }
        _ => named(&identity),
    };
    // Both are there: the old one is another object, whose file is gone.
    let (record, renamed) = match by_name {
        Some(other) if renamed && record.is_none_or(|record| record.address != other.address) => {
            (None, false)
        }
        _ => (record, renamed),
    };
    let by_record = record.and_then(|record| {
        let old = Identity::displayed(&record.identity);
        by_record(record).or_else(|| named(&old).filter(|_| renamed))
    });
    if let Some(other) = by_name {
        check_ours(object, other)?;
        if let Some(moved) = by_record.filter(|moved| moved.address != other.address) {
            let (kind, now) = (object.kind(), &moved.identity);
            return Err(conflict(
                object,
                format!(
                    "{kind} \"{identity}\" was renamed by hand to \"{now}\", and another {kind} has its name now"
                ),
            )
            .help(format!(
                "drop the one of the two that is not wanted: drop {kind} {identity}; or drop {kind} {now};"
            )));
        }
    }
    Ok(Match { record, live: by_name.or(by_record), renamed })
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
    let other = |record: &Record| record.reattached || record.retired || record.address != relation.address;
    let moved = moved || record.is_none_or(other);
    match live.attached.get(&relation.address).filter(|_| moved) {
        Some(attached) => reconcile(object, record, attached, scene(live)),
        None => Reconciled::default(),
    }
}

fn scene(live: &Live) -> Scene<'_> {
    Scene { current_user: &live.role, login_user: &live.session, server: live.server }
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
