//! Projects as the tests write them: a few files in the test itself.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use viewkeeper::__private::{collect_files, migrator};
use viewkeeper::Migrator;

/// The files of a project.
#[derive(Clone, Debug)]
pub struct Files {
    name: String,
    files: Vec<(String, String)>,
    built: u64,
}

/// A project of this name.
pub fn project(name: &str) -> Files {
    Files { name: name.to_owned(), files: Vec::new(), built: moment() }
}

/// The project of a folder.
pub fn folder(name: &str, path: &Path) -> Files {
    fn read(root: &Path, path: &Path, files: &mut Files) {
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(root, &path, files);
            } else {
                let shown = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                files.files.push((shown, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut files = project(name);
    read(path, path, &mut files);
    files
}

/// Milliseconds since 1970, each later than the last.
fn moment() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64;
    LAST.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(now.max(last + 1))).unwrap();
    LAST.load(Ordering::SeqCst)
}

impl Files {
    /// Adds a file, or replaces it; the project is built anew.
    pub fn file(mut self, path: &str, text: &str) -> Self {
        self.files.retain(|(old, _)| old != path);
        self.files.push((path.to_owned(), text.to_owned()));
        self.built = moment();
        self
    }

    /// Takes a file out.
    pub fn without(mut self, path: &str) -> Self {
        let before = self.files.len();
        self.files.retain(|(old, _)| old != path);
        assert_ne!(before, self.files.len(), "{path} is a file of the project");
        self.built = moment();
        self
    }

    /// The same files, built at another moment.
    pub fn built(mut self, built: u64) -> Self {
        self.built = built;
        self
    }

    /// The project's name, where its `viewkeeper.toml` says no other.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The files, as (path, text).
    pub fn files(&self) -> &[(String, String)] {
        &self.files
    }

    /// The moment of the build.
    pub fn moment(&self) -> u64 {
        self.built
    }

    pub fn migrator(&self) -> Migrator {
        let bundle = collect_files(&self.files, "sql", &self.name)
            .unwrap_or_else(|problems| panic!("the test's project is wrong:\n{}", problems.join("\n")));
        migrator(bundle, self.built)
    }
}
