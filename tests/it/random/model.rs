//! What the generator knows of a project: tables, views with their columns and types, what is stated beside them, and
//! the files that say all this.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::support::{Files, project};

/// The schema of the project, and that of a person.
pub const APP: &str = "app";
pub const BI: &str = "bi";

/// Roles that files name, and one that only a person names. Whatever one of them owns, no other one is granted.
pub const OWNER: &str = "random_owner";
pub const FILE_ROLES: [&str; 2] = ["random_reader", "random_writer"];
pub const HAND_ROLE: &str = "random_person";

/// A column's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Small,
    Integer,
    Big,
    Text,
    Varchar(u8),
    Numeric(u8),
    Date,
}

pub const TYPES: [Type; 9] = [
    Type::Small,
    Type::Integer,
    Type::Big,
    Type::Text,
    Type::Varchar(20),
    Type::Varchar(30),
    Type::Numeric(10),
    Type::Numeric(12),
    Type::Date,
];

impl Type {
    /// Whether `x::other` is a valid expression.
    pub fn casts_to(self, other: Type) -> bool {
        let words = |of| matches!(of, Type::Text | Type::Varchar(_));
        (self == Type::Date) == (other == Type::Date) || words(self) || words(other)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Small => f.write_str("smallint"),
            Type::Integer => f.write_str("integer"),
            Type::Big => f.write_str("bigint"),
            Type::Text => f.write_str("text"),
            Type::Varchar(length) => write!(f, "varchar({length})"),
            Type::Numeric(digits) => write!(f, "numeric({digits}, 2)"),
            Type::Date => f.write_str("date"),
        }
    }
}

/// A relation by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relation {
    pub schema: &'static str,
    pub name: String,
}

impl Relation {
    pub fn app(name: &str) -> Self {
        Relation { schema: APP, name: name.to_owned() }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.schema, quoted(&self.name))
    }
}

/// A name as SQL has it; the generator makes no keywords.
pub fn quoted(name: &str) -> String {
    match name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        true => name.to_owned(),
        false => format!("\"{name}\""),
    }
}

/// A column with its type.
pub type Typed = (String, Type);

/// A table as the migrations leave it.
#[derive(Clone, Debug)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Typed>,
}

/// What a column of a view says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    Column { source: usize, column: String },
    Count,
    Constant(usize),
}

#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    pub expression: Expression,
    pub cast: Option<Type>,
}

/// What a file grants: to whom, what, and on which column.
pub type Grant = (&'static str, &'static str, Option<String>);

#[derive(Clone, Debug)]
pub struct View {
    pub name: String,
    pub folder: &'static str,
    pub renamed_from: Option<String>,
    /// Names in the project's schema, one or two.
    pub sources: Vec<String>,
    /// All columns of the first source, whatever they are.
    pub star: bool,
    pub columns: Vec<Column>,
    pub filter: Option<(usize, String)>,
    pub ordered: bool,
    /// On the view, or on a column.
    pub comments: BTreeMap<Option<String>, String>,
    pub grants: BTreeSet<Grant>,
    pub options: BTreeMap<&'static str, bool>,
    /// The options are in a statement of their own.
    pub altered: bool,
    pub owned: bool,
    /// In a comment that means nothing.
    pub note: usize,
}

/// A view whose file is gone, while it stays.
#[derive(Clone, Debug)]
pub struct Retired {
    pub view: View,
    /// By the release that is being made; it goes with the next one.
    pub fresh: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Model {
    pub tables: Vec<Table>,
    /// Each after what it stands on.
    pub views: Vec<View>,
    pub migrations: Vec<String>,
    pub retired: Vec<Retired>,
    /// The views as the last run made them: the server follows in them what is renamed below.
    pub stored: Vec<View>,
    /// How many names were given: none is given twice.
    pub names: usize,
}

impl View {
    pub fn relation(&self) -> Relation {
        Relation::app(&self.name)
    }

    /// Whether the other one's file states something that this one's does not.
    pub fn states_less_than(&self, other: &View) -> bool {
        other.comments.keys().any(|column| !self.comments.contains_key(column))
            || other.options.keys().any(|key| !self.options.contains_key(key))
            || !other.grants.is_subset(&self.grants)
            || (other.owned && !self.owned)
    }

    /// What it was called at the last run.
    pub fn renamed_before(&self, installed: &Model) -> &str {
        match &self.renamed_from {
            Some(old) if installed.view(&self.name).is_none() => old,
            _ => &self.name,
        }
    }
}

impl Model {
    pub fn name(&mut self, letter: char) -> String {
        self.names += 1;
        match self.names % 7 {
            0 => format!("{} {}", letter.to_ascii_uppercase(), self.names),
            _ => format!("{letter}{}", self.names),
        }
    }

    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    pub fn view(&self, name: &str) -> Option<&View> {
        self.views.iter().find(|view| view.name == name)
    }

    /// The columns of a table or a view, where there is one of that name.
    pub fn columns(&self, name: &str) -> Option<Vec<Typed>> {
        match self.table(name) {
            Some(table) => Some(table.columns.clone()),
            None => self.columns_of(self.view(name)?),
        }
    }

    /// The columns of a view, where it fits to what is below it.
    pub fn columns_of(&self, view: &View) -> Option<Vec<Typed>> {
        let sources: Option<Vec<_>> = view.sources.iter().map(|source| self.columns(source)).collect();
        columns_over(view, &sources?)
    }

    /// The retired views that still stand when everything else is as the files say.
    pub fn standing(&self) -> Vec<&View> {
        let mut known: BTreeMap<&str, Vec<Typed>> = BTreeMap::new();
        // One may stand on another that was retired after it.
        for _ in &self.retired {
            for Retired { view, .. } in &self.retired {
                let below = |name: &String| known.get(name.as_str()).cloned().or_else(|| self.columns(name));
                let sources: Option<Vec<_>> = view.sources.iter().map(below).collect();
                if let Some(columns) = sources.and_then(|sources| columns_over(view, &sources)) {
                    known.insert(&view.name, columns);
                }
            }
        }
        self.retired
            .iter()
            .map(|retired| &retired.view)
            .filter(|view| known.contains_key(view.name.as_str()))
            .collect()
    }

    /// What the run made of it: stars are columns now.
    pub fn installed(&self) -> Model {
        let mut installed = self.clone();
        installed.stored = self.views.iter().map(|view| self.without_star(view)).collect();
        installed
    }

    fn without_star(&self, view: &View) -> View {
        let mut view = view.clone();
        if std::mem::take(&mut view.star) {
            let named = |(name, _): Typed| {
                let expression = Expression::Column { source: 0, column: name.clone() };
                Column { name, expression, cast: None }
            };
            view.columns =
                self.columns(&view.sources[0]).unwrap_or_default().into_iter().map(named).collect();
        }
        view
    }

    /// The files that say it.
    pub fn files(&self) -> Files {
        let mut files = project("random").file("viewkeeper.toml", &format!("schema = \"{APP}\"\n"));
        for (index, migration) in self.migrations.iter().enumerate() {
            files = files.file(&format!("migrations/V{}__m.sql", index + 1), migration);
        }
        for view in &self.views {
            let name = view.name.replace(' ', "_");
            files = files.file(&format!("{}/{name}.sql", view.folder), &super::text::file(view));
        }
        files
    }
}

/// The columns of a view on sources with these columns; nothing where one is missing that it uses.
fn columns_over(view: &View, sources: &[Vec<Typed>]) -> Option<Vec<Typed>> {
    let find = |source: usize, name: &str| sources[source].iter().find(|(column, _)| column == name);
    if let Some((source, column)) = &view.filter {
        find(*source, column)?;
    }
    if view.star {
        return Some(sources[0].clone());
    }
    let typed = |column: &Column| {
        let own = match &column.expression {
            Expression::Column { source, column } => find(*source, column)?.1,
            Expression::Count => Type::Big,
            Expression::Constant(_) => Type::Integer,
        };
        match column.cast {
            Some(cast) if !own.casts_to(cast) => None,
            cast => Some((column.name.clone(), cast.unwrap_or(own))),
        }
    };
    view.columns.iter().map(typed).collect()
}
