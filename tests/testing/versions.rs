//! Migration versions as an application has them, which chose their width by a cargo feature. Run these without the feature
//! `tool`, which brings versions of 8 bytes, and they are about an application that did not turn them on.

use std::collections::BTreeMap;

use postgres::Client;
use viewkeeper::__private::{Bundle, Manifest, migrator};
use viewkeeper::testing::Server;
use viewkeeper::{ErrorKind, Migrator};

use crate::Result;

const TEXT: &str = "create table genes (id bigint primary key);\n";

/// The checksum that refinery itself gives to `V12__genes` with [`TEXT`], built with versions of 4 and of 8 bytes.
const RECORDED: [(&str, &str); 2] = [("int4", "585547226674215941"), ("int8", "13228450505718082561")];

/// A project with one migration, as a build script would have embedded it.
fn project(versions: &str, version: i64) -> Result<Migrator> {
    let file = format!("migrations/V{version}__genes.sql");
    let manifest: Manifest = serde_json::from_value(serde_json::json!({
        "format": 1, "folder": "sql", "name": "widths", "schema": "public", "versions": versions,
        "history": "refinery_schema_history", "release": format!("{versions}{version}"), "creates_schema": false,
        "migrations": [{
            "file": file, "version": version, "name": "genes", "unordered": false,
            "statements": [{"start": 0, "end": TEXT.len() - 2}], "outside": null,
        }],
        "objects": [], "checks": [],
    }))?;
    let files = BTreeMap::from([(file, TEXT.to_owned())]);
    Ok(migrator(Bundle { manifest, files, warnings: Vec::new() }, 1_790_000_000_000))
}

fn history(client: &mut Client) -> Result<Vec<String>> {
    let rows = client.query(
        "select version || ' ' || checksum || ' ' || pg_typeof(version) from refinery_schema_history order by version",
        &[],
    )?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

#[test]
fn wide_versions_are_run_or_refused_by_name_and_never_passed_over() -> Result {
    let database = Server::shared()?.database()?;
    let mut client = database.connect()?;
    let migrator = project("int8", 20_240_101_120_000)?;
    if cfg!(feature = "int8-versions") {
        assert_eq!(migrator.run(&mut client)?.migrations.len(), 1);
        assert_eq!(client.query("select id from genes", &[])?.len(), 0);
        return Ok(());
    }
    let mut errors = vec![
        migrator.run(&mut client).map(drop),
        migrator.plan(&mut client).map(drop),
        migrator.check(&mut client).map(drop),
        migrator.status(&mut client).map(drop),
        migrator.rehearse(&mut client).map(drop),
    ];
    // Small versions would fit, and the next one would not.
    errors.push(project("int8", 1)?.run(&mut client).map(drop));
    for error in errors {
        let error = error.expect_err("versions of 8 bytes");
        assert_eq!(error.kind(), ErrorKind::History);
        let text = format!("{error:?}");
        for part in [
            "versions = \"int8\"",
            "help: write into Cargo.toml, under [dependencies]: viewkeeper = { version = \"0.1\", features = [\"int8-versions\"] }",
            "note: nothing was changed",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }
    let made = client
        .query("select relname::text from pg_class where relnamespace = 'public'::regnamespace", &[])?;
    assert!(made.is_empty());
    Ok(())
}

#[test]
fn the_history_is_that_of_a_refinery_of_the_projects_width() -> Result {
    for (versions, checksum) in RECORDED {
        let database = Server::shared()?.database()?;
        let mut client = database.connect()?;
        if versions == "int8" && !cfg!(feature = "int8-versions") {
            continue;
        }
        project(versions, 12)?.run(&mut client)?;
        let width = if versions == "int8" { "bigint" } else { "integer" };
        assert_eq!(history(&mut client)?, [format!("12 {checksum} {width}")]);
    }
    Ok(())
}

/// The numbers above are refinery's own: each of the two builds knows one of them.
#[test]
fn refinery_gives_the_checksum_of_its_width() -> Result {
    let migration = refinery::Migration::unapplied("V12__genes", TEXT)?;
    let wide = usize::from(cfg!(feature = "int8-versions"));
    assert_eq!(migration.checksum().to_string(), RECORDED[wide].1);
    Ok(())
}

#[test]
fn refinery_and_we_understand_each_others_history() -> Result {
    let versions = if cfg!(feature = "int8-versions") { "int8" } else { "int4" };
    let by_refinery = refinery::Runner::new(&[refinery::Migration::unapplied("V12__genes", TEXT)?]);
    for refinery_first in [true, false] {
        let database = Server::shared()?.database()?;
        let mut client = database.connect()?;
        if refinery_first {
            by_refinery.run(&mut client)?;
        }
        let migrations = project(versions, 12)?.run(&mut client)?.migrations.len();
        assert_eq!(migrations, usize::from(!refinery_first));
        // It compares checksums, and fails where they differ.
        assert_eq!(by_refinery.run(&mut client)?.applied_migrations().len(), 0);
    }
    Ok(())
}

#[test]
fn a_history_of_4_bytes_does_not_take_wide_versions_and_nothing_is_lost() -> Result {
    if !cfg!(feature = "int8-versions") {
        return Ok(());
    }
    let database = Server::shared()?.database()?;
    let mut client = database.connect()?;
    client.batch_execute(
        "create table refinery_schema_history (version int4 primary key, name varchar(255), applied_on varchar(255),
         checksum varchar(255))",
    )?;
    let error = project("int8", 20_240_101_120_000)?.run(&mut client).map(drop).expect_err("it does not fit");
    assert_eq!(error.code(), Some("22003"), "{error:?}");
    assert!(client.query("select 1 from pg_class where relname = 'genes'", &[])?.is_empty());

    // With a row in it, that is known before anything runs, and told with the way out.
    let (narrow, wide) = (project("int4", 12)?, project("int8", 20_240_101_120_000)?);
    narrow.run(&mut client)?;
    for result in [wide.run(&mut client).map(drop), wide.plan(&mut client).map(drop)] {
        let text = format!("{:?}", result.expect_err("it does not fit"));
        assert!(text.starts_with("the version of migration V20240101120000__genes does not fit"), "{text}");
        let help = "alter table public.refinery_schema_history alter column version type bigint;";
        assert!(text.contains(&format!("help: widen it, as its owner: {help}")), "{text}");
    }
    client.batch_execute(
        "alter table public.refinery_schema_history alter column version type bigint; drop table genes",
    )?;
    assert_eq!(wide.run(&mut client)?.migrations.len(), 1);
    assert_eq!(history(&mut client)?.len(), 2);
    Ok(())
}
