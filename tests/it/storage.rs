//! Where and how materialized views and their indexes are kept: stated in the file, or a person's own and still there after a
//! rebuild.

use viewkeeper::export::Selection;
use viewkeeper::report::Verb;

use crate::support::case::expect;
use crate::support::{Case, Files, project};

fn genes() -> Files {
    project("storage").file(
        "migrations/V1__genes.sql",
        "create table genes (id bigint primary key, symbol text not null, score numeric not null);\n\
         insert into genes select n, 'G' || n, n from generate_series(1, 100) n;",
    )
}

fn scores(query: &str, attachments: &str) -> Files {
    genes().file("views/scores.sql", &format!("create materialized view scores as {query};\n{attachments}"))
}

const INDEXES: &str = "create unique index scores_key on scores (id);\n\
    create index scores_score on scores (score) with (fillfactor = 70);\n";

const PLAIN: &str = "select id, score from genes";
const OTHER: &str = "select id, score + 1 as score from genes";

/// A tablespace of the test's own, and what drops it when the test is over.
fn tablespace(case: &mut Case) -> String {
    let database = case.column("select oid from pg_database where datname = current_database()").remove(0);
    let name = format!("storage_{database}");
    case.damage("set allow_in_place_tablespaces to on");
    case.damage(&format!("create tablespace {name} location ''"));
    name
}

#[test]
fn where_a_materialized_view_and_its_indexes_are_kept_stays_through_a_rebuild() {
    let other_key = INDEXES.replace("(id)", "(id, score)");
    let unstated = INDEXES.replace(" with (fillfactor = 70)", "");
    let rebuilt: &[_] = &[(Verb::Rebuild, "scores", "definition changed")];
    let indexes: &[_] = &[(Verb::Attach, "scores", "now states index scores_key, index scores_score")];
    // An option that the file states no more is no person's.
    let index: &[_] = &[(Verb::Attach, "scores", "now states index scores_score")];
    let days = [
        (OTHER, INDEXES.to_owned(), rebuilt),
        (PLAIN, other_key.replace("= 70", "= 80"), indexes),
        (PLAIN, unstated.clone(), index),
        (OTHER, unstated, rebuilt),
    ];
    for (query, attachments, does) in days {
        let mut case = Case::applied(&scores(PLAIN, INDEXES));
        let space = tablespace(&mut case);
        case.by_hand(&format!(
            "alter materialized view scores set tablespace {space};\n\
             alter index scores_key set tablespace {space};\n\
             alter index scores_key set (fillfactor = 50, deduplicate_items = off);\n\
             alter index scores_score set (deduplicate_items = off);\n\
             create index scores_hand on scores (id, score) with (fillfactor = 60) tablespace {space};"
        ));
        let project = scores(query, &attachments);
        expect(&case.run(&project), does);
        case.obeys_the_laws(&project);
        Case::new().damage(&format!("drop tablespace {space}"));
    }
}

#[test]
fn an_option_of_an_index_is_healed_where_the_file_states_it_and_kept_where_it_does_not() {
    let project = scores(PLAIN, INDEXES);
    let mut case = Case::applied(&project);
    let oids = "select string_agg(indexrelid::text, ',' order by indexrelid) from pg_index where indrelid = 'scores'::regclass";
    let before = case.column(oids);
    case.by_hand("alter index scores_key set (fillfactor = 50); cluster scores using scores_key");
    let report = case.run(&project);
    assert!(report.objects.iter().all(|object| object.verb == Verb::Record), "{report}");
    assert_eq!(case.column(oids), before, "{report}");
    case.damage("alter index scores_score set (fillfactor = 10)");
    case.heals(&project, &[(Verb::Attach, "scores", "index scores_score was changed by hand")]);
    case.damage("alter index scores_score reset (fillfactor)");
    case.heals(&project, &[(Verb::Attach, "scores", "index scores_score was changed by hand")]);
    case.obeys_the_laws(&project);
}

#[test]
fn the_access_method_of_a_materialized_view_stays_through_a_rebuild() {
    let mut case = Case::applied(&scores(PLAIN, ""));
    let version: u32 = case.column("show server_version_num")[0].parse().unwrap();
    if version < 150_000 {
        return;
    }
    case.by_hand(
        "create access method heap2 type table handler heap_tableam_handler;\n\
         alter materialized view scores set access method heap2",
    );
    let second = scores(OTHER, INDEXES);
    expect(&case.run(&second), &[(Verb::Rebuild, "scores", "definition changed")]);
    case.obeys_the_laws(&second);
}

#[test]
fn the_order_of_the_rows_can_be_stated_in_the_file() {
    let with = |stated: &str| scores(PLAIN, &format!("{INDEXES}{stated}"));
    let stated = with("alter materialized view scores cluster on scores_score;\n");
    let mut case = Case::applied(&stated);
    let clustered = "select coalesce(string_agg(indexrelid::regclass::text, ','), 'none') from pg_index where indisclustered and indrelid = 'scores'::regclass";
    assert_eq!(case.column(clustered), ["scores_score"]);
    case.damage("alter materialized view scores cluster on scores_key");
    case.heals(&stated, &[(Verb::Attach, "scores", "cluster on scores_score was changed by hand")]);
    case.damage("alter materialized view scores set without cluster");
    case.heals(&stated, &[(Verb::Attach, "scores", "cluster on scores_score was removed by hand")]);
    case.damage("drop index scores_score");
    case.run(&stated);
    assert_eq!(case.column(clustered), ["scores_score"]);
    let otherwise =
        scores(OTHER, &format!("{INDEXES}alter materialized view scores cluster on scores_score;\n"));
    case.run(&otherwise);
    assert_eq!(case.column(clustered), ["scores_score"]);
    let none = with("alter materialized view scores set without cluster;\n");
    case.run(&none);
    assert_eq!(case.column(clustered), ["none"]);
    case.damage("alter materialized view scores cluster on scores_key");
    case.heals(&none, &[(Verb::Attach, "scores", "cluster on an index was added by hand")]);
    case.run(&with("alter materialized view scores cluster on scores_score;\n"));
    assert_eq!(case.column(clustered), ["scores_score"]);
    let silent = with("");
    expect(&case.run(&silent), &[(Verb::Attach, "scores", "no longer states cluster on an index")]);
    assert_eq!(case.column(clustered), ["none"]);
    case.by_hand("alter materialized view scores cluster on scores_key");
    let last = scores(OTHER, INDEXES);
    case.run(&last);
    case.obeys_the_laws(&last);
}

#[test]
fn export_writes_where_and_how_indexes_are_kept() {
    let mut case = Case::applied(&genes());
    let space = tablespace(&mut case);
    case.damage(&format!(
        "create materialized view scores tablespace {space} as select id, score from genes;\n\
         create unique index scores_key on scores (id) with (fillfactor = 50) tablespace {space};\n\
         create index scores_score on scores (score) tablespace {space} where score > 3 and id > 1;\n\
         alter materialized view scores cluster on scores_key;"
    ));
    let export = genes().migrator().export(&mut case.client, &Selection::default()).unwrap();
    assert!(export.left_out.is_empty(), "{export:?}");
    let text = &export.objects[0].text;
    for stated in [
        format!("WITH (fillfactor='50') TABLESPACE {space};"),
        format!("(score) TABLESPACE {space} WHERE score > 3::numeric AND id > 1;"),
        "ALTER MATERIALIZED VIEW scores CLUSTER ON scores_key;".to_owned(),
    ] {
        assert!(text.contains(&stated), "{stated} is not in {text}");
    }
    let project = genes().file(&export.objects[0].file, text);
    let report = case.run(&project);
    assert!(report.objects.iter().all(|object| object.verb == Verb::Record), "{report}");
    case.obeys_the_laws(&project);
    Case::new().damage(&format!("drop tablespace {space}"));
}

#[test]
fn what_goes_with_a_column_is_named() {
    let mut case =
        Case::applied(&genes().file("v.sql", "create view v as select id, symbol, score from genes"));
    let reader = case.role("storage_reader", &[]);
    case.by_hand("comment on column v.id is 'mine'; alter view v alter column id set default 1");
    case.damage(&format!(
        "comment on column v.symbol is 'mine'; grant select (symbol), update (id) on v to {reader};\n\
         alter view v alter column score set default 1"
    ));
    case.by_hand(&format!("grant update (id) on v to {reader}"));
    let project = genes().file("v.sql", "create view v as select id from genes");
    let plan = project.migrator().plan(&mut case.client).unwrap().to_string();
    let report = case.run(&project);
    for lost in [
        "comment on column public.v.symbol is 'mine'".to_owned(),
        format!("grant select (symbol) on public.v to {reader}"),
        "alter view public.v alter column score set default 1".to_owned(),
    ] {
        let told = format!("is lost with its column: {lost}");
        assert!(report.warnings.iter().any(|warning| warning.contains(&told)), "{told} is not in {report}");
        assert!(plan.contains(&told), "{told} is not in {plan}");
    }
    assert_eq!(report.warnings.len(), 3, "{report}");
    case.obeys_the_laws(&project);
}
