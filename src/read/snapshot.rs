//! The discovery: every object of the database.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::catalog::{CANONICAL, pins};
use super::session::{Failure, Session, Value, array, bind, decode};
use crate::words::attribute::Attribute;
use crate::words::item_id::{ItemId, ItemName};
use crate::words::item_kind::{ItemKind, Naming};
use crate::words::name::{Name, identifier, literal};
use crate::words::snapshot::{Item, Snapshot};

/// What is read.
#[derive(Clone, Debug)]
pub struct Scope<'s> {
    /// These schemas; all where there are none.
    pub schemas: &'s [String],
    /// The schema of the ledger, which is left out.
    pub ledger: &'s str,
    /// Where the migration history may be, which is left out too.
    pub histories: &'s [Name],
}

/// The steps that give items. What follows them in `snapshot` is in its order.
const ITEMS: [&str; 9] =
    ["whole", "types", "tables", "constraints", "views", "routines", "attached", "searching", "publications"];

/// The steps whose answers are told apart.
const REST: [&str; 6] = ["owned", "defaults", "comments", "needs", "untold", "server"];

/// Everything in this scope, in one round trip, in a transaction that only reads. What belongs to the whole database is
/// always read.
pub fn snapshot(session: &mut Session<'_>, scope: &Scope<'_>) -> Result<Snapshot, Failure> {
    let histories = array(scope.histories.iter().map(ToString::to_string));
    let only = scope.schemas.to_vec();
    let schemas = array(scope.schemas);
    let values = [
        ("schemas", Value::Text(schemas.as_str())),
        ("ledger", Value::Text(scope.ledger)),
        ("histories", Value::Text(&histories)),
    ];
    let steps = ITEMS.iter().chain(&REST);
    let texts: Vec<String> = steps.map(|step| bind(&format!("snapshot_{step}"), &values)).collect();
    let text = format!("{};\n{}", pins(CANONICAL), texts.join(";\n"));
    let answers = session.begin("isolation level repeatable read read only", &text);
    session.rollback();
    let answers = answers?;
    let mut found = Found::default();
    for answer in 0..ITEMS.len() {
        let rows: Vec<Row> = decode(answers.get(answer))?;
        rows.into_iter().for_each(|row| found.add(row));
    }
    found.link();
    let rest = &answers[ITEMS.len()..];
    let owned: Owned = decode(rest.first())?;
    found.add_owned(&owned);
    found.add_default_privileges(decode(rest.get(1))?, owned.owner.as_deref());
    found.add_comments(decode(rest.get(2))?);
    found.add_needs(decode(rest.get(3))?);
    let items = found.items.into_values().collect();
    let left_out = decode(rest.get(4))?;
    Ok(Snapshot { postgres: decode(rest.get(5))?, schemas: only, items, left_out, owner: owned.owner })
}

/// A row of snapshot_whole.sql and the like.
#[derive(Deserialize)]
struct Row {
    at: String,
    kind: ItemKind,
    schema: Option<String>,
    name: String,
    arguments: Option<String>,
    of: Option<(String, String)>,
    part_of: Option<String>,
    definition: String,
    #[serde(default)]
    attributes: BTreeMap<Attribute, String>,
}

/// The answer of snapshot_owned.sql.
#[derive(Deserialize)]
struct Owned {
    owner: Option<String>,
    owners: Vec<OwnerRow>,
    grants: Vec<GrantRow>,
}

#[derive(Deserialize)]
struct OwnerRow {
    at: String,
    owner: String,
}

#[derive(Deserialize)]
struct GrantRow {
    at: String,
    column: Option<String>,
    to: Option<String>,
    privileges: Vec<Privilege>,
    usual: Vec<Privilege>,
}

#[derive(Deserialize)]
struct Privilege {
    privilege: String,
    grantable: bool,
}

/// A row of snapshot_defaults.sql.
#[derive(Deserialize)]
struct DefaultsRow {
    role: String,
    schema: Option<String>,
    objects: String,
    privileges: String,
    definition: String,
}

/// A row of snapshot_comments.sql.
#[derive(Deserialize)]
struct CommentRow {
    at: String,
    of: Option<String>,
    column: Option<String>,
    index: Option<(String, String)>,
    text: String,
}

/// What was read up to now.
#[derive(Default)]
struct Found {
    items: BTreeMap<ItemId, Item>,
    /// By the address in the catalog.
    ids: BTreeMap<String, ItemId>,
    /// The owners, by the address in the catalog.
    owners: BTreeMap<String, String>,
    /// The addresses of what items are parts of.
    parents: Vec<(ItemId, String)>,
}

impl Found {
    fn add(&mut self, row: Row) {
        let name = match (row.kind.naming(), row.schema, row.of) {
            (Naming::Column | Naming::OnRelation, _, Some((schema, of))) => {
                ItemName::Part { name: row.name, of: Name::new(schema, of) }
            }
            (Naming::Routine, Some(schema), _) => ItemName::Routine {
                name: Name::new(schema, row.name),
                arguments: row.arguments.unwrap_or_default(),
            },
            (_, Some(schema), _) => ItemName::InSchema(Name::new(schema, row.name)),
            _ => ItemName::Whole(row.name),
        };
        let id = ItemId::new(row.kind, name);
        self.ids.insert(row.at, id.clone());
        // Every database has it; only what is said of it is told.
        if id.kind == ItemKind::Schema && id.schema() == Some("public") {
            return;
        }
        self.parents.extend(row.part_of.map(|parent| (id.clone(), parent)));
        self.insert(id, row.definition, row.attributes);
    }

    fn insert(&mut self, id: ItemId, definition: String, attributes: BTreeMap<Attribute, String>) {
        let item = Item { id: id.clone(), definition, attributes, part_of: None, needs: Vec::new() };
        self.items.insert(id, item);
    }

    /// Says of all that was added what it is part of.
    fn link(&mut self) {
        for (id, parent) in std::mem::take(&mut self.parents) {
            let parent = self.ids.get(&parent).cloned();
            if let (Some(item), Some(parent)) = (self.items.get_mut(&id), parent) {
                item.needs.push(parent.clone());
                item.part_of = Some(parent);
            }
        }
    }

    /// Adds what is about an item; one that is no item itself can only be a column of a view.
    fn add_about(
        &mut self,
        id: ItemId,
        of: &ItemId,
        definition: String,
        attributes: BTreeMap<Attribute, String>,
    ) {
        self.insert(id.clone(), definition, attributes);
        // The schema that every database has is no item.
        let of = Some(of).filter(|of| self.items.contains_key(of)).cloned();
        if let Some(item) = self.items.get_mut(&id) {
            item.needs.extend(of.clone());
            item.part_of = of;
        }
    }

    /// The item of an address or, with a column's name, that column of it; and what of it is an item.
    fn about(&self, at: &str, column: Option<&str>) -> Option<(ItemId, ItemId)> {
        let id = self.ids.get(at)?;
        let (Some(column), ItemName::InSchema(of)) = (column, &id.name) else {
            return Some((id.clone(), id.clone()));
        };
        let name = ItemName::Part { name: column.to_owned(), of: of.clone() };
        let column = ItemId::new(ItemKind::Column, name);
        let part = if self.items.contains_key(&column) { column.clone() } else { id.clone() };
        Some((column, part))
    }

    fn add_owned(&mut self, owned: &Owned) {
        for row in &owned.owners {
            self.owners.insert(row.at.clone(), row.owner.clone());
            let Some(id) = self.ids.get(&row.at).cloned() else { continue };
            if Some(&row.owner) != owned.owner.as_ref() {
                let definition = format!("alter {} owner to {}", id.spoken(), identifier(&row.owner));
                let attributes = BTreeMap::from([(Attribute::Role, row.owner.clone())]);
                self.add_about(ItemId::about(ItemKind::Owner, &id), &id, definition, attributes);
            }
        }
        for row in &owned.grants {
            let table = relation_of(&row.at);
            let Some((on, part)) = self.about(&table, row.column.as_deref()) else { continue };
            let to = match row.to.as_deref() {
                // Whoever that is in another database.
                Some("") => Some("its owner".to_owned()),
                to => to.map(str::to_owned),
            };
            let grantee = match row.to.as_deref() {
                None => "public".to_owned(),
                Some("") => self
                    .owners
                    .get(&table)
                    .map_or_else(|| "current_user".to_owned(), |owner| identifier(owner)),
                Some(role) => identifier(role),
            };
            let definition = row.definition(&self.ids[&table], &grantee);
            let attributes = BTreeMap::from([(Attribute::Privileges, row.told())]);
            let id = ItemId::new(ItemKind::Grant, ItemName::Granted { on: Box::new(on), to });
            self.add_about(id, &part, definition, attributes);
        }
    }

    /// Of the role that owns most, the name is not told.
    fn add_default_privileges(&mut self, rows: Vec<DefaultsRow>, owner: Option<&str>) {
        for row in rows {
            let role = match owner {
                Some(owner) if owner == row.role => "its owner".to_owned(),
                _ => identifier(&row.role),
            };
            let schema = row.schema.as_deref().map(|schema| format!(" in schema {}", identifier(schema)));
            let words = format!("for {role}{} on {}", schema.unwrap_or_default(), row.objects);
            let id = ItemId::new(ItemKind::DefaultPrivileges, ItemName::Whole(words));
            self.insert(
                id.clone(),
                row.definition,
                BTreeMap::from([(Attribute::Privileges, row.privileges)]),
            );
            if let Some((schema, item)) = row.schema.zip(self.items.get_mut(&id)) {
                item.needs.push(ItemId::new(ItemKind::Schema, ItemName::Whole(schema)));
            }
        }
    }

    fn add_comments(&mut self, rows: Vec<CommentRow>) {
        for row in rows {
            let at = row.of.as_deref().unwrap_or(&row.at);
            let Some((mut on, part)) = self.about(at, row.column.as_deref()) else { continue };
            if let Some((schema, name)) = row.index {
                on = ItemId::new(ItemKind::Index, ItemName::InSchema(Name::new(schema, name)));
            }
            let domain = self.items.get(&on).and_then(|item| item.part_of.as_ref());
            let spoken = match (&on.name, domain) {
                (ItemName::Part { name, of }, Some(ItemId { kind: ItemKind::Domain, .. })) => {
                    format!("constraint {} on domain {of}", identifier(name))
                }
                _ => on.spoken(),
            };
            let definition = format!("comment on {spoken} is {}", literal(&row.text).trim_start());
            let attributes = BTreeMap::from([(Attribute::Text, row.text)]);
            self.add_about(ItemId::about(ItemKind::Comment, &on), &part, definition, attributes);
        }
    }

    fn add_needs(&mut self, edges: Vec<(String, String)>) {
        // An address that is no item's is that of a view's column.
        let known = |at: &str| self.ids.get(at).filter(|id| self.items.contains_key(id));
        let find = |at: &str| known(at).or_else(|| known(&relation_of(at))).cloned();
        let edges: Vec<(ItemId, ItemId)> =
            edges.iter().filter_map(|(from, to)| Some((find(from)?, find(to)?))).collect();
        for (from, to) in edges {
            // A table is made with its columns, so it needs what they need.
            let table = self.items.get(&from).filter(|item| item.id.kind == ItemKind::Column);
            let table = table.and_then(|item| item.part_of.clone());
            for id in [Some(from), table].into_iter().flatten() {
                let own = |item: &ItemId| {
                    *item == id || self.items.get(item).is_some_and(|item| item.part_of.as_ref() == Some(&id))
                };
                if own(&to) && id.kind != ItemKind::Column {
                    continue;
                }
                if let Some(item) = self.items.get_mut(&id).filter(|item| item.id != to) {
                    item.needs.push(to.clone());
                }
            }
        }
        for item in self.items.values_mut() {
            let needs: BTreeSet<ItemId> = item.needs.drain(..).collect();
            item.needs = needs.into_iter().collect();
        }
    }
}

impl GrantRow {
    /// The privileges for people.
    fn told(&self) -> String {
        let told = |privilege: &Privilege| match privilege.grantable {
            true => format!("{} with grant option", privilege.privilege),
            false => privilege.privilege.clone(),
        };
        if self.privileges.is_empty() {
            return "none".to_owned();
        }
        self.privileges.iter().map(told).collect::<Vec<_>>().join(", ")
    }

    /// The statements that lead from the usual rights to these.
    fn definition(&self, on: &ItemId, grantee: &str) -> String {
        let target = match on.kind {
            ItemKind::Table | ItemKind::ForeignTable | ItemKind::View | ItemKind::MaterializedView => {
                on.identity()
            }
            ItemKind::Server => format!("foreign server {}", on.identity()),
            ItemKind::Aggregate => format!("function {}", on.identity()),
            ItemKind::Domain => format!("type {}", on.identity()),
            _ => on.spoken(),
        };
        let mut statements = Vec::new();
        if !self.usual.is_empty() {
            statements.push(format!("revoke all on {target} from {grantee}"));
        }
        for grantable in [false, true] {
            let privileges: Vec<String> = self
                .privileges
                .iter()
                .filter(|privilege| privilege.grantable == grantable)
                .map(|privilege| match &self.column {
                    Some(column) => format!("{} ({})", privilege.privilege, identifier(column)),
                    None => privilege.privilege.clone(),
                })
                .collect();
            if !privileges.is_empty() {
                let option = if grantable { " with grant option" } else { "" };
                statements.push(format!("grant {} on {target} to {grantee}{option}", privileges.join(", ")));
            }
        }
        statements.join(";\n")
    }
}

/// The address without the column.
fn relation_of(at: &str) -> String {
    match at.rsplit_once('/') {
        Some((object, _)) => format!("{object}/0"),
        None => at.to_owned(),
    }
}
