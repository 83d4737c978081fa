//! Whatever the files contain, the build side answers: with a bundle or with problems, never with a panic.

use std::path::Path;
use std::{fs, iter};

use viewkeeper::__private::{Source, bundle, lines};

use crate::graphs::Random;

/// Reads a text in each of the three places where a file can be.
fn survive(text: &str) {
    for path in ["views/v.sql", "migrations/V1__m.sql", "checks/c.sql", "viewkeeper.toml"] {
        let _ = bundle(&[Source { path: path.to_owned(), text: text.to_owned() }], "sql", "app");
    }
}

fn texts(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(texts(&path));
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            found.push(String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned());
        }
    }
    found
}

#[test]
fn broken_texts_do_not_panic() {
    let mut random = Random::new();
    let texts: Vec<String> = texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/build"))
        .into_iter()
        .filter(|text| text.len() < 2000)
        .collect();
    let pieces = [
        "'",
        "\"",
        "$$",
        "(",
        ")",
        ";",
        "/*",
        "*/",
        "--",
        "\\",
        "\0",
        "é",
        "\u{feff}",
        ".",
        "::",
        "from",
        "-- viewkeeper: ",
    ];
    for _ in 0..600 {
        let mut characters: Vec<char> = texts[random.below(texts.len())].chars().collect();
        for _ in 0..=random.below(4) {
            let at = random.below(characters.len() + 1);
            match random.below(4) {
                0 => characters.truncate(at),
                1 => drop(characters.drain(at..(at + random.below(12)).min(characters.len()))),
                2 => drop(characters.splice(at..at, pieces[random.below(pieces.len())].chars())),
                _ => {
                    let end = (at + random.below(30)).min(characters.len());
                    let copy: Vec<char> = characters[at..end].to_vec();
                    let to = random.below(characters.len() + 1);
                    drop(characters.splice(to..to, copy));
                }
            }
        }
        let text: String = characters.into_iter().collect();
        survive(&text);
    }
}

#[test]
fn deep_nesting_is_refused_before_it_overflows_the_stack() {
    for unit in
        ["(", "[", "case when ", "not ", "- ", "exists (", "a || ", "with a as (", "explain ", "a join b on "]
    {
        let text: String =
            iter::once("create view v as select ").chain(iter::repeat_n(unit, 100_000)).collect();
        let problems = bundle(&[Source { path: "views/v.sql".to_owned(), text }], "sql", "app").unwrap_err();
        assert_eq!(problems[0].message, "this statement is nested too deeply", "{unit}");
    }
}

#[test]
fn deep_nesting_in_a_body_does_no_harm() {
    for language in ["sql", "plpgsql"] {
        let units = ["(", "case when ", "not ", "'", "$$", "begin ", "a || ", "\"", "/*", "a.", "\\050"];
        for unit in units {
            for quote in ["$body$", "e'"] {
                let unit = if quote != "$body$" { unit.replace('\'', "''") } else { unit.to_owned() };
                let end = quote.trim_start_matches('e');
                let body = format!("begin select {}", unit.repeat(40_000));
                survive(&format!(
                    "create function f() returns int language {language} as {quote}{body}{end};\ncreate view v as select f();"
                ));
            }
        }
    }
    let deep = "(".repeat(40_000);
    survive(&format!(
        "create function f() returns int language sql as $a$ create function g() returns int language sql as $b$ select {deep} $b$ $a$"
    ));
    survive(&format!("create function f() returns int language sql as 'select '\n'{deep}'"));
}

#[test]
fn nesting_that_is_not_refused_is_parsed() {
    for unit in ["(", "case when ", "array[", "not "] {
        survive(&format!("create view v as select {}", unit.repeat(1500)));
    }
    let deep = format!("create view v as select {}1{} as x", "(".repeat(500), ")".repeat(500));
    assert!(bundle(&[Source { path: "views/v.sql".to_owned(), text: deep }], "sql", "app").is_ok());
}

/// What an author reads of a project of one file.
fn told(path: &str, text: &str) -> Vec<String> {
    let source = Source { path: path.to_owned(), text: text.to_owned() };
    match bundle(&[source], "sql", "app") {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().flat_map(lines).collect(),
    }
}

#[test]
fn the_name_of_a_file_adds_no_line_for_cargo() {
    for end in ["\n", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{1b}]0;x\u{7}", "\u{202e}"] {
        for path in
            [format!("views/a{end}cargo::rustc-env=A=B.sql"), format!("vi{end}cargo::warning=x/v.sql")]
        {
            let lines = told(&path, "create view v as select 1 as x;\n");
            assert!(lines[0].ends_with(": the name of this file holds a control character"), "{lines:#?}");
            for line in &lines {
                assert!(!line.starts_with("cargo::") && !line.contains(|c: char| c.is_control()), "{line:?}");
            }
        }
    }
}

#[test]
fn a_nul_is_said_with_its_place() {
    for path in ["views/v.sql", "migrations/V1__m.sql", "checks/c.sql", "viewkeeper.toml"] {
        let lines = told(path, "-- é\n-- \0\n");
        assert_eq!(
            lines[0],
            format!("sql/{path}:2:4: this file has a NUL here, which no text of PostgreSQL can hold")
        );
        assert_eq!(lines[1..3], [r"  2 | -- \u{0}", "    |    ^"]);
    }
}

#[test]
fn messages_show_what_would_be_obeyed() {
    let lines = told(
        "views/v.sql",
        "create view \"a\r\u{1b}]0;x\u{7}\" as select 1 as x;\ncreate view \"a\r\u{1b}]0;x\u{7}\" as selec;\n",
    );
    assert!(!lines.is_empty());
    for line in lines {
        assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
    }
}
