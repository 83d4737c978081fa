//! The language of Graphviz.

use super::line::line;

/// A quoted string, which may be drawn. A backslash begins an escape there, and so does a quote.
pub fn dot(text: &str) -> String {
    format!("\"{}\"", line(text).replace('\\', "\\\\").replace('"', "\\\""))
}
