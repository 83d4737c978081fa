//! Validation: the whole schema against what the project makes of an empty database.

mod cases;

use postgres::{Client, NoTls};
use viewkeeper::ErrorKind;
use viewkeeper::schema::{Differences, Ignore, Scratch, Snapshot};
use viewkeeper::testing::{Database, Template};

use crate::snapshot::every_kind;
use crate::support::{Case, Files, project, server};
use viewkeeper::schema::Schemas;

/// What is told, a line each.
fn told(differences: &Differences) -> Vec<String> {
    let missing = differences.missing.iter().map(|item| format!("missing {}", item.id));
    let extra = differences.extra.iter().map(|item| format!("extra {}", item.id));
    let mismatched = differences.mismatched.iter().map(|mismatch| {
        let attributes: Vec<String> =
            mismatch.attributes.iter().map(|told| told.attribute.to_string()).collect();
        format!("mismatched {}: {}", mismatch.id, attributes.join(", "))
    });
    missing.chain(extra).chain(mismatched).collect()
}

fn small() -> Files {
    project("small")
        .file(
            "migrations/V1__genes.sql",
            "create table genes (id bigint primary key, made timestamptz not null default now());\n",
        )
        .file("views/ids.sql", "create view ids as select id from genes;\ngrant select on ids to public;\n")
}

/// Validates against a scratch database beside this one, which must be gone afterwards.
fn validated(files: &Files, database: &Database, client: &mut Client, ignore: &Ignore) -> Differences {
    let beside = |name: &str| database.config().dbname(name).connect(NoTls);
    let differences = files
        .migrator()
        .validate(client, Scratch::Beside(&beside), ignore)
        .unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(scratches(client), Vec::<String>::new());
    differences
}

/// The scratch databases of this session.
fn scratches(client: &mut Client) -> Vec<String> {
    let rows = client
        .query(
            "select datname::text from pg_database \
              where datname like format('viewkeeper\\_scratch\\_%%\\_%s\\_%%', pg_backend_pid())",
            &[],
        )
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[test]
fn each_single_difference_is_found_and_named_and_nothing_else() {
    let files = every_kind();
    let template = server()
        .template(|client| {
            client.batch_execute(include_str!("zoo/roles.sql"))?;
            files.migrator().run(client)?;
            Ok(())
        })
        .unwrap();
    // Copies are dear: a statement runs on what the ones before it left, and is compared with that; where that is not what it
    // was written for, it runs on a copy of its own.
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let halves = cases::CASES.chunks(cases::CASES.len().div_ceil(2));
        let threads: Vec<_> = halves.map(|half| scope.spawn(|| wrong_in(half, &template))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(cases::CASES.len() >= 60);
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases::CASES.len(), wrong.join("\n\n"));
}

/// A copy of the template, and what it holds.
struct Copy {
    client: Client,
    holds: Snapshot,
    _database: Database,
}

impl Copy {
    fn new(template: &Template) -> Self {
        let database = template.database().unwrap();
        let mut client = database.connect().unwrap();
        client.batch_execute("set allow_system_table_mods to on").unwrap();
        let holds = every_kind().migrator().discover(&mut client, &Schemas::All).unwrap();
        Copy { client, holds, _database: database }
    }

    /// Runs a statement; gives what is told of it.
    fn run(&mut self, sql: &str) -> Result<Differences, String> {
        self.client.batch_execute(sql).map_err(|error| format!("{error:?}"))?;
        let found = every_kind().migrator().discover(&mut self.client, &Schemas::All).unwrap();
        let told = self.holds.differences(&found, &Ignore::default());
        self.holds = found;
        Ok(told)
    }
}

/// The cases of which not exactly that is told which should be.
fn wrong_in(half: &[(&str, &[&str])], template: &Template) -> Vec<String> {
    let mut used = Copy::new(template);
    let mut wrong = Vec::new();
    for (sql, expected) in half {
        let fits =
            |found: &Result<Differences, String>| found.as_ref().is_ok_and(|found| told(found) == *expected);
        if fits(&used.run(sql)) {
            continue;
        }
        used = Copy::new(template);
        let found = used.run(sql);
        if !fits(&found) {
            let found = found.map_or_else(|error| error, |found| format!("{:?}\n{found}", told(&found)));
            wrong.push(format!("{sql}\n  expected {expected:?}\n  found    {found}"));
            used = Copy::new(template);
        }
    }
    wrong
}

#[test]
fn a_project_differs_in_nothing_from_itself() {
    let files = every_kind();
    let mut case = Case::new();
    case.damage(include_str!("zoo/roles.sql"));
    case.run(&files);
    let differences = validated(&files, &case.database, &mut case.client, &Ignore::default());
    assert!(differences.is_empty() && differences.warnings.is_empty(), "{differences}");
    assert!(differences.items > 100, "{differences}");
    case.obeys_the_laws(&files);
}

#[test]
fn what_somebody_did_by_hand_is_told_with_both_definitions() {
    let mut case = Case::applied(&small());
    case.by_hand("alter table genes alter made type timestamp using made");
    case.by_hand(
        "create index by_hand on genes (made); create schema bi; create view bi.v as select 1 as one",
    );
    let differences = validated(&small(), &case.database, &mut case.client, &Ignore::default());
    assert_eq!(
        differences.to_string(),
        "2 differences: 0 missing, 1 extra, 1 mismatched\n\
         \n\
         column\n  \
           mismatched public.genes.made\n    \
             type:          expected timestamp with time zone, found timestamp without time zone\n    \
             timezone:      expected with, found without\n    \
             | --- expected\n    \
             | +++ found\n    \
             | -alter table public.genes add column made timestamp with time zone not null\n    \
             | +alter table public.genes add column made timestamp without time zone not null\n\
         \n\
         index\n  \
           extra      public.by_hand\n    \
             | CREATE INDEX by_hand ON public.genes USING btree (made)"
    );
    case.run(&small());
    case.obeys_the_laws(&small());
}

#[test]
fn what_is_ignored_is_counted_and_a_pattern_that_ignores_nothing_is_named() {
    let mut case = Case::applied(&small());
    case.by_hand("create index by_hand on genes (made); create table audit_log (id int primary key); create table other (id int)");
    let ignore = Ignore::new(["index:*", "public.audit_*", "public.audti_*"]);
    let differences = validated(&small(), &case.database, &mut case.client, &ignore);
    assert_eq!(told(&differences), ["extra table public.other"]);
    assert_eq!(differences.ignored, 2);
    assert_eq!(differences.warnings, ["the pattern \"public.audti_*\" ignores nothing"]);
    case.obeys_the_laws(&small());
}

#[test]
fn the_scratch_database_goes_also_when_the_project_cannot_be_applied() {
    let mut case = Case::applied(&small());
    let broken = small().file("views/broken.sql", "create view broken as select nothing from genes;\n");
    let config = case.database.config();
    let beside = |name: &str| config.clone().dbname(name).connect(NoTls);
    let error = broken
        .migrator()
        .validate(&mut case.client, Scratch::Beside(&beside), &Ignore::default())
        .expect_err("the view reads a column that is not there");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Object, Some("42703")));
    assert!(format!("{error:?}").contains("this happened in the scratch database"), "{error:?}");
    assert_eq!(scratches(&mut case.client), Vec::<String>::new());
    case.obeys_the_laws(&small());
}

#[test]
fn the_scratch_database_goes_also_in_a_panic_and_that_of_a_killed_process_with_the_next_run() {
    let mut case = Case::applied(&small());
    let mut panicking = case.database.connect().unwrap();
    let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let beside = |_: &str| -> Result<Client, postgres::Error> { panic!("on the way") };
        let _ = small().migrator().validate(&mut panicking, Scratch::Beside(&beside), &Ignore::default());
    }));
    assert!(unwound.is_err());
    assert_eq!(scratches(&mut panicking), Vec::<String>::new());

    // No process has this pid; one that is there since another moment is another one.
    let (mut alive, other) = (case.database.connect().unwrap(), case.role("somebody", &[]));
    let pid: i32 = alive.query_one("select pg_backend_pid()", &[]).unwrap().get(0);
    let mut names = case.column(&format!(
        "select format('viewkeeper_scratch_small_%s_%s_0', pid, to_hex((extract(epoch from backend_start) * 1000)::bigint + i)) \
           from pg_stat_activity, generate_series(0, 1) i where pid = {pid} order by i"
    ));
    names.extend(
        ["viewkeeper_scratch_small_2147483_19a2b3c4d5e_0", "viewkeeper_scratch_other_2147484_19a2b3c4d5e_1"]
            .map(Into::into),
    );
    // Somebody's own, and one that only looks a little like one of ours.
    names.push("viewkeeper_scratch_small_2147485_19a2b3c4d5e_0".to_owned());
    names.push("viewkeeper_scratch_2026_11_01".to_owned());
    // Every validate of our role tidies up, also that of another test: none is of a role that they know.
    for name in &names {
        case.damage(&format!("create database {name} owner {other}"));
    }
    // They are told, those of other projects and of who is alive are not.
    let warnings = small().migrator().status(&mut case.client).unwrap().warnings;
    let named = |name: &str, owner: &str| {
        format!(
            "database {name} was left by a validate of role {owner} that was killed: the next one of that role drops it, or drop database {name};"
        )
    };
    for told in [1, 2, 4].map(|left| named(&names[left], &other)) {
        assert!(warnings.contains(&told), "{told}: {warnings:#?}");
    }
    for name in [&names[0], &names[3], &names[5]] {
        assert!(!warnings.iter().any(|told| told.contains(name)), "{name}: {warnings:#?}");
    }
    for name in names.iter().filter(|name| **name != names[4]) {
        case.damage(&format!("alter database {name} owner to current_user"));
    }
    validated(&small(), &case.database, &mut case.client, &Ignore::default());
    let mut left =
        case.column("select datname from pg_database where datname like 'viewkeeper\\_scratch\\_%'");
    left.retain(|name| names.contains(name));
    left.sort();
    let mut expected = [names[0].as_str(), names[4].as_str(), names[5].as_str()];
    expected.sort_unstable();
    assert_eq!(left, expected);
    for name in expected {
        case.damage(&format!("drop database {name}"));
    }
    case.damage(&format!("drop role {other}"));
    drop(alive);
    case.obeys_the_laws(&small());
}

#[test]
fn a_database_of_the_callers_must_be_empty() {
    let mut case = Case::applied(&small());
    let empty = server().database().unwrap();
    let mut scratch = empty.connect().unwrap();
    let mut given = |client: &mut Client| {
        small().migrator().validate(client, Scratch::Given(&mut scratch), &Ignore::default())
    };
    let differences = given(&mut case.client).unwrap_or_else(|error| panic!("{error:?}"));
    assert!(differences.is_empty(), "{differences}");
    // What the project made stays there.
    let error = given(&mut case.client).expect_err("it is not empty any more");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(error.to_string(), "the scratch database is not empty: table public.genes and 5 more");
    case.obeys_the_laws(&small());
}

#[test]
fn nobody_else_comes_into_a_scratch_database() {
    let mut case = Case::applied(&small());
    let role = case.role("mallory", &[]);
    case.damage(&format!("alter role {role} login password 'mallory'"));
    let (config, tried) = (case.database.config(), std::cell::Cell::new(0));
    let beside = |name: &str| {
        let neighbour = config.clone().user(&role).password("mallory").dbname(name).connect(NoTls);
        let refused = neighbour.err().expect("the neighbour is in it");
        assert_eq!(refused.code().map(|code| code.code()), Some("42501"), "{refused:?}");
        tried.set(tried.get() + 1);
        config.clone().dbname(name).connect(NoTls)
    };
    small().migrator().validate(&mut case.client, Scratch::Beside(&beside), &Ignore::default()).unwrap();
    assert_eq!(tried.get(), 1);
    case.damage(&format!("drop role {role}"));
    case.obeys_the_laws(&small());
}

#[test]
fn who_may_not_create_databases_is_told_what_else_there_is() {
    let mut case = Case::applied(&small());
    let role = case.role("reader", &[]);
    let config = case.database.config();
    let mut client = case.database.connect().unwrap();
    client.batch_execute(&format!("set role {role}")).unwrap();
    let beside = |name: &str| config.clone().dbname(name).connect(NoTls);
    let error = small()
        .migrator()
        .validate(&mut client, Scratch::Beside(&beside), &Ignore::default())
        .expect_err("the role may not");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Rights, Some("42501")));
    assert!(format!("{error:?}").contains("--throwaway"), "{error:?}");
    // With a database of its own it needs no right at all.
    let empty = server().database().unwrap();
    let mut scratch = empty.connect().unwrap();
    let differences = small()
        .migrator()
        .validate(&mut client, Scratch::Given(&mut scratch), &Ignore::default())
        .unwrap_or_else(|error| panic!("{error:?}"));
    assert!(differences.is_empty(), "{differences}");
    drop(client);
    case.obeys_the_laws(&small());
}

#[test]
fn what_a_restored_dump_writes_in_other_words_is_no_difference() {
    let files = small().file(
        "migrations/V2__words.sql",
        "create table words (w varchar(5) constraint known check (w in ('a', 'b')), n int check (n > 0));\n\
         create function half(n int) returns int language sql as 'select n / 2';\n\
         create view halves as select half(n) as half from words where w in ('a', 'b');\n",
    );
    let mut case = Case::applied(&files);
    let known = "select pg_get_constraintdef(oid) from pg_constraint where conname = 'known'";
    let (first, view) =
        (case.column(known).remove(0), case.column("select pg_get_viewdef('halves')").remove(0));
    case.by_hand(&format!("alter table words drop constraint known, add constraint known {first}; create or replace view halves as {view}"));
    assert_ne!(case.column(known), [first], "the server writes it in two ways");
    let differences = validated(&files, &case.database, &mut case.client, &Ignore::default());
    assert!(differences.is_empty() && differences.warnings.is_empty(), "{differences}");
    case.by_hand("alter table words drop constraint known, add constraint known check (w in ('a', 'c'))");
    let differences = validated(&files, &case.database, &mut case.client, &Ignore::default());
    assert_eq!(told(&differences), ["mismatched constraint known on public.words: expression"]);
    case.obeys_the_laws(&files);
}

/// A project whose only migration is what the server prints of another one, as a squash writes it.
#[test]
fn a_database_is_equal_to_what_was_dumped_of_it() {
    let made = "create table words (w varchar(5), n int default -(1), double int generated always as (n * -(2)) stored, \
                  constraint known check (w in ('a', 'b') and not (n > 1 or (n > 2 or n is null))));\n\
                create index first_words on words (n) where w in ('a', 'b');\n\
                create index second_words on words ((w in ('a', 'b')));\n\
                create domain code as varchar check (value in ('a', 'b'));\n\
                alter table words enable row level security;\n\
                create policy few on words using (w in ('a', 'b'));\n";
    let files = small().file("migrations/V2__words.sql", made);
    let mut case = Case::applied(&files);
    let mut text = |sql: &str| case.column(sql).remove(0);
    let known = text("select pg_get_constraintdef(oid) from pg_constraint where conname = 'known'");
    let expression = |name: &str| {
        format!(
            "select pg_get_expr(d.adbin, d.adrelid) from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid \
                 and a.attnum = d.adnum where a.attname = '{name}' and d.adrelid = 'words'::regclass"
        )
    };
    let (n, double) = (text(&expression("n")), text(&expression("double")));
    let (some, other) = (
        text("select pg_get_indexdef('first_words'::regclass)"),
        text("select pg_get_indexdef('second_words'::regclass)"),
    );
    let code = text("select pg_get_constraintdef(oid) from pg_constraint where contypid = 'code'::regtype");
    let few = text("select pg_get_expr(polqual, polrelid) from pg_policy");
    let dumped = format!(
        "create table words (w varchar(5), n int default {n}, double int generated always as ({double}) stored, \
           constraint known {known});\n{some};\n{other};\ncreate domain code as varchar {code};\n\
         alter table words enable row level security;\ncreate policy few on words using ({few});\n"
    );
    let squashed = small().file("migrations/V2__words.sql", &dumped);
    let differences = validated(&squashed, &case.database, &mut case.client, &Ignore::default());
    assert!(differences.is_empty(), "{differences}");
    // What is otherwise indeed is told beside it.
    let otherwise = |from: &str, to: &str| {
        assert!(dumped.contains(from), "{dumped}");
        small().file("migrations/V2__words.sql", &dumped.replace(from, to))
    };
    let differences = validated(&otherwise(&n, "-2"), &case.database, &mut case.client, &Ignore::default());
    assert_eq!(told(&differences), ["mismatched column public.words.n: default"]);
    let wide = otherwise("varchar(5)", "varchar(6)");
    let differences = validated(&wide, &case.database, &mut case.client, &Ignore::default());
    assert_eq!(told(&differences), ["mismatched column public.words.w: type"]);
    let unique = otherwise("CREATE INDEX first_words", "CREATE UNIQUE INDEX first_words");
    let differences = validated(&unique, &case.database, &mut case.client, &Ignore::default());
    assert_eq!(told(&differences), ["mismatched index public.first_words: unique, predicate"]);
    case.obeys_the_laws(&files);
}

#[test]
fn one_text_with_another_operator_is_a_difference() {
    let files = small().file(
        "migrations/V2__m.sql",
        "create schema fx;\ncreate type m as (a int);\n\
         create function fx.eq(m, m) returns boolean language sql immutable as 'select true';\n\
         create operator fx.= (leftarg = m, rightarg = m, function = fx.eq);\n\
         create table pairs (a m, b m, constraint same check (nullif(a, b) is null));\n",
    );
    let mut case = Case::applied(&files);
    case.by_hand(
        "set search_path to fx, pg_catalog, public; alter table pairs drop constraint same, \
         add constraint same check (nullif(a, b) is null); reset search_path",
    );
    let differences = validated(&files, &case.database, &mut case.client, &Ignore::default());
    assert_eq!(told(&differences), ["mismatched constraint same on public.pairs: uses"]);
    case.obeys_the_laws(&files);
}

/// What its names are found in is made in the scratch database, too, as the validated one has it; it is not the project's.
#[test]
fn a_project_with_a_path_is_validated_with_the_extensions_that_are_in_it() {
    let mut case = Case::new();
    if case.column("select count(*) from pg_available_extensions where name in ('citext', 'pg_trgm')")
        != ["2"]
    {
        eprintln!("this server has no such extensions");
        return;
    }
    case.by_hand(
        "create schema extensions; create extension citext schema extensions; create table extensions.of_others (id int)",
    );
    let files = small()
        .file("viewkeeper.toml", "path = [\"extensions\"]\n")
        .file(
            "migrations/V2__mails.sql",
            "create extension pg_trgm schema extensions;\ncreate table mails (email citext);\n",
        )
        .file(
            "views/anns.sql",
            "create view anns as select 1 as one from mails where email = 'ann@example.org';\n",
        );
    case.run(&files);
    let differences = validated(&files, &case.database, &mut case.client, &Ignore::default());
    assert_eq!((told(&differences), &differences.warnings), (Vec::new(), &Vec::new()));
    // What differs is told as ever.
    case.damage("drop view anns; create table by_hand (email extensions.citext)");
    let differences = validated(&files, &case.database, &mut case.client, &Ignore::default());
    assert_eq!(told(&differences), ["missing view public.anns", "extra table public.by_hand"]);
    // An empty database of one's own gets it as well.
    let empty = server().database().unwrap();
    let scratch = &mut empty.connect().unwrap();
    let differences =
        files.migrator().validate(&mut case.client, Scratch::Given(scratch), &Ignore::default()).unwrap();
    assert_eq!(told(&differences), ["missing view public.anns", "extra table public.by_hand"]);
}

#[test]
fn an_extension_of_the_path_that_cannot_be_made_is_named_with_the_way_out() {
    let mut case = Case::new();
    case.damage("create schema extensions");
    let extension = "pageinspect";
    if case.column("select count(*) from pg_available_extensions where name = 'pageinspect'") != ["1"] {
        eprintln!("this server has no such extension");
        return;
    }
    case.damage(&format!("create extension {extension} schema extensions"));
    let role = case.role("validator", &[]);
    let database = case.column("select current_database()").remove(0);
    case.damage(&format!("alter role {role} createdb login password 'validator'; grant create on database \"{database}\" to {role}"));
    let files = project("small")
        .file("viewkeeper.toml", "path = [\"extensions\"]\n")
        .file("views/page.sql", "create view page as select get_raw_page('pg_class', 0) as page;\n");
    let mut client = case.database.config().user(&role).password("validator").connect(NoTls).unwrap();
    let beside =
        |name: &str| case.database.config().user(&role).password("validator").dbname(name).connect(NoTls);
    let error =
        files.migrator().validate(&mut client, Scratch::Beside(&beside), &Ignore::default()).unwrap_err();
    let report = format!("{error:?}");
    assert!(
        report.contains("extension pageinspect cannot be made in the scratch database")
            && report.contains("validate as a role that may make it, or on a throwaway server"),
        "{report}"
    );
    drop(client);
    case.damage(&format!("drop owned by {role}; drop role {role}"));
}
