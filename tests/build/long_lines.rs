//! Problems in lines of any length: a report each time, and soon.

use std::time::{Duration, Instant};

use viewkeeper::__private::{Source, bundle, lines};

/// The report about a project of one file.
fn problems(path: &str, text: impl Into<String>) -> String {
    let source = Source { path: path.to_owned(), text: text.into() };
    match bundle(&[source], "sql", "app") {
        Ok(_) => String::new(),
        Err(problems) => problems.iter().flat_map(lines).collect::<Vec<_>>().join("\n"),
    }
}

/// No line of a report is long, and its caret stands under `under`.
fn shows(report: &str, under: &str) {
    let rows: Vec<&str> = report.lines().collect();
    assert!(rows.iter().all(|row| row.chars().count() < 250), "{report}");
    let at =
        rows.iter().position(|row| row.trim_end().ends_with("| ^") || row.contains("  ^")).expect(report);
    let column = rows[at].chars().position(|c| c == '^').unwrap();
    let rest: String = rows[at - 1].chars().skip(column).collect();
    assert!(rest.starts_with(under), "{report}");
}

#[test]
fn an_error_at_any_column_is_a_report() {
    for count in [10, 100, 21_000, 33_000, 70_000] {
        let ones = "1,".repeat(count);
        let text = format!("create view v as select id from t where id in ({ones}1) and (id = 2;\n");
        let report = problems("views/v.sql", text.clone());
        let column = text.find(';').unwrap() + 1;
        assert!(report.starts_with(&format!("sql/views/v.sql:1:{column}: missing \")\"")), "{report:.300}");
        shows(&report, ";");
    }
}

#[test]
fn what_is_left_of_a_long_line_is_what_stands_around_the_place() {
    let before = "é, ".repeat(40_000);
    let report = problems(
        "views/v.sql",
        format!("create view v as select '{before}', coalesce(a from t; -- {before}\n"),
    );
    shows(&report, " from t; -- é");
    let rows: Vec<&str> = report.lines().collect();
    assert!(rows[1].starts_with("  1 | …") && rows[1].ends_with('…'), "{report}");
}

#[test]
fn places_of_all_sorts_in_long_lines_are_reports() {
    let spaces = "\t".repeat(70_000);
    let names = "名前, ".repeat(30_000);
    for text in [
        format!("create view v as select '{names}' from;\r\n"),
        format!("create view v as {spaces} select 1 from;{spaces}"),
        format!("{spaces}create table t (id int);{spaces}\r\n"),
        format!("{spaces}\n{spaces}-- viewkeeper: nonsense\ncreate view v as select 1 as one;"),
        format!("create view v as select 1 as \"{names}\""),
        format!("\u{feff}create view v as select '{names}"),
        spaces.clone(),
        String::new(),
    ] {
        let report = problems("views/v.sql", text);
        assert!(!report.is_empty());
        let mut excerpts = report.lines().filter(|row| row.starts_with("  "));
        assert!(excerpts.all(|row| row.chars().count() < 400), "{report:.3000}");
    }
}

#[test]
fn many_errors_in_a_long_line_are_reported_soon_and_counted() {
    let begin = Instant::now();
    let report = problems("migrations/V1__fill.sql", "select 1 from; ".repeat(20_000));
    assert!(begin.elapsed() < Duration::from_secs(30), "{:?}", begin.elapsed());
    assert_eq!(report.matches("expected a table or a subquery").count(), 50);
    assert!(
        report.contains(
            "sql/migrations/V1__fill.sql:1:764: this file has more syntax errors from here on: 19950"
        ),
        "{report}"
    );
}

#[test]
fn an_error_at_the_end_of_a_line_of_megabytes_is_reported_soon() {
    let begin = Instant::now();
    let values = "(1, 'some text', 2.5), ".repeat(45_000);
    let report = problems("migrations/V1__fill.sql", format!("insert into t values {values}(1, 'x', (2;\n"));
    assert!(report.contains("missing \")\""), "{report:.300}");
    shows(&report, ";");
    assert!(begin.elapsed() < Duration::from_secs(60), "{:?}", begin.elapsed());
}
