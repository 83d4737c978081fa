//! The part of a report that stands under an error's line.

use std::fmt;

use postgres::error::DbError;

use super::cause::Cause;
use super::left_behind::LeftBehind;
use super::server::ServerError;
use crate::words::escape::{Line, continued};
use crate::words::place::Place;

/// Place and caret, the server's detail and hint, what helps, the notes, and what was left behind.
#[derive(Default)]
pub(super) struct Details {
    pub(super) place: Option<Place>,
    /// The file, where no place in it is known.
    pub(super) file: Option<String>,
    pub(super) server: Option<ServerError>,
    pub(super) notes: Vec<String>,
    pub(super) left: Option<LeftBehind>,
    pub(super) helps: Vec<String>,
    pub(super) source: Option<Cause>,
    /// What the server said, where that is the cause and not the failure itself.
    pub(super) refusal: Option<Box<DbError>>,
}

impl Details {
    /// Whether nothing stands under the line; the server's message is in the line itself.
    pub(super) fn is_empty(&self) -> bool {
        self.place.is_none()
            && self.file.is_none()
            && self.notes.is_empty()
            && self.left.is_none()
            && self.helps.is_empty()
            && self.of_server().next().is_none()
    }

    fn of_server(&self) -> impl Iterator<Item = (&str, &str)> {
        self.server.iter().flat_map(|server| {
            [
                ("detail from the server", server.detail.as_deref()),
                ("hint from the server", server.hint.as_deref()),
                ("context", server.context.as_deref()),
            ]
            .into_iter()
            .filter_map(|(label, text)| Some((label, text?)))
        })
    }

    /// What was left behind comes last, where whoever reads a report looks for it.
    pub(super) fn all_notes(&self) -> impl Iterator<Item = String> {
        self.notes.iter().cloned().chain(self.left.iter().map(ToString::to_string))
    }

    fn lines(&self) -> impl Iterator<Item = String> {
        let file = self.file.iter().map(|file| format!(" --> {}", Line(file)));
        let place = self.place.iter().map(Place::frame).chain(file);
        let server = self.of_server().map(|(label, text)| format!("  {label}: {}", continued("    ", text)));
        let helps = self.helps.iter().map(|help| format!("  help: {}", Line(help)));
        let notes = self.all_notes().map(|note| format!("  note: {}", Line(note)));
        place.chain(server).chain(helps).chain(notes)
    }
}

impl fmt::Display for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().collect::<Vec<_>>().join("\n"))
    }
}

impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Details {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}
