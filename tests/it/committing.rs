//! The last message of a run holds everything: what of it was refused is told apart.

use viewkeeper::ErrorKind;

use crate::support::cases::cases;
use crate::support::{Case, Files, project};

/// A view is rebuilt while the migration leaves this for the commit to find.
fn leaving(migration: &str) -> Files {
    first()
        .file("migrations/V2__late.sql", migration)
        .file("views/v.sql", "create view v as select id, parent, 1 as one from t;\n")
}

fn first() -> Files {
    project("committing")
        .file(
            "migrations/V1__t.sql",
            "create table t (id int primary key, parent int references t deferrable initially deferred);\n\
             create function late() returns trigger language plpgsql as $$ begin raise exception 'too late'; end $$;\n\
             create table u (id int);\n\
             create constraint trigger late after insert on u deferrable initially deferred for each row execute function late();\n",
        )
        .file("views/v.sql", "create view v as select id, parent from t;\n")
}

cases! { refuses_the_commit:
    a_deferred_key_that_a_migration_violates_refuses_the_commit(
        "insert into t values (1, 2);\n", "23503", "t_parent_fkey");
    a_deferred_trigger_that_a_migration_fires_refuses_the_commit("insert into u values (1);\n", "P0001", "too late");
}

fn refuses_the_commit(migration: &str, code: &str, words: &str) {
    let mut case = Case::applied(&first());
    let error = case.refused(&leaving(migration));
    assert_eq!((error.kind(), error.code()), (ErrorKind::Migration, Some(code)), "{error:?}");
    let report = format!("{error:?}");
    assert!(report.contains("the commit was refused") && report.contains(words), "{report}");
    assert!(report.contains("nothing was changed; 1 table migration was rolled back"), "{report}");
    // None of its statements is what failed.
    assert!(error.location().is_none(), "{report}");
    assert!(report.contains("\n --> sql/migrations/V2__late.sql\n"), "{report}");
    let error = leaving(migration).migrator().rehearse(&mut case.client).unwrap_err();
    assert!(format!("{error:?}").contains("left so by migration V2__late"), "{error:?}");
    // One of several, and one that is committed by itself.
    let several = leaving(migration).file("migrations/V3__more.sql", "create table more (id int);\n");
    let error = case.refused(&several);
    assert!(
        error.location().is_none() && format!("{error:?}").contains("one of V2__late, V3__more"),
        "{error:?}"
    );
    let alone = leaving(migration).file(
        "migrations/V3__slow.sql",
        "-- viewkeeper: no-transaction\ncreate index concurrently t_parent on t (parent);\n",
    );
    let error = case.refused(&alone);
    let report = format!("{error:?}");
    assert!(error.location().is_none(), "{report}");
    assert!(report.contains("\n --> sql/migrations/V2__late.sql\n"), "{report}");
    case.obeys_the_laws(&first());
}

#[test]
fn a_statement_that_fails_in_the_last_message_is_found() {
    let mut case = Case::applied(&first());
    // Without a position: two rows of one key, in a materialized view that has to be filled with the locks.
    let project = first()
        .file("views/v.sql", "create view v as select 1 as id, i as parent from generate_series(1, 2) i;\n")
        .file(
            "views/m.sql",
            "create materialized view m as select id from v;\ncreate unique index m_key on m (id);\n",
        );
    let error = case.refused(&project);
    assert_eq!((error.kind(), error.code()), (ErrorKind::Object, Some("23505")), "{error:?}");
    assert_eq!(
        error.location().map(|at| (at.line, at.file.as_str())),
        Some((2, "sql/views/m.sql")),
        "{error:?}"
    );
    case.obeys_the_laws(&first());
}

#[test]
fn what_the_ledger_refuses_is_the_ledgers() {
    let mut case = Case::applied(&first());
    // A project has more than one release.
    case.damage("create unique index mine on viewkeeper.release (project)");
    let project = first().file("views/v.sql", "create view v as select id, parent, 1 as one from t;\n");
    let error = project.migrator().run(&mut case.client).expect_err("the second release");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Ledger, Some("23505")), "{error:?}");
    assert!(error.to_string().starts_with("cannot write the ledger"), "{error:?}");
    let columns = "select count(*) from pg_attribute where attrelid = 'v'::regclass and attnum > 0";
    assert_eq!(case.column(columns), ["2"]);
    case.damage("drop index viewkeeper.mine");
    case.run(&project);
    case.obeys_the_laws(&project);
}
