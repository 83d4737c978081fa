//! What a statement changes about the relations that exist: the table migrations are followed by this.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::statement::Effect;
use super::written_name::Written;

/// The relations that a statement adds and removes. CASCADE may remove more; that is not followed.
pub fn effects(statement: &SyntaxNode) -> Vec<Effect> {
    match statement.kind() {
        SyntaxKind::DROP_VIEW
        | SyntaxKind::DROP_MATERIALIZED_VIEW
        | SyntaxKind::DROP_TABLE
        | SyntaxKind::DROP_FOREIGN_TABLE
        | SyntaxKind::DROP_SEQUENCE => named(statement).map(Effect::Removes).collect(),
        SyntaxKind::ALTER_VIEW
        | SyntaxKind::ALTER_MATERIALIZED_VIEW
        | SyntaxKind::ALTER_TABLE
        | SyntaxKind::ALTER_FOREIGN_TABLE
        | SyntaxKind::ALTER_SEQUENCE => moved(statement).unwrap_or_default(),
        SyntaxKind::CREATE_SCHEMA => {
            let schema = super::tree::created_schema(statement);
            statement.children().flat_map(|element| created(&element, schema.as_deref())).collect()
        }
        SyntaxKind::SELECT_INTO => {
            let into = statement.children().find(|child| child.kind() == SyntaxKind::INTO_CLAUSE);
            into.iter().flat_map(|into| created(into, None)).collect()
        }
        SyntaxKind::CREATE_FUNCTION | SyntaxKind::CREATE_PROCEDURE | SyntaxKind::CREATE_AGGREGATE => {
            statement
                .children()
                .filter(|node| is_routine_name(node.kind()))
                .filter_map(|node| Written::of(&node))
                .map(Effect::AddsRoutine)
                .collect()
        }
        SyntaxKind::ALTER_FUNCTION
        | SyntaxKind::ALTER_PROCEDURE
        | SyntaxKind::ALTER_ROUTINE
        | SyntaxKind::ALTER_AGGREGATE => moved_routine(statement).into_iter().collect(),
        _ => created(statement, None),
    }
}

/// ALTER ... RENAME TO and SET SCHEMA.
fn moved(statement: &SyntaxNode) -> Option<Vec<Effect>> {
    let old = named(statement).next()?;
    let mut new = old.clone();
    let action = statement.children().find(|child| {
        matches!(
            child.kind(),
            SyntaxKind::VIEW_RENAME_TO
                | SyntaxKind::TABLE_RENAME_TO
                | SyntaxKind::SEQUENCE_RENAME_TO
                | SyntaxKind::SET_SCHEMA
        )
    })?;
    if action.kind() == SyntaxKind::SET_SCHEMA {
        let schema = action.children().find(|child| child.kind() == SyntaxKind::SCHEMA_REF)?;
        new.schema = Some(super::written_name::folded(&schema));
    } else {
        let path = action.descendants().find(|node| node.kind() == SyntaxKind::PATH)?;
        new.name = Written::of(&path)?.name;
    }
    Some(vec![Effect::Removes(old), Effect::Adds(new)])
}

/// The new name after ALTER FUNCTION ... RENAME TO and SET SCHEMA. The old one may still be that of an overload.
fn moved_routine(statement: &SyntaxNode) -> Option<Effect> {
    let signature = statement.first_child()?;
    let mut name =
        Written::of(signature.descendants().find(|node| node.kind() == SyntaxKind::PATH_REF).as_ref()?)?;
    let action = signature.next_sibling()?;
    if action.kind() == SyntaxKind::SET_SCHEMA {
        let schema = action.children().find(|child| child.kind() == SyntaxKind::SCHEMA_REF)?;
        name.schema = Some(super::written_name::folded(&schema));
    } else {
        let new = action.children().find(|node| is_routine_name(node.kind()))?;
        name.name = Written::of(&new)?.name;
    }
    Some(Effect::AddsRoutine(name))
}

fn is_routine_name(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::FUNCTION_NAME
            | SyntaxKind::PROCEDURE_NAME
            | SyntaxKind::ROUTINE_NAME
            | SyntaxKind::AGGREGATE_NAME
    )
}

/// The relations right after DROP VIEW or ALTER TABLE.
pub fn named(statement: &SyntaxNode) -> impl Iterator<Item = Written> {
    statement.children().filter_map(|child| match child.kind() {
        SyntaxKind::TABLE_RELATION_NAME => Written::of(&child.first_child()?),
        SyntaxKind::VIEW_REF | SyntaxKind::TABLE_NAME_REF | SyntaxKind::SEQUENCE_REF => Written::of(&child),
        _ => None,
    })
}

/// The relation that a statement creates; in CREATE SCHEMA, its elements are in that schema.
fn created(statement: &SyntaxNode, schema: Option<&str>) -> Vec<Effect> {
    statement
        .children()
        .filter(|node| {
            matches!(node.kind(), SyntaxKind::VIEW | SyntaxKind::TABLE_NAME | SyntaxKind::SEQUENCE)
        })
        .filter_map(|node| Written::of(&node))
        .map(|mut name| {
            name.schema = name.schema.or_else(|| schema.map(str::to_owned));
            Effect::Adds(name)
        })
        .collect()
}
