//! What the server says about a place far out in a line.

use viewkeeper::ErrorKind;

use crate::support::{Case, project};

/// `id in (1,1,...)`, longer than a width can be that Rust's formatter takes.
fn far() -> String {
    format!("id in ({}1) and nosuch = 1", "1,".repeat(33_000))
}

#[test]
fn an_error_of_the_server_at_column_66000_is_a_report() {
    let tables = project("far").file("migrations/V1__t.sql", "create table t (id int, \"größe\" text);\n");
    let mut case = Case::applied(&tables);
    let before = "select '名é' as a, id from t where ";
    let column = before.chars().count() + far().find("nosuch").unwrap() + 1;
    for (file, head) in [
        ("views/v.sql", "create view v as "),
        ("functions/f.sql", "create function f() returns setof record begin atomic "),
        ("migrations/V2__far.sql", "create table made as "),
    ] {
        let tail = if file.starts_with("functions") { "; end" } else { "" };
        let broken = tables.clone().file(file, &format!("{head}{before}{}{tail};\n", far()));
        let error = case.refused(&broken);
        let text = format!("{error:?}");
        assert_eq!(error.code(), Some("42703"), "{text}");
        assert_eq!(error.location().unwrap().to_string(), format!("sql/{file}:1:{}", head.len() + column));
        assert!(text.lines().all(|line| line.chars().count() < 250), "{text:.3000}");
        assert!(text.contains("| …") && text.contains(",1,1) and nosuch = 1"), "{text:.3000}");
        assert!(matches!(error.kind(), ErrorKind::Object | ErrorKind::Migration), "{text:.3000}");
    }
    case.obeys_the_laws(&tables);
}
