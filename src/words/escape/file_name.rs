//! Names of files that are made of the names of objects.

use std::collections::BTreeSet;

use super::line::is_hidden;

/// As many bytes of a name are kept: file systems take 255 for a whole file name.
const MAX_BYTES: usize = 80;

/// A part of a file's name: letters, digits, `_` and `-` stay. So it is no path, is not hidden, ends in no dot or space, and is no
/// device of Windows.
pub fn file_name(name: &str) -> String {
    let parts = name.split(|c: char| is_hidden(c) || !c.is_alphanumeric() && c != '_' && c != '-');
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let mut plain = parts.join("_");
    while plain.len() > MAX_BYTES {
        plain.pop();
    }
    match () {
        () if plain.is_empty() => "_".to_owned(),
        () if is_device(&plain) => format!("{plain}_"),
        () => plain,
    }
}

/// What Windows takes for a device, in any folder and with any ending.
fn is_device(name: &str) -> bool {
    let name = name.to_lowercase();
    let numbered = |rest: Option<&str>| {
        rest.is_some_and(|rest| {
            matches!(rest, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        })
    };
    matches!(name.as_str(), "con" | "prn" | "aux" | "nul")
        || numbered(name.strip_prefix("com"))
        || numbered(name.strip_prefix("lpt"))
}

/// Paths that are given out once each, also where the file system does not tell capitals from small letters.
#[derive(Default)]
pub struct FileNames(BTreeSet<String>);

impl FileNames {
    /// The path, with a number where it was given out before.
    pub fn free(&mut self, path: String) -> String {
        let numbers = (2..).map(|number| format!("{path}-{number}"));
        let mut candidates = std::iter::once(path.clone()).chain(numbers);
        candidates.find(|path| self.0.insert(path.to_lowercase())).unwrap_or(path)
    }
}
