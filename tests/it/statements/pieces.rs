//! The statements of a message.

/// Splits at semicolons that stand in no quote and no comment.
pub fn pieces(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        let step = match rest.chars().next().unwrap() {
            '\'' => end_of(rest, 1, "'"),
            '"' => end_of(rest, 1, "\""),
            '$' => match dollar(rest) {
                Some(tag) => end_of(rest, tag.len(), tag),
                None => 1,
            },
            '-' if rest.starts_with("--") => end_of(rest, 2, "\n"),
            '/' if rest.starts_with("/*") => end_of(rest, 2, "*/"),
            ';' => {
                found.push(text[start..at].to_owned());
                start = at + 1;
                1
            }
            other => other.len_utf8(),
        };
        at += step;
    }
    found.push(text[start..].to_owned());
    found.retain(|piece| !without_comments(piece).trim().is_empty());
    found
}

/// What is left of a statement without the comments in front of it.
pub fn without_comments(piece: &str) -> &str {
    let mut rest = piece.trim_start();
    while rest.starts_with("--") {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest).trim_start();
    }
    rest
}

fn end_of(rest: &str, begun: usize, end: &str) -> usize {
    rest[begun..].find(end).map_or(rest.len(), |at| begun + at + end.len())
}

/// The tag of a dollar quote that begins here.
fn dollar(rest: &str) -> Option<&str> {
    let end = rest[1..].find('$')? + 2;
    let tag = &rest[..end];
    tag[1..end - 1].chars().all(|c| c.is_ascii_alphanumeric() || c == '_').then_some(tag)
}
