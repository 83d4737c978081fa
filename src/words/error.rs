//! The one error of the run side.

use std::fmt;

use postgres::error::DbError;

use self::cause::Cause;
use self::details::Details;
pub use self::left_behind::LeftBehind;
pub use self::server::ServerError;
use crate::words::escape::said;
use crate::words::place::{Location, Place};

mod cause;
mod details;
mod left_behind;
mod server;

/// Why a run, a plan or a check failed.
///
/// `Display` is one line and includes the server's words. `Debug` is the full report with the source line, a caret,
/// hints and what was left behind, because `fn main() -> Result` prints `Debug`. The part of the report under the line is the
/// error's `source()`, so that whatever prints an error with its causes (`anyhow`, `eyre`, `{e:#}`) prints all of it.
///
/// What stands under it is text, so no `postgres::Error` is found in that chain. The values are methods of this error, and it is found
/// itself where another one carries it:
///
/// ```
/// fn is_no_right(error: &anyhow::Error) -> bool {
///     let error = error.downcast_ref::<viewkeeper::Error>();
///     error.and_then(|error| error.code()) == Some("42501")
/// }
///
/// fn broken_constraint(error: &viewkeeper::Error) -> Option<&str> {
///     error.as_db_error()?.constraint()
/// }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    object: Option<String>,
    details: Details,
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The connection broke, or is in a state in which we cannot work.
    Connection,
    /// A table migration failed.
    Migration,
    /// The applied migrations and the project's do not fit together.
    History,
    /// An object could not be made as its file says.
    Object,
    /// Something that is not ours is in the way: a table of that name, another project's object, a foreign dependent.
    Conflict,
    /// The role lacks a right, or the session cannot write.
    Rights,
    /// A lock was not to be had in time.
    Busy,
    /// The option to refuse drift or a superseded release was set, and there is one.
    Refused,
    /// A name that the caller gave is that of nothing in the project which the work can be done on.
    Unknown,
    /// The database is not as it was when a rollback was planned.
    Moved,
    /// The ledger was written by a newer version of viewkeeper, or is damaged.
    Ledger,
}

impl ErrorKind {
    /// As JSON has it.
    #[cfg(feature = "cli")]
    pub(crate) fn word(self) -> &'static str {
        match self {
            ErrorKind::Connection => "connection",
            ErrorKind::Migration => "migration",
            ErrorKind::History => "history",
            ErrorKind::Object => "object",
            ErrorKind::Conflict => "conflict",
            ErrorKind::Rights => "rights",
            ErrorKind::Busy => "busy",
            ErrorKind::Refused => "refused",
            ErrorKind::Unknown => "unknown",
            ErrorKind::Moved => "moved",
            ErrorKind::Ledger => "ledger",
        }
    }
}

impl Error {
    /// A new error; `message` is a lower-case clause with objects in double quotes.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error(Box::new(Inner { kind, message: message.into(), object: None, details: Details::default() }))
    }

    pub(crate) fn object(mut self, object: impl Into<String>) -> Self {
        self.0.object = Some(object.into());
        self
    }

    pub(crate) fn at(mut self, place: Place) -> Self {
        self.0.details.place = Some(place);
        self
    }

    /// Names the file alone, where no place in it is the one.
    pub(crate) fn in_file(mut self, file: impl Into<String>) -> Self {
        self.0.details.file = Some(file.into());
        self
    }

    pub(crate) fn server(mut self, server: ServerError) -> Self {
        self.0.details.server = Some(server);
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.0.details.notes.push(note.into());
        self
    }

    /// Says that nothing was changed, where nobody said what was left behind.
    pub(crate) fn unchanged(self) -> Self {
        self.or_left(LeftBehind::Nothing)
    }

    /// Says what was left behind, where nobody said so yet.
    pub(crate) fn or_left(mut self, left: LeftBehind) -> Self {
        self.0.details.left.get_or_insert(left);
        self
    }

    /// Says what was left behind, in the place of what was said before.
    pub(crate) fn left(mut self, left: LeftBehind) -> Self {
        self.0.details.left = Some(left);
        self
    }

    /// What was left behind, where somebody said so.
    pub(crate) fn left_behind(&self) -> Option<&LeftBehind> {
        self.0.details.left.as_ref()
    }

    /// The same error, known to be about a lock that was not to be had in time.
    pub(crate) fn busy(mut self, note: String) -> Self {
        self.0.kind = ErrorKind::Busy;
        self.note(note)
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.0.details.helps.push(help.into());
        self
    }

    /// Tells another one behind this one, with its notes and what helps.
    pub(crate) fn followed_by(mut self, other: Error) -> Self {
        self = self.note(other.to_string());
        let Details { notes, helps, .. } = other.0.details;
        self.0.details.notes.extend(notes);
        for help in helps {
            if !self.0.details.helps.contains(&help) {
                self.0.details.helps.push(help);
            }
        }
        self
    }

    pub(crate) fn caused_by(mut self, source: impl std::error::Error + 'static) -> Self {
        let source: &(dyn std::error::Error + 'static) = &source;
        let refusal = source.downcast_ref::<postgres::Error>().and_then(postgres::Error::as_db_error);
        self.0.details.refusal = refusal.cloned().map(Box::new);
        self.0.details.source = Some(Cause::of(source));
        self
    }

    /// The notes, and what was left behind at the end.
    #[cfg(feature = "cli")]
    pub(crate) fn notes(&self) -> impl Iterator<Item = String> {
        self.0.details.all_notes()
    }

    /// What went wrong, in one word.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The server's SQLSTATE, such as `42703`, when the server refused something, a connection too.
    pub fn code(&self) -> Option<&str> {
        let server = self.0.details.server.as_ref().map(|server| server.code.as_str());
        server.or_else(|| Some(self.as_db_error()?.code().code()))
    }

    /// What the server said, as a value: constraint, table, column, detail. None where it was not the server that refused.
    ///
    /// Its texts are the server's own, in which what somebody else chose can end a line or move a cursor: this error's
    /// `Display` and `Debug` show that and do not send it. Its position counts in the message that was sent; the place in
    /// a file is [`location`](Self::location).
    pub fn as_db_error(&self) -> Option<&DbError> {
        let details = &self.0.details;
        details.server.as_ref().and_then(|server| server.raw.as_deref()).or(details.refusal.as_deref())
    }

    /// What the server said, where it refused something.
    pub(crate) fn server_error(&self) -> Option<&ServerError> {
        self.0.details.server.as_ref()
    }

    /// The object or migration that it is about, such as `app.gene_scores` or `V3__add_scores`.
    pub fn object_name(&self) -> Option<&str> {
        self.0.object.as_deref()
    }

    /// The place with its line.
    pub(crate) fn place(&self) -> Option<&Place> {
        self.0.details.place.as_ref()
    }

    /// The place in the project's files.
    pub fn location(&self) -> Option<&Location> {
        self.0.details.place.as_ref().map(|place| &place.location)
    }

    /// True when nothing is wrong with the project and a later try may succeed: a lock was not to be had in time, or
    /// the connection broke.
    pub fn is_transient(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Busy | ErrorKind::Connection)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        said!(f, "{}", self.0.message)?;
        if let Some(server) = &self.0.details.server {
            said!(f, ": {} ({})", server.message, server.code)?;
        } else if let Some(source) = &self.0.details.source {
            write!(f, ": {}", source.chain())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        if self.0.details.is_empty() { Ok(()) } else { write!(f, "\n{}", self.0.details) }
    }
}

impl std::error::Error for Error {
    /// The part of the report under the line of `Display`, or else the cause; the source of that part is the cause.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let details = &self.0.details;
        if details.is_empty() { details.source() } else { Some(details) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_is_one_line_and_debug_the_whole_report() {
        let text = "select g.id,\n       g.symbol\n  from genes g";
        let server = ServerError {
            code: "42703".into(),
            message: "column g.symbol does not exist".into(),
            hint: Some("Perhaps you meant to reference the column \"g.symbols\".".into()),
            ..ServerError::default()
        };
        let error = Error::new(ErrorKind::Object, "cannot create view \"app.gene_detail\"")
            .object("app.gene_detail")
            .at(Place::new("sql/views/gene_detail.sql", text, 20))
            .server(server)
            .left(LeftBehind::RolledBack(2));
        let line = "cannot create view \"app.gene_detail\": column g.symbol does not exist (42703)";
        assert_eq!(error.to_string(), line);
        assert_eq!(
            format!("{error:?}"),
            format!(
                "{line}\n --> sql/views/gene_detail.sql:2:8\n2 |        g.symbol\n  |        ^\n  \
                 hint from the server: Perhaps you meant to reference the column \"g.symbols\".\n  \
                 note: nothing was changed; 2 table migrations were rolled back"
            )
        );
        assert_eq!(error.code(), Some("42703"));
        assert!(!error.is_transient());
    }

    #[test]
    fn what_prints_an_error_with_its_causes_prints_the_whole_report() {
        let cause = std::io::Error::other("the disk is full");
        let bare = Error::new(ErrorKind::Connection, "cannot connect").caused_by(cause);
        assert_eq!(causes(&bare), ["the disk is full"]);
        let helped = bare.help("make room");
        assert_eq!(causes(&helped), ["  help: make room", "the disk is full"]);
        let place = Place::new("sql/views/a.sql", "select nope", 7);
        let placed = Error::new(ErrorKind::Object, "cannot create view \"a\"").at(place).unchanged();
        let report = " --> sql/views/a.sql:1:8\n1 | select nope\n  |        ^\n  note: nothing was changed";
        assert_eq!(causes(&placed), [report]);
        assert_eq!(format!("{placed:?}"), format!("{placed}\n{report}"));
    }

    #[test]
    fn what_was_left_behind_is_said_once_and_last() {
        let bare = || Error::new(ErrorKind::Migration, "migration V2__b failed");
        let report = |error: Error| format!("{error:?}").split_off("migration V2__b failed\n".len());
        let twice = bare().unchanged().note("V1__a ran before").unchanged();
        assert_eq!(report(twice), "  note: V1__a ran before\n  note: nothing was changed");
        let one = bare().left(LeftBehind::RolledBack(1)).unchanged();
        assert_eq!(report(one), "  note: nothing was changed; 1 table migration was rolled back");
        let committed = bare().unchanged().left(LeftBehind::Committed(vec!["V1__a".into()])).unchanged();
        assert_eq!(report(committed), "  note: committed before the error: V1__a");
    }

    fn causes(error: &dyn std::error::Error) -> Vec<String> {
        let first = error.source();
        std::iter::successors(first, |error| error.source()).map(ToString::to_string).collect()
    }
}
