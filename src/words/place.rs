//! Places in files: file, line, column, and how they are shown.

use std::fmt;

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
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A location together with the line that it points into.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Where.
    pub location: Location,
    /// The line's text.
    pub source: String,
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
        Place {
            location: Location {
                file: file.into(),
                line: before.matches('\n').count() + 1,
                column: text[start..offset].chars().count() + 1,
            },
            source: text[start..end].trim_end().to_owned(),
        }
    }

    /// The three lines under a message: arrow, source line, caret. Tabs before the caret stay tabs, so that it stands
    /// under its character however wide the terminal draws them.
    pub fn frame(&self) -> String {
        let Location { line, column, .. } = self.location;
        if self.source.is_empty() {
            return format!(" --> {}", self.location);
        }
        let number = line.to_string();
        let margin = " ".repeat(number.len());
        let indent: String =
            self.source.chars().take(column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        let indent = format!("{indent:<width$}", width = (column - 1).min(indent.chars().count()));
        format!("{margin}--> {}\n{number} | {}\n{margin} | {indent}^", self.location, self.source)
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
}
