//! A ledger of format 1, as viewkeeper 0.1.0 wrote it, is moved to the format of now, in every state and with every row.

use std::thread;
use std::time::Duration;

use postgres::{Client, NoTls};
use viewkeeper::ErrorKind;
use viewkeeper::report::Outcome;

use crate::support::standby::Standby;
use crate::support::{Case, Files, laws, project};
use viewkeeper::export::Selection;
use viewkeeper::refresh::Views;

/// The tables of format 1.
const DDL: &str = include_str!("format_1/ledger.sql");

/// Fills them from a ledger of now.
const FILL: &str = include_str!("format_1/fill.sql");

/// The tables that format 1 has, too.
const TABLES: [&str; 8] =
    ["release", "project", "definition", "object", "dependency", "displaced", "stale", "claim"];

fn first() -> Files {
    project("old")
        .file("migrations/V1__t.sql", "create table t (id int primary key, name text);\n")
        .file("views/a.sql", "create view a as select id, name from t;\n")
        .file("views/gone.sql", "create view gone as select id from a;\n")
        .file(
            "views/m.sql",
            "create materialized view m as select id from a;\ncomment on materialized view m is 'ids';\n",
        )
        .file(
            "functions/f.sql",
            "create function f(x int, y text) returns int language sql as $$ select x $$;\n",
        )
        .file(
            "functions/g.sql",
            "create function g() returns trigger language plpgsql as $$ begin return new; end $$;\n",
        )
        .file("triggers/g.sql", "create trigger g before insert on t for each row execute function g();\n")
}

/// The next release: a view is changed, another one is retired.
fn second() -> Files {
    first()
        .file("views/a.sql", "create view a as select id, name, 1 as rank from t;\n")
        .without("views/gone.sql")
}

fn other() -> Files {
    project("other")
        .file("viewkeeper.toml", "name = \"other\"\nschema = \"beside\"\n")
        .file("views/o.sql", "create view o as select 1 as one;\n")
}

/// Makes the numbers of releases and definitions as in format 1, where they were those of all projects.
const SPREAD: &str = include_str!("format_1/spread.sql");

/// Takes the ledger back to format 1.
fn to_format_1(client: &mut Client) {
    let sql = format!("begin; alter schema viewkeeper rename to moved; {DDL}; {FILL}; commit");
    client.batch_execute(&sql).unwrap_or_else(|error| panic!("{error:?}"));
}

/// Every row that both formats have. The numbers of notes are random.
fn rows(case: &mut Case) -> Vec<String> {
    let rows = |table: &str| {
        format!(
            "select '{table} ' || (to_jsonb(t) - 'id')::text || coalesce(to_jsonb(t) ->> 'id', '') as row from viewkeeper.{table} t"
        )
    };
    let tables: Vec<String> = TABLES
        .iter()
        .map(|table| match *table {
            "stale" => "select 'stale ' || (to_jsonb(t) - 'id')::text from viewkeeper.stale t".to_owned(),
            // When it was written last.
            "project" => {
                "select 'project ' || (to_jsonb(t) - 'system_identifier' - 'database')::text from viewkeeper.project t"
                    .to_owned()
            }
            // Format 1 has no such hash: it comes with the next row.
            "object" => rows("object").replace("- 'id'", "- 'id' - 'pretty_hash'"),
            table => rows(table),
        })
        .collect();
    case.column(&format!("{} order by 1", tables.join(" union all ")))
}

fn format(case: &mut Case) -> Vec<String> {
    case.column("select max(version) from viewkeeper.format")
}

/// The tables of the ledger with columns, constraints, indexes and rights, in an order that does not say how they came to be.
fn shape(case: &mut Case) -> Vec<String> {
    case.column(
        "select concat_ws(' ', c.relname, c.relkind, c.relacl, c.relhastriggers,
                (select string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.atthasdef,
                                             a.attidentity, a.attacl), ',' order by a.attname)
                   from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
                (select string_agg(k.conname || pg_get_constraintdef(k.oid), ',' order by k.conname)
                   from pg_constraint k where k.conrelid = c.oid and k.contype <> 'n'),
                (select string_agg(pg_get_indexdef(i.indexrelid), ',' order by i.indexrelid::regclass::text)
                   from pg_index i where i.indrelid = c.oid),
                case c.relkind when 'v' then pg_get_viewdef(c.oid) end)
           from pg_class c
          where c.relnamespace = 'viewkeeper'::regnamespace and c.relkind <> 'i'
         union all
         select p.oid::regprocedure::text from pg_proc p where p.pronamespace = 'viewkeeper'::regnamespace
          order by 1",
    )
}

/// A database with a ledger in which there is one of everything.
fn full() -> Case {
    let mut case = Case::applied(&first());
    other().migrator().run(&mut case.client).unwrap();
    case.run(&second());
    case.damage(SPREAD);
    second().migrator().forget(&mut case.client, "2").unwrap();
    case.damage(
        "insert into viewkeeper.stale values ('old', 'public', gen_random_uuid(), 'public.m', 'news', now());
         insert into viewkeeper.stale values ('old', 'public', gen_random_uuid(), 'public.m', 'more', now());
         insert into viewkeeper.claim values ('old', 'public', 77, 'V77__x', 2147483647, now(), now());
         insert into viewkeeper.displaced values ('old', 'public', '1259/16400/0', '{\"kind\": \"view\"}'),
                ('other', 'beside', '1259/16401/0', null)",
    );
    case
}

#[test]
fn every_row_is_kept_and_the_ledger_is_as_a_new_one() {
    let mut case = full();
    let before = rows(&mut case);
    to_format_1(&mut case.client);
    let report = case.run(&second());
    assert_eq!(report.outcome, Outcome::UpToDate, "{report}");
    assert_eq!(format(&mut case), ["2"]);
    similar_asserts::assert_eq!(before, rows(&mut case));
    let mut fresh = Case::applied(&second());
    similar_asserts::assert_eq!(shape(&mut fresh), shape(&mut case));
    assert_eq!(other().migrator().run(&mut case.client).unwrap().outcome, Outcome::UpToDate);
    case.damage("delete from viewkeeper.claim; delete from viewkeeper.displaced; drop schema beside cascade; drop view gone");
    case.obeys_the_laws(&second());
}

#[test]
fn a_run_with_work_goes_on_from_what_format_1_said() {
    let mut case = full();
    case.damage("delete from viewkeeper.claim; delete from viewkeeper.displaced");
    to_format_1(&mut case.client);
    let third =
        second().file("views/a.sql", "create view a as select id, name, 2 as rank, 3 as more from t;\n");
    let report = case.run(&third);
    assert_eq!(report.outcome, Outcome::Applied, "{report}");
    assert_eq!(
        case.column("select id from viewkeeper.release where project = 'old' order by 1"),
        ["1", "2", "3"]
    );
    // What was retired in format 1 is dropped now.
    assert_eq!(case.column("select to_regclass('gone') is null"), ["t"]);
    assert_eq!(
        case.column("select count(*) = count(distinct id) and max(id) between 8 and 99 from viewkeeper.definition where project = 'old'"),
        ["t"]
    );
    third.migrator().rollback(&mut case.client, "previous").unwrap();
    let again = third.clone().built(third.moment() + 1_000_000);
    case.run(&again);
    case.damage("drop schema beside cascade");
    case.obeys_the_laws(&again);
}

#[test]
fn a_ledger_without_any_project_is_moved_too() {
    for claimed in [false, true] {
        let mut case = Case::new();
        case.damage(DDL);
        if claimed {
            case.damage(
                "insert into viewkeeper.project (name) values ('old'), ('nobody');
                 insert into viewkeeper.claim values ('old', 1, 'V1__t', 2147483647, now(), now()),
                        ('nobody', 1, 'V1__t', 2147483647, now(), now())",
            );
        }
        assert_eq!(case.run(&first()).outcome, Outcome::Applied);
        assert_eq!(format(&mut case), ["2"]);
        let schemas = "select schema from viewkeeper.project where name = 'old'";
        assert_eq!(case.column(schemas), ["public"]);
        case.damage("delete from viewkeeper.claim");
        case.obeys_the_laws(&first());
    }
}

/// As after a dump of the schema alone: nothing was ever released, and a ledger that lost its rows is no new one.
#[test]
fn one_that_lost_all_its_rows_is_said_to_be_empty() {
    let mut case = Case::applied(&first());
    to_format_1(&mut case.client);
    let tables = "format release project definition object base aside stale claim";
    let tables: Vec<String> = tables.split(' ').map(|table| format!("viewkeeper.{table}")).collect();
    case.damage(&format!("truncate {}", tables.join(", ")));
    let report = case.run(&first());
    assert!(report.migrations.is_empty(), "{report}");
    let empty = "the ledger in schema viewkeeper is empty, as after a dump without its data";
    assert!(report.warnings.iter().any(|warning| warning.contains(empty)), "{report}");
    assert_eq!(format(&mut case), ["2"]);
    case.obeys_the_laws(&first());
}

#[test]
fn sixteen_replicas_at_once_move_it_once() {
    let mut case = Case::new();
    let projects: Vec<Files> = (0..4)
        .map(|n| {
            project(&format!("p{n}"))
                .file("viewkeeper.toml", &format!("name = \"p{n}\"\nschema = \"s{n}\"\n"))
                .file("migrations/V1__t.sql", "create table t (id int);\n")
                .file("views/v.sql", "create view v as select id from t;\n")
        })
        .collect();
    projects.iter().for_each(|project| drop(project.migrator().run(&mut case.client).unwrap()));
    case.damage(SPREAD);
    let before = rows(&mut case);
    for work in [false, true] {
        if format(&mut case) != ["1"] {
            to_format_1(&mut case.client);
        }
        let replicas: Vec<_> = (0..16)
            .map(|n| {
                let mut project = projects[n % 4].clone();
                if work {
                    project = project.file("views/v.sql", "create view v as select id, 1 as one from t;\n");
                }
                let url = case.database.url().to_owned();
                thread::spawn(move || {
                    let mut client = Client::connect(&url, NoTls).unwrap();
                    project.migrator().run(&mut client).unwrap_or_else(|error| panic!("{error:?}")).outcome
                })
            })
            .collect();
        let outcomes: Vec<Outcome> = replicas.into_iter().map(|replica| replica.join().unwrap()).collect();
        let applied = outcomes.iter().filter(|outcome| **outcome == Outcome::Applied).count();
        assert_eq!(applied, if work { 4 } else { 0 }, "{outcomes:?}");
        assert_eq!(case.column("select version from viewkeeper.format order by 1"), ["1", "2"]);
        if !work {
            similar_asserts::assert_eq!(before, rows(&mut case));
        }
    }
}

#[test]
fn it_gives_way_to_whoever_reads_the_ledger() {
    let mut case = full();
    to_format_1(&mut case.client);
    let mut reader = case.database.connect().unwrap();
    reader.batch_execute("begin; select from viewkeeper.object").unwrap();
    let migrator = second().migrator().retry_for(Duration::from_millis(300));
    let error = migrator.run(&mut case.client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy, "{error:?}");
    assert_eq!(format(&mut case), ["1"]);
    reader.batch_execute("rollback").unwrap();
    assert_eq!(case.run(&second()).outcome, Outcome::UpToDate);
    assert_eq!(format(&mut case), ["2"]);
}

#[test]
fn what_somebody_granted_on_it_and_made_of_it_stays() {
    let mut case = Case::applied(&first());
    to_format_1(&mut case.client);
    let role = case.role("auditor", &[]);
    case.damage(&format!(
        "grant select on viewkeeper.definition to {role};
         comment on table viewkeeper.object is 'theirs';
         create schema ops;
         create view ops.states as select object, state from viewkeeper.status;
         create view ops.releases as select id, checksum, schema from viewkeeper.release;
         create view ops.tables as select oid, name from viewkeeper.base"
    ));
    assert_eq!(case.run(&first()).outcome, Outcome::UpToDate);
    assert_eq!(
        case.column(&format!("select has_table_privilege('{role}', 'viewkeeper.definition', 'select')")),
        ["t"]
    );
    assert_eq!(case.column("select obj_description('viewkeeper.object'::regclass)"), ["theirs"]);
    assert_eq!(case.column("select distinct state from ops.states"), ["in sync"]);
    assert_eq!(case.column("select schema from ops.releases"), ["public"]);
    case.damage(&format!("drop owned by {role}; drop role {role}; drop schema ops cascade; comment on table viewkeeper.object is null"));
    case.obeys_the_laws(&first());
}

#[test]
fn a_superseded_binary_leaves_it_as_it_is() {
    let (old, new) = (first(), second());
    let mut case = Case::applied(&old);
    case.run(&new);
    to_format_1(&mut case.client);
    let before = laws::everything(&case.database);
    assert_eq!(case.run(&old).outcome, Outcome::Superseded);
    similar_asserts::assert_eq!(before, laws::everything(&case.database));
    case.run(&new);
    case.damage("drop view gone");
    case.obeys_the_laws(&new);
}

#[test]
fn what_only_reads_says_who_moves_it() {
    let mut case = full();
    to_format_1(&mut case.client);
    let before = laws::everything(&case.database);
    let told = [
        second().migrator().plan(&mut case.client).map(drop).unwrap_err(),
        second().migrator().check(&mut case.client).map(drop).unwrap_err(),
        second().migrator().status(&mut case.client).map(drop).unwrap_err(),
        second().migrator().history(&mut case.client, None).map(drop).unwrap_err(),
        second().migrator().refresh(&mut case.client, &Views::All).map(drop).unwrap_err(),
        second().migrator().rollback(&mut case.client, "previous").map(drop).unwrap_err(),
        second().migrator().export(&mut case.client, &Selection::default()).map(drop).unwrap_err(),
    ];
    for error in told {
        assert_eq!(error.kind(), ErrorKind::Ledger, "{error:?}");
        assert!(format!("{error:?}").contains("run this version first where it may write"), "{error:?}");
    }
    let mut reader = case.database.connect().unwrap();
    reader.batch_execute("set default_transaction_read_only to on").unwrap();
    let error = second().migrator().run(&mut reader).unwrap_err();
    assert!(error.to_string().contains("the ledger has format 1"), "{error:?}");
    // A rehearsal moves it and takes that back, too.
    second().migrator().rehearse(&mut case.client).unwrap();
    similar_asserts::assert_eq!(before, laws::everything(&case.database));
}

#[test]
fn on_a_standby_the_primary_comes_first() {
    let (primary, standby) = Standby::pair();
    let database = primary.database().unwrap();
    let mut client = database.connect().unwrap();
    first().migrator().run(&mut client).unwrap();
    to_format_1(&mut client);
    let error = first().migrator().run(&mut standby.connect(&database)).unwrap_err();
    let told = format!("{error:?}");
    assert!(told.contains("the ledger has format 1") && told.contains("on the primary first"), "{told}");
    assert_eq!(first().migrator().run(&mut client).unwrap().outcome, Outcome::UpToDate);
    assert_eq!(first().migrator().run(&mut standby.connect(&database)).unwrap().outcome, Outcome::UpToDate);
}

#[test]
fn an_old_binary_that_meets_the_new_format_changes_nothing() {
    let mut case = Case::applied(&first());
    // It looks for this view, finds no ledger, and makes one.
    assert_eq!(case.column("select to_regclass('viewkeeper.shifted_base') is null"), ["t"]);
    let before = laws::everything(&case.database);
    let ddl = DDL.replace("create schema viewkeeper", "create schema if not exists viewkeeper");
    case.client.batch_execute(&format!("begin; {ddl}; commit")).unwrap_err();
    case.client.batch_execute("rollback").unwrap();
    // Its refreshes note this.
    let note = "insert into viewkeeper.stale (project, identity, why) values ('old', 'public.m', 'news')";
    case.client.batch_execute(note).unwrap_err();
    similar_asserts::assert_eq!(before, laws::everything(&case.database));
}
