//! Two texts, line by line.

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line<'t> {
    Both(&'t str),
    Old(&'t str),
    New(&'t str),
}

/// Two texts beside each other, where no line is longer than `width`; else below each other, with `-` before the lines of
/// the one and `+` before those of the other.
pub fn beside(old: &str, new: &str, titles: (&str, &str), width: usize) -> Vec<String> {
    let lines = lines(old, new);
    let length = |text: &str| text.chars().count();
    let longest = old.lines().chain([titles.0]).map(length).max().unwrap_or_default();
    if longest.max(new.lines().map(length).max().unwrap_or_default()) > width {
        let told = lines.into_iter().map(|line| match line {
            Line::Both(text) => format!(" {text}"),
            Line::Old(text) => format!("-{text}"),
            Line::New(text) => format!("+{text}"),
        });
        return [format!("--- {}", titles.0), format!("+++ {}", titles.1)].into_iter().chain(told).collect();
    }
    let row =
        |old: &str, sign: &str, new: &str| format!("{old:<longest$} {sign} {new}").trim_end().to_owned();
    let mut rows = vec![row(titles.0, " ", titles.1)];
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if let Line::Both(text) = line {
            rows.push(row(text, " ", text));
            at += 1;
            continue;
        }
        // Lines that take the place of others stand beside these.
        let end =
            lines[at..].iter().position(|line| matches!(line, Line::Both(_))).map_or(lines.len(), |n| at + n);
        let changed = &lines[at..end];
        let mut olds =
            changed.iter().filter_map(|line| if let Line::Old(text) = line { Some(*text) } else { None });
        let mut news =
            changed.iter().filter_map(|line| if let Line::New(text) = line { Some(*text) } else { None });
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

/// The lines of two texts, with as many in common as can be.
fn lines<'t>(old: &'t str, new: &'t str) -> Vec<Line<'t>> {
    let (olds, news): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    // How many lines the rests of both have in common.
    let mut common = vec![vec![0u32; news.len() + 1]; olds.len() + 1];
    for o in (0..olds.len()).rev() {
        for n in (0..news.len()).rev() {
            common[o][n] = if olds[o] == news[n] {
                common[o + 1][n + 1] + 1
            } else {
                common[o + 1][n].max(common[o][n + 1])
            };
        }
    }
    let (mut o, mut n, mut lines) = (0, 0, Vec::new());
    while o < olds.len() || n < news.len() {
        if o < olds.len() && n < news.len() && olds[o] == news[n] {
            lines.push(Line::Both(olds[o]));
            (o, n) = (o + 1, n + 1);
        } else if n == news.len() || o < olds.len() && common[o + 1][n] >= common[o][n + 1] {
            lines.push(Line::Old(olds[o]));
            o += 1;
        } else {
            lines.push(Line::New(news[n]));
            n += 1;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

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
