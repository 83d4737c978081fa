//! A file that is about to be made.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use crate::face::cli::answer::Failed;

/// A file that is about to be made.
pub struct NewFile {
    /// Under the project's folder.
    pub path: String,
    pub text: String,
    /// What to do with it.
    pub next: Vec<String>,
}

impl NewFile {
    /// Refuses where something of that name is there. Names are compared as a file system does that does not tell capitals
    /// from small letters: the project must be the same everywhere.
    pub fn check(&self, folder: &Path) -> Result<(), Failed> {
        let file = folder.join(&self.path);
        let wanted = file.file_name().map(|name| name.to_string_lossy().to_lowercase());
        let beside = file.parent().and_then(|parent| parent.read_dir().ok());
        let same = beside
            .into_iter()
            .flatten()
            .filter_map(Result::ok)
            .find(|entry| Some(entry.file_name().to_string_lossy().to_lowercase()) == wanted);
        match same {
            Some(entry) => Err(Failed::new(format!("\"{}\" is there already", entry.path().display()))),
            None => Ok(()),
        }
    }

    /// Writes it, and the folders above it.
    pub fn write(&self, folder: &Path) -> Result<(), Failed> {
        let file = folder.join(&self.path);
        let write = || {
            file.parent().map_or(Ok(()), fs::create_dir_all)?;
            // Another process may have been faster: then this fails, and overwrites nothing.
            OpenOptions::new().write(true).create_new(true).open(&file)?.write_all(self.text.as_bytes())
        };
        write().map_err(Failed::of_file("write", &file))
    }
}
