//! `new migration --from-plan`: pending changes of objects as a reviewed migration, and its reverse.

use std::fs;

use viewkeeper::Report;
use viewkeeper::report::Verb;

use crate::support::cli::Cli;
use crate::support::folder::Folder;
use crate::support::{Case, Files, folder, project};

pub fn read(folder: &Folder, file: &str) -> String {
    fs::read_to_string(folder.path().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The files of a folder as a project of the tests.
pub fn files(of: &Folder, name: &str) -> Files {
    let mut files = folder(name, &of.path().join("sql"));
    // A reverse is no file of the project: the reader of a folder leaves it out.
    for (path, _) in files.clone().files() {
        if path.ends_with(".reverse.sql") {
            files = files.without(path);
        }
    }
    files
}

/// A project with a migration and three views, of which `mine` depends on one.
pub fn app() -> Files {
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

/// The migration that was made of a database's plan, with its reverse.
struct Written {
    text: String,
    reverse: String,
    /// The project with the migration.
    with: Files,
    /// The objects as they were.
    before: Vec<String>,
}

impl Written {
    /// Writes the pending changes of a project as a migration, from the database of the case; that changes nothing.
    fn from(case: &mut Case, project: &Files) -> Self {
        let before = picture(case);
        let folder = Folder::new(project);
        let cli = Cli::new(&folder, &case.database);
        let said = cli.run(&["new", "migration", "--from-plan", "-m", "Scores, with a tier"], 0);
        assert!(said.contains("__scores_with_a_tier.sql\n"), "{said}");
        assert_eq!(picture(case), before, "nothing was changed");
        Written {
            text: read(&folder, "sql/migrations/V2__scores_with_a_tier.sql"),
            reverse: read(&folder, "sql/migrations/V2__scores_with_a_tier.reverse.sql"),
            with: files(&folder, "app"),
            before,
        }
    }

    /// Runs with the migration, which leaves only the writing down.
    fn applied(&self, case: &mut Case) -> Report {
        let report = case.run(&self.with);
        let recorded = report.objects.iter().all(|done| done.verb == Verb::Record);
        assert!(recorded, "{report}\n{}", self.text);
        assert_eq!(report.migrations.len(), 1);
        report
    }

    /// Sends the reverse as psql would, which brings all back.
    fn taken_back(&self, case: &mut Case) {
        let mut hand = case.database.connect().unwrap();
        hand.batch_execute(&format!("begin;\n{}\ncommit;", self.reverse))
            .unwrap_or_else(|error| panic!("{error:?}\n{}", self.reverse));
        similar_asserts::assert_eq!(self.before, picture(case));
    }
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
    let mut case = Case::applied(&app());
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
    let written = Written::from(&mut case, &changed);
    let text = &written.text;
    assert!(
        text.starts_with("-- Scores, with a tier\n-- Written by `viewkeeper new migration --from-plan`.\n"),
        "{text}"
    );
    assert!(text.contains("--     takes access exclusive on public.a until the commit\n"), "{text}");
    assert!(text.contains("--   view public.mine, of no file, depends on public.b"), "{text}");
    let report = written.applied(&mut case);
    assert!(
        picture(&mut case).iter().any(|line| line.contains("second") && line.contains(&reader)),
        "{report}"
    );

    // Forward again: what was brought back is healed.
    written.taken_back(&mut case);
    case.run(&written.with);
    case.obeys_the_laws(&written.with);
}

#[test]
fn on_a_fresh_database_the_migration_makes_what_it_stands_on() {
    let mut case = Case::applied(&app());
    let changed =
        app().file("views/d.sql", "create view d as select m.id, a.name from m join a using (id);\n");
    let written = Written::from(&mut case, &changed);
    let (text, with) = (&written.text, &written.with);
    assert!(text.contains("create materialized view if not exists public.m"), "{text}");
    assert!(text.contains("to_regclass('public.a') is not null"), "{text}");
    case.run(with);
    let mut fresh = Case::new();
    let report = fresh.run(with);
    assert!(report.objects.iter().all(|done| done.verb != Verb::Rebuild), "{report}");
    fresh.obeys_the_laws(with);
    // The next one knows what this one made.
    let next = with.clone().file("views/e.sql", "create view e as select id from d;\n");
    let folder = from_plan_named(&case, &next, "more");
    let text = read(&folder, "sql/migrations/V3__more.sql");
    assert!(!text.contains("where it is missing"), "{text}");
    let with = files(&folder, "app");
    case.run(&with);
    case.obeys_the_laws(&with);
}

fn from_plan_named(case: &Case, project: &Files, message: &str) -> Folder {
    let folder = Folder::new(project);
    Cli::new(&folder, &case.database).run(&["new", "migration", "--from-plan", "-m", message], 0);
    folder
}

#[test]
fn rows_indexes_triggers_grants_and_retired_objects_go_there_and_back() {
    let first = app()
        .file("views/old.sql", "create view old as select id from t;\n")
        .file("triggers/t.sql", "create function touch() returns trigger language plpgsql as $$ begin return new; end $$;\ncreate trigger touch before insert on t for each row execute function touch();\n");
    let mut case = Case::applied(&first);
    case.run(&first.clone().without("views/old.sql"));
    let reader = case.role("reader", &[]);
    let changed = first
        .without("views/old.sql")
        .file("views/m.sql", "create materialized view m as select id, id + 1 as next from b;\ncreate unique index m_id on m (id);\ncreate index m_next on m (next);\n")
        .file("views/b.sql", &format!("create view b as select id from a;\ngrant select on b to {reader};\n"))
        .file("triggers/t.sql", "create function touch() returns trigger language plpgsql as $$ begin return new; end $$;\ncreate trigger touch before insert or update on t for each row execute function touch();\n");
    let written = Written::from(&mut case, &changed);
    written.applied(&mut case);
    assert!(!picture(&mut case).iter().any(|line| line.starts_with("v old")));
    written.taken_back(&mut case);
    case.damage("drop view old");
    case.run(&written.with);
    case.obeys_the_laws(&written.with);
}

#[test]
fn another_kind_and_what_somebody_made_on_rows_go_there_and_back() {
    let first = app()
        .file("views/k.sql", "create view k as select id from t;\n")
        .file("views/on_k.sql", "create view on_k as select id from k;\n");
    let mut case = Case::applied(&first);
    let reader = case.role("reader", &[]);
    case.by_hand(&format!("grant select on k to {reader}; grant select on m to {reader}; create index mine on m ((id + 1)); comment on index mine is 'by hand'"));
    let changed = first
        .file("views/k.sql", "create materialized view k as select id from t;\ncreate unique index k_id on k (id);\n")
        .file("views/m.sql", "create materialized view m as select id, id * 2 as twice from b;\ncreate unique index m_id on m (id);\n")
        .file("triggers/c.sql", "create function watch() returns trigger language plpgsql as $$ begin return null; end $$;\ncreate constraint trigger watch after insert on t for each row execute function watch();\n");
    let written = Written::from(&mut case, &changed);
    written.applied(&mut case);
    let now = picture(&mut case);
    assert!(now.iter().any(|line| line.starts_with("m k|") && line.contains(&reader)), "{now:#?}");
    assert!(now.iter().any(|line| line.contains("INDEX mine ")), "{now:#?}");
    written.taken_back(&mut case);
    case.run(&written.with);
    case.obeys_the_laws(&written.with);
}

/// Everything of `app` that can be renamed, and a trigger, with what is asked of a reviewer.
fn renamed() -> Files {
    app()
        .file(
            "views/a.sql",
            "-- viewkeeper: renamed-from a\ncreate view genes as select id, name from t;\ncomment on view genes is 'first';\n",
        )
        .file("views/b.sql", "create view b as select id from genes;\n")
        .file(
            "views/m.sql",
            "-- viewkeeper: renamed-from m\ncreate materialized view ids as select id from b;\ncreate unique index m_id on ids (id);\n",
        )
        .file(
            "functions/f.sql",
            "-- viewkeeper: renamed-from f\ncreate function same(x int) returns int language sql as $$ select x $$;\n",
        )
        .file("triggers/g.sql", &trigger("-- viewkeeper: renamed-from touch\n", "keep"))
}

fn trigger(directive: &str, name: &str) -> String {
    format!(
        "create function touch() returns trigger language plpgsql as $$ begin return new; end $$;\n{directive}create trigger {name} before insert on t for each row execute function touch();\n"
    )
}

#[test]
fn what_a_file_renames_is_renamed() {
    let first = app().file("triggers/g.sql", &trigger("", "touch"));
    let mut case = Case::applied(&first);
    let reader = case.role("reader", &[]);
    case.damage(&format!("grant select on a to {reader}; comment on column a.id is 'by hand'"));
    case.damage("create view mine as select id from a");
    let written = Written::from(&mut case, &renamed());
    let text = &written.text;
    let head = "--   rename view public.genes: renamed from public.a in sql/views/a.sql\n";
    assert!(text.contains(head), "{text}");
    assert!(
        text.contains("--     breaks the release that stands now: nothing is called public.a any more\n")
    );
    let oid = case.column("select 'a'::regclass::oid");
    written.applied(&mut case);
    assert_eq!(case.column("select 'genes'::regclass::oid"), oid);
    written.taken_back(&mut case);
    assert_eq!(case.column("select 'a'::regclass::oid"), oid);
    // Forward again, as after a renaming by hand.
    case.run(&written.with);
    let now = picture(&mut case);
    assert!(now.iter().any(|line| line.starts_with("v genes|") && line.contains(&reader)), "{now:#?}");
    case.by_hand(&format!("grant select on genes to {reader}; comment on column genes.id is 'by hand'"));
    case.by_hand("create or replace view mine as select id from genes");
    case.obeys_the_laws(&written.with);
    // On a fresh database nothing has the old names.
    let fresh = Case::applied(&written.with);
    fresh.obeys_the_laws(&written.with);
}

#[test]
fn what_is_renamed_and_changed_is_both() {
    let first = app()
        .file("views/f.sql", "create function of_row(x a) returns int language sql as $$ select x.id $$;\n")
        .file("views/n.sql", "create view n as select of_row(a) as id from a;\n");
    let mut case = Case::applied(&first);
    let reader = case.role("reader", &[]);
    case.damage(&format!(
        "create schema old; alter function f(int) set schema old; grant select on a to {reader}"
    ));
    case.damage("create view mine as select id from a");
    let changed = renamed()
        .file(
            "views/a.sql",
            "-- viewkeeper: renamed-from a\ncreate view genes as select id::bigint as id, name from t;\n",
        )
        .file("functions/f.sql", "create function f(x int) returns int language sql as $$ select x $$;\n")
        .file(
            "views/f.sql",
            "create function of_row(x genes) returns bigint language sql as $$ select x.id $$;\n",
        )
        .file("views/n.sql", "create view n as select of_row(genes) as id from genes;\n");
    let written = Written::from(&mut case, &changed);
    written.applied(&mut case);
    written.taken_back(&mut case);
    // The release before the migration, built anew, finds its objects.
    let again = first.file("views/n.sql", "create view n as select of_row(a) as id from a;\n");
    let report = case.run(&again);
    assert!(report.objects.iter().all(|done| matches!(done.verb, Verb::Record | Verb::Rename)), "{report}");
    case.damage("drop schema old");
    case.by_hand(&format!("grant select on a to {reader}"));
    case.by_hand("create or replace view mine as select id from a");
    case.obeys_the_laws(&again);
    Case::applied(&written.with).obeys_the_laws(&written.with);
}

#[test]
fn columns_that_somebody_renamed_are_no_migration() {
    let mut case = Case::applied(&app());
    case.damage("alter materialized view m rename column id to other");
    let folder = Folder::new(&app());
    let cli = Cli::new(&folder, &case.database);
    let error = cli.run(&["new", "migration", "--from-plan", "-m", "columns"], 2);
    assert!(error.contains("columns of materialized view \"public.m\" have other names here"), "{error}");
    case.run(&app());
    case.obeys_the_laws(&app());
}

#[test]
fn there_is_nothing_to_write_where_nothing_is_pending_or_migrations_are() {
    let case = Case::applied(&app());
    let folder = Folder::new(&app());
    let cli = Cli::new(&folder, &case.database);
    let said = cli.run(&["new", "migration", "--from-plan", "-m", "nothing"], 0);
    assert!(said.contains("the objects of project \"app\" are as their files say"), "{said}");
    assert!(!folder.path().join("sql/migrations/V2__nothing.sql").exists());
    let pending = app()
        .file("migrations/V2__u.sql", "create table u (id int);\n")
        .file("views/n.sql", "create view n as select id from u;\n");
    let folder = Folder::new(&pending);
    let cli = Cli::new(&folder, &case.database);
    let error = cli.run(&["new", "migration", "--from-plan", "-m", "too early"], 2);
    assert!(error.contains("1 table migration is pending, the first is sql/migrations/V2__u.sql"), "{error}");
    assert!(!folder.path().join("sql/migrations/V3__too_early.sql").exists());
    case.obeys_the_laws(&app());
}
