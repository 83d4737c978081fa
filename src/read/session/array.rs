//! Text arrays, as our statements take them.

/// A text array as a literal's text: `{"a","b"}`.
pub fn array<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items
        .into_iter()
        .map(|item| format!("\"{}\"", item.as_ref().replace('\\', "\\\\").replace('"', "\\\"")))
        .collect();
    format!("{{{}}}", items.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_survive_quotes() {
        assert_eq!(array(["a", "b\"c\\"]), r#"{"a","b\"c\\"}"#);
    }
}
