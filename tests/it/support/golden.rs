//! Golden files: texts that somebody read before they were committed.

use std::path::PathBuf;
use std::{env, fs};

/// Compares a text with `tests/it/golden/<name>`. `UPDATE_EXPECT=1 cargo test` writes the files anew: read them before they
/// are committed.
pub fn golden(name: &str, text: &str) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden").join(name);
    let text = if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") };
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        return;
    }
    let expected = fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}; UPDATE_EXPECT=1 writes it", file.display()));
    similar_asserts::assert_eq!(expected.replace("\r\n", "\n"), text, "{name}");
}
