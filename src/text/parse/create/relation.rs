//! CREATE VIEW and CREATE MATERIALIZED VIEW.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::if_not_exists;
use crate::text::parse::attach::{names_of_options, options};
use crate::text::parse::definition::{Definition, Form, Materialized, View};
use crate::text::parse::tree::{child, has};
use crate::text::parse::written_name::{Written, folded, span};
use crate::words::attachment::Says;
use crate::words::object::Kind;
use crate::words::span::Span;

pub fn view(node: &SyntaxNode) -> Option<Definition> {
    let name = Written::of(&child(node, SyntaxKind::VIEW)?)?;
    let mut options =
        child(node, SyntaxKind::WITH_PARAMS).map(|with| names_of_options(&with)).unwrap_or_default();
    if has(node, SyntaxKind::WITH_CHECK_OPTION) {
        options.push("check_option".to_owned());
    }
    options.sort();
    options.dedup();
    let words = if has(node, SyntaxKind::RECURSIVE_KW) { "recursive view" } else { "view" };
    Some(Definition {
        kind: Kind::View,
        words: words.to_owned(),
        name,
        temporary: has(node, SyntaxKind::TEMP),
        form: Form::View(View { options }),
        flaws: Vec::new(),
    })
}

pub fn materialized(node: &SyntaxNode) -> Option<Definition> {
    let name = Written::of(&child(node, SyntaxKind::VIEW)?)?;
    let after = node.children_with_tokens().skip_while(|child| child.kind() != SyntaxKind::AS_KW).skip(1);
    let query = after.filter_map(|child| child.into_node()).next()?;
    let with = child(node, SyntaxKind::WITH_PARAMS).and_then(|with| with.first_child());
    let form = Materialized {
        columns: child(node, SyntaxKind::COLUMN_LIST).map(|list| span(&list)),
        query: Span { start: span(&query).start, end: crate::text::parse::tree::end(&query) },
        method: named(node, SyntaxKind::USING_METHOD, SyntaxKind::ACCESS_METHOD_REF),
        tablespace: named(node, SyntaxKind::TABLESPACE_CLAUSE, SyntaxKind::TABLESPACE_REF),
        with_no_data: has(node, SyntaxKind::WITH_NO_DATA),
        options: with.map(|with| (Says::Set { options: options(&with) }, span(&with))),
    };
    Some(Definition {
        kind: Kind::MaterializedView,
        words: "materialized view".to_owned(),
        name,
        temporary: false,
        form: Form::Materialized(form),
        flaws: if_not_exists(node).into_iter().collect(),
    })
}

/// The name in a clause such as TABLESPACE.
fn named(node: &SyntaxNode, clause: SyntaxKind, name: SyntaxKind) -> Option<String> {
    Some(folded(&child(&child(node, clause)?, name)?))
}
