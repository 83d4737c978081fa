//! Which objects a statement is about.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use crate::text::parse::create::arguments;
use crate::text::parse::statement::{Named, Target};
use crate::text::parse::tree::child;
use crate::text::parse::written_name::Written;
use crate::words::object::Kind;

/// A routine's name with or without its arguments: `app.f(int)`.
pub fn routine(signature: &SyntaxNode) -> Option<Target> {
    let (kind, name) = match signature.kind() {
        SyntaxKind::FUNCTION_SIG => (Some(Kind::Function), SyntaxKind::FUNCTION_NAME_REF),
        SyntaxKind::PROCEDURE_SIG => (Some(Kind::Procedure), SyntaxKind::PROCEDURE_NAME_REF),
        SyntaxKind::ROUTINE_SIG => (None, SyntaxKind::ROUTINE_NAME_REF),
        SyntaxKind::AGGREGATE => (Some(Kind::Aggregate), SyntaxKind::PATH_REF),
        _ => return None,
    };
    let name = Written::of(&child(signature, name)?)?;
    let list = child(signature, SyntaxKind::PARAM_LIST);
    Some(Target { name, is: Named::Routine(list.map(|list| arguments(&list))), kind })
}

/// The relations or routines after ON in GRANT and REVOKE.
pub fn of_privileges(clause: &SyntaxNode) -> Vec<Target> {
    let Some(objects) = clause.first_child() else { return Vec::new() };
    match objects.kind() {
        SyntaxKind::PRIVILEGE_DEFAULT | SyntaxKind::PRIVILEGE_TABLE => objects
            .children()
            .filter(|child| child.kind() == SyntaxKind::RELATION_NAME_REF)
            .filter_map(|name| Some(Target { name: Written::of(&name)?, is: Named::Relation, kind: None }))
            .collect(),
        SyntaxKind::PRIVILEGE_FUNCTION | SyntaxKind::PRIVILEGE_PROCEDURE | SyntaxKind::PRIVILEGE_ROUTINE => {
            let signatures = objects.children().flat_map(|list| list.children());
            signatures.filter_map(|signature| routine(&signature)).collect()
        }
        _ => Vec::new(),
    }
}
