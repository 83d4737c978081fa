//! libpq's words for TLS, taken out of a connection string: the postgres crate knows three values of `sslmode` and refuses the
//! other words.

use std::ops::Range;
use std::path::PathBuf;

use postgres::Config;
use postgres::config::SslMode;

use crate::face::connect::target::parsed;
use crate::words::error::{Error, ErrorKind};

/// How much TLS has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Disable,
    /// Also libpq's `allow`, which tries without TLS first: a server that has TLS is better spoken to with it.
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// What a connection string and the environment say about TLS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    pub mode: Option<Mode>,
    /// A file, or `system`.
    pub root: Option<String>,
    pub certificate: Option<PathBuf>,
    pub key: Option<PathBuf>,
}

impl Words {
    /// Takes them out of a connection string of either form; gives what is left of it.
    pub fn out_of(text: &str) -> Result<(Words, String), Error> {
        let form = Form::of(text);
        let mut words = Words::default();
        let mut rest = String::with_capacity(text.len());
        let mut kept = 0;
        for pair in form.pairs(text) {
            let key = form.decoded(pair.key)?;
            if form == Form::Url && key == "ssl" && pair.value == "true" {
                // As libpq: the word of JDBC.
                words.mode = Some(Mode::Require);
            } else if !words.take(&key, &form, pair.value)? {
                continue;
            }
            rest.push_str(&text[kept..pair.whole.start]);
            kept = pair.whole.end;
        }
        rest.push_str(&text[kept..]);
        Ok((words, rest))
    }

    /// Takes a word; tells whether it is one of these.
    fn take(&mut self, key: &str, form: &Form, value: &str) -> Result<bool, Error> {
        if !["sslmode", "sslrootcert", "sslcert", "sslkey"].contains(&key) {
            return Ok(false);
        }
        let value = form.decoded(value)?;
        // An empty value is one that is not given, as libpq has it; the last one counts.
        let value = Some(value).filter(|value| !value.is_empty());
        match key {
            "sslmode" => self.mode = value.map(|value| mode(&value, "sslmode")).transpose()?,
            "sslrootcert" => self.root = value,
            "sslcert" => self.certificate = value.map(PathBuf::from),
            _ => self.key = value.map(PathBuf::from),
        }
        Ok(true)
    }

    /// What they leave open, from what the postgres crate read: it is laxer about the place of a question mark.
    pub fn or_read_by(mut self, config: &Config) -> Self {
        let read = match config.get_ssl_mode() {
            SslMode::Disable => Some(Mode::Disable),
            SslMode::Require => Some(Mode::Require),
            _ => None,
        };
        self.mode = self.mode.or(read);
        self
    }

    /// What they leave open, from the variables of libpq.
    pub fn or_set_in(mut self, variable: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        if self.mode.is_none() {
            self.mode = set("PGSSLMODE").map(|value| mode(&value, "PGSSLMODE")).transpose()?;
        }
        self.root = self.root.or_else(|| set("PGSSLROOTCERT"));
        self.certificate = self.certificate.or_else(|| set("PGSSLCERT").map(PathBuf::from));
        self.key = self.key.or_else(|| set("PGSSLKEY").map(PathBuf::from));
        Ok(self)
    }
}

/// The value is in no error: in a URL with a mistake it may be a part of the password.
fn mode(value: &str, from: &str) -> Result<Mode, Error> {
    Ok(match value {
        "disable" => Mode::Disable,
        "allow" | "prefer" => Mode::Prefer,
        "require" => Mode::Require,
        "verify-ca" => Mode::VerifyCa,
        "verify-full" => Mode::VerifyFull,
        _ => {
            let what = format!("the value of {from} is none that is known");
            return Err(Error::new(ErrorKind::Connection, what)
                .help("disable, allow, prefer, require, verify-ca or verify-full"));
        }
    })
}

/// The two forms of a connection string.
#[derive(PartialEq, Eq)]
enum Form {
    Url,
    KeyValue,
}

/// A key and its value as they are written, and the range that goes with them.
struct Pair<'t> {
    whole: Range<usize>,
    key: &'t str,
    value: &'t str,
}

impl Form {
    fn of(text: &str) -> Form {
        let url = text.starts_with("postgres://") || text.starts_with("postgresql://");
        if url { Form::Url } else { Form::KeyValue }
    }

    fn pairs<'t>(&self, text: &'t str) -> Vec<Pair<'t>> {
        match self {
            Form::Url => of_query(text),
            Form::KeyValue => of_words(text),
        }
    }

    /// A key or value without its escapes. The postgres crate takes them off, as it does with all others.
    fn decoded(&self, raw: &str) -> Result<String, Error> {
        let text = match self {
            _ if raw.is_empty() => return Ok(String::new()),
            // With the empty credentials and path, nothing in the value is taken for these.
            Form::Url => format!("postgres://@/?application_name={raw}"),
            Form::KeyValue => format!("application_name={raw}"),
        };
        Ok(parsed(&text)?.get_application_name().unwrap_or_default().to_owned())
    }
}

/// `?key=value&key=value` at the end of a URL. As in libpq the query begins at the first question mark after the credentials, and
/// an at sign behind a slash ends no credentials.
fn of_query(text: &str) -> Vec<Pair<'_>> {
    let authority = text.find("://").map_or(0, |at| at + "://".len());
    let credentials =
        text[authority..].find(['@', '/']).filter(|at| text[authority + at..].starts_with('@')).unwrap_or(0);
    let Some(question) = text[authority + credentials..].find('?') else { return Vec::new() };
    let mut start = authority + credentials + question + 1;
    let mut pairs = Vec::new();
    while start < text.len() {
        let end = text[start..].find('&').map_or(text.len(), |at| start + at);
        let next = text.len().min(end + 1);
        if let Some((key, value)) = text[start..end].split_once('=') {
            pairs.push(Pair { whole: start..next, key, value });
        }
        start = next;
    }
    pairs
}

/// `key = value key='a value'`. What cannot be read ends it, and is left to the postgres crate to complain about.
fn of_words(text: &str) -> Vec<Pair<'_>> {
    let blank = |from: usize| text[from..].len() - text[from..].trim_start().len();
    let mut pairs = Vec::new();
    let mut start = blank(0);
    while start < text.len() {
        let key = &text[start..];
        let key = &key[..key.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(key.len())];
        let sign = start + key.len() + blank(start + key.len());
        if !text[sign..].starts_with('=') {
            break;
        }
        let from = sign + 1 + blank(sign + 1);
        let Some(length) = value_length(&text[from..]) else { break };
        let next = from + length + blank(from + length);
        pairs.push(Pair { whole: start..next, key, value: &text[from..from + length] });
        start = next;
    }
    pairs
}

/// How long the value is that a text begins with, quotes and escapes included.
fn value_length(text: &str) -> Option<usize> {
    let quoted = text.starts_with('\'');
    let mut characters = text.char_indices().skip(usize::from(quoted));
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => drop(characters.next()),
            '\'' if quoted => return Some(at + 1),
            c if !quoted && c.is_whitespace() => return Some(at),
            _ => {}
        }
    }
    (!quoted).then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Words, String) {
        Words::out_of(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn the_words_are_taken_out_and_the_rest_stays_as_it_is() {
        let full = Some(Mode::VerifyFull);
        let root = Some("/a b/ca.crt");
        let cases: [(&str, Option<Mode>, Option<&str>, &str); 18] = [
            ("postgres://h/d", None, None, "postgres://h/d"),
            ("postgres://h/d?sslmode=verify-full", full, None, "postgres://h/d?"),
            (
                "postgres://h/d?sslmode=verify-full&connect_timeout=3",
                full,
                None,
                "postgres://h/d?connect_timeout=3",
            ),
            ("postgres://h?user=b&sslmode=verify%2Dfull", full, None, "postgres://h?user=b&"),
            ("postgresql://h?%73slmode=verify-full", full, None, "postgresql://h?"),
            ("postgres://h?sslrootcert=%2Fa%20b%2Fca.crt&user=b", None, root, "postgres://h?user=b"),
            ("postgres://h/d?sslrootcert=/a@b", None, Some("/a@b"), "postgres://h/d?"),
            ("postgres://u:p?sslmode=x@h?sslmode=verify-full", full, None, "postgres://u:p?sslmode=x@h?"),
            ("postgres://h?ssl=true", Some(Mode::Require), None, "postgres://h?"),
            ("postgres://h?sslmode=require&sslmode=verify-full", full, None, "postgres://h?"),
            ("postgres://h?sslmode=", None, None, "postgres://h?"),
            ("host=h sslmode=verify-full user=u", full, None, "host=h user=u"),
            ("sslmode = 'verify-full'", full, None, ""),
            (r"sslmode=verify\-full password='sslmode=x'", full, None, "password='sslmode=x'"),
            (r"password='it\'s sslmode=x' sslmode=verify-full", full, None, r"password='it\'s sslmode=x' "),
            (r"host=h sslrootcert='/a b/ca.crt' port=1", None, root, "host=h port=1"),
            (r"host=h sslrootcert=/a\ b/ca.crt", None, root, "host=h "),
            ("host=é  sslmode=allow", Some(Mode::Prefer), None, "host=é  "),
        ];
        for (text, mode, root, rest) in cases {
            let (words, left) = read(text);
            assert_eq!((words.mode, words.root.as_deref(), left.as_str()), (mode, root, rest), "{text}");
            left.parse::<Config>().unwrap_or_else(|error| panic!("{left}: {error:?}"));
        }
    }

    #[test]
    fn what_cannot_be_read_is_left_to_be_refused_and_shown_to_nobody() {
        for text in ["host", "host=h password='s3cret sslmode=x", "s3cret"] {
            assert_eq!(read(text).1, text);
        }
        for text in ["postgres://h?sslmode=s3cret", "sslmode=s3cret", "postgres://h?sslrootcert=%ffs3cret"] {
            let error = Words::out_of(text).expect_err(text);
            assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
        }
    }

    #[test]
    fn the_string_goes_before_the_environment() {
        let variable = |name: &str| match name {
            "PGSSLMODE" => Some("require".to_owned()),
            "PGSSLCERT" => Some("me.crt".to_owned()),
            "PGSSLROOTCERT" => Some(String::new()),
            _ => None,
        };
        let set = |text: &str| read(text).0.or_set_in(variable).expect("words");
        assert_eq!(set("host=h").mode, Some(Mode::Require));
        assert_eq!(set("host=h sslmode=disable").mode, Some(Mode::Disable));
        assert_eq!(set("host=h").certificate, Some(PathBuf::from("me.crt")));
        assert_eq!(set("host=h sslcert=you.crt").certificate, Some(PathBuf::from("you.crt")));
        assert_eq!(set("host=h").root, None, "an empty variable is one that is not set");
        let error = Words::default().or_set_in(|_| Some("maybe".to_owned())).expect_err("no mode");
        assert!(error.to_string().contains("PGSSLMODE"), "{error}");
    }
}
