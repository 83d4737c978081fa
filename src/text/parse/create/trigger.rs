//! CREATE TRIGGER.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use crate::text::parse::definition::{Definition, Form, Trigger};
use crate::text::parse::tree::{child, has};
use crate::text::parse::written_name::{Written, folded, span};
use crate::words::object::Kind;

pub fn trigger(node: &SyntaxNode) -> Option<Definition> {
    let name = child(node, SyntaxKind::TRIGGER)?;
    let on = child(node, SyntaxKind::ON_RELATION)?;
    let table = Written::of(&child(&on, SyntaxKind::RELATION_NAME_REF)?)?;
    let words = if has(node, SyntaxKind::CONSTRAINT_KW) { "constraint trigger" } else { "trigger" };
    Some(Definition {
        kind: Kind::Trigger,
        words: words.to_owned(),
        name: Written { schema: None, name: folded(&name), span: span(&name) },
        temporary: false,
        form: Form::Trigger(Trigger { table }),
        flaws: Vec::new(),
    })
}
