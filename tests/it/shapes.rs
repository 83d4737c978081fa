//! Names and shapes of views that are odd, and legal.

use viewkeeper::report::{Outcome, Verb};

use crate::support::case::expect;
use crate::support::{Case, Files, major, project};

/// Every character that some reader of SQL stumbles over, in names, options, comments and at the ends of files.
fn zoo() -> Files {
    project("a.b")
        .file("viewkeeper.toml", "name = \"a.b\"\nschema = \"My Schema\"\n")
        .file(
            "migrations/V1__t.sql",
            "create table \"T %1$s\" (\"Id\" int primary key, \"it's\" text);\n/* x; */ -- no line end at the end",
        )
        .file(
            "views/q.sql",
            "create view \"Q \\ ' \"\" %\" (\"A\", b) with (security_barrier) as\n\
             select \"Id\", \"it's\" from \"T %1$s\" where \"Id\" > 0 with local check option -- end",
        )
        .file("views/recursive.sql", &recursive("1"))
        .file(
            "views/s.sql",
            "create view s as select * from \"Q \\ ' \"\" %\" with cascaded check option;\n\
             comment on view s is E'it\\'s % \\\\'; -- end",
        )
        .file("views/whole_row.sql", "create view u as select (x).n from (select \"Rec\" as x from \"Rec\") y;")
}

fn recursive(start: &str) -> String {
    format!(
        "create recursive view \"Rec\" (n) as values ({start}) union all select n + 1 from \"Rec\" where n < 5 -- end"
    )
}

#[test]
fn odd_names_are_compared_and_healed_in_odd_sessions() {
    let odd = "set quote_all_identifiers to on; set datestyle to 'German'; set intervalstyle to 'sql_standard'; \
               set default_transaction_isolation to serializable; set client_min_messages to debug1";
    let mut case = Case::new();
    for (path, outcome) in [
        ("'pg_temp, nope'", Outcome::Applied),
        ("''", Outcome::UpToDate),
        ("'\"My Schema\"'", Outcome::UpToDate),
    ] {
        case.damage(&format!("select set_config('search_path', {path}, false); {odd}"));
        let report = case.run(&zoo());
        assert_eq!(report.outcome, outcome, "{report}");
    }
    case.damage(
        "create or replace view \"My Schema\".s as select * from \"My Schema\".\"Q \\ ' \"\" %\" where b is null; \
         drop view \"My Schema\".\"Rec\" cascade",
    );
    let dropped = "dropped by hand";
    case.heals(
        &zoo(),
        &[
            (Verb::Create, "Rec", dropped),
            (Verb::Replace, "s", "changed by hand"),
            (Verb::Create, "u", dropped),
        ],
    );
    let project = zoo().file("views/recursive.sql", &recursive("1::bigint"));
    let report = case.run(&project);
    expect(
        &report,
        &[(Verb::Rebuild, "Rec", "column n: integer -> bigint"), (Verb::Rebuild, "u", "depends on")],
    );
    case.damage("reset all");
    case.obeys_the_laws(&project);
}

#[test]
fn the_ledgers_schema_may_have_an_odd_name() {
    let mut case = Case::new();
    for outcome in [Outcome::Applied, Outcome::UpToDate] {
        let report =
            zoo().built(1_700_000_000_000).migrator().ledger_schema("My \"L'\\ %").run(&mut case.client);
        assert_eq!(report.unwrap().outcome, outcome);
    }
}

#[test]
fn views_follow_a_table_that_is_swapped_for_a_new_one() {
    let project = project("swap")
        .file("migrations/V1__t.sql", "create table t (id int primary key, name text);\n")
        .file("views/a.sql", "create view a as select id from t;\n")
        .file("views/b.sql", "create view b as select * from a;\n");
    let mut case = Case::applied(&project);
    // The views stay with the old table, as the server has it.
    case.damage("alter table t rename to t_old; alter index t_pkey rename to t_old_pkey");
    // Since 18 NOT NULL is a constraint with a name, which stays with the old table as well.
    if major() >= 18 {
        case.damage("alter table t_old rename constraint t_id_not_null to t_old_id_not_null");
    }
    case.damage("create table t (id int primary key, name text); insert into t values (5)");
    let report = case.run(&project);
    expect(&report, &[(Verb::Replace, "a", "")]);
    assert_eq!(case.column("select id from b"), ["5"]);
    case.damage("drop table t_old");
    case.obeys_the_laws(&project);
}

#[test]
fn a_rule_in_the_file_is_replaced_with_it() {
    let ruled = |values: &str| {
        project("ruled").file("migrations/V1__t.sql", "create table t (id int, name text);\n").file(
            "views/a.sql",
            &format!(
                "create view a as select id from t;\n\
                 create rule r as on insert to a do instead insert into t values ({values});\n"
            ),
        )
    };
    let mut case = Case::applied(&ruled("new.id"));
    let project = ruled("new.id, 'by rule'");
    let report = case.run(&project);
    expect(&report, &[(Verb::Attach, "a", "sql/views/a.sql now states rule r")]);
    case.damage("insert into a values (1)");
    assert_eq!(case.column("select name from t"), ["by rule"]);
    case.obeys_the_laws(&project);
}
