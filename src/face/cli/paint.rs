//! Colours: of the word that a line begins with, and of the lines of a diff.

use anstyle::{AnsiColor, Style};

use crate::words::escape::Lines;

/// The words that say what became of something, and lines of a diff: (the beginning of the trimmed line, its colour).
const WORDS: [(&[&str], AnsiColor); 4] = [
    (
        &["created", "recorded", "refreshed", "migrated", "create", "record", "in sync", "put back", "added"],
        AnsiColor::Green,
    ),
    (
        &[
            "replaced",
            "rebuilt",
            "attached",
            "renamed",
            "outdated",
            "altered",
            "replace",
            "rebuild",
            "attach",
            "rename",
            "pending",
            "migrate",
            "mismatched",
            "warning:",
            "skipped",
            "left",
            "leave",
            "known",
            "not comparable",
        ],
        AnsiColor::Yellow,
    ),
    (
        &[
            "missing", "dropped", "drop", "retired", "retire", "failed", "error:", "breaks", "extra",
            "removed",
        ],
        AnsiColor::Red,
    ),
    (
        &["help:", "note:", "hint from the server:", "detail from the server:", "because:", "lock:"],
        AnsiColor::Cyan,
    ),
];

/// A text for people, with colours, and with no other command to the terminal.
pub fn painted(text: &str) -> String {
    Lines(text).to_string().split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn line(line: &str) -> String {
    let begun = line.trim_start();
    let indent = &line[..line.len() - begun.len()];
    let all = |color| {
        let style = color_of(color);
        format!("{style}{line}{style:#}")
    };
    // A line of a diff that is not ours stands behind a bar.
    match begun.strip_prefix("| ").unwrap_or(begun).as_bytes() {
        [b'@', b'@', ..] => return all(AnsiColor::Cyan),
        [b'+', ..] => return all(AnsiColor::Green),
        [b'-', next, ..] if *next != b'-' || begun.trim_start_matches("| ").starts_with("--- ") => {
            return all(AnsiColor::Red);
        }
        _ => {}
    }
    for (words, color) in WORDS {
        for word in words {
            let Some(rest) = begun.strip_prefix(word) else { continue };
            if rest.is_empty() || rest.starts_with([' ', ':']) {
                let style = color_of(color);
                return format!("{indent}{style}{word}{style:#}{rest}");
            }
        }
    }
    line.to_owned()
}

fn color_of(color: AnsiColor) -> Style {
    color.on_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_has_a_colour_and_nothing_else() {
        assert_eq!(
            painted("app: 1 difference\n  missing   view a"),
            "app: 1 difference\n  \u{1b}[31mmissing\u{1b}[0m   view a"
        );
        assert_eq!(painted("create view lefty"), "\u{1b}[32mcreate\u{1b}[0m view lefty");
        assert_eq!(painted("leftover"), "leftover");
        assert_eq!(painted("-- a comment"), "-- a comment");
        assert_eq!(painted("-select 1"), "\u{1b}[31m-select 1\u{1b}[0m");
    }
}
