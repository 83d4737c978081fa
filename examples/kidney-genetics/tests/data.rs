//! The views give the right answers, by hand and on the generated data.

use std::error::Error;
use viewkeeper::refresh::Views;

use postgres::Client;
use viewkeeper::object::{Kind, Object};
use viewkeeper::testing::Server;

#[path = "../src/data.rs"]
mod data;

viewkeeper::embed!(mod migrate);

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

#[test]
fn the_tiers_of_the_views_are_those_of_the_proposal() {
    let views = |tier: Vec<Object<'_>>| {
        let views = tier.into_iter().filter(|object| object.kind() == Kind::View);
        views.map(|object| object.name().name).collect()
    };
    let tiers: Vec<Vec<String>> = migrate::project().tiers().into_iter().map(views).collect();
    let expected = [
        &[
            "cache_stats",
            "evidence_classification_weights",
            "evidence_source_counts",
            "static_evidence_counts",
        ][..],
        &["evidence_count_percentiles", "evidence_normalized_scores", "static_evidence_scores"],
        &["combined_evidence_scores", "evidence_summary_view"],
        &["gene_scores"],
    ];
    assert_eq!(tiers[..4], expected);
}

/// Two genes with evidence of every kind and one without, all numbers small enough to be computed on paper.
const BY_HAND: &str = r#"
    insert into genes (approved_symbol, hgnc_id)
    values ('PKD1', 'HGNC:1'), ('PKD2', 'HGNC:2'), ('SILENT', 'HGNC:3');

    insert into static_sources (source_name, display_name, scoring_weight, is_active)
    values ('static_panels', 'panels', 0.5, true), ('static_old', 'old panels', 1, false);

    insert into gene_evidence (gene_id, source_name, source_detail, evidence_data)
    select g.id, e.source_name, e.source_detail, e.evidence_data::jsonb
    from (
      values
        ('PKD1', 'PanelApp', null, '{"panels": [1, 2, 3]}'),
        ('PKD2', 'PanelApp', null, '{}'),
        ('PKD1', 'HPO', null, '{"hpo_terms": ["a", "b"], "diseases": ["c"]}'),
        ('PKD2', 'HPO', null, '{"hpo_terms": ["a", "b", "c", "d"]}'),
        ('PKD1', 'PubTator', null, '{"publication_count": 70, "pmids": ["1", "2"]}'),
        ('PKD2', 'PubTator', null, '{"pmids": ["1", "2"]}'),
        ('PKD1', 'Literature', null, '{"references": [{}]}'),
        ('PKD1', 'ClinGen', null, '{"classifications": [{"classification": "Definitive"}]}'),
        ('PKD2', 'GenCC', null, '{"classifications": [{"classification": "Strong"}, {"classification": "Limited"}]}'),
        ('PKD1', 'static_panels', 'A', '{}'),
        ('PKD1', 'static_panels', 'B', '{}'),
        ('PKD2', 'static_panels', 'B', '{}'),
        ('PKD2', 'static_old', 'C', '{}')
    ) as e (symbol, source_name, source_detail, evidence_data)
    join genes g on g.approved_symbol = e.symbol"#;

#[test]
fn every_source_counts_by_its_own_measure() -> Result {
    let server = Server::start()?;
    let database = server.database()?;
    let mut client = database.connect()?;
    migrate::run(&mut client)?;
    client.batch_execute(BY_HAND)?;

    let counts = lines(
        &mut client,
        "select distinct concat_ws(' ', approved_symbol, source_name, source_count)
         from evidence_source_counts order by 1",
    )?;
    let expected = [
        "PKD1 HPO 3",
        "PKD1 Literature 1",
        "PKD1 PanelApp 3",
        "PKD1 PubTator 70",
        "PKD1 static_panels 2",
        "PKD2 HPO 4",
        "PKD2 PanelApp 0",
        "PKD2 PubTator 2",
        "PKD2 static_old 1",
        "PKD2 static_panels 1",
    ];
    assert_eq!(counts, expected);
    Ok(())
}

#[test]
fn scores_are_those_computed_by_hand() -> Result {
    let server = Server::start()?;
    let database = server.database()?;
    let mut client = database.connect()?;
    migrate::run(&mut client)?;
    client.batch_execute(BY_HAND)?;

    let combined = lines(
        &mut client,
        "select concat_ws(' ', approved_symbol, source_name, record_count, trim_scale(normalized_score))
         from combined_evidence_scores order by approved_symbol, source_name",
    )?;
    let expected = [
        "PKD1 ClinGen 1 1",
        "PKD1 HPO 1 0",
        "PKD1 Literature 1 0",
        "PKD1 PanelApp 1 1",
        "PKD1 PubTator 1 1",
        "PKD1 static_panels 2 0.5",
        "PKD2 GenCC 1 0.55",
        "PKD2 HPO 1 1",
        "PKD2 PanelApp 1 0",
        "PKD2 PubTator 1 0",
        "PKD2 static_panels 1 0.25",
    ];
    assert_eq!(combined, expected);

    // Seven sources have a say: 3.5 / 7 and 1.8 / 7.
    let scores = lines(
        &mut client,
        "select concat_ws(' ', approved_symbol, evidence_count, source_count, percentage_score, evidence_tier)
         from gene_scores order by 1",
    )?;
    assert_eq!(scores, ["PKD1 7 6 50.00 comprehensive", "PKD2 5 5 25.71 strong", "SILENT 0 0 0.00 none"]);

    let summary = lines(
        &mut client,
        "select concat_ws(' ', approved_symbol, evidence_count, source_count, strongest_source, best_classification)
         from evidence_summary_view order by 1",
    )?;
    assert_eq!(summary, ["PKD1 7 6 PanelApp Definitive", "PKD2 6 6 HPO Strong"]);
    Ok(())
}

#[test]
fn the_ranking_is_what_the_scores_were_at_the_last_refresh() -> Result {
    let server = Server::start()?;
    let database = server.database()?;
    let mut client = database.connect()?;
    migrate::run(&mut client)?;
    client.batch_execute(BY_HAND)?;
    let ranking = "select concat_ws(' ', place, approved_symbol, percentage_score, evidence_tier)
                   from gene_ranking order by place, approved_symbol";
    assert_eq!(lines(&mut client, ranking)?, Vec::<String>::new());

    let refreshed = migrate::refresh(&mut client)?;
    let names: Vec<String> = refreshed.views.iter().map(|view| view.object.name.clone()).collect();
    assert_eq!(names, ["evidence_summary", "gene_ranking", "source_overview"]);
    let ranked = ["1 PKD1 50.00 comprehensive", "2 PKD2 25.71 strong", "3 SILENT 0.00 none"];
    assert_eq!(lines(&mut client, ranking)?, ranked);

    // Another gene's evidence changes the ranks within its sources, and the ranking when it is refreshed.
    client.batch_execute("delete from gene_evidence where source_name = 'PubTator'")?;
    assert_eq!(lines(&mut client, ranking)?, ranked);
    assert!(!migrate::migrator().check(&mut client)?.in_sync(), "a check sees it");
    migrate::migrator().refresh(&mut client, &Views::named(["gene_ranking"]))?;
    assert_eq!(lines(&mut client, ranking)?[0], "1 PKD1 41.67 strong");
    assert!(migrate::migrator().check(&mut client)?.in_sync());

    let overview = lines(
        &mut client,
        "select concat_ws(' ', source_name, gene_count, record_count, mean_score, leading_gene_count)
         from source_overview where source_name in ('HPO', 'static_panels') order by 1",
    )?;
    assert_eq!(overview, ["HPO 2 2 0.5000 2", "static_panels 2 3 0.3750 2"]);
    Ok(())
}

#[test]
fn a_row_that_is_updated_says_when() -> Result {
    let server = Server::start()?;
    let database = server.database()?;
    let mut client = database.connect()?;
    migrate::run(&mut client)?;
    client.batch_execute(BY_HAND)?;
    // Every table with such a column has its trigger.
    let without = lines(
        &mut client,
        "select c.table_name::text
         from information_schema.columns c
         join information_schema.tables t using (table_schema, table_name)
         where c.table_schema = 'public' and c.column_name = 'updated_at' and t.table_type = 'BASE TABLE'
           and not exists (select from pg_trigger g where g.tgrelid = c.table_name::regclass and not g.tgisinternal)",
    )?;
    assert_eq!(without, Vec::<String>::new());

    client.batch_execute("update genes set aliases = '{PC1}' where approved_symbol = 'PKD1'")?;
    client.batch_execute(
        "update genes set updated_at = '2025-01-01 00:00:00+00' where approved_symbol = 'PKD2'",
    )?;
    let updated = lines(
        &mut client,
        "select concat_ws(' ', approved_symbol, updated_at > created_at) from genes order by 1",
    )?;
    assert_eq!(updated, ["PKD1 t", "PKD2 f", "SILENT f"]);
    Ok(())
}

#[test]
fn the_data_is_as_large_as_planned_and_the_same_in_every_database() -> Result {
    let server = Server::start()?;
    let mut fingerprints = Vec::new();
    for _ in 0..2 {
        let database = server.database()?;
        let mut client = database.connect()?;
        migrate::run(&mut client)?;
        data::load(&mut client)?;
        migrate::refresh(&mut client)?;
        for (table, rows) in [("genes", 4_833), ("gene_annotations", 33_663), ("gene_evidence", 6_555)] {
            assert_eq!(count(&mut client, table)?, rows, "{table}");
        }
        fingerprints.push(data::fingerprint(&mut client)?);
    }
    assert!(fingerprints[0].is_some());
    assert_eq!(fingerprints[0], fingerprints[1]);
    Ok(())
}

#[test]
fn the_views_agree_with_each_other() -> Result {
    let server = Server::start()?;
    let database = server.database()?;
    let mut client = database.connect()?;
    migrate::run(&mut client)?;
    data::load(&mut client)?;
    migrate::refresh(&mut client)?;

    // The two places that rank records say the same (see evidence_normalized_scores.sql).
    assert_eq!(
        count(&mut client, "evidence_normalized_scores where source_name <> all ('{ClinGen,GenCC}')")?,
        5_100
    );
    let differing = "evidence_count_percentiles p
        full join evidence_normalized_scores n using (evidence_id)
        where n.normalized_score is distinct from p.percentile
          and coalesce(n.source_name, p.source_name) !~ '^(ClinGen|GenCC|static_)'";
    assert_eq!(count(&mut client, differing)?, 0);

    assert_eq!(count(&mut client, "combined_evidence_scores where normalized_score not between 0 and 1")?, 0);
    assert_eq!(count(&mut client, "gene_scores where percentage_score not between 0 and 100")?, 0);
    assert_eq!(count(&mut client, "gene_scores")?, 4_833);
    assert_eq!(
        count(&mut client, "gene_scores where source_count > 0")?,
        count(&mut client, "evidence_summary_view")?
    );

    // What is kept is what was asked.
    for (kept, asked) in [
        ("evidence_summary", "select * from evidence_summary_view"),
        (
            "gene_ranking",
            "select rank() over (order by percentage_score desc), gene_id, approved_symbol, source_count,
                    evidence_count, percentage_score, evidence_tier
             from gene_scores",
        ),
    ] {
        assert_eq!(count(&mut client, &format!("((table {kept}) except all ({asked})) x"))?, 0, "{kept}");
        assert_eq!(count(&mut client, &format!("(({asked}) except all (table {kept})) x"))?, 0, "{kept}");
    }
    Ok(())
}

/// The one column of a query.
fn lines(client: &mut Client, query: &str) -> Result<Vec<String>> {
    Ok(client.query(query, &[])?.iter().map(|row| row.try_get(0)).collect::<std::result::Result<_, _>>()?)
}

/// How many rows a relation has; a condition may follow its name.
fn count(client: &mut Client, relation: &str) -> Result<i64> {
    Ok(client.query_one(&format!("select count(*) from {relation}"), &[])?.try_get(0)?)
}
