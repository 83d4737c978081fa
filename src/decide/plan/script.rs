//! SQL that we send, and where each part of it came from, so that the server's position leads back to the file.

use crate::set::project::{Object, Project};
use crate::words::place::Place;

/// A sequence of statements for one message.
#[derive(Clone, Debug, Default)]
pub struct Script {
    text: String,
    statements: Vec<Statement>,
}

#[derive(Clone, Debug)]
struct Statement {
    /// Its first byte in the text.
    start: usize,
    origin: Option<Origin>,
    /// What it is about, where that is no object of the project.
    about: Option<String>,
    /// It asks and changes nothing.
    asks: bool,
    /// It fills the object.
    fills: bool,
}

/// Where a statement leads.
#[derive(Clone, Copy, Debug)]
pub enum Target<'s> {
    /// To an object, and to a byte of its file.
    File(usize, usize),
    /// To something else, by its name.
    About(&'s str),
    /// It is our own.
    Own,
    /// It is a question of ours, which is nobody else's.
    Question,
}

/// Where a statement came from.
#[derive(Clone, Debug)]
struct Origin {
    object: usize,
    /// From a byte of the statement to a byte of the file. What is generated leads to the place it stands for.
    map: Vec<Mapped>,
}

#[derive(Clone, Copy, Debug)]
struct Mapped {
    at: usize,
    file: usize,
    /// Bytes go on one by one; generated text is all at one place.
    verbatim: bool,
}

/// A statement made of an object's text and of generated parts.
#[derive(Clone, Debug)]
pub struct Sql {
    text: String,
    origin: Origin,
}

impl Sql {
    /// Starts a statement about an object.
    pub fn of(object: Object<'_>) -> Self {
        Sql { text: String::new(), origin: Origin { object: object.index(), map: Vec::new() } }
    }

    /// Adds text that we made, which stands for this byte of the file.
    pub fn generated(mut self, text: &str, file: usize) -> Self {
        self.origin.map.push(Mapped { at: self.text.len(), file, verbatim: false });
        self.text.push_str(text);
        self
    }

    /// Adds a part of the object's file as it is.
    pub fn verbatim(mut self, object: Object<'_>, start: usize, end: usize) -> Self {
        self.origin.map.push(Mapped { at: self.text.len(), file: start, verbatim: true });
        self.text.push_str(object.slice(crate::words::span::Span { start, end }));
        self
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The byte of the file that a position of the server stands for. Positions count characters, from 1.
    pub fn locate(&self, position: usize) -> Option<usize> {
        let byte = self.text.char_indices().nth(position.checked_sub(1)?)?.0;
        self.origin.locate(byte)
    }
}

impl Origin {
    fn locate(&self, byte: usize) -> Option<usize> {
        let part = self.map.iter().rev().find(|part| part.at <= byte)?;
        Some(if part.verbatim { part.file + (byte - part.at) } else { part.file })
    }
}

impl Script {
    /// Adds a statement of our own.
    pub fn push(&mut self, sql: &str) {
        self.start(None, None);
        self.text.push_str(sql);
        self.end();
    }

    /// Adds a question of our own, which ends the work or changes nothing.
    pub fn push_question(&mut self, sql: &str) {
        self.push(sql);
        if let Some(last) = self.statements.last_mut() {
            last.asks = true;
        }
    }

    /// Adds a statement about something that is no object of the project.
    pub fn push_about(&mut self, sql: &str, about: &str) {
        self.start(None, Some(about.to_owned()));
        self.text.push_str(sql);
        self.end();
    }

    /// Adds a statement of an object.
    pub fn push_sql(&mut self, sql: &Sql) {
        self.start(Some(sql.origin.clone()), None);
        self.text.push_str(&sql.text);
        self.end();
    }

    /// Adds a statement that fills an object.
    pub fn push_filling(&mut self, sql: &Sql) {
        self.push_sql(sql);
        if let Some(last) = self.statements.last_mut() {
            last.fills = true;
        }
    }

    fn start(&mut self, origin: Option<Origin>, about: Option<String>) {
        self.statements.push(Statement { start: self.text.len(), origin, about, asks: false, fills: false });
    }

    /// The newline guards a trailing `--` comment.
    fn end(&mut self) {
        self.text.push_str("\n;\n");
    }

    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The statements one by one, each with what it is about.
    pub fn statements(&self) -> impl Iterator<Item = (&str, Target<'_>)> {
        let ends = self.statements.iter().skip(1).map(|next| next.start).chain([self.text.len()]);
        self.statements.iter().zip(ends).map(|(statement, end)| {
            let origin = statement.origin.as_ref();
            let place = origin.and_then(|origin| Some((origin.object, origin.map.first()?.file)));
            let target = match (place, &statement.about) {
                (Some((object, byte)), _) => Target::File(object, byte),
                (None, Some(about)) => Target::About(about),
                (None, None) if statement.asks => Target::Question,
                (None, None) => Target::Own,
            };
            (&self.text[statement.start..end], target)
        })
    }

    /// The objects that it fills.
    pub fn filled(&self) -> impl Iterator<Item = usize> {
        let filling = self.statements.iter().filter(|statement| statement.fills);
        filling.filter_map(|statement| Some(statement.origin.as_ref()?.object))
    }

    /// The object and place that a position of the server stands for. Positions count characters, from 1.
    pub fn locate<'p>(&self, project: &'p Project, position: usize) -> Option<(Object<'p>, Place)> {
        let byte = self.text.char_indices().nth(position.checked_sub(1)?)?.0;
        let statement = self.statements.iter().rev().find(|statement| statement.start <= byte)?;
        let origin = statement.origin.as_ref()?;
        let file = origin.locate(byte - statement.start)?;
        let object = project.object(origin.object);
        Some((object, object.place(file)))
    }
}

/// With a semicolon, on a line of its own where a comment ends the text.
pub fn terminated(sql: &str) -> String {
    let sql = sql.trim().trim_end_matches(';').trim_end();
    match sql.lines().last() {
        None => String::new(),
        // The semicolon may be the comment's.
        Some(last) if last.contains("--") => format!("{sql}\n;"),
        Some(_) => format!("{sql};"),
    }
}
