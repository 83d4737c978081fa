//! Objects of no file of the project that hang on what must be rebuilt: dropped with it and put back, or a reason to
//! change nothing.

use viewkeeper::report::Verb;
use viewkeeper::{ErrorKind, Foreign};

use crate::support::case::expect;
use crate::support::{Case, Files, project};

/// A table with a list of its rows and their number.
pub fn genes() -> Files {
    project("genes")
        .file(
            "migrations/V1__genes.sql",
            "create table genes (id int primary key, symbol text, score numeric);\n",
        )
        .file("views/gene_list.sql", "create view gene_list as select id, symbol, score from genes;\n")
        .file("views/gene_count.sql", "create view gene_count as select count(id) as n from gene_list;\n")
}

/// The list with another type of its first column.
pub fn wider() -> Files {
    genes().file(
        "views/gene_list.sql",
        "create view gene_list as select id::bigint as id, symbol, score from genes;\n",
    )
}

/// The list without its second column.
fn narrower() -> Files {
    genes().file("views/gene_list.sql", "create view gene_list as select id, score from genes;\n")
}

#[test]
fn a_chain_through_other_schemas_is_put_back_with_all_that_belongs_to_it() {
    let mut case = Case::applied(&genes());
    case.by_hand("create schema bi");
    case.by_hand("create view bi.upper as select id, upper(symbol) as symbol from gene_list");
    case.by_hand("create view bi.\"Two Views\" as select u.id, c.n from bi.upper u cross join gene_count c");
    case.by_hand("comment on view bi.upper is 'it''s mine'");
    case.by_hand("comment on column bi.\"Two Views\".n is 'how many'");
    case.by_hand("grant select on bi.upper to pg_monitor with grant option");
    case.by_hand("grant select (n) on bi.\"Two Views\" to public");
    case.by_hand("alter view bi.upper set (security_barrier = true)");
    let report = case.run(&wider());
    expect(
        &report,
        &[
            (Verb::Rebuild, "gene_list", "column id: integer -> bigint, so the view is rebuilt"),
            (Verb::Rebuild, "gene_count", "depends on public.gene_list"),
        ],
    );
    let put_back: Vec<_> = report.foreign.iter().map(|foreign| foreign.object.as_str()).collect();
    assert_eq!(put_back, ["bi.upper", "bi.\"Two Views\""]);
    assert_eq!(report.foreign[1].reason, "depends on public.gene_count, bi.upper", "{report}");
    case.obeys_the_laws(&wider());
}

#[test]
fn a_view_of_the_project_may_stand_on_a_foreign_one_between_two_of_its_own() {
    let between = |list: &str| {
        genes()
            .file("views/gene_list.sql", list)
            .file("views/a_last.sql", "create view a_last as select * from bi.upper;\n")
    };
    let mut case = Case::applied(&genes());
    case.damage(
        "create schema bi; create view bi.upper as select id, upper(symbol) as symbol from gene_list",
    );
    let first = between("create view gene_list as select id, symbol, score from genes;\n");
    case.run(&first);
    let second = between("create view gene_list as select id::bigint as id, symbol, score from genes;\n");
    let report = case.run(&second);
    let rebuilt: Vec<_> = report.objects.iter().map(|object| object.object.name.as_str()).collect();
    assert_eq!(rebuilt, ["gene_list", "a_last", "gene_count"], "{report}");
    assert_eq!(
        case.column("select format_type(atttypid, -1) from pg_attribute where attrelid = 'a_last'::regclass and attname = 'id'"),
        ["bigint"]
    );
    crate::support::laws::second_run_is_a_no_op(&case.database, &mut case.client, &second);
}

#[test]
fn what_uses_a_column_that_is_gone_stops_the_run_before_anything_is_dropped() {
    let mut case = Case::applied(&genes());
    case.by_hand("create view foreign_view as select symbol from gene_list");
    case.by_hand("create view on_it as select 1 as one from foreign_view");
    case.by_hand("create view another as select score from gene_list");
    let error = case.refused(&narrower());
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(
        error.to_string(),
        "cannot rebuild \"public.gene_list\" (definition changed in sql/views/gene_list.sql; column symbol is \
         gone, so the view is rebuilt): 1 object of no file of this project hangs on it and cannot be put back: view \
         public.foreign_view: it uses column \"symbol\" of \"public.gene_list\", which is gone"
    );
    case.obeys_the_laws(&genes());
}

#[test]
fn each_view_that_the_server_would_refuse_on_the_new_columns_is_named_before_anything_is_dropped() {
    let mut case = Case::applied(&genes());
    case.by_hand("create schema bi");
    case.by_hand("create view bi.halves as select id, score / 2 as half from gene_list");
    case.by_hand("create view bi.on_halves as select half from bi.halves");
    case.by_hand("create view bi.fits as select id from bi.halves union all select id from gene_list");
    case.by_hand("create view doubles as select score * 2.0 as double from gene_list");
    let textual = genes().file(
        "views/gene_list.sql",
        "create view gene_list as select id, symbol, score::text as score from genes;\n",
    );
    let error = case.refused(&textual);
    let text = error.to_string();
    assert!(text.contains("view bi.halves: it no longer fits: operator does not exist: text / "), "{text}");
    assert!(
        text.contains("view public.doubles: it no longer fits: operator does not exist: text * numeric"),
        "{text}"
    );
    case.obeys_the_laws(&genes());
}

#[test]
fn an_option_refuses_to_touch_what_is_not_ours() {
    let mut case = Case::applied(&genes());
    case.by_hand("create view foreign_view as select id from gene_list");
    let error = wider().migrator().foreign(Foreign::Refuse).run(&mut case.client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.to_string().contains("1 object of no file of this project"), "{error}");
    assert!(error.to_string().ends_with(": view public.foreign_view"), "{error}");
    case.obeys_the_laws(&genes());
}

#[test]
fn a_plan_tells_what_is_dropped_and_put_back_and_what_it_breaks() {
    let mut case = Case::applied(&genes());
    case.by_hand("create view foreign_view as select id from gene_list");
    case.by_hand("comment on view foreign_view is 'mine'; grant select on gene_list to public");
    let plan = wider().migrator().plan(&mut case.client).unwrap();
    let text = plan.to_string();
    for part in [
        "rebuild view public.gene_list",
        "breaks the release that stands now: column id: integer -> bigint",
        "lock: access exclusive on public.gene_list, from the switch to the commit",
        "restores what the file does not state:",
        "put back view public.foreign_view (of no file of this project)\n  because: depends on public.gene_list",
        "drop view public.foreign_view;",
        "comment on view public.foreign_view is 'mine';",
    ] {
        assert!(text.contains(part), "{part} is in\n{text}");
    }
    case.obeys_the_laws(&genes());
}
