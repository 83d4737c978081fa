//! A terminal, a log, a comment of SQL, a `cargo::` line: what ends a line there, moves a cursor or turns text around is shown
//! and not sent.

#[cfg(feature = "run")]
use std::borrow::Cow;
use std::fmt::{self, Display, Write};

/// Whether a character does something instead of being seen: it ends a line, begins a command of the terminal (C0, DEL, C1), or
/// changes the direction in which what stands around it is read.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A value within one line: `a\nb` for a name with a line end, `\u{1b}` for an escape.
pub struct Line<T>(pub T);

/// A text of several lines: line ends and tabs stay, everything else is shown as in a [`Line`].
pub struct Lines<T>(pub T);

/// A text within one line.
#[cfg(feature = "run")]
pub fn line(text: &str) -> Cow<'_, str> {
    match text.contains(is_hidden) {
        true => Cow::Owned(Line(text).to_string()),
        false => Cow::Borrowed(text),
    }
}

/// A text within one line, in which tabs stay: a caret below counts on them. For `cargo::` lines.
#[cfg(feature = "build")]
pub fn cargo(text: &str) -> String {
    Lines(text.replace('\n', "\\n")).to_string()
}

impl<T: Display> Display for Line<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Shown { to: f, hides: is_hidden }, "{}", self.0)
    }
}

impl<T: Display> Display for Lines<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hides = |c: char| is_hidden(c) && !matches!(c, '\n' | '\t');
        write!(Shown { to: f, hides }, "{}", self.0)
    }
}

/// Writes a text with some characters shown.
struct Shown<W, H> {
    to: W,
    hides: H,
}

impl<W: Write, H: Fn(char) -> bool> Write for Shown<W, H> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some((at, c)) = rest.char_indices().find(|&(_, c)| (self.hides)(c)) {
            self.to.write_str(&rest[..at])?;
            write!(self.to, "{}", c.escape_default())?;
            rest = &rest[at + c.len_utf8()..];
        }
        self.to.write_str(rest)
    }
}

/// Writes one line, whatever stands in the values: `write!` for what is told to people.
macro_rules! said {
    ($f:expr, $($text:tt)*) => {
        write!($f, "{}", $crate::words::escape::Line(format_args!($($text)*)))
    };
}

/// The same on a new line.
macro_rules! row {
    ($f:expr, $($text:tt)*) => {
        write!($f, "\n{}", $crate::words::escape::Line(format_args!($($text)*)))
    };
}

pub(crate) use {row, said};
