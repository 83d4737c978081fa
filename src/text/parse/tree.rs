//! From the parser's tree to statements.

use squawk_syntax::ast::AstNode;
use squawk_syntax::{SourceFile, SyntaxKind, SyntaxNode, SyntaxToken};

use super::attach::{attach, refused, role};
use super::create::create;
use super::directive::{self, Directive};
use super::effects::effects;
use super::operators::{compares, operators};
use super::references::uses;
use super::rights::rights;
use super::statement::{Parsed, Statement, What};
use super::syntax_errors;
use super::written_name::{Written, folded, span};
use crate::text::parse::problem::Problem;
use crate::text::parse::usage::UseKind;
use crate::words::attachment::Role;
use crate::words::name::MAX_BYTES;
use crate::words::object::Kind;
use crate::words::span::Span;

/// Reads a text. Must run on a large stack.
pub fn read(text: &str) -> Parsed {
    let parse = SourceFile::parse(text);
    let (mut problems, broken) = syntax_errors::problems(text, &parse);
    let mut statements: Vec<Statement> = Vec::new();
    let mut before = 0;
    let mut comments = Vec::new();
    for child in parse.tree().syntax().children_with_tokens() {
        if let Some(token) = child.as_token() {
            if token.kind() == SyntaxKind::COMMENT {
                comments.extend(directives(token, &mut problems));
            }
            continue;
        }
        let Some(node) = child.into_node() else { continue };
        let whole = span(&node);
        if node.kind() != SyntaxKind::EMPTY_STMT && !overlaps(&broken, whole) {
            let long_names = tokens_inside(&node, &mut problems);
            let part = Span { start: before, end: whole.end };
            let statement = statement(&node, part, std::mem::take(&mut comments));
            statements.push(Statement { long_names, ..statement });
        }
        comments.clear();
        before = whole.end;
    }
    if let Some(stray) = comments.first() {
        let problem = Problem::new(stray.span.start, "a directive after the last statement says nothing");
        problems.push(problem.help("write it in a comment before the statement that it is about"));
    }
    if let Some(last) = statements.last_mut().filter(|last| last.part.end == before) {
        last.part.end = text.len();
    }
    problems.sort_by_key(|problem| problem.offset);
    Parsed { statements, problems }
}

/// Whether a span overlaps with one of these, which are in order and do not overlap with each other.
fn overlaps(spans: &[Span], span: Span) -> bool {
    let before = spans.partition_point(|other| other.start < span.end);
    before.checked_sub(1).is_some_and(|last| span.start < spans[last].end)
}

fn directives(comment: &SyntaxToken, problems: &mut Vec<Problem>) -> Vec<Directive> {
    directive::read(comment.text(), comment.text_range().start().into(), problems)
}

/// The identifiers that are too long. A directive inside a statement would be easy to overlook, and is a problem.
fn tokens_inside(statement: &SyntaxNode, problems: &mut Vec<Problem>) -> Vec<Written> {
    let mut long_names = Vec::new();
    for token in tokens(statement) {
        if token.kind() == SyntaxKind::IDENT && token.text().len() > MAX_BYTES {
            long_names.extend(Written::read(token.text(), token.text_range().start().into()));
        } else if token.kind() == SyntaxKind::COMMENT {
            for directive in directives(&token, problems) {
                let message =
                    format!("the directive \"{}\" stands inside of a statement", directive.word.text());
                let problem = Problem::new(directive.span.start, message);
                problems.push(problem.help("write it in a comment before the statement"));
            }
        }
    }
    long_names.retain(|name| name.name.len() > MAX_BYTES);
    long_names
}

pub fn tokens(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> {
    node.descendants_with_tokens().filter_map(|element| element.into_token())
}

fn statement(node: &SyntaxNode, part: Span, directives: Vec<Directive>) -> Statement {
    let what = what(node);
    let mut uses = uses(node);
    if let What::Create(definition) = &what
        && definition.words == "recursive view"
    {
        // The text of a recursive view reads itself by its bare name, like a CTE.
        uses.retain(|used| {
            used.kind != UseKind::Relation
                || used.name.schema.is_some()
                || used.name.name != definition.name.name
        });
    }
    if has(node, SyntaxKind::IF_EXISTS) {
        uses.clear();
    }
    let rights = rights(node, &what, &uses);
    Statement {
        span: Span { start: span(node).start, end: end(node) },
        part,
        words: words(node),
        directives,
        uses,
        operators: operators(node),
        compares: compares(node),
        effects: effects(node),
        rights,
        concurrent_index: concurrent_index(node),
        outside_only: outside_only(node),
        bodies: bodies(node),
        long_names: Vec::new(),
        sets_search_path: sets_search_path(node),
        what,
    }
}

/// The end of the last token that is neither the semicolon nor a comment before it.
pub fn end(node: &SyntaxNode) -> usize {
    let mut last = node.last_token();
    while let Some(token) = &last {
        if !token.kind().is_trivia() && token.kind() != SyntaxKind::SEMICOLON {
            return token.text_range().end().into();
        }
        last = token.prev_token();
    }
    span(node).end
}

/// `CREATE MATERIALIZED VIEW` from the kind of the node; for kinds that are named otherwise, the first word.
pub fn words(node: &SyntaxNode) -> String {
    let kind = format!("{:?}", node.kind()).replace('_', " ");
    let first = tokens(node)
        .find(|token| !token.kind().is_trivia() && token.kind() != SyntaxKind::L_PAREN)
        .map_or_else(String::new, |token| token.text().to_ascii_uppercase());
    match (first.as_str(), kind.as_str()) {
        ("CREATE" | "ALTER" | "DROP" | "IMPORT" | "PREPARE" | "RELEASE" | "SECURITY", _) => kind,
        (_, "SELECT INTO" | "SET TRANSACTION" | "COMMIT PREPARED" | "ROLLBACK PREPARED") => kind,
        ("START", _) => "START TRANSACTION".to_owned(),
        _ => first,
    }
}

pub fn child(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxNode> {
    node.children().find(|child| child.kind() == kind)
}

pub fn has(node: &SyntaxNode, kind: SyntaxKind) -> bool {
    node.children_with_tokens().any(|child| child.kind() == kind)
}

fn what(node: &SyntaxNode) -> What {
    if let Some(attach) = attach(node) {
        return What::Attach(attach);
    }
    if let Some(definition) = create(node) {
        return What::Create(Box::new(definition));
    }
    if let Some(refused) = refused(node) {
        return refused;
    }
    match node.kind() {
        SyntaxKind::CREATE_SCHEMA => created_schema(node).map_or(What::Definition, What::Schema),
        SyntaxKind::DROP_VIEW => What::Drop(Kind::View),
        SyntaxKind::DROP_MATERIALIZED_VIEW => What::Drop(Kind::MaterializedView),
        SyntaxKind::DROP_FUNCTION | SyntaxKind::DROP_ROUTINE => What::Drop(Kind::Function),
        SyntaxKind::DROP_PROCEDURE => What::Drop(Kind::Procedure),
        SyntaxKind::DROP_AGGREGATE => What::Drop(Kind::Aggregate),
        SyntaxKind::DROP_TRIGGER => What::Drop(Kind::Trigger),
        SyntaxKind::BEGIN
        | SyntaxKind::COMMIT_TRANSACTION
        | SyntaxKind::COMMIT_PREPARED
        | SyntaxKind::ROLLBACK_TRANSACTION
        | SyntaxKind::ROLLBACK_PREPARED
        | SyntaxKind::ROLLBACK_TO_SAVEPOINT
        | SyntaxKind::PREPARE_TRANSACTION
        | SyntaxKind::SAVEPOINT_CREATE
        | SyntaxKind::RELEASE_SAVEPOINT
        | SyntaxKind::SET_TRANSACTION => What::Transaction,
        SyntaxKind::SELECT
        | SyntaxKind::COMPOUND_SELECT
        | SyntaxKind::PAREN_SELECT
        | SyntaxKind::VALUES
        | SyntaxKind::TABLE => What::Query,
        SyntaxKind::SET | SyntaxKind::RESET | SyntaxKind::SET_ROLE | SyntaxKind::RESET_ROLE => What::Setting,
        SyntaxKind::COPY if node.descendants().any(|node| node.kind() == SyntaxKind::COPY_STDIN) => {
            What::CopyFromStdin
        }
        _ if ["CREATE ", "ALTER ", "DROP "].iter().any(|verb| words(node).starts_with(verb)) => {
            What::Definition
        }
        _ => What::Other,
    }
}

/// The name in CREATE SCHEMA.
pub fn created_schema(node: &SyntaxNode) -> Option<String> {
    if node.kind() != SyntaxKind::CREATE_SCHEMA {
        return None;
    }
    if let Some(named) = child(node, SyntaxKind::NAMED_SCHEMA) {
        return child(&named, SyntaxKind::SCHEMA).map(|name| folded(&name));
    }
    // It has the name of the role whose it is; whose name that is, nobody knows of CURRENT_USER.
    let role_of = child(&child(node, SyntaxKind::AUTHORIZATION_SCHEMA)?, SyntaxKind::ROLE)?;
    match role(&role_of) {
        Role::Named(role) => Some(role),
        _ => None,
    }
}

fn concurrent_index(node: &SyntaxNode) -> Option<(Option<String>, Written)> {
    if node.kind() != SyntaxKind::CREATE_INDEX || !has(node, SyntaxKind::CONCURRENTLY_KW) {
        return None;
    }
    let table = Written::of(&child(node, SyntaxKind::TABLE_RELATION_NAME)?.last_child()?)?;
    let name = child(node, SyntaxKind::INDEX).and_then(|name| Written::of(&name)).map(|name| name.name);
    Some((name, table))
}

/// Statements that PostgreSQL refuses inside a transaction block.
fn outside_only(node: &SyntaxNode) -> Option<String> {
    let words = words(node);
    let concurrently = || tokens(node).any(|token| token.kind() == SyntaxKind::CONCURRENTLY_KW);
    let any = |kinds: &[SyntaxKind]| node.descendants_with_tokens().any(|node| kinds.contains(&node.kind()));
    match node.kind() {
        SyntaxKind::CREATE_INDEX | SyntaxKind::DROP_INDEX | SyntaxKind::REINDEX | SyntaxKind::REPACK
            if concurrently() =>
        {
            Some(format!("{words} CONCURRENTLY"))
        }
        SyntaxKind::ALTER_TABLE if any(&[SyntaxKind::DETACH_CONCURRENTLY]) => {
            Some("DETACH PARTITION CONCURRENTLY".to_owned())
        }
        SyntaxKind::REINDEX
            if any(&[SyntaxKind::DATABASE_KW, SyntaxKind::SYSTEM_KW, SyntaxKind::SCHEMA_KW]) =>
        {
            Some("REINDEX of more than one table".to_owned())
        }
        SyntaxKind::DISCARD if any(&[SyntaxKind::DISCARD_ALL]) => Some("DISCARD ALL".to_owned()),
        SyntaxKind::VACUUM
        | SyntaxKind::CREATE_DATABASE
        | SyntaxKind::DROP_DATABASE
        | SyntaxKind::CREATE_TABLESPACE
        | SyntaxKind::DROP_TABLESPACE
        | SyntaxKind::ALTER_SYSTEM => Some(words),
        _ => None,
    }
}

fn bodies(node: &SyntaxNode) -> Vec<Span> {
    if !matches!(node.kind(), SyntaxKind::DO | SyntaxKind::CREATE_FUNCTION | SyntaxKind::CREATE_PROCEDURE) {
        return Vec::new();
    }
    node.descendants()
        .filter(|node| node.kind() == SyntaxKind::LITERAL)
        .map(|literal| span(&literal))
        .collect()
}

/// SET search_path, and a query that calls set_config for it.
fn sets_search_path(node: &SyntaxNode) -> bool {
    matches!(node.kind(), SyntaxKind::SET | SyntaxKind::SELECT)
        && tokens(node).any(|token| token.text().trim_matches('\'').eq_ignore_ascii_case("search_path"))
}
