//! CREATE FUNCTION, CREATE PROCEDURE and CREATE AGGREGATE.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use crate::text::parse::body;
use crate::text::parse::definition::{Definition, Form, Routine};
use crate::text::parse::problem::Problem;
use crate::text::parse::tree::child;
use crate::text::parse::types;
use crate::text::parse::written_name::{Written, folded, span};
use crate::words::object::Kind;
use crate::words::span::Span;

pub fn routine(node: &SyntaxNode) -> Option<Definition> {
    let (kind, name) = match node.kind() {
        SyntaxKind::CREATE_FUNCTION => (Kind::Function, SyntaxKind::FUNCTION_NAME),
        SyntaxKind::CREATE_PROCEDURE => (Kind::Procedure, SyntaxKind::PROCEDURE_NAME),
        _ => (Kind::Aggregate, SyntaxKind::AGGREGATE_NAME),
    };
    let name = Written::of(&child(node, name)?)?;
    let mut flaws = Vec::new();
    let parameters = child(node, SyntaxKind::PARAM_LIST);
    if parameters.is_none() {
        let problem = Problem::new(name.span.start, "this is the old way to write an aggregate");
        flaws.push(problem.help(format!(
            "write the types of its arguments after its name, instead of basetype: {}(integer) (...)",
            name.name
        )));
    }
    let inputs = parameters.as_ref().map(|list| inputs(list, &mut flaws)).unwrap_or_default();
    let path_from_current = from_current(node, &mut flaws);
    let language = language(node).filter(|_| kind != Kind::Aggregate);
    let body = body::read(node, language.as_deref().unwrap_or_default());
    let form = Routine {
        variadic: inputs.last().is_some_and(|input| input.variadic),
        defaults: inputs.iter().filter(|input| input.default).count(),
        names: inputs.iter().map(|input| input.name.clone()).collect(),
        arguments: inputs.into_iter().map(|input| input.is).collect(),
        language,
        body: body.as_ref().and_then(|body| body.span),
        path_from_current,
        mentions: body.map(|body| body.mentions).unwrap_or_default(),
    };
    let words = kind.keyword().to_owned();
    Some(Definition { kind, words, name, temporary: false, form: Form::Routine(form), flaws })
}

/// `FROM CURRENT` behind SET search_path. Any other setting would be stored as the session happens to have it that makes the
/// routine, and each process would find it otherwise than the last one made it.
fn from_current(node: &SyntaxNode, flaws: &mut Vec<Problem>) -> Option<Span> {
    let mut path = None;
    let options = child(node, SyntaxKind::FUNC_OPTION_LIST)?;
    for option in options.children().filter(|option| option.kind() == SyntaxKind::SET_FUNC_OPTION) {
        let Some(current) = option.descendants().find(|node| node.kind() == SyntaxKind::FROM_CURRENT) else {
            continue;
        };
        let set = option.text().to_string();
        let set = set[..usize::from(current.text_range().start() - option.text_range().start())].trim_end();
        let name = set.split_whitespace().skip(1).collect::<Vec<_>>().join(" ");
        if name.trim_matches('"').eq_ignore_ascii_case("search_path") {
            path = Some(span(&current));
            continue;
        }
        let message = format!("{name} would be what it is in the session that makes the {}", words_of(node));
        let problem = Problem::new(span(&current).start, message);
        flaws.push(problem.help(format!("write the value: {set} TO ...")));
    }
    path
}

fn words_of(node: &SyntaxNode) -> &'static str {
    if node.kind() == SyntaxKind::CREATE_PROCEDURE { "procedure" } else { "function" }
}

/// The types of the input arguments in the list after a routine's name, normalised.
pub fn arguments(list: &SyntaxNode) -> Vec<String> {
    inputs(list, &mut Vec::new()).into_iter().map(|input| input.is).collect()
}

struct Input {
    name: String,
    is: String,
    variadic: bool,
    default: bool,
}

/// IN, INOUT and VARIADIC. Those after ORDER BY of an ordered-set aggregate are arguments too; a variadic one stands
/// there a second time.
fn inputs(list: &SyntaxNode, flaws: &mut Vec<Problem>) -> Vec<Input> {
    let mut inputs: Vec<Input> = Vec::new();
    for parameter in list.descendants().filter(|node| node.kind() == SyntaxKind::PARAM) {
        if child(&parameter, SyntaxKind::PARAM_OUT).is_some() {
            continue;
        }
        let Some(is) = parameter.children().find(|node| is_type(node.kind())) else { continue };
        if is.kind() == SyntaxKind::PERCENT_TYPE {
            let message = format!("the type of this argument is that of \"{}\", which may change", is.text());
            let problem = Problem::new(span(&is).start, message.replace("%type", "").replace("%TYPE", ""));
            flaws.push(problem.help("write the type: it belongs to what tells this routine from others"));
        }
        let variadic = child(&parameter, SyntaxKind::PARAM_VARIADIC).is_some();
        let ordered =
            parameter.parent().is_some_and(|parent| parent.kind() == SyntaxKind::AGGREGATE_ORDER_BY);
        if variadic && ordered && inputs.last().is_some_and(|last| last.variadic) {
            continue;
        }
        let name = parameter.children().find(|node| node.kind() == SyntaxKind::PARAM_NAME);
        inputs.push(Input {
            name: name.map(|name| folded(&name)).unwrap_or_default(),
            is: types::normal(&is.text().to_string()),
            variadic,
            default: child(&parameter, SyntaxKind::PARAM_DEFAULT).is_some(),
        });
    }
    inputs
}

fn is_type(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::PATH_TYPE
            | SyntaxKind::ARRAY_TYPE
            | SyntaxKind::PERCENT_TYPE
            | SyntaxKind::BIT_TYPE
            | SyntaxKind::BIT_VARYING_TYPE
            | SyntaxKind::CHARACTER_TYPE
            | SyntaxKind::VARCHAR_TYPE
            | SyntaxKind::DOUBLE_TYPE
            | SyntaxKind::INTERVAL_TYPE
            | SyntaxKind::TIME_TYPE
            | SyntaxKind::TIMESTAMP_TYPE
    )
}

/// Without LANGUAGE it is SQL: PostgreSQL takes nothing else for a body that is no string.
fn language(node: &SyntaxNode) -> Option<String> {
    let options = child(node, SyntaxKind::FUNC_OPTION_LIST);
    let option = options.and_then(|list| child(&list, SyntaxKind::LANGUAGE_FUNC_OPTION));
    let name = option.and_then(|option| option.first_child());
    Some(match name {
        Some(name) if name.kind() == SyntaxKind::LITERAL => {
            let text = name.text().to_string();
            text.trim_matches('\'').to_ascii_lowercase()
        }
        Some(name) => folded(&name),
        None => "sql".to_owned(),
    })
}
