//! What differs between two texts, for people. The only module that knows similar.

/// A unified diff without file names.
#[cfg(feature = "cli")]
pub fn unified(old: &str, new: &str) -> Option<String> {
    let diff = similar::TextDiff::from_lines(old, new);
    let text = diff.unified_diff().missing_newline_hint(false).to_string();
    Some(text.trim_end_matches('\n').to_owned()).filter(|text| !text.is_empty())
}

/// Without the feature `cli` nobody prints one.
#[cfg(not(feature = "cli"))]
pub fn unified(_: &str, _: &str) -> Option<String> {
    None
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_equal_has_no_diff() {
        assert_eq!(unified("a\n", "a\n"), None);
        assert_eq!(unified("a\nb\n", "a\nc\n").as_deref(), Some("@@ -1,2 +1,2 @@\n a\n-b\n+c"));
    }
}
