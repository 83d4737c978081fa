//! Answers of the server, decoded.

use postgres::error::ErrorPosition;
use postgres::{SimpleQueryMessage, SimpleQueryRow};
use serde::de::DeserializeOwned;

use super::failure::Failure;

/// The position of an error, which counts bytes of the text that was sent, or of the body of a routine, in characters.
pub fn in_characters(error: &postgres::Error, sent: &str) -> Option<usize> {
    let (text, position) = match error.as_db_error()?.position()? {
        ErrorPosition::Original(position) => (sent, *position),
        ErrorPosition::Internal { position, query } => (query.as_str(), *position),
    };
    let before = text.as_bytes().get(..(position as usize).checked_sub(1)?)?;
    Some(String::from_utf8_lossy(before).chars().count() + 1)
}

pub fn rows(messages: &[SimpleQueryMessage]) -> impl Iterator<Item = &SimpleQueryRow> {
    messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    })
}

/// Decodes an answer.
pub fn decode<T: DeserializeOwned>(answer: Option<&String>) -> Result<T, Failure> {
    let answer = answer.ok_or_else(|| Failure::Answer("the server sent no answer".into()))?;
    serde_json::from_str(answer).map_err(|error| {
        // An answer can be megabytes long.
        let beginning: String = answer.chars().take(200).collect();
        Failure::Answer(format!("cannot read the server's answer: {error}; it begins with {beginning}"))
    })
}
