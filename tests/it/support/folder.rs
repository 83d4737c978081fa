//! A project as a folder on disk, for other processes.

use std::fs;
use std::path::{Path, PathBuf};

use super::Files;

/// A folder with a project's files, gone with this value.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(project: &Files) -> Self {
        let name = format!("viewkeeper-it-{}-{}", std::process::id(), project.moment());
        let folder = Folder(std::env::temp_dir().join(name));
        for (file, text) in project.files() {
            let file = folder.0.join("sql").join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        folder
    }

    /// Writes a file, `sql/views/a.sql`.
    pub fn write(&self, file: &str, text: &str) {
        let file = self.0.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// The folder that holds `sql`.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
