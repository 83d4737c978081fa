//! What a build script does with a project: cargo is told what to watch, and gets the bundle or the problems.

use std::env::{self, VarError};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{fs, io};

use super::moment::{self, Moment};
use crate::set::bundle::{Bundle, Versions};
use crate::text::diagnostic::Diagnostic;
use crate::words::escape;

/// Reads, checks and embeds the project in this folder; to be called in the application's build script.
///
/// The folder is relative to the package's `Cargo.toml`. Every problem of every file becomes an error of the
/// compiler, with file, line and column, and the build fails after the build script has ended.
///
/// ```no_run
/// // the whole of build.rs, in `fn main()`
/// viewkeeper::collect("sql");
/// ```
///
/// The moment of the build travels beside the project: `VIEWKEEPER_RELEASE` in milliseconds since 1970 (`date +%s%3N`), else
/// `SOURCE_DATE_EPOCH` in seconds, else now. One that is no such number, or more than a day ahead, fails the build.
pub fn collect(folder: &str) {
    // A line end would begin a line of the folder's own, which cargo obeys.
    if folder.contains(escape::is_command) {
        return println!(
            "cargo::error=the folder's name \"{}\" holds a control character",
            escape::cargo(folder)
        );
    }
    // Cargo looks into folders below and at their own times, so a new or a deleted file is noticed too.
    println!("cargo::rerun-if-changed={folder}");
    for variable in ["VIEWKEEPER_RELEASE", "SOURCE_DATE_EPOCH", "CARGO_PKG_NAME"] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    // An exit with failure would make cargo print everything a second time, so the errors alone fail the build.
    if let Err(lines) = build(folder) {
        for line in lines {
            println!("cargo::error={}", escape::cargo(&line));
        }
    }
}

fn build(folder: &str) -> Result<(), Vec<String>> {
    let package = variable("CARGO_MANIFEST_DIR")?;
    let out = Path::new(&variable("OUT_DIR")?).join("viewkeeper");
    let shown = folder.replace('\\', "/");
    let shown = shown.trim_end_matches('/');
    let bundle = super::read(&Path::new(&package).join(folder), shown, &variable("CARGO_PKG_NAME")?)
        .map_err(|problems| problems.iter().flat_map(lines).collect::<Vec<_>>())?;
    let Moment { built, warnings } = built()?;
    for line in bundle.warnings.iter().flatten().chain(&warnings) {
        println!("cargo::warning={}", escape::cargo(line));
    }
    let written = write(&bundle, built, &out)
        .map_err(|error| vec![format!("cannot write the bundle to {}: {error}", out.display())])?;
    let written = written.display().to_string();
    if written.contains(['\n', '\r']) {
        return Err(vec![format!("the name of the folder {written} holds a line end")]);
    }
    println!("cargo::rustc-env=VIEWKEEPER_BUNDLE={written}");
    Ok(())
}

fn variable(name: &str) -> Result<String, Vec<String>> {
    env::var(name).map_err(|_| {
        vec![format!("{name} is not set: collect is called in a build script, which cargo runs")]
    })
}

/// A problem as lines for cargo, which puts its own `error:` before each: first place and message, then the source line
/// with its caret, other places, and what helps.
pub fn lines(problem: &Diagnostic) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, place) in problem.places.iter().enumerate() {
        // A problem of a file as a whole has no line to show.
        let (location, frame) = if place.source.is_empty() {
            (place.location.file.clone(), None)
        } else {
            (place.location.to_string(), place.frame().split_once('\n').map(|(_, frame)| frame.to_owned()))
        };
        lines.push(if index == 0 {
            format!("{location}: {}", problem.message)
        } else {
            format!("  and {location}")
        });
        lines.extend(frame.iter().flat_map(|frame| frame.lines()).map(|line| format!("  {line}")));
    }
    lines.extend(problem.helps.iter().map(|help| format!("  help: {help}")));
    lines.iter().map(|line| escape::cargo(line)).collect()
}

/// The moment of the build.
fn built() -> Result<Moment, Vec<String>> {
    let given = |name: &str| match env::var(name) {
        Ok(text) => Ok(Some(text)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(text)) => Err(vec![format!("{name} is {text:?}, which is not a number")]),
    };
    let (release, epoch) = (given("VIEWKEEPER_RELEASE")?, given("SOURCE_DATE_EPOCH")?);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let now = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
    moment::of_build(release.as_deref(), epoch.as_deref(), now)
}

/// Writes the bundle and the expression that `embed!` includes; what an earlier build left is removed first.
fn write(bundle: &Bundle, built: u64, out: &Path) -> io::Result<PathBuf> {
    if out.exists() {
        fs::remove_dir_all(out)?;
    }
    bundle.write(&out.join("bundle"))?;
    let expression = out.join("bundle.rs");
    fs::write(&expression, expression_text(bundle, built))?;
    Ok(expression)
}

fn expression_text(bundle: &Bundle, built: u64) -> String {
    let embedded = format!("(include_dir::include_dir!(\"$OUT_DIR/viewkeeper/bundle\"), {built}u64)\n");
    match bundle.manifest.versions {
        Versions::Int4 => embedded,
        Versions::Int8 => format!(
            "{{\n    const _: () = assert!(\n        viewkeeper_int8,\n        \"viewkeeper.toml says versions = \\\"int8\\\": \
             turn on the feature \\\"int8-versions\\\" of viewkeeper in [dependencies]: \
             features = [\\\"int8-versions\\\"]\"\n    );\n    {}}}\n",
            embedded
        ),
    }
}
