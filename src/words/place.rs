//! Places in files: file, line, column, and how they are shown.

use std::fmt;

use super::escape::{Lines, said};

/// A place in a project file. Lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The file's path as it is shown to the user, such as `sql/views/gene_scores.sql`.
    pub file: String,
    /// The line.
    pub line: usize,
    /// The character within the line.
    pub column: usize,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        said!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// How many characters of a long line are shown before and after a place in it: a line may have megabytes. `…` stands for the
/// rest. One that is not longer than both is shown whole.
const AROUND: usize = 100;

/// A location together with the line that it points into.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Where.
    pub location: Location,
    /// The line's text, of a long line what is around the place.
    pub source: String,
    /// How many characters of `source` stand before the place.
    caret: usize,
}

impl Place {
    /// The place of a byte offset in a text. An offset past the end, or inside a character, is moved back to the
    /// nearest place that exists.
    pub fn new(file: impl Into<String>, text: &str, offset: usize) -> Self {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[offset..].find('\n').map_or(text.len(), |length| offset + length);
        let location = Location {
            file: file.into(),
            line: before.matches('\n').count() + 1,
            column: text[start..offset].chars().count() + 1,
        };
        let (source, caret) = excerpt(&text[start..offset], text[offset..end].trim_end());
        Place { location, source, caret }
    }

    /// What is shown of the line from the place on.
    pub fn rest(&self) -> &str {
        self.source.char_indices().nth(self.caret).map_or("", |(at, _)| &self.source[at..])
    }

    /// The three lines under a message: arrow, source line, caret. Tabs before the caret stay tabs, and what is wide takes two
    /// columns, so that it stands under its character however the terminal draws them.
    pub fn frame(&self) -> String {
        if self.source.is_empty() {
            return format!(" --> {}", self.location);
        }
        let number = self.location.line.to_string();
        let margin = " ".repeat(number.len());
        let before: String = self.source.chars().take(self.caret).collect();
        let indent: String = Lines(before).to_string().chars().map(blank).collect();
        format!("{margin}--> {}\n{number} | {}\n{margin} | {indent}^", self.location, Lines(&self.source))
    }
}

/// What is shown of a line, from what stands before a place and what stands after it, and how many characters of it are before
/// the place.
fn excerpt(before: &str, after: &str) -> (String, usize) {
    // A caret in the spaces at the end of a line stands behind its last word.
    let before = if after.is_empty() { before.trim_end() } else { before };
    let whole = before.chars().chain(after.chars()).nth(2 * AROUND).is_none();
    if whole {
        return (format!("{before}{after}"), before.chars().count());
    }
    let shown = before.char_indices().rev().take(AROUND).last().map_or(before.len(), |(at, _)| at);
    let (cut, before) = if shown == 0 { ("", before) } else { ("…", &before[shown..]) };
    let caret = cut.chars().count() + before.chars().count();
    match after.char_indices().nth(AROUND) {
        Some((end, _)) => (format!("{cut}{before}{}…", &after[..end]), caret),
        None => (format!("{cut}{before}{after}"), caret),
    }
}

/// What takes as much room as a character does on a terminal.
fn blank(c: char) -> &'static str {
    match c {
        '\t' => "\t",
        '\u{300}'..='\u{36f}' => "",
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f900}'..='\u{1f9ff}'
        | '\u{20000}'..='\u{3fffd}' => "  ",
        _ => " ",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caret_counts_characters_and_keeps_tabs() {
        let text = "select 1\n\tselect 'éé', nope\nfrom t\n";
        let place = Place::new("sql/a.sql", text, text.find("nope").unwrap());
        assert_eq!(place.location.to_string(), "sql/a.sql:2:15");
        assert_eq!(place.frame(), " --> sql/a.sql:2:15\n2 | \tselect 'éé', nope\n  | \t             ^");
    }

    #[test]
    fn an_offset_past_the_end_is_the_end() {
        assert_eq!(Place::new("a", "x\nyz", 99).location.to_string(), "a:2:3");
    }

    /// Line and caret of the excerpt.
    fn rows(text: &str, offset: usize) -> (String, String) {
        let frame = Place::new("a", text, offset).frame();
        let mut rows = frame.lines().skip(1).map(|row| row.split_once("| ").unwrap_or_default().1.to_owned());
        (rows.next().unwrap_or_default(), rows.next().unwrap_or_default())
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("select {}nope{} from t\n", "é,".repeat(50_000), ", 1".repeat(50_000));
        let place = Place::new("a", &text, text.find("nope").unwrap());
        assert_eq!(place.location.to_string(), "a:1:100008");
        let (line, caret) = rows(&text, text.find("nope").unwrap());
        assert_eq!(line.chars().count(), 1 + 2 * AROUND + 1);
        assert!(line.starts_with("…é,é,") && line.ends_with(", 1, 1…"), "{line}");
        assert_eq!(caret.len(), 1 + AROUND + 1);
        assert!(line.chars().skip(caret.len() - 1).collect::<String>().starts_with("nope, 1"), "{line}");
    }

    #[test]
    fn a_line_is_whole_while_it_is_short() {
        let text = "x".repeat(2 * AROUND);
        for offset in [0, 1, AROUND, text.len() - 1] {
            assert_eq!(rows(&text, offset), (text.clone(), format!("{}^", " ".repeat(offset))));
        }
        let text = text + "y";
        assert_eq!(rows(&text, 0), (format!("{}…", "x".repeat(AROUND)), "^".to_owned()));
        let (line, caret) = rows(&text, text.len() - 1);
        assert_eq!(line, format!("…{}y", "x".repeat(AROUND)));
        assert_eq!(caret, format!("{}^", " ".repeat(AROUND + 1)));
    }

    #[test]
    fn a_caret_stands_under_what_is_after_wide_characters_and_marks() {
        assert_eq!(rows("'名前', x", "'名前', ".len()), ("'名前', x".to_owned(), "        ^".to_owned()));
        assert_eq!(rows("'e\u{301}', x", "'e\u{301}', ".len()).1, "     ^");
        assert_eq!(rows("\t'🧬' x", "\t'🧬' ".len()).1, "\t     ^");
    }

    #[test]
    fn every_offset_of_every_text_is_a_report() {
        for text in ["", "\n", "\r\n", "a", "é", "a\r\nb\r\n", "  \n\t x  ", "\u{feff}a", "名\n", "…"] {
            for offset in 0..text.len() + 3 {
                let place = Place::new("a", text, offset);
                let frame = place.frame();
                assert!(
                    frame.lines().count() == 1 || frame.lines().count() == 3,
                    "{text:?} {offset}: {frame}"
                );
                assert!(!frame.contains('\r'), "{text:?} {offset}: {frame:?}");
            }
        }
        for offset in [0, 69_999, 70_000, 70_001, usize::MAX] {
            Place::new("a", &"\t".repeat(70_000), offset).frame();
            Place::new("a", &"名".repeat(70_000), offset).frame();
            Place::new("a", &"x\r".repeat(35_000), offset).frame();
        }
    }

    #[test]
    fn a_line_of_megabytes_takes_no_time() {
        let text = "x, ".repeat(4_000_000);
        let begin = std::time::Instant::now();
        for offset in 0..20 {
            assert!(Place::new("a", &text, text.len() - offset).frame().len() < 1000);
        }
        assert!(begin.elapsed().as_secs() < 5, "{:?}", begin.elapsed());
    }
}
