//! "Did you mean": the known word that is most like an unknown one.

/// The candidate that is nearest to the word, if one is near enough to be meant: a third of its letters may be wrong.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| {
            let letters = candidate.chars().count();
            *distance <= (letters / 3).max(1) && *distance < letters
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters must be put in, left out, exchanged or swapped with their neighbour.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut rows = vec![(0..=right.len()).collect::<Vec<_>>()];
    for i in 1..=left.len() {
        let mut row = vec![i];
        for j in 1..=right.len() {
            let exchanged = rows[i - 1][j - 1] + usize::from(left[i - 1] != right[j - 1]);
            let mut best = exchanged.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found_and_a_strange_one_is_not() {
        let known = ["depends-on", "renamed-from", "no-transaction"];
        assert_eq!(nearest("depend-on", known), Some("depends-on"));
        assert_eq!(nearest("no-transactoin", known), Some("no-transaction"));
        assert_eq!(nearest("whatever", known), None);
        assert_eq!(nearest("FRM", ["from", "where"]), Some("from"));
        assert_eq!(nearest("form", ["from"]), Some("from"));
        assert_eq!(nearest("f", ["v"]), None);
    }

    #[test]
    fn distances_count_edits() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
        assert_eq!(distance("schma", "schema"), 1);
        assert_eq!(distance("shcema", "schema"), 1);
    }
}
