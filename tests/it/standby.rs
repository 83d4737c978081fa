//! On a hot standby: what only reads works, and what would write says that, and where to go.

use viewkeeper::ErrorKind;
use viewkeeper::check::State;
use viewkeeper::report::Outcome;
use viewkeeper::testing::{Database, Server};

use crate::support::cli::Cli;
use crate::support::folder::Folder;
use crate::support::standby::Standby;
use crate::support::{Files, laws, project};
use viewkeeper::refresh::Views;

fn genes() -> Files {
    project("genes")
        .file("viewkeeper.toml", "name = \"genes\"\n")
        .file("migrations/V1__genes.sql", "create table genes (id int primary key, symbol text);\n")
        .file("views/gene.sql", "create view gene as select id, symbol from genes;\n")
        .file("views/gene_count.sql", "create view gene_count as select count(*) as n from gene;\n")
        .file("views/ranking.sql", "create materialized view ranking as select id from gene;\n")
}

fn wider() -> Files {
    genes().file("views/gene.sql", "create view gene as select id, symbol, 1 as rank from genes;\n")
}

/// A primary with a standby, and a database in which nothing is yet.
fn servers() -> (Server, Standby, Database) {
    let (primary, standby) = Standby::pair();
    let database = primary.database().unwrap();
    (primary, standby, database)
}

#[test]
fn a_run_with_nothing_to_do_succeeds_and_one_with_work_says_where_to_go() {
    let (_primary, standby, database) = servers();
    let mut primary = database.connect().unwrap();

    let error = genes().migrator().run(&mut standby.connect(&database)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rights, "{error:?}");
    assert_eq!(
        format!("{error:?}"),
        "project \"genes\" is not up to date, and the server is a standby\n  \
         help: connect to the primary; with target_session_attrs=read-write a URL of several hosts leads there\n  \
         note: there is no ledger\n  note: nothing was changed"
    );

    let project = genes();
    project.migrator().run(&mut primary).unwrap();
    let report = project.migrator().run(&mut standby.connect(&database)).unwrap();
    assert_eq!(report.outcome, Outcome::UpToDate, "{report}");

    // Another release stands.
    let newer = wider();
    let error = newer.migrator().run(&mut standby.connect(&database)).unwrap_err();
    let told = format!("{error:?}");
    assert!(told.contains("note: release ") && told.contains(" stands here, and this is "), "{told}");
    newer.migrator().run(&mut primary).unwrap();
    assert_eq!(newer.migrator().run(&mut standby.connect(&database)).unwrap().outcome, Outcome::UpToDate);
    // An older binary leaves it alone, here as on the primary.
    assert_eq!(project.migrator().run(&mut standby.connect(&database)).unwrap().outcome, Outcome::Superseded);

    // Drift is named.
    primary.batch_execute("drop view gene_count").unwrap();
    let error = newer.migrator().run(&mut standby.connect(&database)).unwrap_err();
    assert!(format!("{error:?}").contains("note: view public.gene_count: dropped by hand"), "{error:?}");
    newer.migrator().run(&mut primary).unwrap();

    // A session that only reads finds out by the texts that nothing but a fingerprint moved.
    let text = "drop view gene_count; create view gene_count as select count(*) as n from gene";
    primary.batch_execute(text).unwrap();
    let report = newer.migrator().run(&mut standby.connect(&database)).unwrap();
    assert_eq!(report.outcome, Outcome::UpToDate, "{report}");

    newer.migrator().run(&mut primary).unwrap();
    laws::equals_a_fresh_install(&database, &newer, &[]);
    laws::second_run_is_a_no_op(&database, &mut primary, &newer);
}

#[test]
fn what_only_reads_works_and_what_writes_is_refused() {
    let (_primary, standby, database) = servers();
    let project = genes();
    let migrator = project.migrator();

    let check = migrator.check(&mut standby.connect(&database)).unwrap();
    assert_eq!(check.pending, ["V1__genes"], "{check}");
    migrator.run(&mut database.connect().unwrap()).unwrap();
    let mut reader = standby.connect(&database);
    let check = migrator.check(&mut reader).unwrap();
    assert!(check.findings.is_empty() && check.in_sync.len() == 3, "{check}");
    assert!(migrator.plan(&mut reader).unwrap().is_empty());

    // Whether another text means the same is asked of a shadow, which cannot be made here.
    let check = wider().migrator().check(&mut reader).unwrap();
    let states: Vec<State> = check.findings.iter().map(|finding| finding.state).collect();
    assert!(!states.is_empty() && states.iter().all(|state| *state == State::NotComparable), "{check}");
    assert!(check.to_string().contains("not comparable here, because the server is a standby"), "{check}");

    let errors = [
        migrator.rehearse(&mut reader).map(drop).unwrap_err(),
        migrator.refresh(&mut reader, &Views::All).map(drop).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Rights, "{error:?}");
        assert!(error.to_string().ends_with(": the server is a standby"), "{error:?}");
        assert!(format!("{error:?}").contains("help: connect to the primary"), "{error:?}");
    }

    let folder = Folder::new(&project);
    let cli = Cli { folder: &folder, url: standby.url(&database) };
    cli.run(&["apply"], 0);
    cli.run(&["plan"], 0);
    cli.run(&["check"], 0);
    cli.run(&["status"], 0);
    cli.run(&["history"], 0);
    cli.run(&["graph", "--check"], 0);
    cli.run(&["discover"], 0);
    cli.run(&["export", "--script"], 0);
    let refused = cli.run(&["validate"], 2);
    assert!(refused.contains("to compare it with: the server is a standby\n"), "{refused}");
    assert!(refused.contains("--throwaway") && !refused.contains("25006"), "{refused}");

    laws::equals_a_fresh_install(&database, &project, &[]);
    laws::second_run_is_a_no_op(&database, &mut database.connect().unwrap(), &project);
}
