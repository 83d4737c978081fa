//! Whose objects become the project's. What a role made that is not trusted stays his: the next database would have it made by,
//! and in the name of, whoever runs the project.

use std::collections::{BTreeMap, BTreeSet};

use super::{called, of_project};
use crate::decide::compare::adopting::states_owner;
use crate::read::address::Address;
use crate::read::exportable::{Exportable, Strange};
use crate::set::project::Project;
use crate::words::amount::count;
use crate::words::escape::line;
use crate::words::export::{LeftOut, Selection};
use crate::words::name::{Name, identifier};
use crate::words::object::Kind;

/// Who decides what an export takes.
pub struct Trust<'t> {
    pub project: &'t Project,
    pub selection: &'t Selection,
    /// The project's objects that are as their files say, by identity.
    pub in_sync: &'t BTreeSet<String>,
}

impl Trust<'_> {
    /// The role that could have written this object, where its word is not taken: its owner, or that of a trigger's function.
    pub fn stranger<'e>(&self, object: &'e Exportable) -> Option<&'e str> {
        let ours = of_project(self.project, &object.identity());
        let stated = ours.is_some_and(|ours| {
            self.in_sync.contains(&ours.key()) || states_owner(ours, &identifier(&object.owner))
        });
        if !object.trusted && !stated && !self.selection.owners.contains(&object.owner) {
            return Some(&object.owner);
        }
        let runs = |strange: &&Strange| !self.selection.owners.contains(&strange.owner);
        let strange = object.strange.iter().find(runs).filter(|_| object.kind == Kind::Trigger && !stated)?;
        Some(&strange.owner)
    }

    /// Takes strangers' objects out, but those that `named` means, and says whose they are.
    pub fn leave_out<'e>(
        &self,
        objects: Vec<&'e Exportable>,
        named: impl Fn(&Exportable) -> bool,
    ) -> (Vec<&'e Exportable>, Vec<LeftOut>) {
        let mut by_owner: BTreeMap<&str, Vec<&Exportable>> = BTreeMap::new();
        let mut chosen = Vec::new();
        for object in objects {
            match self.stranger(object).filter(|_| !named(object)) {
                Some(owner) => by_owner.entry(owner).or_default().push(object),
                None => chosen.push(object),
            }
        }
        let left_out = by_owner.into_iter().map(|(owner, objects)| {
            let (owner, number) = (identifier(owner), count(objects.len(), "object"));
            let statements: Vec<String> = objects.into_iter().map(way_out).collect();
            LeftOut {
                of: format!("{number} of role {owner}"),
                reason: format!(
                    "its owner is not trusted; what belongs to the project can be exported by its name, or with all of that \
                     owner (--owner {owner}), or as {owner}, or gets another owner"
                ),
                statement: Some(statements.join("\n")),
            }
        });
        let left_out = left_out.collect();
        (chosen, left_out)
    }

    /// What is exported and uses what is not, because of who owns that.
    pub fn shaky(&self, chosen: &[&Exportable]) -> Vec<LeftOut> {
        let here: BTreeMap<&Address, &Exportable> =
            chosen.iter().map(|object| (&object.address, *object)).collect();
        let is_strange = |strange: &&Strange| {
            !here.contains_key(&strange.address) && !self.selection.owners.contains(&strange.owner)
        };
        let direct: BTreeMap<&Address, Vec<&Strange>> = chosen
            .iter()
            .map(|object| (&object.address, object.strange.iter().filter(is_strange).collect()))
            .collect();
        let uses = |address: &Address| direct.get(address).is_some_and(|strange| !strange.is_empty());
        let told = chosen.iter().filter_map(|object| {
            let reason = match direct[&object.address].as_slice() {
                [] => {
                    let on = below(&here, object).into_iter().find(|on| uses(&on.address))?;
                    format!("it stands on {}, which uses what a role owns that is not trusted", called(on))
                }
                strange => {
                    let things: Vec<String> = strange
                        .iter()
                        .map(|strange| format!("{} of role {}", strange.what, identifier(&strange.owner)))
                        .collect();
                    format!(
                        "it uses {}, not trusted and in no file: it cannot be made where that is missing",
                        things.join(", ")
                    )
                }
            };
            Some(LeftOut { of: called(object), reason, statement: None })
        });
        told.collect()
    }
}

/// What an object stands on, directly or through others, of what is exported.
fn below<'e>(here: &BTreeMap<&Address, &'e Exportable>, object: &'e Exportable) -> Vec<&'e Exportable> {
    let mut seen = BTreeSet::from([&object.address]);
    let (mut found, mut open) = (Vec::new(), vec![object]);
    while let Some(next) = open.pop() {
        let parts = next.parts.iter().flat_map(|part| &part.needs);
        let needs = next.needs.iter().chain(parts).filter_map(|need| here.get(need).copied());
        let new: Vec<&Exportable> = needs.filter(|need| seen.insert(&need.address)).collect();
        found.extend(&new);
        open.extend(new);
    }
    found
}

/// What makes a stranger's object one of the role that exports. A trigger goes with its table and its function.
fn way_out(object: &Exportable) -> String {
    let identity = object.identity();
    let kind = object.kind.keyword();
    let Some(table) = &object.table else {
        let identity = match object.kind == Kind::Aggregate && object.arguments.as_deref() == Some(&[]) {
            true => identity.to_string().replace("()", "(*)"),
            false => identity.to_string(),
        };
        return format!("alter {kind} {identity} owner to current_role;");
    };
    let of = line(&identity.to_string()).into_owned();
    match object.strange.first().filter(|_| object.trusted) {
        Some(strange) => format!("alter {} owner to current_role; -- which trigger {of} runs", strange.what),
        None => {
            let table = Name::new(&*object.schema, &**table);
            format!("alter table {table} owner to current_role; -- whose trigger is {of}")
        }
    }
}
