//! What a CREATE statement of a managed kind says.

use super::written_name::Written;
use crate::text::parse::problem::Problem;
use crate::text::parse::usage::Use;
use crate::words::attachment::Says;
use crate::words::object::Kind;
use crate::words::span::Span;

/// CREATE of a managed kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// What it creates.
    pub kind: Kind,
    /// The words between CREATE, with or without OR REPLACE, and the name: `recursive view`.
    pub words: String,
    /// The created name.
    pub name: Written,
    /// CREATE TEMPORARY.
    pub temporary: bool,
    /// What only this kind has.
    pub form: Form,
    /// What stands in the way of keeping it as an object. A table migration may say all of it.
    pub flaws: Vec<Problem>,
}

impl Definition {
    /// Where its schema is written: in its name, or for a trigger in that of its table.
    pub fn schema(&self) -> Option<&str> {
        match &self.form {
            Form::Trigger(trigger) => trigger.table.schema.as_deref(),
            _ => self.name.schema.as_deref(),
        }
    }
}

/// What only one kind has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A plain view.
    View(View),
    /// A materialized view.
    Materialized(Materialized),
    /// A function, procedure or aggregate.
    Routine(Routine),
    /// A trigger.
    Trigger(Trigger),
}

/// What only a view has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The names of the stated options, lower case, sorted.
    pub options: Vec<String>,
}

/// What only a materialized view has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Materialized {
    /// The list of column names with its parentheses.
    pub columns: Option<Span>,
    /// The query, without `WITH [NO] DATA`.
    pub query: Span,
    /// The access method that USING names.
    pub method: Option<String>,
    /// The tablespace that TABLESPACE names.
    pub tablespace: Option<String>,
    /// WITH NO DATA.
    pub with_no_data: bool,
    /// WITH (...), and where its parentheses stand.
    pub options: Option<(Says, Span)>,
}

/// What only a routine has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routine {
    /// The types of its input arguments, normalised.
    pub arguments: Vec<String>,
    /// Their names; empty for one without a name.
    pub names: Vec<String>,
    /// The last input argument takes any number of values.
    pub variadic: bool,
    /// How many of the last input arguments may be left out.
    pub defaults: usize,
    /// The language, lower case. None for an aggregate.
    pub language: Option<String>,
    /// What stands between the quotes of a string body.
    pub body: Option<Span>,
    /// `FROM CURRENT` behind SET search_path.
    pub path_from_current: Option<Span>,
    /// What the string body names, as far as that can be seen.
    pub mentions: Vec<Use>,
}

impl Routine {
    /// Whether a call with so many arguments can mean it.
    pub fn fits(&self, arguments: usize) -> bool {
        let most = self.arguments.len();
        let variadic = usize::from(self.variadic);
        arguments >= most.saturating_sub(self.defaults + variadic) && (self.variadic || arguments <= most)
    }
}

/// What only a trigger has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// Its table or view.
    pub table: Written,
}
