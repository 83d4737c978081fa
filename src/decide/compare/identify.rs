//! Which recorded object, and which live one, is the object that a file defines.
//!
//! A file gives an object its identity, and the ledger knows its address. Where both lead to one live object, it is that. Where
//! they do not, a name was changed: by the files and the migrations, and then the record moves to the new identity; or by a
//! person, and then the object gets its name back, unless something else has that name by now.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::overloads::{Pairs, Signature, pairings, types};
use crate::read::address::Address;
use crate::read::facts::{Live, LiveObject, Record, Recorded};
use crate::set::project::{Object, Project};
use crate::words::error::{Error, ErrorKind};
use crate::words::identity::Identity;
use crate::words::name::{Name, identifier};
use crate::words::object::Kind;

/// What an object is, in the ledger and in the database.
#[derive(Clone, Copy, Debug, Default)]
pub struct Match<'a> {
    /// None where it is about another object.
    pub record: Option<&'a Record>,
    /// The live object, whatever it is called now.
    pub live: Option<&'a LiveObject>,
    /// The file says that it was renamed, and it still has the old name.
    pub renamed: bool,
    /// It is a trigger on a table that is now a partition of the file's.
    pub on_partition: bool,
    /// Something that nobody recorded has its name already.
    pub taken: bool,
    /// What was this object, and is no longer: its name, or its table, is another one's.
    pub left: Option<&'a LiveObject>,
}

/// Identifies objects.
pub struct Identify<'a> {
    project: &'a Project,
    recorded: &'a Recorded,
    live: &'a Live,
    /// Migrations of this run were applied before: what has other names may have them from these.
    migrated: bool,
    /// The live objects, by the identity that asked for them.
    found: HashMap<&'a str, Vec<&'a LiveObject>>,
    /// The recorded identities of what is there.
    known: HashMap<&'a Address, &'a str>,
    /// The addresses of these.
    addresses: HashMap<&'a str, &'a Address>,
    others: HashMap<&'a str, &'a Record>,
    /// Records under other identities that are objects of the project.
    taken: BTreeSet<&'a str>,
}

impl<'a> Identify<'a> {
    pub fn new(project: &'a Project, recorded: &'a Recorded, live: &'a Live, migrated: bool) -> Self {
        let mut found: HashMap<&str, Vec<&LiveObject>> = HashMap::new();
        for object in &live.objects {
            found.entry(object.wanted.as_str()).or_default().push(object);
        }
        let known = recorded.managed.iter().map(|managed| (&managed.address, managed.identity.as_str()));
        let addresses = known.clone().map(|(address, identity)| (identity, address));
        let others = recorded.others.iter().map(|record| (record.identity.as_str(), record));
        Identify {
            project,
            recorded,
            live,
            migrated,
            found,
            addresses: addresses.collect(),
            known: known.collect(),
            others: others.collect(),
            taken: BTreeSet::new(),
        }
    }

    /// The objects that need a look, each with what it is. What has its name comes first, then what a file names or what is left.
    ///
    /// # Errors
    ///
    /// A person renamed what contains an object.
    pub fn all(mut self) -> Result<Vec<(Object<'a>, Match<'a>)>, Error> {
        let wanted = self.recorded.objects.iter();
        let wanted =
            wanted.filter_map(|seen| Some((self.project.find(&seen.identity)?, seen.record.as_ref())));
        // A trigger comes after its view.
        let mut wanted: Vec<(Object<'a>, Option<&'a Record>)> = wanted.collect();
        wanted.sort_by_key(|(object, _)| object.index());
        let mut matches: HashMap<usize, Match<'a>> = HashMap::new();
        for &(object, own) in &wanted {
            let found = self.by_name_or_address(object, own, &matches)?;
            matches.insert(object.index(), found);
        }
        let unknown: Vec<Object<'a>> = wanted
            .iter()
            .map(|(object, _)| *object)
            .filter(|object| {
                let found = &matches[&object.index()];
                // Who made a routine with the new arguments meant the same as the file.
                found.record.is_none() && (found.live.is_none() || object.kind().is_routine())
            })
            .collect();
        for &object in &unknown {
            if let Some(record) = self.said_or_on_its_table(object, &matches) {
                self.become_another(object, record, &mut matches);
            }
        }
        for (object, record) in self.overloads(&unknown)? {
            self.become_another(object, record, &mut matches);
        }
        Ok(wanted.into_iter().map(|(object, _)| (object, matches[&object.index()])).collect())
    }

    /// What has the object's name, or else its address.
    fn by_name_or_address(
        &mut self,
        object: Object<'a>,
        own: Option<&'a Record>,
        matches: &HashMap<usize, Match<'a>>,
    ) -> Result<Match<'a>, Error> {
        let key = object.key();
        let named = self.named(&key, own);
        let holder = named.and_then(|named| self.known.get(&named.address).copied());
        let of_another = holder.filter(|holder| *holder != key);
        let (record, named) = match of_another {
            // Another object of ours has its name, and gets its own back.
            Some(other) if self.project.find(other).is_some() => (own, None),
            // It is recorded under a name that no file has any more.
            Some(other) => {
                self.taken.insert(other);
                (self.others.get(other).copied().or(own), named)
            }
            None => (own, named),
        };
        let addressed = own.and_then(|own| self.addressed(&key, &own.address));
        let (addressed, left) = match self.at_home(object, own, addressed, matches)? {
            true => (addressed, None),
            false => (None, addressed),
        };
        let on_partition = left.is_some_and(|left| self.is_on_partition(object, left, matches));
        if named.is_none() && on_partition {
            return Ok(Match { record, live: left, on_partition, ..Match::default() });
        }
        let elsewhere = addressed.filter(|moved| named.is_some_and(|named| named.address != moved.address));
        Ok(Match { record, live: named.or(addressed), left: left.or(elsewhere), ..Match::default() })
    }

    /// An object is what was recorded under another identity.
    fn become_another(
        &mut self,
        object: Object<'a>,
        record: &'a Record,
        matches: &mut HashMap<usize, Match<'a>>,
    ) {
        self.taken.insert(&record.identity);
        let live = self.addressed(&record.identity, &record.address);
        let live = live.or_else(|| self.named(&record.identity, Some(record)));
        let named = matches.get(&object.index()).and_then(|found| found.live);
        let taken = live.is_some() && named.is_some();
        let found =
            Match { record: Some(record), live: live.or(named), renamed: true, taken, ..Match::default() };
        matches.insert(object.index(), found);
    }

    /// What the file says had another identity before, or what is on the table that has another name now.
    fn said_or_on_its_table(
        &self,
        object: Object<'a>,
        matches: &HashMap<usize, Match<'a>>,
    ) -> Option<&'a Record> {
        let earlier: Vec<String> = object.earlier().iter().map(ToString::to_string).collect();
        let name = object.identity().name;
        let home = self.home(object, matches);
        let on_table = |other: &&Record| {
            let same = object.kind() == Kind::Trigger && other.table.is_some() && other.table == home;
            same && Identity::displayed(&other.identity).name == name
        };
        self.free().find(|other| earlier.contains(&other.identity)).or_else(|| self.free().find(on_table))
    }

    /// Records of no file that are not taken for an object yet.
    fn free(&self) -> impl Iterator<Item = &'a Record> + '_ {
        self.recorded.others.iter().filter(|other| !self.taken.contains(other.identity.as_str()))
    }

    /// Routines that took other arguments, each with what it was.
    fn overloads(&self, unknown: &[Object<'a>]) -> Result<Vec<(Object<'a>, &'a Record)>, Error> {
        let mut new: BTreeMap<Name, Vec<Object<'a>>> = BTreeMap::new();
        let routines = unknown.iter().filter(|object| object.kind().is_routine());
        let taken = |object: &Object<'a>| {
            object.earlier().iter().any(|earlier| self.taken.contains(earlier.to_string().as_str()))
        };
        for object in routines.filter(|object| !taken(object)) {
            new.entry(object.name()).or_default().push(*object);
        }
        let mut found = Vec::new();
        for (name, new) in new {
            let was = |other: &&Record| {
                let was = Identity::displayed(&other.identity);
                !other.retired && was.arguments.is_some() && was.qualified() == name
            };
            let old: Vec<&'a Record> = self.free().filter(was).collect();
            let pairings = pairings(
                &old.iter().map(|record| self.signature(record)).collect::<Vec<_>>(),
                &new.iter().map(|object| stated(*object)).collect::<Vec<_>>(),
            );
            let Some(pairs) = pairings.first() else { continue };
            if pairings.len() > 1 && self.differ(&old) {
                return Err(untold(&old, &new, &pairings));
            }
            found.extend(pairs.iter().map(|&(from, to)| (new[to], old[from])));
        }
        Ok(found)
    }

    /// The arguments that a recorded routine has. A type that has another name by now is the same.
    fn signature(&self, record: &Record) -> Signature {
        let live = self.addressed(&record.identity, &record.address);
        let arguments = match live {
            Some(live) => live.identity.arguments.clone(),
            None => Identity::displayed(&record.identity).arguments,
        };
        let names = live.map(|live| live.argument_names.clone()).unwrap_or_default();
        Signature { types: types(&arguments.unwrap_or_default()), names, optional: 0 }
    }

    /// Whether it matters which of these becomes which.
    fn differ(&self, old: &[&Record]) -> bool {
        let rights = old.iter().map(|record| {
            self.addressed(&record.identity, &record.address).and_then(|live| live.rights.as_deref())
        });
        rights.collect::<BTreeSet<_>>().len() > 1
    }

    /// What is there under an identity.
    fn named(&self, key: &str, own: Option<&Record>) -> Option<&'a LiveObject> {
        let identity = Identity::displayed(key);
        let same = |live: &&&'a LiveObject| {
            let other = &live.identity;
            // The types of a routine are written in many ways; it was found by them.
            (&other.schema, &other.name, &other.table) == (&identity.schema, &identity.name, &identity.table)
                && live.is_routine() == identity.arguments.is_some()
        };
        let found = self.found.get(key).map_or(&[][..], Vec::as_slice);
        // One that was found by its address alone may have other types by now.
        let by_types = |live: &&&'a LiveObject| own.is_none_or(|own| own.address != live.address);
        let all = found.iter().filter(same);
        all.clone().find(by_types).or_else(|| all.clone().next()).copied()
    }

    fn addressed(&self, key: &str, address: &Address) -> Option<&'a LiveObject> {
        self.found.get(key)?.iter().copied().find(|live| live.address == *address)
    }

    /// Whether what has the address of an object can be it, under whatever name.
    fn at_home(
        &self,
        object: Object<'a>,
        own: Option<&'a Record>,
        addressed: Option<&'a LiveObject>,
        matches: &HashMap<usize, Match<'a>>,
    ) -> Result<bool, Error> {
        let (Some(own), Some(live)) = (own, addressed) else { return Ok(true) };
        if let (Kind::Trigger, Some(table)) = (object.kind(), &live.table) {
            match self.home(object, matches) {
                Some(home) if home == *table => return Ok(true),
                Some(_) => return Ok(false),
                None => {}
            }
        }
        match &own.schema_now {
            Some(now) if *now == live.identity.schema => match self.migrated && self.is_there(object) {
                true => Ok(false),
                false => Err(self.renamed_schema(object, now)),
            },
            _ if object.kind() == Kind::Trigger && live.identity.on() != object.identity().on() => {
                Err(self.renamed_table(object, live))
            }
            _ => Ok(true),
        }
    }

    /// The table or view that a trigger is to be on: where it is the project's, whatever it is called now.
    fn home(&self, object: Object<'a>, matches: &HashMap<usize, Match<'a>>) -> Option<Address> {
        let on = object.identity().on()?.to_string();
        match self.project.find(&on).map(|view| matches.get(&view.index())) {
            Some(Some(found)) => found.live.map(|live| live.address.clone()),
            Some(None) => self.addresses.get(on.as_str()).map(|address| (*address).clone()),
            None => self.live.tables.get(&on).cloned(),
        }
    }

    /// Whether a trigger is on a partition of the table that it is to be on.
    fn is_on_partition(
        &self,
        object: Object<'a>,
        live: &LiveObject,
        matches: &HashMap<usize, Match<'a>>,
    ) -> bool {
        self.home(object, matches).is_some_and(|home| live.partition_of.contains(&home))
    }

    /// Whether the schema that the file says is there.
    fn is_there(&self, object: Object<'a>) -> bool {
        let name = object.identity().schema;
        self.live.schemas.iter().any(|schema| schema.exists && schema.name == name)
    }

    /// Nobody but who renamed a schema knows what else goes by its new name.
    fn renamed_schema(&self, object: Object<'a>, now: &str) -> Error {
        let was = object.identity().schema;
        let by = if self.migrated { "" } else { " by hand" };
        let error = Error::new(
            ErrorKind::Conflict,
            format!("schema \"{was}\" was renamed to \"{now}\"{by}, and {} says {was}", object.file()),
        )
        .object(object.key())
        .at(object.place(object.data().statement.start))
        .unchanged();
        let (old, new) = (identifier(&was), identifier(now));
        let back = match self.is_there(object) {
            true => format!(
                "to go back: rename or drop what is called {old} by now, and then: alter schema {new} rename to {old};"
            ),
            false => format!("to go back: alter schema {new} rename to {old};"),
        };
        let follow = match was == self.project.schema() {
            true => format!("or let the project follow: schema = \"{now}\" in viewkeeper.toml"),
            false => format!("or let the files follow: write {new} for {old} in them"),
        };
        error.help(back).help(follow)
    }

    fn renamed_table(&self, object: Object<'a>, live: &LiveObject) -> Error {
        let (name, on) = (&object.identity().name, object.identity().on().map(|on| on.to_string()));
        let now = live.identity.on().map(|on| on.to_string()).unwrap_or_default();
        let on = on.unwrap_or_default();
        Error::new(
            ErrorKind::Conflict,
            format!("trigger \"{name}\" is to be on {on}, and its table was renamed to {now}"),
        )
        .object(object.key())
        .at(object.place(object.data().statement.start))
        .unchanged()
        .help(format!("give the table its name back, or write {now} in {}", object.file()))
    }
}

/// The arguments that a file states.
fn stated(object: Object<'_>) -> Signature {
    let Some(routine) = &object.data().routine else { return Signature::default() };
    Signature {
        types: types(&routine.arguments),
        names: routine.argument_names.clone(),
        optional: routine.optional,
    }
}

/// Which of several routines became which cannot be told, and it matters.
fn untold(old: &[&Record], new: &[Object<'_>], pairings: &[Pairs]) -> Error {
    let from: Vec<&str> = old.iter().map(|record| record.identity.as_str()).collect();
    let to: Vec<String> = new.iter().map(|object| object.identity().to_string()).collect();
    let error = Error::new(
        ErrorKind::Conflict,
        format!(
            "which of {} became which of {} cannot be told, and their owners, grants or SECURITY DEFINER differ",
            from.join(", "),
            to.join(", ")
        ),
    )
    .object(new[0].key())
    .at(new[0].place(new[0].data().statement.start))
    .unchanged();
    let lines: BTreeSet<(usize, usize)> = pairings.iter().flatten().map(|&(from, to)| (to, from)).collect();
    lines.into_iter().fold(error, |error, (to, from)| {
        let (object, was) = (new[to], &old[from].identity);
        error.help(format!(
            "if {} was {was}, write before it in {}: -- viewkeeper: renamed-from {was}",
            object.identity(),
            object.file()
        ))
    })
}
