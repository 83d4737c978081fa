//! ALTER statements: owners, options, defaults, when a trigger fires.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::{one, options, role, target};
use crate::text::parse::statement::{Attach, Named, Target, What};
use crate::text::parse::tree::child;
use crate::text::parse::written_name::{Written, folded, span};
use crate::words::attachment::{Fires, Says};
use crate::words::object::Kind;

/// What an ALTER says that its object can keep.
pub fn attach(node: &SyntaxNode) -> Option<Attach> {
    if node.kind() == SyntaxKind::ALTER_TABLE {
        return fires(node);
    }
    let target = altered(node)?;
    let action = action(node)?;
    let says = match action.kind() {
        SyntaxKind::OWNER_TO => Says::Owner { role: role(&child(&action, SyntaxKind::ROLE_REF)?) },
        SyntaxKind::SET_OPTIONS => Says::Set { options: options(&action) },
        SyntaxKind::RESET_OPTIONS => {
            Says::Reset { options: options(&action).into_iter().map(|(name, _)| name).collect() }
        }
        SyntaxKind::CLUSTER_ON => {
            Says::Cluster { index: Some(folded(&child(&action, SyntaxKind::INDEX_REF)?)) }
        }
        SyntaxKind::SET_WITHOUT_CLUSTER => Says::Cluster { index: None },
        SyntaxKind::ALTER_VIEW_COLUMN => {
            let column = folded(&child(&action, SyntaxKind::COLUMN_NAME_REF)?);
            let default = child(&action, SyntaxKind::SET_DEFAULT);
            let expression = default.and_then(|default| default.last_child());
            Says::Default { column, expression: expression.map(|expression| expression.text().to_string()) }
        }
        _ => return None,
    };
    Some(one(says, target))
}

/// An ALTER of a managed kind that says something which its file says elsewhere.
pub fn refused(node: &SyntaxNode) -> Option<What> {
    if node.kind() == SyntaxKind::ALTER_TRIGGER {
        let name = child(node, SyntaxKind::TRIGGER_REF)?;
        let name = Written { schema: None, name: folded(&name), span: span(&name) };
        return Some(What::Move(Kind::Trigger, name));
    }
    let Target { name, kind, .. } = altered(node)?;
    let kind = kind.unwrap_or(Kind::Function);
    let action = action(node)?;
    Some(match action.kind() {
        SyntaxKind::RENAME_COLUMN => What::RenameColumn(kind),
        SyntaxKind::SET_SCHEMA => What::Move(kind, name),
        moved if format!("{moved:?}").ends_with("RENAME_TO") => What::Move(kind, name),
        _ if kind.is_routine() => What::AlterRoutine(kind),
        _ => return None,
    })
}

/// The view, materialized view or routine after ALTER.
fn altered(node: &SyntaxNode) -> Option<Target> {
    let kind = match node.kind() {
        SyntaxKind::ALTER_VIEW => Kind::View,
        SyntaxKind::ALTER_MATERIALIZED_VIEW => Kind::MaterializedView,
        SyntaxKind::ALTER_FUNCTION
        | SyntaxKind::ALTER_PROCEDURE
        | SyntaxKind::ALTER_ROUTINE
        | SyntaxKind::ALTER_AGGREGATE => return node.children().find_map(|child| target::routine(&child)),
        _ => return None,
    };
    let name = Written::of(&child(node, SyntaxKind::VIEW_REF)?)?;
    Some(Target { name, is: Named::Relation, kind: Some(kind) })
}

/// What follows the name.
fn action(node: &SyntaxNode) -> Option<SyntaxNode> {
    node.children().find(|child| {
        !matches!(
            child.kind(),
            SyntaxKind::VIEW_REF
                | SyntaxKind::IF_EXISTS
                | SyntaxKind::FUNCTION_SIG
                | SyntaxKind::PROCEDURE_SIG
                | SyntaxKind::ROUTINE_SIG
                | SyntaxKind::AGGREGATE
        )
    })
}

/// ALTER TABLE ... ENABLE and DISABLE TRIGGER, alone.
fn fires(node: &SyntaxNode) -> Option<Attach> {
    let table = child(node, SyntaxKind::TABLE_RELATION_NAME)?;
    let mut actions = node
        .children()
        .filter(|child| !matches!(child.kind(), SyntaxKind::TABLE_RELATION_NAME | SyntaxKind::IF_EXISTS));
    let action = actions.next()?;
    let when = match action.kind() {
        SyntaxKind::ENABLE_TRIGGER => Fires::Origin,
        SyntaxKind::DISABLE_TRIGGER => Fires::Never,
        SyntaxKind::ENABLE_REPLICA_TRIGGER => Fires::Replica,
        SyntaxKind::ENABLE_ALWAYS_TRIGGER => Fires::Always,
        _ => return None,
    };
    let trigger = folded(&child(&action, SyntaxKind::TRIGGER_REF)?);
    let name = Written::of(&table.last_child()?)?;
    let target = Target { name, is: Named::Trigger(trigger), kind: None };
    actions.next().is_none().then(|| one(Says::Fires { when }, target))
}
