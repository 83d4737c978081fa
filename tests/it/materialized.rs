//! Materialized views: made, unchanged, built anew beside the old one, healed, retired.

use viewkeeper::report::{Outcome, Verb};

use crate::support::case::expect;
use crate::support::case::only;
use crate::support::cases::cases;
use crate::support::{Case, Files, project as named};

fn genes() -> Files {
    named("materialized")
        .file("viewkeeper.toml", "schema = \"app\"")
        .file(
            "migrations/V1__genes.sql",
            "create table app.genes (id bigint primary key, symbol text not null, score numeric not null);\n\
             insert into app.genes select n, 'G' || n, n from generate_series(1, 100) n;",
        )
        .file(
            "views/strong.sql",
            "create view strong as select id, symbol, score from genes where score > 50",
        )
}

fn scores(definition: &str) -> String {
    format!(
        "create materialized view gene_scores as {definition};\n\
         create unique index gene_scores_key on gene_scores (id);\n\
         comment on materialized view gene_scores is 'scores';\n\
         comment on index gene_scores_key is 'the key';\n\
         create statistics gene_scores_both on id, score from gene_scores;"
    )
}

const DEFINITION: &str = "select id, score from strong";

fn project() -> Files {
    genes()
        .file("views/gene_scores.sql", &scores(DEFINITION))
        .file("views/top.sql", "create view top as select id from gene_scores order by score desc limit 10")
}

#[test]
fn a_materialized_view_is_made_filled_and_indexed() {
    let project = project();
    let mut case = Case::applied(&project);
    assert_eq!(case.column("select count(*) from app.gene_scores"), ["50"]);
    assert_eq!(case.column("select count(*) from app.top"), ["10"]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_changed_query_is_built_beside_the_old_one() {
    let mut case = Case::applied(&project());
    case.by_hand("create index by_hand on app.gene_scores (score)");
    case.by_hand("comment on index app.by_hand is 'mine'");
    case.by_hand("grant select on app.gene_scores to public");
    case.by_hand("alter materialized view app.gene_scores cluster on by_hand");
    let project = project().file("views/gene_scores.sql", &scores("select id, score, symbol from strong"));
    let report = case.run(&project);
    expect(
        &report,
        &[
            (
                Verb::Rebuild,
                "gene_scores",
                "definition changed in sql/views/gene_scores.sql; gains symbol, so the materialized view is rebuilt",
            ),
            (Verb::Rebuild, "top", "depends on app.gene_scores"),
        ],
    );
    assert_eq!(case.column("select count(*) from app.gene_scores"), ["50"]);
    case.obeys_the_laws(&project);
}

#[test]
fn what_changes_below_does_not_rebuild_it() {
    let mut case = Case::applied(&project());
    let project = project().file(
        "views/strong.sql",
        "create view strong as select id, symbol, score from genes where score > 60",
    );
    let oid = case.column("select 'app.gene_scores'::regclass::oid");
    let report = case.run(&project);
    expect(&report, &[(Verb::Replace, "strong", "definition changed")]);
    assert_eq!(case.column("select 'app.gene_scores'::regclass::oid"), oid);
    assert_eq!(case.column("select count(*) from app.gene_scores"), ["40"], "refreshed: {report}");
    case.obeys_the_laws(&project);
}

#[test]
fn one_that_is_made_has_the_rows_of_views_that_are_replaced_in_place_with_it() {
    let between = project().file("views/between.sql", "create view between as select id, score from strong");
    let mut case = Case::applied(&between);
    let stronger = "create view strong as select id, symbol, score from genes where score > 60";
    let of_between = scores("select id, score, score * 2 as twice from between");
    let project = between.file("views/strong.sql", stronger).file("views/gene_scores.sql", &of_between);
    case.run(&project);
    assert_eq!(case.column("select count(*) from app.gene_scores"), ["40"]);
    // Replaced by hand and dropped by hand.
    case.damage(
        "create or replace view app.strong as select id, symbol, score from app.genes where score > 10;
         drop materialized view app.gene_scores cascade",
    );
    case.run(&project);
    assert_eq!(case.column("select count(*) from app.gene_scores"), ["40"]);
    // A column renamed by hand, below one that is made.
    case.damage(
        "alter view app.strong rename column score to points; drop materialized view app.gene_scores cascade",
    );
    case.run(&project);
    assert_eq!(case.column("select count(*) from app.gene_scores"), ["40"]);
    case.obeys_the_laws(&project);
}

#[test]
fn one_that_is_made_on_one_that_is_refreshed_has_its_new_rows() {
    let high = "create materialized view high as select id from gene_scores where score > 0";
    let project = project().file("views/high.sql", high);
    let mut case = Case::applied(&project);
    let stronger = "create view strong as select id, symbol, score from genes where score > 60";
    let project = project
        .file("views/strong.sql", stronger)
        .file("views/high.sql", "create materialized view high as select id, score from gene_scores");
    let report = case.run(&project);
    assert_eq!(report.refreshed.len(), 2, "{report}");
    assert_eq!(case.column("select count(*) from app.high"), ["40"]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_rebuilt_view_below_takes_it_along() {
    let mut case = Case::applied(&project());
    let project = project().file(
        "views/strong.sql",
        "create view strong as select id, symbol, score::float8 as score from genes where score > 60",
    );
    let report = case.run(&project);
    expect(
        &report,
        &[
            (Verb::Rebuild, "strong", "score: numeric -> double precision"),
            (Verb::Rebuild, "gene_scores", "depends on app.strong"),
            (Verb::Rebuild, "top", "depends on app.gene_scores"),
        ],
    );
    assert_eq!(case.column("select count(*) from app.gene_scores"), ["40"]);
    case.obeys_the_laws(&project);
}

cases! { is_healed:
    a_dropped_one_is_created("drop materialized view app.gene_scores cascade", Verb::Create, "dropped by hand");
    a_dropped_index_is_healed_alone(
        "drop index app.gene_scores_key",
        Verb::Attach,
        "index gene_scores_key was dropped by hand",
    );
    dropped_statistics_are_healed_alone(
        "drop statistics app.gene_scores_both",
        Verb::Attach,
        "statistics gene_scores_both was dropped by hand",
    );
    a_changed_comment_of_an_index_is_healed_alone(
        "comment on index app.gene_scores_key is 'x'",
        Verb::Attach,
        "comment on index gene_scores_key was changed by hand",
    );
    a_comment_that_was_removed_is_healed_alone(
        "comment on materialized view app.gene_scores is null",
        Verb::Attach,
        "comment was removed by hand",
    );
}

fn is_healed(damage: &str, verb: Verb, why: &str) {
    let project = project();
    let mut case = Case::applied(&project);
    case.damage(damage);
    let report = case.run(&project);
    assert_eq!(report.outcome, Outcome::Healed, "{report}");
    let (done, reason) = only(&report, "gene_scores");
    assert!(done == verb && reason.contains(why), "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn a_column_renamed_by_hand_gets_its_name_back_and_the_rows_stay() {
    let project = project();
    let mut case = Case::applied(&project);
    let oid = case.column("select 'app.gene_scores'::regclass::oid");
    case.damage("alter materialized view app.gene_scores rename column score to points");
    let report = case.run(&project);
    assert_eq!(report.outcome, Outcome::Healed, "{report}");
    assert_eq!(case.column("select 'app.gene_scores'::regclass::oid"), oid, "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn one_on_another_has_the_rows_of_the_view_below_both() {
    let chain = |column: &str| {
        project()
            .file(
                "views/strong.sql",
                &format!("create view strong as select id, symbol, score{column} from genes"),
            )
            .file("views/gene_scores.sql", &scores(&format!("select id, score{column} from strong")))
            .file(
                "views/best.sql",
                "create materialized view best as select max(score) as score from app.gene_scores",
            )
    };
    let mut case = Case::applied(&chain(""));
    let project = chain(", upper(symbol) as name");
    let report = case.run(&project);
    assert_eq!(case.column("select score from app.best"), ["100"], "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn an_empty_one_stays_empty() {
    let with = |definition: &str| {
        genes().file(
            "views/m.sql",
            &format!("-- viewkeeper: with-no-data\ncreate materialized view m as {definition}"),
        )
    };
    let mut case = Case::applied(&with("select id from strong"));
    let populated = "select relispopulated from pg_class where oid = 'app.m'::regclass";
    assert_eq!(case.column(populated), ["f"]);
    let project = with("select id, score from strong");
    case.run(&project);
    assert_eq!(case.column(populated), ["f"]);
    case.damage("refresh materialized view app.m");
    let project = with("select id, score, symbol from strong");
    case.run(&project);
    assert_eq!(case.column(populated), ["t"], "it was filled, and stays so");
}

#[test]
fn a_view_becomes_one_and_a_view_again() {
    let plain =
        genes().file("views/gene_scores.sql", "create view gene_scores as select id, score from strong");
    let plain = plain.file("views/top.sql", "create view top as select id from gene_scores");
    let project = project();
    let mut case = Case::applied(&plain);
    case.by_hand("grant select on app.gene_scores to public");
    case.by_hand("comment on column app.gene_scores.score is 'mine'");
    let report = case.run(&project);
    assert!(report.objects.iter().any(|object| object.verb == Verb::Rebuild), "{report}");
    let plain = plain.file("views/top.sql", "create view top as select id from gene_scores");
    let report = case.run(&plain);
    assert!(report.objects.iter().any(|object| object.verb == Verb::Rebuild), "{report}");
    case.obeys_the_laws(&plain);
}

#[test]
fn an_index_that_no_longer_fits_is_an_error_that_names_it() {
    let mut case = Case::applied(&project());
    case.damage("create index by_hand on app.gene_scores (score)");
    let project = genes()
        .file("views/gene_scores.sql", "create materialized view gene_scores as select id from strong");
    let error = case.refused(&project);
    assert!(error.to_string().contains("by_hand"), "{error:?}");
}
