//! What a text of SQL is made of, piece by piece: nothing is parsed at run time, and what stands in a comment or in quotes is told
//! from what does not.

mod comment;
mod value;

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Space,
    Comment,
    /// A word or a number that stands in no quotes.
    Word,
    /// A name in double quotes.
    Name,
    /// What stands in single quotes.
    Literal,
    /// What stands between two equal tags of dollars.
    Dollars,
    /// Any other character.
    Sign,
}

/// A piece of a text.
#[derive(Clone, Copy, Debug)]
pub struct Lexeme<'t> {
    pub kind: Kind,
    /// Where it begins.
    pub at: usize,
    pub text: &'t str,
    /// What of it stands before its body: `'`, `E'`, `$tag$`.
    pub opening: &'t str,
    pub body: &'t str,
}

impl Lexeme<'_> {
    /// Whether it only parts others.
    pub fn is_blank(&self) -> bool {
        matches!(self.kind, Kind::Space | Kind::Comment)
    }

    pub fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// What it stands for, without quotes and escapes.
    pub fn value(&self) -> String {
        match self.kind {
            Kind::Name | Kind::Literal => value::of_quoted(self.opening, self.body),
            _ => self.body.to_owned(),
        }
    }
}

/// The pieces of a text, which together are the text. What has no end goes to the end of the text.
pub fn lexemes(text: &str) -> impl Iterator<Item = Lexeme<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let (kind, length, (from, to)) = first(rest)?;
        let lexeme =
            Lexeme { kind, at, text: &rest[..length], opening: &rest[..from], body: &rest[from..to] };
        at += length;
        Some(lexeme)
    })
}

/// Whether a name that is not in quotes may have this.
pub fn of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '$') || !c.is_ascii()
}

/// The first piece: what it is, how long, and from where to where its body goes.
fn first(text: &str) -> Option<(Kind, usize, (usize, usize))> {
    let first = text.chars().next()?;
    quoted(text).or_else(|| dollars(text)).or_else(|| {
        let length_of = |of: fn(char) -> bool| text.find(|c| !of(c)).unwrap_or(text.len());
        let (kind, length) = match first {
            _ if first.is_whitespace() => (Kind::Space, length_of(char::is_whitespace)),
            '-' if text.starts_with("--") => (Kind::Comment, text.find(['\n', '\r']).unwrap_or(text.len())),
            '/' if text.starts_with("/*") => (Kind::Comment, comment::length(text)),
            '$' => (Kind::Sign, 1),
            _ if of_word(first) => (Kind::Word, length_of(of_word)),
            _ => (Kind::Sign, first.len_utf8()),
        };
        Some((kind, length, (0, length)))
    })
}

/// What stands in quotes, where a text begins with a quote, or with what may stand before one.
fn quoted(text: &str) -> Option<(Kind, usize, (usize, usize))> {
    let prefix = ["", "e", "n", "b", "x", "u&"].into_iter().find(|prefix| {
        let begins = text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        begins && text[prefix.len()..].starts_with(['\'', '"'])
    })?;
    let (quote, from) = (text.as_bytes()[prefix.len()], prefix.len() + 1);
    let kind = match (quote, prefix) {
        (b'"', "" | "u&") => Kind::Name,
        (b'"', _) => return None,
        _ => Kind::Literal,
    };
    let (length, closed) = up_to_quote(&text[from..], char::from(quote), prefix == "e");
    Some((kind, from + length + usize::from(closed), (from, from + length)))
}

/// How much stands before the quote that ends it, and whether there is one.
fn up_to_quote(body: &str, quote: char, escapes: bool) -> (usize, bool) {
    let mut chars = body.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && escapes {
            chars.next();
        } else if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return (at, true);
        }
    }
    (body.len(), false)
}

/// What stands between two equal tags of dollars, where a text begins with one.
fn dollars(text: &str) -> Option<(Kind, usize, (usize, usize))> {
    let from = text.strip_prefix('$')?.find('$')? + 2;
    let (tag, name) = (&text[..from], &text[1..from - 1]);
    if !name.chars().all(of_word) || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    Some(match text[from..].find(tag).map(|length| from + length) {
        Some(to) => (Kind::Dollars, to + tag.len(), (from, to)),
        None => (Kind::Dollars, text.len(), (from, text.len())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_its_pieces() {
        let text =
            "select E'a\\'b', \"c\"\"d\", u&'e' -- f'\n/* g /* ' */ */ from h$i, $j$ ' $ $k$ $j$, $1 $l";
        let pieces: Vec<_> = lexemes(text).filter(|piece| !piece.is_blank()).collect();
        let kinds = pieces.iter().map(|piece| (piece.kind, piece.text));
        assert_eq!(
            Vec::from_iter(kinds),
            [
                (Kind::Word, "select"),
                (Kind::Literal, "E'a\\'b'"),
                (Kind::Sign, ","),
                (Kind::Name, "\"c\"\"d\""),
                (Kind::Sign, ","),
                (Kind::Literal, "u&'e'"),
                (Kind::Word, "from"),
                (Kind::Word, "h$i"),
                (Kind::Sign, ","),
                (Kind::Dollars, "$j$ ' $ $k$ $j$"),
                (Kind::Sign, ","),
                (Kind::Sign, "$"),
                (Kind::Word, "1"),
                (Kind::Sign, "$"),
                (Kind::Word, "l"),
            ]
        );
        let bodies = pieces.iter().filter(|piece| !piece.opening.is_empty());
        assert_eq!(
            Vec::from_iter(bodies.map(|piece| (piece.opening, piece.body))),
            [("E'", "a\\'b"), ("\"", "c\"\"d"), ("u&'", "e"), ("$j$", " ' $ $k$ ")]
        );
        assert_eq!(lexemes(text).map(|piece| piece.text).collect::<String>(), text);
        assert!(lexemes(text).all(|piece| text[piece.at..].starts_with(piece.text)));
    }

    #[test]
    fn what_has_no_end_goes_to_the_end() {
        for (text, kind, body) in [
            ("'a", Kind::Literal, "a"),
            ("'a''", Kind::Literal, "a''"),
            ("e'a\\'", Kind::Literal, "a\\'"),
            ("\"é", Kind::Name, "é"),
            ("$$a $", Kind::Dollars, "a $"),
            ("/* a", Kind::Comment, "/* a"),
            ("--", Kind::Comment, "--"),
        ] {
            let pieces: Vec<_> = lexemes(text).map(|piece| (piece.kind, piece.body)).collect();
            assert_eq!(pieces, [(kind, body)], "{text}");
        }
    }

    #[test]
    fn what_stands_for_something_is_read_as_the_server_reads_it() {
        for (text, value) in [
            ("'it''s'", "it's"),
            ("e'\\x41\\102\\u0043\\n\\\\'", "AB\u{43}\n\\"),
            ("U&'\\0041\\+000042\\\\'", "AB\\"),
            ("\"a\"\"b\"", "a\"b"),
            ("n'\\x'", "\\x"),
            ("$a$''$a$", "''"),
            ("word", "word"),
        ] {
            assert_eq!(lexemes(text).map(|piece| piece.value()).collect::<Vec<_>>(), [value], "{text}");
        }
    }
}
