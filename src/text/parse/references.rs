//! What a statement refers to: relations outside the scope of its CTEs, types, functions.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::written_name::{Written, folded, span};
use crate::text::parse::usage::{Use, UseKind};

/// Every name that a statement refers to, in the order of the text.
pub fn uses(statement: &SyntaxNode) -> Vec<Use> {
    statement.descendants().filter_map(|node| reference(&node)).collect()
}

fn reference(node: &SyntaxNode) -> Option<Use> {
    let (kind, name) = match node.kind() {
        SyntaxKind::RELATION_NAME_REF
        | SyntaxKind::TABLE_NAME_REF
        | SyntaxKind::VIEW_REF
        | SyntaxKind::SEQUENCE_REF => {
            let name = Written::of(node)?;
            if name.schema.is_none() && is_cte(node, &name.name) {
                return None;
            }
            (UseKind::Relation, name)
        }
        SyntaxKind::QUALIFIED_COLUMN_NAME_REF => (UseKind::Relation, Written::of_column(node)?),
        SyntaxKind::PATH_TYPE => {
            let path = node.children().find(|child| child.kind() == SyntaxKind::PATH_REF)?;
            let kind = if names_a_function(node) { UseKind::Function(None) } else { UseKind::Type };
            (kind, Written::of(&path)?)
        }
        SyntaxKind::PERCENT_TYPE => {
            let path = node.children().find(|child| child.kind() == SyntaxKind::PATH_REF)?;
            (UseKind::Relation, Written::of_column(&path)?)
        }
        SyntaxKind::CALL_EXPR | SyntaxKind::CALL => call(node)?,
        SyntaxKind::FUNCTION_NAME_REF
        | SyntaxKind::PROCEDURE_NAME_REF
        | SyntaxKind::ROUTINE_NAME_REF
        | SyntaxKind::AGGREGATE
            if node.parent().is_some_and(|parent| parent.kind() != SyntaxKind::CALL) =>
        {
            let name = node.children().find(|child| child.kind() == SyntaxKind::PATH_REF)?;
            (UseKind::Routine, Written::of(&name)?)
        }
        SyntaxKind::FIELD_EXPR if qualifies(node) => (UseKind::Qualifier, Written::of(node)?),
        SyntaxKind::LITERAL => (UseKind::Literal, relation_literal(node)?),
        _ => return None,
    };
    Some(Use { kind, name })
}

/// A call with the number of its arguments, where that is the number of the function's.
fn call(node: &SyntaxNode) -> Option<(UseKind, Written)> {
    let head = node.first_child()?;
    if !matches!(head.kind(), SyntaxKind::NAME_REF | SyntaxKind::FIELD_EXPR | SyntaxKind::PROCEDURE_NAME_REF)
    {
        return None;
    }
    let trigger = node.parent().is_some_and(|parent| {
        matches!(parent.kind(), SyntaxKind::CREATE_TRIGGER | SyntaxKind::CREATE_EVENT_TRIGGER)
    });
    let list = node.children().find(|child| child.kind() == SyntaxKind::ARG_LIST)?;
    let spread = list.descendants_with_tokens().any(|token| token.kind() == SyntaxKind::VARIADIC_KW);
    let within = node.children().any(|child| child.kind() == SyntaxKind::WITHIN_CLAUSE);
    let count = match () {
        // What stands in the parentheses is handed over otherwise.
        () if trigger => Some(0),
        () if spread || within => None,
        () => Some(list.children().filter(|child| child.kind() == SyntaxKind::ARG).count()),
    };
    // Of a procedure, OUT arguments stand in the call and not in its identity: their number says little.
    let kind = if node.kind() == SyntaxKind::CALL { UseKind::Procedure } else { UseKind::Function(count) };
    Some((kind, Written::of(&head)?))
}

/// In CREATE AGGREGATE and CREATE OPERATOR, some parameters are functions.
fn names_a_function(node: &SyntaxNode) -> bool {
    let option = node.ancestors().find(|node| node.kind() == SyntaxKind::ATTRIBUTE_OPTION);
    let of = |kind: SyntaxKind| node.ancestors().any(|node| node.kind() == kind);
    let Some(name) = option.and_then(|option| option.first_child()) else { return false };
    let name = folded(&name);
    match () {
        () if of(SyntaxKind::CREATE_AGGREGATE) => name.ends_with("func"),
        () if of(SyntaxKind::CREATE_OPERATOR) => {
            matches!(name.as_str(), "function" | "procedure" | "restrict" | "join")
        }
        () => false,
    }
}

/// The `app.v` of `app.v.id` and `app.v.*`.
fn qualifies(node: &SyntaxNode) -> bool {
    let below = node.first_child().is_some_and(|child| child.kind() == SyntaxKind::NAME_REF);
    let above = node.parent().is_some_and(|parent| parent.kind() == SyntaxKind::FIELD_EXPR);
    below && above
}

/// `'app.v'::regclass`, `cast('app.v' as regclass)`, `nextval('app.s')`.
fn relation_literal(literal: &SyntaxNode) -> Option<Written> {
    let parent = literal.parent()?;
    let names_a_relation = match parent.kind() {
        SyntaxKind::CAST_EXPR => parent.children().any(|child| {
            child.kind() == SyntaxKind::PATH_TYPE && child.text().to_string().ends_with("regclass")
        }),
        SyntaxKind::ARG => {
            let call = parent.ancestors().find(|node| node.kind() == SyntaxKind::CALL_EXPR)?;
            let function = Written::of(&call.first_child()?)?;
            matches!(function.name.as_str(), "nextval" | "currval" | "setval")
        }
        _ => false,
    };
    if !names_a_relation {
        return None;
    }
    let text = literal.text().to_string();
    Written::read(text.strip_prefix('\'')?.strip_suffix('\'')?, span(literal).start + 1)
}

/// True when the name is that of a CTE that can be seen from the node.
fn is_cte(node: &SyntaxNode, name: &str) -> bool {
    node.ancestors().filter_map(|ancestor| with_clause(&ancestor)).any(|clause| sees(&clause, node, name))
}

/// The WITH clause whose scope is this node; it comes first, so that a node with very many children costs no more. That of `WITH … SELECT … UNION …` hangs on the first SELECT, but its names
/// hold for the whole.
fn with_clause(node: &SyntaxNode) -> Option<SyntaxNode> {
    let mut node = node.clone();
    loop {
        let first = node.first_child()?;
        match (first.kind(), node.kind()) {
            (SyntaxKind::WITH_CLAUSE, _) => return Some(first),
            (_, SyntaxKind::COMPOUND_SELECT) => node = first,
            _ => return None,
        }
    }
}

/// Without RECURSIVE, a CTE sees only those before it: `with v as (select * from v)` reads the relation.
fn sees(clause: &SyntaxNode, node: &SyntaxNode, name: &str) -> bool {
    let recursive = clause.children_with_tokens().any(|child| child.kind() == SyntaxKind::RECURSIVE_KW);
    clause
        .children()
        .filter(|child| child.kind() == SyntaxKind::WITH_TABLE)
        .take_while(|table| recursive || !table.text_range().contains_range(node.text_range()))
        .filter_map(|table| table.children().find(|child| child.kind() == SyntaxKind::CTE_NAME))
        .any(|cte| folded(&cte) == name)
}
