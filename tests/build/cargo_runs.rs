//! Real runs of cargo on scratch packages: what an application's author sees, and what its binary depends on.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use similar_asserts::assert_eq;
use viewkeeper::__private::Manifest;

const BUILD: &str = "fn main() {\n    viewkeeper::collect(\"sql\");\n}\n";
const MAIN: &str =
    "viewkeeper::embed!(mod migrate);\n\nfn main() {\n    println!(\"{}\", migrate::project().name());\n}\n";

/// A package beside this one's build products. All of them share a target folder, so the dependencies are built once.
struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scratch").join(name);
        let _ = fs::remove_dir_all(&folder);
        let scratch = Scratch { folder };
        let viewkeeper = env!("CARGO_MANIFEST_DIR");
        scratch.write(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
                 [dependencies]\nviewkeeper = {{ path = {viewkeeper:?} }}\n\n\
                 [build-dependencies]\n\
                 viewkeeper = {{ path = {viewkeeper:?}, default-features = false, features = [\"build\"] }}\n"
            ),
        );
        scratch.write("src/main.rs", MAIN);
        fs::copy(Path::new(viewkeeper).join("Cargo.lock"), scratch.folder.join("Cargo.lock")).unwrap();
        scratch
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn check(&self) -> Output {
        self.check_with(&[])
    }

    /// With these variables in the environment.
    fn check_with(&self, environment: &[(&str, &str)]) -> Output {
        Command::new(env!("CARGO"))
            .args(["check", "--offline", "--message-format", "json-diagnostic-short"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("scratch-target"))
            .env_remove("RUSTFLAGS")
            .env_remove("VIEWKEEPER_RELEASE")
            .env_remove("SOURCE_DATE_EPOCH")
            .envs(environment.iter().copied())
            .output()
            .unwrap()
    }

    /// The lines that begin with `error`, without the name of the package.
    fn errors(&self) -> Vec<String> {
        let output = self.check();
        assert!(!output.status.success());
        self.lines(output, "error: ")
    }

    /// The lines that begin with `warning`, of a package that can be built.
    fn warnings(&self) -> Vec<String> {
        let output = self.check();
        assert!(output.status.success());
        self.lines(output, "warning: ")
    }

    fn lines(&self, output: Output, level: &str) -> Vec<String> {
        let stderr = String::from_utf8(output.stderr).unwrap();
        let package = format!("{}@0.0.0: ", self.folder.file_name().unwrap().to_str().unwrap());
        let lines = stderr.lines().filter_map(|line| line.strip_prefix(level));
        lines.map(|line| line.strip_prefix(&package).unwrap_or(line).to_owned()).collect()
    }

    /// Checks the package, and returns where the build script wrote.
    fn out(&self) -> PathBuf {
        self.out_with(&[])
    }

    fn out_with(&self, environment: &[(&str, &str)]) -> PathBuf {
        let output = self.check_with(environment);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let messages = String::from_utf8(output.stdout).unwrap();
        let name = self.folder.file_name().unwrap().to_str().unwrap();
        let out = messages
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
            .filter(|message| message["reason"] == "build-script-executed")
            .find(|message| message["package_id"].as_str().unwrap().contains(&format!("/{name}#")))
            .unwrap();
        PathBuf::from(out["out_dir"].as_str().unwrap())
    }

    fn objects(&self) -> Vec<String> {
        let manifest = fs::read_to_string(self.out().join("viewkeeper/bundle/manifest.json")).unwrap();
        let manifest: Manifest = serde_json::from_str(&manifest).unwrap();
        manifest.objects.into_iter().map(|object| object.name).collect()
    }
}

#[test]
fn a_forgotten_build_script_is_the_only_error_and_says_what_to_do() {
    let scratch = Scratch::new("forgotten");
    scratch.write("sql/views/v.sql", "create view v as select 1 as one;\n");
    let output = scratch.check();
    assert!(!output.status.success());
    let messages = String::from_utf8(output.stdout).unwrap();
    let errors: Vec<String> = messages
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|message| message["reason"] == "compiler-message" && message["message"]["level"] == "error")
        .map(|message| message["message"]["message"].as_str().unwrap().to_owned())
        .collect();
    let [error, rest @ ..] = errors.as_slice() else { panic!("no error: {messages}") };
    assert!(error.starts_with("no SQL was collected for this package: add a build.rs with"), "{error}");
    assert!(error.contains("viewkeeper::collect(\"sql\")"), "{error}");
    assert!(rest.iter().all(|line| line.starts_with("aborting due to")), "{rest:?}");
}

#[test]
fn wrong_sql_gives_clean_errors_of_the_compiler() {
    let scratch = Scratch::new("wrong");
    scratch.write("build.rs", BUILD);
    scratch.write("sql/views/a.sql", "create view a as\nselect 'é', id,\n  from genes;\n");
    scratch
        .write("sql/views/b.sql", "create view b as select * from c;\ncreate view c as select * from b;\n");
    let expected = [
        "sql/views/a.sql:2:15: unexpected trailing comma",
        "  2 | select 'é', id,",
        "    |               ^",
        "sql/views/b.sql:1:32: these need each other: \"public.b\" -> \"public.c\" -> \"public.b\"",
        "  1 | create view b as select * from c;",
        "    |                                ^",
        "  and sql/views/b.sql:2:32",
        "  2 | create view c as select * from b;",
        "    |                                ^",
        "  help: move what both sides need into a view of its own",
        "build script logged errors",
    ];
    assert_eq!(scratch.errors(), expected);
    // The errors stay until the files are right.
    assert_eq!(scratch.errors(), expected);
    scratch.write("sql/views/a.sql", "create view a as select 1 as one;\n");
    scratch.write("sql/views/b.sql", "create view b as select * from a;\n");
    assert_eq!(scratch.objects(), ["a", "b"]);

    let refreshed = "-- viewkeeper: refresh on-run\ncreate materialized view b as select * from a;\n";
    scratch.write("sql/views/b.sql", refreshed);
    let warnings = scratch.warnings();
    assert_eq!(warnings.len(), 4, "{warnings:?}");
    assert!(
        warnings[0].starts_with("sql/views/b.sql:1:16: \"public.b\" has no unique index"),
        "{warnings:?}"
    );
}

#[test]
fn a_new_an_edited_and_a_deleted_file_are_noticed_by_the_next_build() {
    let scratch = Scratch::new("watched");
    scratch.write("build.rs", BUILD);
    scratch.write("sql/views/a.sql", "create view a as select 1 as one;\n");
    assert_eq!(scratch.objects(), ["a"]);

    scratch.write("sql/views/b.sql", "create view b as select 1 as one;\n");
    assert_eq!(scratch.objects(), ["a", "b"]);

    scratch.write("sql/some/new/folder/c.sql", "create view c as select 1 as one;\n");
    assert_eq!(scratch.objects(), ["a", "b", "c"]);

    scratch.write("sql/some/new/folder/c.sql", "create view d as select 1 as one;\n");
    assert_eq!(scratch.objects(), ["a", "b", "d"]);

    fs::remove_file(scratch.folder.join("sql/views/a.sql")).unwrap();
    assert_eq!(scratch.objects(), ["b", "d"]);
    let out = scratch.out().join("viewkeeper");
    assert!(!out.join("bundle/files/views/a.sql").exists(), "what an earlier build left is removed");

    // Nothing changed, so the build script does not run again: the moment of the build is the same.
    let before = fs::read_to_string(out.join("bundle.rs")).unwrap();
    assert_eq!(scratch.objects(), ["b", "d"]);
    assert_eq!(before, fs::read_to_string(out.join("bundle.rs")).unwrap());
}

#[test]
fn wide_versions_need_the_feature_of_the_run_side() {
    let scratch = Scratch::new("wide");
    scratch.write("build.rs", BUILD);
    scratch.write("sql/viewkeeper.toml", "versions = \"int8\"\n");
    scratch.write("sql/migrations/V20260101120000__genes.sql", "create table genes (id bigint);\n");
    let output = scratch.check();
    assert!(!output.status.success());
    let messages = String::from_utf8(output.stdout).unwrap();
    assert!(
        messages
            .contains("turn on the feature \\\\\\\"int8-versions\\\\\\\" of viewkeeper in [dependencies]")
            || messages.contains("turn on the feature \\\"int8-versions\\\" of viewkeeper in [dependencies]"),
        "{messages}"
    );
    scratch.write(
        "Cargo.toml",
        &fs::read_to_string(scratch.folder.join("Cargo.toml")).unwrap().replacen(
            &format!("{:?} }}", env!("CARGO_MANIFEST_DIR")),
            &format!("{:?}, features = [\"int8-versions\"] }}", env!("CARGO_MANIFEST_DIR")),
            1,
        ),
    );
    scratch.out();
}

#[test]
fn a_moment_that_cannot_be_is_an_error_of_the_build_that_shows_the_line() {
    let scratch = Scratch::new("moments");
    scratch.write("build.rs", BUILD);
    scratch.write("sql/views/a.sql", "create view a as select 1 as one;\n");
    for (name, text) in [("VIEWKEEPER_RELEASE", "1796060196406617178"), ("SOURCE_DATE_EPOCH", "4070908800")] {
        let output = scratch.check_with(&[(name, text)]);
        assert!(!output.status.success());
        let errors = scratch.lines(output, "error: ");
        assert!(errors[0].starts_with(&format!("{name} is {text}: in ")), "{errors:?}");
        assert!(
            errors[2].contains("help: ") && errors[2].contains("VIEWKEEPER_RELEASE=$(date +%s%3N)"),
            "{errors:?}"
        );
    }
    let seconds = scratch.check_with(&[("VIEWKEEPER_RELEASE", "1790000000")]);
    assert!(seconds.status.success());
    let warnings = scratch.lines(seconds, "warning: ");
    assert!(warnings[0].contains("so it counts as unknown"), "{warnings:?}");
    let built = |environment: &[(&str, &str)]| {
        fs::read_to_string(scratch.out_with(environment).join("viewkeeper/bundle.rs")).unwrap()
    };
    assert!(built(&[("VIEWKEEPER_RELEASE", "1790000000000")]).contains("1790000000000u64"));
    assert!(built(&[("SOURCE_DATE_EPOCH", "1790000000")]).contains("1790000000000u64"));
}

fn tree(edges: &str) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "-p", "kidney-genetics", "-e", edges])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_dependencies_of_an_application_hold_no_parser() {
    let normal = tree("normal");
    assert!(normal.contains("viewkeeper") && !normal.contains("squawk"), "{normal}");
    let with_build = tree("normal,build");
    assert!(with_build.contains("squawk-syntax"), "this test looks in the right place");
}

/// The paths that `export` gives to such names.
#[test]
fn objects_whose_names_are_no_names_of_files_are_built() {
    let scratch = Scratch::new("any-names");
    let names = [
        ("views/x.sql", "../x"),
        ("views/_.sql", ".."),
        ("views/CON_.sql", "CON"),
        ("views/con_-2.sql", "con"),
        ("views/a_b.sql", "a\nb"),
        ("views/a_b-2.sql", "a/b"),
        ("views/-rf.sql", "-rf"),
        ("views/é.sql", "é"),
        ("views/a/_-2.sql", "*\u{200b}"),
    ];
    for (path, name) in names {
        scratch
            .write(&format!("sql/{path}"), &format!("create view \"{name}\" as select 1 as \"{name}\";\n"));
    }
    scratch.write("build.rs", BUILD);
    let mut objects = scratch.objects();
    objects.sort();
    let mut expected = names.map(|(_, name)| name);
    expected.sort();
    assert_eq!(objects, expected);
}
