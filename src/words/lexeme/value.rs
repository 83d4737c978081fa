//! What a piece in quotes stands for.

use std::iter::Peekable;
use std::str::CharIndices;

/// `opening`: what stands before the body, with the quote.
pub fn of_quoted(opening: &str, body: &str) -> String {
    let (escapes, quote) = (opening.starts_with(['e', 'E']), opening.chars().last());
    let mut value = String::with_capacity(body.len());
    let mut chars = body.char_indices().peekable();
    while let Some((_, c)) = chars.next() {
        match c {
            '\\' if escapes => value.push(escape(&mut chars)),
            c => {
                if Some(c) == quote {
                    // It is written twice.
                    chars.next();
                }
                value.push(c);
            }
        }
    }
    if opening.starts_with(['u', 'U']) { unicode(&value, '\\') } else { value }
}

/// What an escape of an `E''` stands for, behind its backslash.
fn escape(chars: &mut Peekable<CharIndices<'_>>) -> char {
    let Some((_, c)) = chars.next() else { return '\\' };
    let (radix, most, first) = match c {
        'x' => (16, 2, 0),
        'u' => (16, 4, 0),
        'U' => (16, 8, 0),
        '0'..='7' => (8, 2, u32::from(c) - u32::from('0')),
        'b' => return '\u{8}',
        'f' => return '\u{c}',
        'n' => return '\n',
        'r' => return '\r',
        't' => return '\t',
        c => return c,
    };
    let mut value = first;
    for _ in 0..most {
        let Some((_, digit)) = chars.next_if(|(_, c)| c.is_digit(radix)) else { break };
        value = value.wrapping_mul(radix) + digit.to_digit(radix).unwrap_or(0);
    }
    char::from_u32(value).unwrap_or(c)
}

/// What `U&''` or `U&""` stands for.
fn unicode(text: &str, sign: char) -> String {
    let mut written = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(sign) {
        written.push_str(before);
        let (skip, digits) = if behind.starts_with('+') { (1, 6) } else { (0, 4) };
        let value = behind.get(skip..skip + digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match value.and_then(char::from_u32) {
            Some(c) => {
                written.push(c);
                rest = &behind[skip + digits..];
            }
            None => {
                written.push(sign);
                rest = behind.strip_prefix(sign).unwrap_or(behind);
            }
        }
    }
    written + rest
}
