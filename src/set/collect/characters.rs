//! Characters that no project can have: in the names of its files what would be a line, or a command, of a list, a log, a script or
//! cargo; in a text what the server takes from nobody.

use super::file::{Source, whole};
use crate::text::diagnostic::Diagnostic;
use crate::words::escape::is_command;
use crate::words::place::Place;

/// Nothing else can be said of files that have them.
pub fn check(sources: &[Source], folder: &str, problems: &mut Vec<Diagnostic>) {
    for Source { path, text } in sources {
        let shown = format!("{folder}/{path}");
        if path.contains(is_command) {
            let problem = whole(&shown, "the name of this file holds a control character");
            problems.push(
                problem.help("rename it: a line end or an escape would be obeyed where names are listed"),
            );
        } else if let Some(at) = text.find('\0') {
            let problem = Diagnostic::new(
                "this file has a NUL here, which no text of PostgreSQL can hold",
                Place::new(shown, text, at),
            );
            problems.push(problem.help("save it as UTF-8 where it is UTF-16; else take the NUL out"));
        }
    }
}
