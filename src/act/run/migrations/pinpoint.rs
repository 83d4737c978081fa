//! Which statement of a message failed.
//!
//! The server tells the place of what it cannot read, and seldom that of what it cannot do: a duplicate key, a failing
//! trigger, a division by zero. Such a message is gone back from, and its statements are sent again one by one, once.

use crate::act::run::session_state::mark::Mark;
use crate::act::run::session_state::stand_ins::StandIns;
use crate::decide::plan::do_body;
use crate::read::session::{Failure, Session};
use crate::words::error::ServerError;
use crate::words::span::Span;
use crate::words::sqlstate::{QUERY_CANCELED, SYNTAX_ERROR, UNDEFINED_PSTATEMENT, is_of_the_moment};

/// What came of looking for the statement.
pub enum Found {
    /// The failure with a position, counted from the start of the file. It is that of the second time.
    At(Failure),
    /// No statement failed the second time, and all of them are done.
    Nowhere(Failure),
    /// There was no looking: the failure has its position, or the same statements need not fail again.
    AsItWas(Failure),
}

/// A migration's file.
pub struct File<'f> {
    pub text: &'f str,
    pub statements: &'f [Span],
    pub stand_ins: &'f StandIns,
    /// The moment before it was sent, where it may make something that stays.
    pub mark: Option<&'f Mark>,
}

/// Looks for the statement of a file that failed when all were sent in one message.
pub fn pinpoint(session: &mut Session<'_>, file: &File<'_>, savepoint: &str, failure: Failure) -> Found {
    let File { text: file, statements, stand_ins, mark } = *file;
    if !is_looked_for(&failure, file) || Mark::back_to(session, savepoint, mark).is_err() {
        return Found::AsItWas(failure);
    }
    for span in statements {
        let text = file.get(span.start..span.end).unwrap_or("");
        let Err(again) = session.send_theirs(&stand_ins.of(text)) else { continue };
        // The first time nobody was in the way, and what it deallocated was there, so the first failure is the one to be told.
        let passing = |server: &ServerError| is_of_the_moment(server) || server.code == UNDEFINED_PSTATEMENT;
        if again.refusal().is_some_and(|server| server.code != failure.code() && passing(server)) {
            return Found::AsItWas(failure);
        }
        return Found::At(shifted(again, file, *span));
    }
    Found::Nowhere(failure)
}

/// Whoever cancelled a statement would wait for a second run in vain; a deadline that the file sets strikes again. A
/// mistake of grammar is found before anything runs, so its position is right.
fn is_looked_for(failure: &Failure, file: &str) -> bool {
    let Some(server) = failure.refusal() else { return false };
    let own_deadline =
        server.code == QUERY_CANCELED && file.to_ascii_lowercase().contains("statement_timeout");
    let placed = server.position.is_some() && (server.code == SYNTAX_ERROR || !changes_a_type(file));
    !placed && (own_deadline || !is_of_the_moment(server))
}

/// Counts the position of a statement's failure from the start of its file. What has none is about the whole statement.
pub fn shifted(mut failure: Failure, file: &str, span: Span) -> Failure {
    if let Failure::Server(server) = &mut failure {
        let text = file.get(span.start..span.end).unwrap_or("");
        let before = file.get(..span.start).unwrap_or("").chars().count();
        let own = server.position.filter(|position| is_of_text(text, *position, &server.message));
        let in_do = || {
            let at = do_body::place(text, server.context.as_deref()?)?;
            Some(text[..at].chars().count() + 1)
        };
        server.position = Some(before + own.or_else(in_do).unwrap_or(1));
    }
    failure
}

/// Whether a position is one in this statement. When the type of a column changes, the server reads its own text of indexes and
/// checks again, and counts in that; then what stands at the position is not what it speaks of.
fn is_of_text(text: &str, position: usize, message: &str) -> bool {
    let at = position.checked_sub(1).and_then(|skip| text.char_indices().nth(skip));
    let Some(rest) = at.map(|(at, _)| &text[at..]) else { return false };
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '"');
    let first = rest.chars().next().unwrap_or(' ');
    let token: String = match is_name(first) {
        true => rest.chars().take_while(|c| is_name(*c)).filter(|c| *c != '"').collect(),
        false => first.to_string(),
    };
    !changes_a_type(text) || message.to_lowercase().contains(&token.to_lowercase())
}

/// Whether a statement, or one of a file, may change the type of a column.
pub fn changes_a_type(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let mut words = text.split_ascii_whitespace();
    words.any(|word| word == "alter") && words.any(|word| word == "type")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_in_a_text_of_the_servers_own_is_none() {
        let text = "alter table t alter column s type int using length(s)";
        let operator = "operator does not exist: integer = text";
        assert!(
            !is_of_text(text, 7, operator)
                && !is_of_text(text, 70, operator)
                && !is_of_text(text, 0, operator)
        );
        assert!(is_of_text(text, 45, "function length(integer) does not exist"));
        assert!(is_of_text("select 1 = 'a'::text", 10, operator));
    }
}
