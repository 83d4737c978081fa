//! Comments of SQL between `/*` and `*/`, which may hold others.

/// How long the comment is with which a text begins, with those in it; all of the text where it does not end.
pub fn length(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while let Some(next) = text[at..].find(['/', '*']).map(|next| at + next) {
        let pair = text.get(next..next + 2).unwrap_or("");
        depth = match pair {
            "/*" => depth + 1,
            "*/" => depth - 1,
            _ => depth,
        };
        at = next + if ["/*", "*/"].contains(&pair) { 2 } else { 1 };
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn a_comment_ends_where_all_in_it_have_ended() {
        for (text, of_it) in [
            ("/**/a", 4),
            ("/* é /* b */ c */d", 18),
            ("/*/ */a", 6),
            ("/* /* */", 8),
            ("/*", 2),
            ("/* é", 5),
        ] {
            assert_eq!(length(text), of_it, "{text}");
        }
    }
}
