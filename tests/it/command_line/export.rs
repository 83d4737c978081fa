//! `export`: a database that viewkeeper does not know becomes a project.

use std::fs;

use crate::support::cli::{Cli, steady};
use crate::support::folder::Folder;
use crate::support::golden::golden;
use crate::support::{project, server};

const GROWN: &str = "create schema app;
    set search_path to app, public;
    create table genes (id int primary key, symbol text, score numeric);
    create function tier(score numeric, cut numeric default 5) returns text language sql immutable
      as 'select case when score > cut then ''high'' else ''low'' end';
    create view gene_scores as select id, symbol, tier(score) as tier from genes where score is not null;
    comment on view gene_scores is 'what is known';
    grant select on gene_scores to public;
    create materialized view per_tier as select tier, count(*) as n from gene_scores group by tier;
    create unique index on per_tier (tier);
    create statistics per_tier_statistics on tier, n from per_tier;
    alter statistics per_tier_statistics set statistics 50;
    create function touch() returns trigger language plpgsql as 'begin return new; end';
    create trigger touched before update on genes for each row execute function touch()";

/// A folder without a project in it, named `grown`.
fn nowhere() -> Folder {
    let folder = Folder::new(&project("nothing").file("../Cargo.toml", "[package]\nname = \"grown\"\n"));
    fs::remove_dir_all(folder.path().join("sql")).unwrap();
    folder
}

#[test]
fn a_database_becomes_a_project() {
    let folder = nowhere();
    let database = server().database().unwrap();
    let cli = Cli::new(&folder, &database);
    let mut client = database.connect().unwrap();
    client.batch_execute(GROWN).unwrap();

    let told = cli.run(&["export", "--schema", "app"], 0) + &cli.run(&["build"], 0);
    golden("command_line/export.txt", &steady(&told, &[]));
    let read = |file: &str| fs::read_to_string(folder.path().join("sql").join(file)).unwrap();
    assert_eq!(read("viewkeeper.toml"), "name = \"grown\"\nschema = \"app\"\n");
    let view = read("views/gene_scores.sql");
    assert!(view.starts_with("CREATE VIEW gene_scores AS\n SELECT "), "{view}");
    assert!(
        view.ends_with(
            "\n\nCOMMENT ON VIEW gene_scores IS 'what is known';\n\nGRANT SELECT ON gene_scores TO PUBLIC;\n"
        ),
        "{view}"
    );
    let script = cli.run(&["export", "--script", "gene_scores", "touch"], 0);
    let begins = "-- 2 objects of project grown, in an order in which they can be created.\n";
    assert!(
        script.starts_with(begins) && script.contains("\n-- view app.gene_scores\nCREATE VIEW gene_scores"),
        "{script}"
    );

    // It is taken over as it is.
    let applied = cli.run(&["apply"], 0);
    assert!(applied.contains("recorded  materialized view app.per_tier"), "{applied}");
    assert_eq!(cli.run(&["check"], 0), "grown: in sync, 5 objects\n");
    assert_eq!(cli.run(&["export"], 0).lines().next(), Some("grown: 0 files written to sql"));
}

#[test]
fn a_file_is_not_written_over_unasked() {
    let folder = nowhere();
    let database = server().database().unwrap();
    let cli = Cli::new(&folder, &database);
    let mut client = database.connect().unwrap();
    client.batch_execute(GROWN).unwrap();
    cli.run(&["export", "--schema", "app", "gene_scores", "tier(numeric, numeric)", "--to", "here"], 0);
    let view = folder.path().join("here/views/gene_scores.sql");
    let before = fs::read_to_string(&view).unwrap();
    client
        .batch_execute(
            "create or replace view app.gene_scores as select id, symbol, 'x' as tier from app.genes",
        )
        .unwrap();

    let export = ["export", "--to", "here", "gene_scores"];
    let refused = cli.run(&export, 2);
    assert_eq!(
        refused,
        "error: write over 1 file: views/gene_scores.sql?\n  help: nobody can be asked here; say --yes\n"
    );
    assert_eq!(fs::read_to_string(&view).unwrap(), before);
    let json = cli.json(&[&export[..], &["--yes"]].concat(), 0);
    assert_eq!(json["files"], serde_json::json!([{"file": "views/gene_scores.sql", "state": "differs"}]));
    assert_ne!(fs::read_to_string(&view).unwrap(), before);
    let json = cli.json(&["export", "--schemas", "app", "--sql", "here"], 0);
    let files: Vec<&str> =
        json["files"].as_array().unwrap().iter().map(|file| file["file"].as_str().unwrap()).collect();
    assert_eq!(
        files,
        ["materialized_views/per_tier.sql", "functions/touch.sql", "triggers/genes.touched.sql"]
    );
    assert_eq!(json["left_out"][0]["of"], "materialized view app.per_tier");
    assert_eq!(
        json["left_out"][0]["statement"],
        "alter statistics app.per_tier_statistics set statistics 50;"
    );
}

#[test]
fn unknown_names_are_told() {
    let folder = nowhere();
    let database = server().database().unwrap();
    let cli = Cli::new(&folder, &database);
    database.connect().unwrap().batch_execute(GROWN).unwrap();
    let error = cli.run(&["export", "--schema", "app", "gene_score"], 2);
    assert_eq!(
        error,
        "error: there is no view, routine or trigger \"gene_score\" in the schemas that were read\n  \
         help: did you mean \"app.gene_scores\"?\n"
    );
    let error = cli.run(&["export", "--schemas", "ap"], 2);
    assert_eq!(error, "error: the database has no schema \"ap\"\n");
    assert!(!folder.path().join("sql").exists(), "nothing is written");
}
