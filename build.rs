//! Collects the package's own `sql/` folder into the library: the catalog queries, the ledger's tables and its
//! status view. No parser is at work here, so an application that uses viewkeeper pays for parsing only in its
//! own build script.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=sql");
    let out = Path::new(&env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("statements");
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    collect(Path::new("sql"), &out)
}

/// Copies the statements of a folder, and their parts in the folders in it.
fn collect(folder: &Path, out: &Path) -> io::Result<()> {
    fs::create_dir_all(out)?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let copy = out.join(path.file_name().expect("a listed file has a name"));
        if path.is_dir() {
            collect(&path, &copy)?;
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            let text = fs::read_to_string(&path)?.replace("\r\n", "\n");
            assert!(
                text.starts_with("-- "),
                "{} must begin with a comment that says what it is",
                path.display()
            );
            fs::write(copy, text)?;
        }
    }
    Ok(())
}
