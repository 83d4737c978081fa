//! A terminal, a log, a comment of SQL, a `cargo::` line: what ends a line there, moves a cursor or turns text around is shown
//! and not sent.

#[cfg(feature = "run")]
use std::borrow::Cow;
use std::fmt::{self, Display, Write};

/// Whether a character does something instead of being seen: it ends a line, begins a command of the terminal (C0, DEL, C1),
/// changes the direction in which what stands around it is read, or takes no room at all, so that two names look like one.
pub fn is_hidden(c: char) -> bool {
    is_command(c) || is_ignorable(c)
}

/// Whether it ends a line, begins a command, or changes the direction: what no name of a file and no comment may hold.
pub fn is_command(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What Unicode calls Default_Ignorable_Code_Point, and the other format characters that nothing is drawn for. What joins two
/// emoji and what chooses their look are among them: the emoji themselves stay.
fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200d}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
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

/// A text of several lines that is not ours, each of which stands behind a bar of ours: so none can be read as one of us.
#[cfg(feature = "run")]
pub fn block(margin: &str, text: &str) -> String {
    format!("\n{margin}{}", bars(margin, text))
}

/// The same behind a word of ours, in whose line the first one stands.
#[cfg(feature = "run")]
pub fn continued(margin: &str, text: &str) -> String {
    let all = bars(margin, text);
    all.strip_prefix("| ").unwrap_or_default().to_owned()
}

#[cfg(feature = "run")]
fn bars(margin: &str, text: &str) -> String {
    let text = Lines(text.trim_end_matches('\n')).to_string();
    let bar = |line: &str| if line.is_empty() { "|".to_owned() } else { format!("| {line}") };
    text.split('\n').map(bar).collect::<Vec<_>>().join(&format!("\n{margin}"))
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
