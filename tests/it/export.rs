//! Live objects as files: what is written, that the build accepts it, and that it makes the same objects again.

use std::fmt::Write as _;

use viewkeeper::export::{Existing, Export, Selection};
use viewkeeper::report::Verb;

use crate::support::folder::Folder;
use crate::support::golden::golden;
use crate::support::{Case, Files, folder, laws, project};

const ROLES: &str = include_str!("zoo/roles.sql");

/// What these own is the project's, though nobody made them trusted roles.
const OWNERS: [&str; 2] = ["zoo_owner", "zoo_other_owner"];

/// A database that somebody made without us: first what its tables need, then the tables by a migration, then the rest.
struct Grown {
    case: Case,
    /// The project with the tables' migration alone.
    tables: Files,
}

impl Grown {
    fn new(schema: &str, before: &str, tables: &str, objects: &str) -> Self {
        let tables = project("app")
            .file("viewkeeper.toml", &format!("name = \"app\"\nschema = \"{schema}\"\n"))
            .file("migrations/V1__tables.sql", tables);
        let mut case = Case::new();
        case.damage(ROLES);
        case.damage(before);
        case.run(&tables);
        case.damage(objects);
        Grown { case, tables }
    }

    fn export(&mut self, selection: &Selection) -> Export {
        let export = self.tables.migrator().export(&mut self.case.client, selection);
        export.unwrap_or_else(|error| panic!("{error:?}"))
    }

    /// The project of the tables and of the exported files.
    fn project(&self, export: &Export) -> Files {
        let written = export.objects.iter().filter(|object| !object.in_project);
        written.fold(self.tables.clone(), |files, object| files.file(&object.file, &object.text))
    }

    /// The exported files are the objects: this database takes them over without a statement, an empty one becomes equal, and
    /// a second export has nothing to write.
    fn makes_the_round_trip(mut self, export: &Export) {
        let files = self.project(export);
        let before = laws::schema(&self.case.database);
        let report = self.case.run(&files);
        let touched: Vec<String> = (report.objects.iter())
            .filter(|object| object.verb != Verb::Record)
            .map(|object| {
                format!("{} {} {}: {}", object.verb.past(), object.kind, object.object, object.reason)
            })
            .collect();
        assert!(touched.is_empty(), "nothing is to be made or changed:\n{}", touched.join("\n"));
        assert_eq!(report.objects.len(), export.objects.len(), "{report}");
        similar_asserts::assert_eq!(before, laws::schema(&self.case.database), "taking over changes nothing");

        let mut other = Case::new();
        let report = other.run(&files);
        // Another owner may create in the schema, where a test lets it.
        let others = report.warnings.iter().filter(|warning| !warning.contains("not trusted may create"));
        assert_eq!(others.count(), 0, "{report}");
        similar_asserts::assert_eq!(
            the_original: before,
            made_from_the_files: laws::schema(&other.database)
        );

        let again = files
            .migrator()
            .export(&mut self.case.client, &Selection::default())
            .unwrap_or_else(|error| panic!("{error:?}"));
        let stray: Vec<&str> = (again.objects.iter().filter(|object| !object.in_project))
            .map(|object| object.file.as_str())
            .collect();
        assert!(stray.is_empty(), "{stray:?}");
        self.case.obeys_the_laws(&files);
    }
}

/// What was left out, as text.
fn left_out(export: &Export) -> String {
    export.left_out.iter().fold(String::new(), |mut text, left| {
        let _ = writeln!(text, "{left}");
        text
    })
}

#[test]
fn every_kind_of_object_makes_the_round_trip() {
    let mut grown = Grown::new(
        "app",
        include_str!("export/before.sql"),
        include_str!("export/tables.sql"),
        include_str!("export/objects.sql"),
    );
    let export = grown.export(&Selection::default().every_schema().owners(OWNERS));
    assert_eq!(left_out(&export), "");
    grown.makes_the_round_trip(&export);
}

/// What ALTER DEFAULT PRIVILEGES gives to whoever runs is no right of an object that has not got it, whoever owns that.
#[test]
fn default_privileges_of_the_role_that_runs_make_the_round_trip() {
    let mut grown = Grown::new(
        "app",
        "create schema app",
        "create table genes (id int primary key);
         alter default privileges in schema app grant select, insert on tables to zoo_clerk;
         alter default privileges revoke execute on functions from public;
         grant create, usage on schema app to zoo_owner; grant all on genes to zoo_owner;",
        "set search_path to app, public;
         create view given as select id from genes;
         create view taken as select id from genes;
         revoke insert on taken from zoo_clerk;
         create function closed() returns int language sql as 'select 1';
         create function open() returns int language sql as 'select 1';
         grant execute on function open() to public;
         set role zoo_owner;
         create view theirs as select id from genes;
         create function their_open() returns int language sql as 'select 1';
         reset role;",
    );
    let export = grown.export(&Selection::default().owners(OWNERS));
    assert_eq!(left_out(&export), "");
    let grants: Vec<String> = (export.objects.iter())
        .flat_map(|object| object.text.lines().filter(|line| line.contains(" ON ")).map(str::to_owned))
        .collect();
    assert_eq!(
        grants,
        [
            "GRANT INSERT, SELECT ON given TO zoo_clerk;",
            "GRANT EXECUTE ON FUNCTION open() TO PUBLIC;",
            "REVOKE INSERT ON taken FROM zoo_clerk;",
            "GRANT SELECT ON taken TO zoo_clerk;",
            "GRANT EXECUTE ON FUNCTION their_open() TO PUBLIC;",
            "REVOKE INSERT, SELECT ON theirs FROM zoo_clerk;",
        ]
    );
    grown.makes_the_round_trip(&export);
}

/// The build reads whatever form of a query the server prints.
#[test]
fn every_form_of_a_query_makes_the_round_trip() {
    let mut grown = Grown::new(
        "app",
        "create schema app",
        "create table t (id int primary key, a int, b text, c timestamptz, d jsonb, e numeric(10, 2), f text[], g bytea,
           h date, x xml, r int4range, u uuid, i interval, p point, bits bit(4), bl boolean);
         create table s (id int primary key, t int references t, w tsvector);
         create operator #+# (function = int4pl, leftarg = int, rightarg = int);",
        include_str!("export/forms.sql"),
    );
    let export = grown.export(&Selection::default());
    assert_eq!(left_out(&export), "");
    grown.makes_the_round_trip(&export);
}

/// A database in which the zoo moved in, of which no file is known.
fn zoo() -> Grown {
    let table = "create table \"My Schema\".genes (id int primary key, \"order\" text, word varchar(20), score numeric);";
    let view = "create view \"My Schema\".\"Gene Scores\" as select id, \"order\", word, score from \"My Schema\".genes where score >= 0;";
    let objects = [view, include_str!("zoo/properties.sql"), include_str!("zoo/dependents.sql")].join("\n");
    Grown::new("My Schema", "create schema \"My Schema\"", table, &objects)
}

#[test]
fn what_no_file_can_say_is_named() {
    let mut zoo = zoo();
    let export = zoo.export(&Selection::default().every_schema().owners(OWNERS));
    let text_of = |name: &str| {
        let object = export.objects.iter().find(|object| object.object.name == name);
        object.map(|object| object.text.clone()).unwrap_or_default()
    };
    // From 16 on the server does not name the table of a column where there is one only, and from 17 on there is MAINTAIN.
    if zoo.case.column("select current_setting('server_version_num')::int < 160000") == ["t"] {
        golden("export/zoo_left_out.txt", &left_out(&export));
        golden("export/gene_scores.sql", &text_of("Gene Scores"));
        golden("export/filled.sql", &text_of("filled"));
    }
    // All that is left out keeps standing when the files take over.
    let before = laws::schema(&zoo.case.database);
    let files = zoo.project(&export);
    zoo.case.run(&files);
    similar_asserts::assert_eq!(before, laws::schema(&zoo.case.database), "taking over changes nothing");
}

/// The edges that no parser sees are written as directives, so that the order is right wherever the files are applied.
#[test]
fn what_the_text_does_not_name_is_a_directive() {
    let mut grown = Grown::new(
        "app",
        "create schema app;
         create function app.same(a int, b text) returns boolean language sql immutable as 'select a = b::int';
         create function app.day(int) returns date language sql immutable as 'select date ''2000-01-01'' + $1';",
        "create table genes (id int primary key, symbol text);
         create operator app.=~ (function = app.same, leftarg = int, rightarg = text);
         create cast (int as date) with function app.day(int);",
        "set search_path to app, public;
         create function label(genes) returns text language sql stable as 'select $1.symbol';
         create view a_labelled as select g.label from genes g;
         create view compared as select id from genes where id =~ symbol;
         create view dated as select id::date from genes;",
    );
    let export = grown.export(&Selection::default());
    let directives: Vec<String> = (export.objects.iter())
        .flat_map(|object| {
            let lines = object.text.lines().filter(|line| line.starts_with("--"));
            lines.map(|line| format!("{}: {line}", object.file))
        })
        .collect();
    assert_eq!(
        directives,
        [
            "functions/day.sql: -- viewkeeper: before-migrations",
            "views/dated.sql: -- viewkeeper: depends-on day(integer)",
            "functions/same.sql: -- viewkeeper: before-migrations",
            "views/compared.sql: -- viewkeeper: depends-on same(integer,text)",
        ],
    );
    grown.makes_the_round_trip(&export);
}

#[test]
fn a_routine_that_cannot_be_there_before_the_tables_is_named() {
    let mut grown = Grown::new(
        "app",
        "create schema app",
        "create table genes (id int primary key, symbol text);
         create function app.label(genes) returns text language sql immutable as 'select $1.symbol';
         create index on genes (app.label(genes));",
        "",
    );
    let export = grown.export(&Selection::default());
    assert_eq!(
        left_out(&export),
        "function app.label(genes): a table uses it, and it names what is made with the tables: let the table migration \
         create it too, the file takes it over\n"
    );
    grown.makes_the_round_trip(&export);
}

/// Members of extensions and what other projects keep stay out; nobody's tables, ledger and partitions' triggers are objects.
#[test]
fn what_others_keep_is_left_out() {
    let mut grown =
        Grown::new("app", "create schema app", "create table genes (id int primary key, symbol text);", "");
    let other = project("other")
        .file("viewkeeper.toml", "schema = \"app\"\n")
        .file("views/theirs.sql", "create view theirs as select id from genes;\n");
    grown.case.run(&other);
    grown.case.damage(
        "set search_path to app, public; create view ours as select * from theirs; \
         create function member() returns int language sql as 'select 1'; alter extension plpgsql add function member(); \
         create type span as range (subtype = int)",
    );
    let export = grown.export(&Selection::default().every_schema());
    assert_eq!(
        left_out(&export),
        "1 object of extension \"plpgsql\": it makes them (function app.member())\n\
         1 object of project \"other\": its files define them (view app.theirs)\n"
    );
    let files: Vec<&str> = export.objects.iter().map(|object| object.file.as_str()).collect();
    assert_eq!(files, ["views/ours.sql"]);
}

/// An object of the project that a hand changed is written over its own file, one that the file says stays.
#[test]
fn what_a_hand_changed_goes_into_its_file() {
    let files = project("app")
        .file("migrations/V1__t.sql", "create table t (id int primary key, name text);\n")
        .file("views/deep/kept.sql", "-- kept as it is\ncreate view kept as select id from t;\n")
        .file("views/deep/changed.sql", "-- goes\ncreate view changed as select id from t;\n")
        .file(
            "views/two.sql",
            "create view one as select id from t;\ncreate view two as select id from t;\n",
        );
    let mut case = Case::applied(&files);
    case.damage(
        "create or replace view changed as select id, name from t; create or replace view two as select id + 0 as id from t; \
         create view added as select name from t",
    );
    let export = files.migrator().export(&mut case.client, &Selection::default()).unwrap();
    let told: Vec<_> =
        export.objects.iter().map(|object| (object.file.as_str(), object.in_project)).collect();
    assert_eq!(
        told,
        [
            ("views/added.sql", false),
            ("views/deep/changed.sql", false),
            ("views/deep/kept.sql", true),
            ("views/two.sql", true),
        ]
    );
    assert_eq!(
        left_out(&export),
        "view public.two: it is not as sql/views/two.sql says, which defines other objects too: change it there\n"
    );
    assert!(export.script().contains("create view kept as select id from t;"), "{}", export.script());

    let folder = Folder::new(&files);
    let sql = folder.path().join("sql");
    let error = export.write(&sql, Existing::Keep).unwrap_err();
    assert_eq!(error.to_string(), "1 file would be written over what is there: views/deep/changed.sql");
    assert!(!sql.join("views/added.sql").exists(), "nothing is written");
    export.write(&sql, Existing::Replace).unwrap();
    let read = |file: &str| std::fs::read_to_string(sql.join(file)).unwrap();
    assert_eq!(read("views/deep/kept.sql"), "-- kept as it is\ncreate view kept as select id from t;\n");
    assert!(
        read("views/deep/changed.sql").starts_with("CREATE VIEW changed AS"),
        "{}",
        read("views/deep/changed.sql")
    );

    // Into a folder that has none of them, the project's own files go as they are.
    let elsewhere = folder.path().join("elsewhere");
    export.write(&elsewhere, Existing::Keep).unwrap();
    let kept = std::fs::read_to_string(elsewhere.join("views/deep/kept.sql")).unwrap();
    assert_eq!(kept, "-- kept as it is\ncreate view kept as select id from t;\n");
}

/// Hundreds of objects, generated.
#[test]
fn hundreds_of_objects_make_the_round_trip() {
    let mut objects = String::from("set search_path to app, public;\n");
    for i in 0..120 {
        let below = if i == 0 { "genes".to_owned() } else { format!("v{}", i / 2) };
        let _ = writeln!(
            objects,
            "create function f{i}(int) returns int language sql stable as 'select $1 + {i}';"
        );
        let _ = writeln!(
            objects,
            "create view v{i} as select id, score + f{i}(id) as score from {below} where id > {i};"
        );
        let _ = writeln!(objects, "comment on view v{i} is 'view {i}'; grant select on v{i} to zoo_clerk;");
        if i % 10 == 0 {
            let _ = writeln!(objects, "create materialized view m{i} as select id, score from v{i};");
            let _ = writeln!(
                objects,
                "create unique index on m{i} (id); create index on m{i} (score) where id < {i};"
            );
        }
        if i % 5 == 0 {
            let _ = writeln!(
                objects,
                "create function t{i}() returns trigger language plpgsql as 'begin return new; end';"
            );
            let _ = writeln!(
                objects,
                "create trigger t{i} before insert on genes for each row execute function t{i}();"
            );
        }
    }
    let mut grown = Grown::new(
        "app",
        "create schema app",
        "create table genes (id int primary key, score int);",
        &objects,
    );
    let export = grown.export(&Selection::default());
    assert!(export.objects.len() > 280, "{}", export.objects.len());
    assert_eq!(left_out(&export), "");
    // The script makes the same.
    let script = export.script();
    let mut other = Case::new();
    other.run(&grown.tables);
    other.damage(&script);
    similar_asserts::assert_eq!(laws::schema(&grown.case.database), laws::schema(&other.database));
    grown.makes_the_round_trip(&export);
}

/// The application of the examples, without its ledger: its files were written by hand, the exported ones make the same.
#[test]
fn the_kidney_application_makes_the_round_trip() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/kidney-genetics/sql");
    let files = folder("kidney-genetics", &path);
    let mut case = Case::applied(&files);
    case.damage("drop schema viewkeeper cascade");
    let tables =
        files.files().iter().filter(|(path, _)| path.starts_with("migrations/") || path.ends_with(".toml"));
    let tables = tables.fold(project("kidney-genetics"), |all, (path, text)| all.file(path, text));
    let mut grown = Grown { case, tables };
    let export = grown.export(&Selection::default());
    assert_eq!(left_out(&export), "");
    assert_eq!(export.objects.len(), files.migrator().project().objects().len());
    grown.makes_the_round_trip(&export);
}

/// A run makes the project's own schema, and no other one.
#[test]
fn the_schemas_that_a_migration_has_to_make_are_named() {
    let tables = project("app").file("viewkeeper.toml", "name = \"app\"\nschema = \"app\"\n");
    let mut case = Case::new();
    case.damage("create schema app; create schema \"My Stats\"");
    case.damage("create view app.a as select 1 as id; create view \"My Stats\".b as select id from app.a");
    let export = tables.migrator().export(&mut case.client, &Selection::default().every_schema()).unwrap();
    let [warning] = &export.warnings[..] else { panic!("{:?}", export.warnings) };
    let make = warning.split("write ").nth(1).and_then(|rest| rest.strip_suffix(" into one")).unwrap();
    assert_eq!(make, "create schema if not exists \"My Stats\";");
    let files = export.objects.iter().fold(tables, |files, object| files.file(&object.file, &object.text));
    let error = Case::new().refused(&files);
    assert_eq!(error.code(), Some("3F000"), "{error:?}");
    let files = files.file("migrations/V1__schemas.sql", make);
    case.run(&files);
    let export = files.migrator().export(&mut case.client, &Selection::default()).unwrap();
    assert!(export.warnings.is_empty(), "{:?}", export.warnings);
    case.obeys_the_laws(&files);
}
