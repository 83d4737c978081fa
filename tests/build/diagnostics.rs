//! Every bad input is a folder under `bad/`, named by what is wrong with it; `expected.txt` is what the author of the
//! files gets to read. `UPDATE_EXPECT=1 cargo test` writes the texts anew: read them before they are committed.

use std::path::{Path, PathBuf};
use std::{env, fs};

use similar_asserts::assert_eq;
use viewkeeper::__private::{Source, bundle, lines, read};

fn bad() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/build/bad")
}

fn report(folder: &Path) -> String {
    match read(folder, "sql", "app") {
        Ok(_) => "no problem was found\n".to_owned(),
        Err(problems) => problems.iter().map(|problem| lines(problem).join("\n") + "\n").collect(),
    }
}

#[test]
fn every_bad_input_gives_the_message_that_one_would_like_to_get() {
    let mut cases: Vec<PathBuf> = fs::read_dir(bad()).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() > 40, "{} cases", cases.len());
    for case in cases {
        let report = report(&case.join("sql"));
        let expected = case.join("expected.txt");
        if env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&expected, &report).unwrap();
        }
        let expected = fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(expected: expected, found: report, "{}", case.file_name().unwrap().display());
        assert_ne!(report, "no problem was found\n", "{}", case.display());
    }
}

fn problems(path: &str, text: &str) -> String {
    let source = Source { path: path.to_owned(), text: text.to_owned() };
    match bundle(&[source], "sql", "app") {
        Ok(_) => String::new(),
        Err(problems) => problems.iter().flat_map(lines).collect::<Vec<_>>().join("\n"),
    }
}

#[test]
fn a_caret_stands_right_after_characters_of_several_bytes_and_after_tabs() {
    assert_eq!(
        problems("views/v.sql", "create view v as\n\tselect 'é', coalesce(a from t;\n"),
        "sql/views/v.sql:2:24: missing \")\"\n  2 | \tselect 'é', coalesce(a from t;\n    | \t                      ^\n  \
         and sql/views/v.sql:2:22\n  2 | \tselect 'é', coalesce(a from t;\n    | \t                    ^"
    );
}

#[test]
fn all_problems_of_all_files_are_reported_at_once() {
    let sources = [
        ("views/a.sql", "create view a as select 1, from t;\ncreate view b as select (1;\n"),
        ("views/c.sql", "insert into t values (1);"),
        ("migrations/V1_x.sql", "begin;"),
        ("checks/d.sql", "select 1; select 2;"),
        ("viewkeeper.toml", "nmae = \"x\""),
    ];
    let sources = sources.map(|(path, text)| Source { path: path.to_owned(), text: text.to_owned() });
    let problems = bundle(&sources, "sql", "app").unwrap_err();
    let found: Vec<String> = problems.iter().map(|problem| problem.places[0].location.to_string()).collect();
    assert_eq!(
        found,
        [
            "sql/checks/d.sql:1:11",
            "sql/migrations/V1_x.sql:1:1",
            "sql/migrations/V1_x.sql:1:1",
            "sql/viewkeeper.toml:1:1",
            "sql/views/a.sql:1:26",
            "sql/views/a.sql:2:27",
            "sql/views/c.sql:1:1",
        ]
    );
}
