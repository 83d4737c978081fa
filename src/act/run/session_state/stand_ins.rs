//! What is sent in place of RESET ALL and DISCARD ALL, and behind a statement that speaks of the deadline for locks.
//!
//! They take settings that no library defined, such as `app.tenant`, from the session that called us, and nobody can list these to
//! give them back. So a statement of a migration that says so takes back all others, and of these the ones that its file names.
//! `set lock_timeout = 0`, which every dump begins with, would let readers queue behind a migration for as long as somebody holds a
//! lock; so our deadline comes back where there is none.

use std::borrow::Cow;

use super::custom_settings::custom_names;
use super::settings::taken_back;
use crate::read::session::{Failure, SET_OURS, Value, bind, part};
use crate::words::lexeme::{Kind, lexemes};
use crate::words::span::Span;

/// What stands in for the statements of one migration.
pub struct StandIns {
    reset: String,
    discard: String,
    /// Behind what speaks of the deadline.
    deadline: String,
}

impl StandIns {
    /// `found`: the statements that set what the migration found when it began. `deadline`: the milliseconds of ours for locks.
    pub fn new(migration: &str, found: &str, deadline: Option<&str>) -> Self {
        let back = taken_back(&custom_names(migration));
        let reset = format!("{SET_OURS}{back};\n{found}");
        let discard = part("discard_all", &[("reset", Value::Sql(&reset))]);
        let deadline = deadline.map(|wait| bind("deadline_kept", &[("milliseconds", Value::Text(wait))]));
        let deadline = deadline.map(|kept| format!("\n;\n{kept}")).unwrap_or_default();
        StandIns { reset, discard, deadline }
    }

    /// What is sent for a statement: mostly itself.
    pub fn of<'s>(&'s self, statement: &'s str) -> Cow<'s, str> {
        match (self.instead(statement), self.behind(statement)) {
            (Some(instead), _) => Cow::Borrowed(instead),
            (None, "") => Cow::Borrowed(statement),
            (None, behind) => Cow::Owned(format!("{statement}{behind}")),
        }
    }

    /// Whether the session may have another deadline for locks after a statement.
    pub fn may_set_deadline(&self, statement: &str) -> bool {
        speaks_of_deadline(statement) || self.instead(statement).is_some()
    }

    fn instead(&self, statement: &str) -> Option<&str> {
        match reset_or_discard(statement)?.as_str() {
            "reset all" => Some(&self.reset),
            "discard all" => Some(&self.discard),
            _ => None,
        }
    }

    fn behind(&self, statement: &str) -> &str {
        if speaks_of_deadline(statement) { &self.deadline } else { "" }
    }

    /// What is sent for a whole file of these statements.
    pub fn of_file<'f>(&self, file: &'f str, statements: &[Span]) -> Sendable<'f> {
        let mut sendable = Sendable { text: Cow::Borrowed(file), replaced: Vec::new() };
        let mut done = 0;
        let mut text = String::new();
        for span in statements {
            let statement = file.get(span.start..span.end).unwrap_or("");
            let (from, sent) = match (self.instead(statement), self.behind(statement)) {
                (Some(instead), _) => (span.start, instead),
                (None, "") => continue,
                (None, behind) => (span.end, behind),
            };
            text.push_str(&file[done..from]);
            let start = text.chars().count();
            sendable.replaced.push((start, sent.chars().count(), file[from..span.end].chars().count()));
            text.push_str(sent);
            done = span.end;
        }
        if done > 0 {
            text.push_str(&file[done..]);
            sendable.text = Cow::Owned(text);
        }
        sendable
    }
}

/// A file as it is sent.
pub struct Sendable<'f> {
    pub text: Cow<'f, str>,
    /// Where something stands in, how long that is and what it stands in for, in characters of what is sent.
    replaced: Vec<(usize, usize, usize)>,
}

impl Sendable<'_> {
    /// The failure with its position in the file itself.
    pub fn in_file(&self, mut failure: Failure) -> Failure {
        if let Failure::Server(server) = &mut failure {
            server.position = server.position.map(|position| self.position(position));
        }
        failure
    }

    fn position(&self, sent: usize) -> usize {
        let (mut longer, mut shorter) = (0, 0);
        for &(start, length, before) in &self.replaced {
            match sent.checked_sub(start + 1) {
                Some(within) if within < length => return start + 1 + shorter - longer,
                Some(_) => (longer, shorter) = (longer + length, shorter + before),
                None => break,
            }
        }
        sent + shorter - longer
    }
}

fn speaks_of_deadline(statement: &str) -> bool {
    statement.to_ascii_lowercase().contains("lock_timeout")
}

/// The words of a very short statement, in lower case.
fn reset_or_discard(statement: &str) -> Option<String> {
    let first = lexemes(statement).find(|lexeme| lexeme.kind != Kind::Space)?;
    if !first.is_word("reset") && !first.is_word("discard") {
        return None;
    }
    let apart = lexemes(statement).map(|lexeme| if lexeme.is_blank() { " " } else { lexeme.text });
    let words = apart.collect::<String>().to_ascii_lowercase();
    Some(words.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_statements_are_known_however_they_are_written() {
        for text in ["reset all", "RESET\n  All", "reset/* a /* b */ */all -- c", "Reset -- x\nall"] {
            assert_eq!(reset_or_discard(text).as_deref(), Some("reset all"), "{text}");
        }
        assert_eq!(reset_or_discard("DISCARD ALL").as_deref(), Some("discard all"));
        for text in ["reset app.all", "reset allow", "select 'reset all'", "discard temp", "resetall", ""] {
            assert!(
                !["reset all", "discard all"].map(Some).contains(&reset_or_discard(text).as_deref()),
                "{text}"
            );
        }
    }

    #[test]
    fn positions_are_those_of_the_file() {
        let stand_ins =
            StandIns { reset: "0123456789ABC".into(), discard: String::new(), deadline: ";xyz".into() };
        let file = "é;reset all;b;reset all;c";
        let statements =
            [(0, 2), (3, 12), (13, 14), (15, 24), (25, 26)].map(|(start, end)| Span { start, end });
        let sendable = stand_ins.of_file(file, &statements);
        assert_eq!(sendable.text, "é;0123456789ABC;b;0123456789ABC;c");
        for (sent, place) in [(1, 1), (3, 3), (15, 3), (16, 12), (17, 13), (19, 15), (33, 25), (34, 26)] {
            assert_eq!(sendable.position(sent), place, "{sent}");
        }
        // What is sent behind a statement leaves the places in it.
        let file = "set lock_timeout=é;b";
        let sendable = stand_ins.of_file(file, &[(0, 19), (20, 21)].map(|(start, end)| Span { start, end }));
        assert_eq!(sendable.text, "set lock_timeout=é;xyz;b");
        for (sent, place) in [(1, 1), (18, 18), (19, 19), (22, 19), (23, 19), (24, 20)] {
            assert_eq!(sendable.position(sent), place, "{sent}");
        }
        assert!(matches!(stand_ins.of_file("select 1", &[]).text, Cow::Borrowed("select 1")));
    }
}
