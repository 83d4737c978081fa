//! What differs between two texts, for people. The only module that knows similar.

use similar::{ChangeTag, TextDiff};

/// A unified diff without file names.
pub fn unified(old: &str, new: &str) -> Option<String> {
    let diff = TextDiff::from_lines(old, new);
    let text = diff.unified_diff().missing_newline_hint(false).to_string();
    Some(text.trim_end_matches('\n').to_owned()).filter(|text| !text.is_empty())
}

/// Two texts beside each other, where no line is longer than `width`; else below each other, with `-` before the lines of
/// the one and `+` before those of the other.
pub fn beside(old: &str, new: &str, titles: (&str, &str), width: usize) -> Vec<String> {
    let (olds, news): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let diff = TextDiff::from_slices(&olds, &news);
    let lines: Vec<(ChangeTag, &str)> =
        diff.iter_all_changes().map(|change| (change.tag(), change.value())).collect();
    let length = |text: &str| text.chars().count();
    let longest = old.lines().chain([titles.0]).map(length).max().unwrap_or_default();
    if longest.max(new.lines().map(length).max().unwrap_or_default()) > width {
        let told = lines.iter().map(|(tag, text)| format!("{tag}{text}"));
        return [format!("--- {}", titles.0), format!("+++ {}", titles.1)].into_iter().chain(told).collect();
    }
    let row =
        |old: &str, sign: &str, new: &str| format!("{old:<longest$} {sign} {new}").trim_end().to_owned();
    let mut rows = vec![row(titles.0, " ", titles.1)];
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if let (ChangeTag::Equal, text) = line {
            rows.push(row(text, " ", text));
            at += 1;
            continue;
        }
        // Lines that take the place of others stand beside these.
        let equal = |(tag, _): &(ChangeTag, &str)| *tag == ChangeTag::Equal;
        let end = lines[at..].iter().position(equal).map_or(lines.len(), |n| at + n);
        let of = |wanted: ChangeTag| {
            lines[at..end].iter().filter(move |(tag, _)| *tag == wanted).map(|(_, text)| *text)
        };
        let (mut olds, mut news) = (of(ChangeTag::Delete), of(ChangeTag::Insert));
        loop {
            match (olds.next(), news.next()) {
                (None, None) => break,
                (old, new) => rows.push(row(old.unwrap_or(""), "|", new.unwrap_or(""))),
            }
        }
        at = end;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_equal_has_no_diff() {
        assert_eq!(unified("a\n", "a\n"), None);
        assert_eq!(unified("a\nb\n", "a\nc\n").as_deref(), Some("@@ -1,2 +1,2 @@\n a\n-b\n+c"));
    }

    #[test]
    fn short_texts_stand_beside_each_other() {
        let rows =
            beside("select a,\n  b\nfrom t", "select a,\n  c,\n  d\nfrom t", ("expected", "found"), 20);
        let expected = [
            "expected    found",
            "select a,   select a,",
            "  b       |   c,",
            "          |   d",
            "from t      from t",
        ];
        assert_eq!(rows, expected);
    }

    #[test]
    fn long_ones_below_each_other() {
        let rows = beside("a\nb", "a\na longer one", ("expected", "found"), 8);
        assert_eq!(rows, ["--- expected", "+++ found", " a", "-b", "+a longer one"]);
    }
}
