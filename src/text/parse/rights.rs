//! The rights that a statement needs of the role that runs it.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::attach::role;
use super::definition::Form;
use super::effects::named;
use super::statement::What;
use super::tree::{child, created_schema, has, words};
use super::usage::Use;
use super::written_name::{Written, folded};
use crate::words::attachment::{Role, Says};
use crate::words::needed_right::{NeededRight, Right};

/// The first words of statements that leave rights and roles as they are.
const LEAVES_RIGHTS: [&str; 31] = [
    "CREATE TABLE",
    "CREATE VIEW",
    "CREATE MATERIALIZED VIEW",
    "CREATE INDEX",
    "CREATE SEQUENCE",
    "CREATE TYPE",
    "CREATE DOMAIN",
    "CREATE FUNCTION",
    "CREATE PROCEDURE",
    "CREATE AGGREGATE",
    "CREATE TRIGGER",
    "CREATE SCHEMA",
    "CREATE STATISTICS",
    "CREATE RULE",
    "CREATE POLICY",
    "CREATE EXTENSION",
    "CREATE EVENT TRIGGER",
    "ALTER TABLE",
    "ALTER VIEW",
    "ALTER MATERIALIZED VIEW",
    "ALTER INDEX",
    "ALTER SEQUENCE",
    "ALTER TYPE",
    "ALTER DOMAIN",
    "ALTER FUNCTION",
    "ALTER PROCEDURE",
    "COMMENT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "TRUNCATE",
];

/// What a statement needs, and whether it may change what later ones have. One with IF EXISTS may come to nothing.
pub fn rights(node: &SyntaxNode, what: &What, uses: &[Use]) -> Vec<NeededRight> {
    let mut rights = Vec::new();
    if !has(node, SyntaxKind::IF_EXISTS) {
        rights.extend(owners(node, what));
        rights.extend(created(node, what));
        rights.extend(references(node));
    }
    if !leaves_rights(node, what, uses) {
        rights.push(NeededRight::new(Right::Changes, None, ""));
    }
    rights
}

/// A query may do anything by a function that it calls.
fn leaves_rights(node: &SyntaxNode, what: &What, uses: &[Use]) -> bool {
    match what {
        What::Query => !uses.iter().any(|used| used.kind.is_call()),
        _ => LEAVES_RIGHTS.contains(&words(node).as_str()),
    }
}

/// ALTER ... OWNER TO.
fn owners(node: &SyntaxNode, what: &What) -> Vec<NeededRight> {
    let of = |names: Vec<&Written>, role: &Role| {
        let Role::Named(role) = role else { return Vec::new() };
        let right =
            |name: &&Written| NeededRight::new(Right::Owner, name.schema.as_deref(), &name.name).of(role);
        names.iter().map(right).collect()
    };
    if let What::Attach(attach) = what {
        let Says::Owner { role } = &attach.says else { return Vec::new() };
        return of(attach.to.iter().map(|target| &target.name).collect(), role);
    }
    let of_relation = matches!(
        node.kind(),
        SyntaxKind::ALTER_TABLE | SyntaxKind::ALTER_FOREIGN_TABLE | SyntaxKind::ALTER_SEQUENCE
    );
    let to = node.descendants().filter(|_| of_relation).find(|node| node.kind() == SyntaxKind::OWNER_TO);
    let new = to.and_then(|to| child(&to, SyntaxKind::ROLE_REF));
    let names: Vec<Written> = named(node).collect();
    new.map_or_else(Vec::new, |new| of(names.iter().collect(), &role(&new)))
}

/// CREATE of what not every role may create.
fn created(node: &SyntaxNode, what: &What) -> Vec<NeededRight> {
    if let What::Create(definition) = what {
        let name = &definition.name;
        return match &definition.form {
            _ if definition.temporary => Vec::new(),
            Form::Routine(routine) => {
                let right = NeededRight::new(Right::Language, name.schema.as_deref(), &name.name);
                routine.language.iter().map(|language| right.clone().of(language)).collect()
            }
            Form::Trigger(trigger) => {
                let table = &trigger.table;
                vec![NeededRight::new(Right::Trigger, table.schema.as_deref(), &table.name)]
            }
            Form::View(_) | Form::Materialized(_) => Vec::new(),
        };
    }
    let one = |right, kind| {
        child(node, kind).map(|name| NeededRight::new(right, None, &folded(&name))).into_iter().collect()
    };
    match node.kind() {
        SyntaxKind::DO if makes_schema(node) => vec![NeededRight::new(Right::SchemaUnseen, None, "")],
        SyntaxKind::CREATE_EXTENSION => one(Right::Extension, SyntaxKind::EXTENSION),
        SyntaxKind::CREATE_EVENT_TRIGGER => one(Right::EventTrigger, SyntaxKind::EVENT_TRIGGER),
        SyntaxKind::CREATE_SCHEMA => {
            let Some(schema) = created_schema(node) else { return Vec::new() };
            let mut rights = vec![NeededRight::new(Right::Schema, None, &schema)];
            let role =
                node.children().flat_map(|child| child.children()).find_map(|child| match child.kind() {
                    SyntaxKind::ROLE | SyntaxKind::ROLE_REF => Some(role(&child)),
                    _ => None,
                });
            if let Some(Role::Named(role)) = role {
                rights.push(NeededRight::new(Right::SchemaOf, None, &schema).of(&role));
            }
            rights
        }
        _ => Vec::new(),
    }
}

/// A block that looks first whether the schema is there goes on where it is.
fn makes_schema(block: &SyntaxNode) -> bool {
    let text = block.text().to_string().to_ascii_lowercase();
    let words: Vec<&str> =
        text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()).collect();
    let has = |said: &[&str]| words.windows(said.len()).any(|words| words == said);
    has(&["create", "schema"]) && !has(&["not", "exists"])
}

/// The tables that foreign keys refer to.
fn references(node: &SyntaxNode) -> Vec<NeededRight> {
    let keys = node.descendants().filter(|node| {
        matches!(node.kind(), SyntaxKind::REFERENCES_CONSTRAINT | SyntaxKind::FOREIGN_KEY_CONSTRAINT)
    });
    let tables = keys.filter_map(|key| Written::of(&child(&key, SyntaxKind::TABLE_NAME_REF)?));
    tables.map(|table| NeededRight::new(Right::References, table.schema.as_deref(), &table.name)).collect()
}
