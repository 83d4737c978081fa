//! Markdown, in a cell of a table too.

use super::line::line;

/// A text that is read as it stands.
pub fn markdown(text: &str) -> String {
    let text = line(text);
    let mut escaped = String::new();
    for (at, c) in text.char_indices() {
        match c {
            // Within a word it is no mark: `V1__create_genes`.
            '_' if is_within_word(&text, at) => escaped.push(c),
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// Whether letters or digits stand on both sides of these underscores.
fn is_within_word(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches('_').chars().next_back();
    let after = text[at..].trim_start_matches('_').chars().next();
    [before, after].iter().all(|c| c.is_some_and(char::is_alphanumeric))
}

/// A text as code. Nothing ends it but more backticks side by side than it holds; a `|` would end the cell all the same.
pub fn code(text: &str) -> String {
    let text = line(text).replace('|', "\\|");
    let (mut longest, mut now) = (0, 0);
    for c in text.chars() {
        now = if c == '`' { now + 1 } else { 0 };
        longest = longest.max(now);
    }
    let fence = "`".repeat(longest + 1);
    let room = if longest > 0 { " " } else { "" };
    format!("{fence}{room}{text}{room}{fence}")
}
