//! What a statement says, as far as a project needs it.

use super::definition::Definition;
use super::directive::Directive;
use super::problem::Problem;
use super::usage::Use;
use super::written_name::Written;
use crate::words::attachment::Says;
use crate::words::needed_right::NeededRight;
use crate::words::object::Kind;
use crate::words::span::Span;

/// A file's statements and what is wrong with their syntax. Statements with an error are not among the former.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// In the order of the text.
    pub statements: Vec<Statement>,
    /// In the order of the text.
    pub problems: Vec<Problem>,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// From its first word to before its semicolon.
    pub span: Span,
    /// With the comments before it; for the last one of a file with those after it too.
    pub part: Span,
    /// Its first words in upper case, as messages name it: `CREATE TABLE`.
    pub words: String,
    /// What it does.
    pub what: What,
    /// The directives in the comments before it.
    pub directives: Vec<Directive>,
    /// The relations, types and functions that it names, apart from those that it creates.
    pub uses: Vec<Use>,
    /// The operators that it names with their schemas.
    pub operators: Vec<(String, String)>,
    /// It has an operator, or something that the server looks an operator up for.
    pub compares: bool,
    /// What it changes about the relations and routines that exist, in order.
    pub effects: Vec<Effect>,
    /// The rights that it needs, and that it may change rights.
    pub rights: Vec<NeededRight>,
    /// For CREATE INDEX CONCURRENTLY: the index's name, if it has one, and its table.
    pub concurrent_index: Option<(Option<String>, Written)>,
    /// Why it cannot run inside a transaction block, if so: the words that make it so.
    pub outside_only: Option<String>,
    /// The texts of function bodies and DO blocks, which are not parsed.
    pub bodies: Vec<Span>,
    /// Identifiers longer than PostgreSQL's limit.
    pub long_names: Vec<Written>,
    /// True when unqualified names mean something else from here on.
    pub sets_search_path: bool,
}

/// What a statement does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// CREATE of a managed kind.
    Create(Box<Definition>),
    /// A statement about an object: a comment, a grant and so on.
    Attach(Attach),
    /// ALTER of an object's name or schema.
    Move(Kind, Written),
    /// ALTER of a view that renames a column.
    RenameColumn(Kind),
    /// Any other ALTER of a routine.
    AlterRoutine(Kind),
    /// DROP of a managed kind.
    Drop(Kind),
    /// CREATE SCHEMA, with the schema's name.
    Schema(String),
    /// Any other CREATE, ALTER or DROP.
    Definition,
    /// BEGIN, COMMIT, ROLLBACK, SAVEPOINT and their kin.
    Transaction,
    /// SELECT, VALUES or TABLE without INTO.
    Query,
    /// SET, RESET.
    Setting,
    /// COPY FROM STDIN, whose rows do not travel with the statement.
    CopyFromStdin,
    /// Anything else.
    Other,
}

/// A statement that belongs to an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attach {
    /// What it says.
    pub says: Says,
    /// The objects that it names; more than one only in GRANT and REVOKE.
    pub to: Vec<Target>,
    /// For an index or statistics: the name of what it creates.
    pub created: Option<Written>,
    /// What stands in the way of keeping it with its object. A table migration may say all of it.
    pub flaws: Vec<Problem>,
}

/// An object that a statement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The name that stands there; for a trigger that of its table.
    pub name: Written,
    /// What the name means.
    pub is: Named,
    /// The kind that the statement's words say, where they say one.
    pub kind: Option<Kind>,
}

/// What the name of a target means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// A relation.
    Relation,
    /// A routine, with the types of its input arguments, where they are written.
    Routine(Option<Vec<String>>),
    /// The table of the trigger of this name.
    Trigger(String),
    /// An index of a materialized view.
    Index,
    /// Extended statistics of a materialized view.
    Statistics,
}

/// A change of what relations and routines exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// This relation is there from now on.
    Adds(Written),
    /// This relation is there no more.
    Removes(Written),
    /// A routine of this name is there from now on.
    AddsRoutine(Written),
}
