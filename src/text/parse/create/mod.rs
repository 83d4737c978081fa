//! From the parser's tree to definitions.

mod relation;
mod routine;
mod trigger;

use squawk_syntax::{SyntaxKind, SyntaxNode};

pub use routine::arguments;

use super::definition::Definition;
use super::tree::child;
use crate::text::parse::problem::Problem;

/// What a statement defines, when it creates an object of a managed kind.
pub fn create(node: &SyntaxNode) -> Option<Definition> {
    match node.kind() {
        SyntaxKind::CREATE_VIEW => relation::view(node),
        SyntaxKind::CREATE_MATERIALIZED_VIEW => relation::materialized(node),
        SyntaxKind::CREATE_FUNCTION | SyntaxKind::CREATE_PROCEDURE | SyntaxKind::CREATE_AGGREGATE => {
            routine::routine(node)
        }
        SyntaxKind::CREATE_TRIGGER => trigger::trigger(node),
        _ => None,
    }
}

/// The problem that a statement says IF NOT EXISTS.
pub fn if_not_exists(node: &SyntaxNode) -> Option<Problem> {
    let words = child(node, SyntaxKind::IF_NOT_EXISTS)?;
    let problem = Problem::new(
        super::written_name::span(&words).start,
        "IF NOT EXISTS would keep whatever has this name already",
    );
    Some(problem.help("leave it out: viewkeeper creates it only where it is missing"))
}
