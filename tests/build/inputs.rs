//! Folders of inputs, each of which is a test of its own and holds what is expected of it.

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

/// A test for each folder, which calls one function with its name; and `INPUTS`, their names.
macro_rules! inputs {
    ($check:ident: $($name:ident)*) => {
        const INPUTS: &[&str] = &[$(stringify!($name)),*];
        /// Named for what is in the folder.
        mod input {
            $(#[test]
            fn $name() {
                super::$check(stringify!($name));
            })*
        }
    };
}

pub(crate) use inputs;

/// Each folder is in the list, and the other way round.
pub fn listed(folder: &Path, names: &[&str]) {
    let there = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
    similar_asserts::assert_eq!(listed: names, there: there.collect::<BTreeSet<String>>());
}

/// The text is that of the folder's `expected.txt`, or becomes that.
pub fn expected(folder: &Path, text: &str) {
    let file = folder.join("expected.txt");
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&file, text).unwrap();
    }
    similar_asserts::assert_eq!(expected: fs::read_to_string(&file).unwrap_or_default(), found: text);
}
