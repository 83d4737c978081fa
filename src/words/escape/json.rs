//! JSON, for a program and for the terminal on which a person looks at it.

use std::fmt::Write;

use super::line::is_hidden;

/// The same JSON, in which what a serialiser leaves as it is (DEL, C1, U+2028, changes of direction) is written by its
/// number. Outside of strings there is none of it.
pub fn json(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => written.push(c),
            c if is_hidden(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(written, "\\u{unit:04x}");
                }
            }
            c => written.push(c),
        }
    }
    written
}

/// A text as a string of JSON, which is one of TOML too.
pub fn quoted(text: &str) -> String {
    json(&serde_json::Value::from(text).to_string())
}
