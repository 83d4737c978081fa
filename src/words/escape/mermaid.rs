//! The language of Mermaid, which Markdown on the usual forges draws.

use std::fmt::Write;

use super::line::line;

/// A text between quotes. Mermaid knows entities by number there; what could end the label, begin a tag or a directive, or
/// be read as Markdown is written so.
pub fn mermaid(text: &str) -> String {
    let mut label = String::new();
    for c in line(text).chars() {
        match c {
            '"' | '#' | '&' | '<' | '>' | '`' | '\\' | '*' | '[' | ']' | '{' | '}' | ';' | '|' | '%'
            | '$' => {
                let _ = write!(label, "#{};", u32::from(c));
            }
            c => label.push(c),
        }
    }
    label
}
