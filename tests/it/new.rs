//! `new`: files with the right names in the right folders, and the plan as a reviewed migration.

use std::fs;

use viewkeeper::Verb;

use crate::support::cli::Cli;
use crate::support::folder::Folder;
use crate::support::{Case, Files, folder, project, server};

/// Runs `new` in a folder, without a database.
fn run(folder: &Folder, arguments: &[&str], code: i32) -> String {
    let cli = Cli { folder, url: "postgres://nobody@127.0.0.1:1/none".to_owned() };
    cli.run(&[&["new"], arguments].concat(), code)
}

fn read(folder: &Folder, file: &str) -> String {
    fs::read_to_string(folder.path().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The files of a folder as a project of the tests.
fn files(of: &Folder, name: &str) -> Files {
    let mut files = folder(name, &of.path().join("sql"));
    // A reverse is no file of the project: the reader of a folder leaves it out.
    for (path, _) in files.clone().files() {
        if path.ends_with(".reverse.sql") {
            files = files.without(path);
        }
    }
    files
}

#[test]
fn an_empty_folder_becomes_a_project_that_boots() {
    let folder = Folder::new(&project("fresh"));
    fs::create_dir_all(folder.path()).unwrap();
    assert_eq!(
        run(&folder, &["migration", "create_genes"], 0),
        "created sql/viewkeeper.toml\ncreated sql/migrations/V1__create_genes.sql\n  note: write its statements before the next start: what is applied is not read again\n"
    );
    fs::write(folder.path().join("sql/migrations/V1__create_genes.sql"), "create table genes (id bigint);\n")
        .unwrap();
    assert!(run(&folder, &["view", "gene_scores"], 0).starts_with("created sql/views/gene_scores.sql\n"));
    run(&folder, &["view", "stats.\"Per Panel\""], 0);
    run(&folder, &["materialized-view", "ranking"], 0);
    run(&folder, &["function", "score"], 0);
    run(&folder, &["procedure", "tidy"], 0);
    run(&folder, &["trigger", "touch", "--on", "genes"], 0);
    run(&folder, &["migration", "more"], 0);
    for file in [
        "views/stats/Per_Panel.sql",
        "materialized_views/ranking.sql",
        "functions/score.sql",
        "procedures/tidy.sql",
        "triggers/genes.touch.sql",
        "migrations/V2__more.sql",
    ] {
        read(&folder, &format!("sql/{file}"));
    }
    let project = files(&folder, "fresh").file("migrations/V3__s.sql", "create schema stats;\n");
    let case = Case::booted(&project);
    assert_eq!(project.migrator().project().objects().len(), 7);
    case.obeys_the_laws(&project);
    // The tool knows the project's name too, from what the folder is in.
    let name = folder.path().file_name().unwrap().to_str().unwrap();
    assert_eq!(read(&folder, "sql/viewkeeper.toml"), format!("name = {name:?}\n"));
    let cli = Cli { folder: &folder, url: "postgres://nobody@127.0.0.1:1/none".to_owned() };
    assert!(cli.run(&["build"], 0).starts_with(&format!("{name}: release ")));
}

#[test]
fn a_project_beside_a_cargo_package_goes_by_the_packages_name() {
    let folder = Folder::new(&project("fresh"));
    fs::create_dir_all(folder.path()).unwrap();
    fs::write(folder.path().join("Cargo.toml"), "[package]\nname = \"genetics\"\n").unwrap();
    let created = run(&folder, &["view", "genes"], 0);
    assert!(created.starts_with("created sql/views/genes.sql\n"), "{created}");
    let cli = Cli { folder: &folder, url: "postgres://nobody@127.0.0.1:1/none".to_owned() };
    assert!(cli.run(&["build"], 0).starts_with("genetics: release "));
}

#[test]
fn files_go_where_the_project_keeps_such_objects() {
    let folder = Folder::new(
        &project("app")
            .file("migrations/V007__t.sql", "create table t (id int);\n")
            .file("objects/reports/a.sql", "create view a as select id from t;\n")
            .file("objects/reports/b.sql", "create view b as select id from t;\n")
            .file("other/c.sql", "create view c as select id from t;\n"),
    );
    assert!(run(&folder, &["view", "d"], 0).starts_with("created sql/objects/reports/d.sql\n"));
    assert!(run(&folder, &["migration", "next"], 0).starts_with("created sql/migrations/V008__next.sql\n"));
    let error = run(&folder, &["view", "c"], 2);
    assert!(error.starts_with("error: view \"public.c\" is defined already, in other/c.sql"), "{error}");
    // Of another kind, under the same name.
    assert!(run(&folder, &["materialized-view", "c"], 2).contains("view \"public.c\" is defined already"));
    fs::write(folder.path().join("sql/objects/reports/E.sql"), "-- in the making\n").unwrap();
    assert!(run(&folder, &["view", "e"], 2).contains("E.sql\" is there already"));
    let cli = Cli { folder: &folder, url: String::new() };
    let json = cli.json(&["new", "view", "f"], 0);
    assert_eq!(json["files"], serde_json::json!(["sql/objects/reports/f.sql"]));
}

#[test]
fn bad_names_are_refused_with_the_right_one() {
    let folder = Folder::new(&project("app").file("views/a.sql", "create view a as select 1 as id;\n"));
    let long = "x".repeat(64);
    for (arguments, message, help) in [
        (
            &["view", "GeneScores"][..],
            "\"GeneScores\" cannot stand in SQL without quotes as it is",
            "gene_scores",
        ),
        (&["view", "gene-scores"], "\"gene-scores\" cannot stand in SQL", "gene_scores"),
        (&["view", "1st"], "\"1st\" cannot stand in SQL", "v_1st"),
        (&["view", "a.b.c"], "\"a.b.c\" is no name with at most one schema", "app.gene_scores"),
        (&["view", long.as_str()], "has 64 bytes, and PostgreSQL cuts names at 63", ""),
        (&["view", "\"a"], "its quotes do not close", ""),
        (&["migration", "add-scores"], "not \"add-scores\"", "viewkeeper new migration add_scores"),
        (&["migration", "V2__x.sql"], "not \"V2__x.sql\"", "viewkeeper new migration V2__x_sql"),
        (
            &["trigger", "app.touch", "--on", "genes"],
            "a trigger has no schema of its own",
            "new trigger touch --on genes",
        ),
    ] {
        let error = run(&folder, arguments, 2);
        assert!(error.contains(message) && error.contains(help), "{arguments:?}: {error}");
    }
    let mut all = Vec::new();
    for entry in fs::read_dir(folder.path().join("sql")).unwrap() {
        all.push(entry.unwrap().file_name().into_string().unwrap());
    }
    assert_eq!(all, ["views"], "nothing was written");
    // A reserved word is quoted where it stands.
    run(&folder, &["view", "user"], 0);
    assert!(read(&folder, "sql/views/user.sql").contains("create view \"user\" as"));
}

#[test]
fn what_a_broken_project_lacks_can_be_added() {
    let folder = Folder::new(
        &project("app")
            .file("viewkeeper.toml", "name = \"app\"\n")
            .file("views/a.sql", "-- viewkeeper: depends-on f(bigint)\ncreate view a as select 1 as id;\n"),
    );
    run(&folder, &["function", "f"], 0);
    let cli = Cli { folder: &folder, url: String::new() };
    assert!(cli.run(&["build"], 0).contains("tier 2: public.a"));
}

/// A project with a migration and three views, of which `mine` depends on one.
fn app() -> Files {
    project("app")
        .file("viewkeeper.toml", "name = \"app\"\n")
        .file("migrations/V1__t.sql", "create table t (id int primary key, name text);\n")
        .file("views/a.sql", "create view a as select id, name from t;\ncomment on view a is 'first';\n")
        .file("views/b.sql", "create view b as select id from a;\n")
        .file(
            "views/m.sql",
            "create materialized view m as select id from b;\ncreate unique index m_id on m (id);\n",
        )
        .file("functions/f.sql", "create function f(x int) returns int language sql as $$ select x $$;\n")
}

/// Writes the pending changes as a migration, from the database of the case; gives the folder.
fn from_plan(case: &Case, project: &Files) -> Folder {
    let folder = Folder::new(project);
    let cli = Cli::new(&folder, &case.database);
    let said = cli.run(&["new", "migration", "--from-plan", "-m", "Scores, with a tier"], 0);
    assert!(said.contains("__scores_with_a_tier.sql\n"), "{said}");
    folder
}

/// What the catalog says of the objects: definitions, comments, grants, indexes, without oids.
fn picture(case: &mut Case) -> Vec<String> {
    case.column(
        "select format('%s %s|%s|%s|%s', c.relkind, c.oid::regclass, pg_get_viewdef(c.oid), obj_description(c.oid), c.relacl)
           from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('v', 'm')
         union all select pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indrelid and c.relkind = 'm'
         union all select pg_get_functiondef(p.oid) from pg_proc p where p.pronamespace = 'public'::regnamespace
         union all select pg_get_triggerdef(g.oid) from pg_trigger g where not g.tgisinternal
          order by 1",
    )
}

#[test]
fn a_plan_becomes_a_migration_after_which_a_start_only_writes_down_and_the_reverse_brings_all_back() {
    let mut case = Case::booted(&app());
    let reader = case.role("reader", &[]);
    case.by_hand(&format!("grant select on a to {reader}"));
    case.by_hand("create view mine as select id from b");
    let changed = app()
        // Rebuilt, with what stands on it; replaced in place; new; another grant.
        .file(
            "views/a.sql",
            "create view a as select id::bigint as id, name from t;\ncomment on view a is 'second';\n",
        )
        .file("functions/f.sql", "create function f(x int) returns int language sql as $$ select x + 1 $$;\n")
        .file("views/c.sql", "create view c as select f(id::int) as tier from a;\n");
    let before = picture(&mut case);
    let folder = from_plan(&case, &changed);
    let text = read(&folder, "sql/migrations/V2__scores_with_a_tier.sql");
    assert!(
        text.starts_with("-- Scores, with a tier\n-- Written by `viewkeeper new migration --from-plan`.\n"),
        "{text}"
    );
    assert!(text.contains("--     takes access exclusive on public.a until the commit\n"), "{text}");
    assert!(text.contains("--   view public.mine, of no file, depends on public.b"), "{text}");
    assert_eq!(picture(&mut case), before, "nothing was changed");

    let with = files(&folder, "app");
    let report = case.boot(&with);
    let verbs: Vec<(Verb, &str)> =
        report.objects.iter().map(|done| (done.verb, done.object.name.as_str())).collect();
    assert!(verbs.iter().all(|(verb, _)| *verb == Verb::Record), "{text}\n{report}");
    assert_eq!(report.migrations.len(), 1);
    assert!(
        picture(&mut case).iter().any(|line| line.contains("second") && line.contains(&reader)),
        "{report}"
    );

    // The reverse, as psql would send it; and the release before it finds its objects as they were.
    let reverse = read(&folder, "sql/migrations/V2__scores_with_a_tier.reverse.sql");
    let mut hand = case.database.connect().unwrap();
    hand.batch_execute(&format!("begin;\n{reverse}\ncommit;"))
        .unwrap_or_else(|error| panic!("{error:?}\n{reverse}"));
    similar_asserts::assert_eq!(before, picture(&mut case));

    // Forward again: what was brought back is healed.
    case.boot(&with);
    case.obeys_the_laws(&with);
}

#[test]
fn on_a_fresh_database_the_migration_makes_what_it_stands_on() {
    let mut case = Case::booted(&app());
    let changed =
        app().file("views/d.sql", "create view d as select m.id, a.name from m join a using (id);\n");
    let folder = from_plan(&case, &changed);
    let text = read(&folder, "sql/migrations/V2__scores_with_a_tier.sql");
    assert!(text.contains("create materialized view if not exists public.m"), "{text}");
    assert!(text.contains("to_regclass('public.a') is not null"), "{text}");
    let with = files(&folder, "app");
    case.boot(&with);
    let mut fresh = Case::new();
    let report = fresh.boot(&with);
    assert!(report.objects.iter().all(|done| done.verb != Verb::Rebuild), "{report}");
    fresh.obeys_the_laws(&with);
    // The next one knows what this one made.
    let next = with.file("views/e.sql", "create view e as select id from d;\n");
    let folder = from_plan_named(&case, &next, "more");
    let text = read(&folder, "sql/migrations/V3__more.sql");
    assert!(!text.contains("where it is missing"), "{text}");
    let with = files(&folder, "app");
    case.boot(&with);
    case.obeys_the_laws(&with);
}

fn from_plan_named(case: &Case, project: &Files, message: &str) -> Folder {
    let folder = Folder::new(project);
    Cli::new(&folder, &case.database).run(&["new", "migration", "--from-plan", "-m", message], 0);
    folder
}

#[test]
fn rows_indexes_triggers_grants_and_retired_objects() {
    let first = app()
        .file("views/old.sql", "create view old as select id from t;\n")
        .file("triggers/t.sql", "create function touch() returns trigger language plpgsql as $$ begin return new; end $$;\ncreate trigger touch before insert on t for each row execute function touch();\n");
    let mut case = Case::booted(&first);
    case.boot(&first.clone().without("views/old.sql"));
    let reader = case.role("reader", &[]);
    let before = picture(&mut case);
    let changed = first
        .without("views/old.sql")
        .file("views/m.sql", "create materialized view m as select id, id + 1 as next from b;\ncreate unique index m_id on m (id);\ncreate index m_next on m (next);\n")
        .file("views/b.sql", &format!("create view b as select id from a;\ngrant select on b to {reader};\n"))
        .file("triggers/t.sql", "create function touch() returns trigger language plpgsql as $$ begin return new; end $$;\ncreate trigger touch before insert or update on t for each row execute function touch();\n");
    let folder = from_plan(&case, &changed);
    let text = read(&folder, "sql/migrations/V2__scores_with_a_tier.sql");
    let with = files(&folder, "app");
    let report = case.boot(&with);
    let done: Vec<String> = report
        .objects
        .iter()
        .filter(|done| done.verb != Verb::Record)
        .map(|done| format!("{} {}: {}", done.verb, done.object, done.reason))
        .collect();
    assert!(done.is_empty(), "{done:#?}\n{text}");
    assert!(!picture(&mut case).iter().any(|line| line.starts_with("v old")));
    let reverse = read(&folder, "sql/migrations/V2__scores_with_a_tier.reverse.sql");
    let mut hand = case.database.connect().unwrap();
    hand.batch_execute(&format!("begin;\n{reverse}\ncommit;"))
        .unwrap_or_else(|error| panic!("{error:?}\n{reverse}"));
    similar_asserts::assert_eq!(before, picture(&mut case));
    hand.batch_execute("drop view old").unwrap();
    case.boot(&with);
    case.obeys_the_laws(&with);
}

#[test]
fn another_kind_and_what_somebody_made_on_rows() {
    let first = app()
        .file("views/k.sql", "create view k as select id from t;\n")
        .file("views/on_k.sql", "create view on_k as select id from k;\n");
    let mut case = Case::booted(&first);
    let reader = case.role("reader", &[]);
    case.by_hand(&format!("grant select on k to {reader}; grant select on m to {reader}; create index mine on m ((id + 1)); comment on index mine is 'by hand'"));
    let before = picture(&mut case);
    let changed = first
        .file("views/k.sql", "create materialized view k as select id from t;\ncreate unique index k_id on k (id);\n")
        .file("views/m.sql", "create materialized view m as select id, id * 2 as twice from b;\ncreate unique index m_id on m (id);\n")
        .file("triggers/c.sql", "create function watch() returns trigger language plpgsql as $$ begin return null; end $$;\ncreate constraint trigger watch after insert on t for each row execute function watch();\n");
    let folder = from_plan(&case, &changed);
    let text = read(&folder, "sql/migrations/V2__scores_with_a_tier.sql");
    let with = files(&folder, "app");
    let report = case.boot(&with);
    let recorded = report.objects.iter().all(|done| done.verb == Verb::Record);
    assert!(recorded, "{report}\n{text}");
    let now = picture(&mut case);
    assert!(now.iter().any(|line| line.starts_with("m k|") && line.contains(&reader)), "{now:#?}");
    assert!(now.iter().any(|line| line.contains("INDEX mine ")), "{now:#?}");
    let reverse = read(&folder, "sql/migrations/V2__scores_with_a_tier.reverse.sql");
    let mut hand = case.database.connect().unwrap();
    hand.batch_execute(&format!("begin;\n{reverse}\ncommit;"))
        .unwrap_or_else(|error| panic!("{error:?}\n{reverse}"));
    similar_asserts::assert_eq!(before, picture(&mut case));
    case.boot(&with);
    case.obeys_the_laws(&with);
}

#[test]
fn there_is_nothing_to_write_where_nothing_is_pending_or_migrations_are() {
    let case = Case::booted(&app());
    let folder = Folder::new(&app());
    let cli = Cli::new(&folder, &case.database);
    let error = cli.run(&["new", "migration", "--from-plan", "-m", "nothing"], 2);
    assert!(error.contains("the objects of project \"app\" are as their files say"), "{error}");
    let pending = app()
        .file("migrations/V2__u.sql", "create table u (id int);\n")
        .file("views/n.sql", "create view n as select id from u;\n");
    let folder = Folder::new(&pending);
    let cli = Cli::new(&folder, &case.database);
    let error = cli.run(&["new", "migration", "--from-plan", "-m", "too early"], 2);
    assert!(
        error.contains("1 table migrations are pending, the first is sql/migrations/V2__u.sql"),
        "{error}"
    );
    assert!(!folder.path().join("sql/migrations/V3__too_early.sql").exists());
    case.obeys_the_laws(&app());
}

#[test]
fn a_reverse_belongs_to_a_migration_and_is_not_embedded() {
    let with = app().file("migrations/V1__t.reverse.sql", "drop table t;\n");
    let folder = Folder::new(&with);
    let cli = Cli { folder: &folder, url: String::new() };
    let release = |text: String| text.split(',').next().unwrap().to_owned();
    let built = release(cli.run(&["build"], 0));
    fs::rename(
        folder.path().join("sql/migrations/V1__t.reverse.sql"),
        folder.path().join("sql/migrations/V2__t.reverse.sql"),
    )
    .unwrap();
    let error = cli.run(&["build"], 2);
    assert!(error.contains("this file takes back a migration that is not there"), "{error}");
    assert!(
        error.contains("sql/migrations/V2__t.reverse.sql") && error.contains("V2__t.sql is missing"),
        "{error}"
    );
    fs::remove_file(folder.path().join("sql/migrations/V2__t.reverse.sql")).unwrap();
    assert_eq!(release(cli.run(&["build"], 0)), built);
    let _ = server();
}
