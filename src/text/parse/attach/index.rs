//! CREATE INDEX and CREATE STATISTICS: what a materialized view can have beside it.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::options;
use crate::text::parse::create::if_not_exists;
use crate::text::parse::problem::Problem;
use crate::text::parse::statement::{Attach, Named, Target};
use crate::text::parse::tree::{child, has, tokens};
use crate::text::parse::written_name::{Written, folded, span};
use crate::words::attachment::Says;
use crate::words::object::Kind;

pub fn index(node: &SyntaxNode) -> Option<Attach> {
    let table = Written::of(&child(node, SyntaxKind::TABLE_RELATION_NAME)?.last_child()?)?;
    let mut flaws: Vec<Problem> = if_not_exists(node).into_iter().collect();
    if let Some(word) = tokens(node).find(|token| token.kind() == SyntaxKind::CONCURRENTLY_KW) {
        let at = word.text_range().start().into();
        let problem = Problem::new(at, "an index of a materialized view is not built CONCURRENTLY");
        flaws.push(problem.help("leave it out: readers do not wait while viewkeeper builds it"));
    }
    let created = child(node, SyntaxKind::INDEX).and_then(|name| Written::of(&name));
    flaws.extend(unnamed(node, created.as_ref(), "index"));
    if let Some(name) = created.as_ref().filter(|name| name.schema.is_some()) {
        let problem = Problem::new(name.span.start, "the name of an index is written without a schema");
        flaws.push(problem.help("an index is in the schema of its materialized view"));
    }
    let name = created.as_ref().map(|name| name.name.clone()).unwrap_or_default();
    let says = Says::Index {
        name,
        identifies: identifies(node),
        options: child(node, SyntaxKind::WITH_PARAMS).map(|with| options(&with)).unwrap_or_default(),
        tablespace: child(node, SyntaxKind::TABLESPACE_CLAUSE)
            .and_then(|clause| child(&clause, SyntaxKind::TABLESPACE_REF))
            .map(|name| folded(&name)),
    };
    Some(of(says, table, created, flaws))
}

pub fn statistics(node: &SyntaxNode) -> Option<Attach> {
    let from = child(node, SyntaxKind::FROM_TABLE)?;
    let table = Written::of(&child(&from, SyntaxKind::TABLE_NAME_REF)?)?;
    let mut flaws: Vec<Problem> = if_not_exists(node).into_iter().collect();
    let created = child(node, SyntaxKind::STATISTICS).and_then(|name| Written::of(&name));
    flaws.extend(unnamed(node, created.as_ref(), "statistics object"));
    let (schema, name) = created.clone().map(|name| (name.schema, name.name)).unwrap_or_default();
    Some(of(Says::Statistics { schema, name }, table, created, flaws))
}

fn of(says: Says, table: Written, created: Option<Written>, flaws: Vec<Problem>) -> Attach {
    let target = Target { name: table, is: Named::Relation, kind: Some(Kind::MaterializedView) };
    Attach { says, to: vec![target], created, flaws }
}

fn unnamed(node: &SyntaxNode, name: Option<&Written>, what: &str) -> Option<Problem> {
    if name.is_some() {
        return None;
    }
    let problem = Problem::new(span(node).start, format!("this {what} has no name"));
    Some(problem.help("give it a name, so that it can be told from others"))
}

/// What REFRESH ... CONCURRENTLY asks for: unique, over plain columns, without WHERE.
fn identifies(node: &SyntaxNode) -> bool {
    let Some(keys) = child(node, SyntaxKind::PARTITION_ITEM_LIST) else { return false };
    let plain = keys
        .children()
        .filter(|key| key.kind() == SyntaxKind::PARTITION_ITEM)
        .all(|key| key.first_child().is_some_and(|key| is_column(&key)));
    has(node, SyntaxKind::UNIQUE_KW) && plain && !has(node, SyntaxKind::WHERE_CLAUSE)
}

/// `a`, `(a)` and `a collate "C"`.
fn is_column(key: &SyntaxNode) -> bool {
    match key.kind() {
        SyntaxKind::NAME_REF => true,
        SyntaxKind::PAREN_EXPR | SyntaxKind::COLLATE => key.first_child().is_some_and(|key| is_column(&key)),
        _ => false,
    }
}
