//! What a good project becomes. Each is a folder under `good/`; `expected.txt` shows what the bundle says about it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use similar_asserts::assert_eq;
use viewkeeper::__private::{
    Bundle, Manifest, Materialized, Object, Routine, Source, Span, bundle, lines, read,
};

use crate::inputs::{expected, inputs, listed};

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/build")
}

fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

fn good(sources: &[Source]) -> Bundle {
    bundle(sources, "sql", "app").unwrap_or_else(|problems| {
        panic!("{}", problems.iter().flat_map(lines).collect::<Vec<_>>().join("\n"));
    })
}

/// The name, with what else tells it from others.
fn called(object: &Object) -> String {
    let arguments = object.routine.as_ref().map(|routine| format!("({})", routine.arguments));
    let table = object.trigger.as_ref().map(|trigger| format!(" on {}", trigger.table));
    format!("{}{}{}", object.name, arguments.unwrap_or_default(), table.unwrap_or_default())
}

/// Everything the manifest says, with the texts that its ranges mean.
fn shown(bundle: &Bundle) -> String {
    let manifest = &bundle.manifest;
    let mut text = format!("project {} in schema {}", manifest.name, manifest.schema);
    let _ = writeln!(
        text,
        ", versions {:?}, history {}, creates schema: {}",
        manifest.versions, manifest.history, manifest.creates_schema
    );
    let slice = |file: &str, start: usize, end: usize| bundle.files[file][start..end].replace('\n', "⏎");
    for object in &manifest.objects {
        let span = object.statement;
        let _ = writeln!(
            text,
            "\n{} {}{} in {}",
            object.kind,
            object.schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default(),
            called(object),
            object.file
        );
        let _ = writeln!(text, "  create {}, tier {}, needs {:?}", object.words, object.tier, object.needs);
        let _ = writeln!(text, "  head: {}", slice(&object.file, span.start, object.head_end));
        let _ = writeln!(text, "  rest: {}", slice(&object.file, object.head_end, span.end));
        if !object.mentions.is_empty() {
            let _ = writeln!(text, "  mentions {:?}", object.mentions);
        }
        for reference in &object.references {
            let name = slice(&object.file, reference.span.start, reference.span.end);
            let _ = writeln!(text, "  reference: {name} -> {}", called(&manifest.objects[reference.object]));
        }
        let part = |span: Option<Span>| span.map(|span| slice(&object.file, span.start, span.end));
        if let Some(view) = &object.materialized {
            let Materialized { columns, query, method, tablespace, refresh, with_no_data } = view;
            let _ = writeln!(text, "  columns: {:?}, method: {method:?}", part(*columns));
            let _ = writeln!(text, "  query: {}", part(Some(*query)).unwrap());
            let _ = write!(text, "  tablespace: {tablespace:?}, refresh: {refresh:?}");
            let _ = writeln!(text, ", with no data: {with_no_data}");
        }
        if let Some(routine) = &object.routine {
            // The names and the defaults tell which of several it was before.
            let Routine {
                arguments: _,
                argument_names: _,
                optional: _,
                language,
                body,
                before_migrations,
                path_from_current,
            } = routine;
            let _ = writeln!(text, "  language: {language:?}, before migrations: {before_migrations}");
            let _ = writeln!(text, "  body: {:?}", part(*body));
            if let Some(current) = part(*path_from_current) {
                let _ = writeln!(text, "  path: {current:?}");
            }
        }
        if let Some(trigger) = &object.trigger {
            let target = part(Some(trigger.target)).unwrap();
            let _ = writeln!(text, "  on: {} written {target}", trigger.table);
        }
        if !object.options.is_empty() {
            let _ = writeln!(text, "  options: {}", object.options.join(", "));
        }
        for old in &object.renamed_from {
            let _ = writeln!(text, "  renamed from: {old:?}");
        }
        for attachment in &object.attachments {
            let words = slice(&object.file, attachment.span.start, attachment.span.end);
            let _ = writeln!(text, "  {:?}: {words}", attachment.says);
            let target = part(Some(attachment.target)).unwrap();
            let created = part(attachment.created).map(|created| format!(", creates {created}"));
            let _ = writeln!(text, "    about {target}{}", created.unwrap_or_default());
        }
    }
    for migration in &manifest.migrations {
        let unordered = if migration.unordered { " (unordered)" } else { "" };
        let _ = writeln!(
            text,
            "\nmigration {} {}{unordered} in {}",
            migration.version, migration.name, migration.file
        );
        for step in migration.outside.iter().flatten() {
            let words = slice(&migration.file, step.span.start, step.span.end);
            let _ = writeln!(text, "  outside: {words} {:?}", step.index);
        }
    }
    for check in &manifest.checks {
        let _ = writeln!(
            text,
            "\ncheck {}: {}",
            check.file,
            slice(&check.file, check.span.start, check.span.end)
        );
    }
    text
}

inputs! { becomes_what_its_files_say:
    attachments_and_options
    materialized_views
    migrations
    overloads
    references
    routines
    soft_edges
    triggers
}

#[test]
fn each_good_project_is_a_test() {
    listed(&tests().join("good"), INPUTS);
}

fn becomes_what_its_files_say(name: &str) {
    let case = tests().join("good").join(name);
    let bundle = read(&case.join("sql"), "sql", "app").unwrap_or_else(|problems| {
        panic!("{}", problems.iter().flat_map(lines).collect::<Vec<_>>().join("\n"));
    });
    expected(&case, &shown(&bundle));
}

#[test]
fn a_view_that_is_refreshed_by_itself_without_a_unique_index_is_warned_of() {
    let warnings = |directive: &str, index: &str| {
        let text = format!("{directive}\ncreate materialized view m as select 1 as id;\n{index}");
        let bundle = good(&[source("views/m.sql", &text)]);
        assert!(!bundle.manifest_json().contains("warning"));
        bundle.warnings
    };
    let on_run = "-- viewkeeper: refresh on-run";
    let expected = [
        "sql/views/m.sql:1:16: \"public.m\" has no unique index over plain columns, so its readers wait while it is refreshed",
        "  1 | -- viewkeeper: refresh on-run",
        "    |                ^",
        "  help: write one: create unique index m_key on m (...)",
    ];
    assert_eq!(warnings(on_run, "create index i on m (id);"), [expected]);
    assert_eq!(warnings(on_run, "create unique index i on m (lower(id));"), [expected]);
    assert_eq!(warnings("-- viewkeeper: refresh on-change", "").len(), 1);
    assert!(warnings(on_run, "create unique index i on m (id);").is_empty());
    assert!(warnings("-- viewkeeper: refresh manual", "").is_empty());
    assert!(warnings("", "").is_empty());
}

fn project() -> Vec<Source> {
    vec![
        source("viewkeeper.toml", "name = \"genes\"\nschema = \"app\"\n"),
        source("migrations/V1__genes.sql", "create schema app;\ncreate table app.genes (id bigint);\n"),
        source("migrations/V2__more.sql", "alter table app.genes add score int;\n"),
        source("views/top.sql", "-- the best\ncreate view top as\nselect * from scores;\n"),
        source(
            "views/scores.sql",
            "create view scores as\nselect * from genes;\ngrant select on scores to reader;\n",
        ),
        source("checks/positive.sql", "select *\n  from scores\n where score < 0;\n"),
    ]
}

#[test]
fn the_order_of_listing_line_ends_and_byte_order_marks_do_not_change_a_byte() {
    let expected = good(&project());
    let mut reversed = project();
    reversed.reverse();
    let with_returns: Vec<Source> =
        project().iter().map(|file| source(&file.path, &file.text.replace('\n', "\r\n"))).collect();
    let with_marks: Vec<Source> =
        project().iter().map(|file| source(&file.path, &format!("\u{feff}{}", file.text))).collect();
    for other in [reversed, with_returns, with_marks] {
        let other = good(&other);
        assert_eq!(expected.manifest_json(), other.manifest_json());
        assert_eq!(expected.files, other.files);
    }
}

#[test]
fn moving_files_changes_paths_only() {
    let before = good(&project()).manifest;
    let moved: Vec<Source> = project()
        .iter()
        .map(|file| match file.path.as_str() {
            "views/top.sql" => source("a/b/c/0.sql", &file.text),
            "views/scores.sql" => source("z.sql", &file.text),
            "checks/positive.sql" => source("checks/scores/x.sql", &file.text),
            _ => file.clone(),
        })
        .collect();
    let after = good(&moved).manifest;
    let order = |manifest: &Manifest| {
        manifest
            .objects
            .iter()
            .map(|object| (object.name.clone(), object.checksum.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(order(&before), order(&after));
    assert_eq!(before.release, after.release);
    assert_ne!(before.objects[0].file, after.objects[0].file);
}

#[test]
fn two_objects_in_one_file_are_the_same_as_in_two() {
    let apart = good(&project()).manifest;
    let mut files: BTreeMap<String, String> =
        project().into_iter().map(|file| (file.path, file.text)).collect();
    let scores = files.remove("views/scores.sql").unwrap();
    files.entry("views/top.sql".to_owned()).and_modify(|text| text.push_str(&format!("\n\n{scores}")));
    let together: Vec<Source> = files.iter().map(|(path, text)| source(path, text)).collect();
    let together = good(&together).manifest;
    assert_eq!(apart.release, together.release);
    assert_eq!(apart.objects[1].checksum, together.objects[1].checksum);
}

#[test]
fn every_part_of_the_project_counts_for_its_release() {
    let release = |project: &[Source]| good(project).manifest.release;
    let mut seen = vec![release(&project())];
    let changes = [
        ("viewkeeper.toml", "\"genes\"", "\"other\""),
        ("viewkeeper.toml", "\"app\"", "\"public\""),
        ("viewkeeper.toml", "\"genes\"", "\"genes\"\nversions = \"int8\""),
        ("viewkeeper.toml", "\"genes\"", "\"genes\"\nhistory = \"migrations\""),
        ("migrations/V1__genes.sql", "bigint", "int"),
        ("views/top.sql", "the best", "the very best"),
        ("views/scores.sql", "reader", "writer"),
        ("checks/positive.sql", "< 0", "< 1"),
    ];
    for (path, from, to) in changes {
        let mut changed = project();
        let file = changed.iter_mut().find(|file| file.path == path).unwrap();
        assert!(file.text.contains(from));
        file.text = file.text.replace(from, to);
        seen.push(release(&changed));
    }
    for (path, new) in [
        ("migrations/V2__more.sql", "migrations/U2__more.sql"),
        ("migrations/V2__more.sql", "migrations/V2__less.sql"),
    ] {
        let mut changed = project();
        changed.iter_mut().find(|file| file.path == path).unwrap().path = new.to_owned();
        seen.push(release(&changed));
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), all);
}

#[test]
fn files_of_editors_are_not_embedded() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("editors/sql");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("views/.hidden")).unwrap();
    fs::write(folder.join("views/v.sql"), "create view v as select 1 as one;\n").unwrap();
    let others =
        [".v.sql.swp", ".#v.sql", "#v.sql#", "v.sql~", "v.sql.bak", ".hidden/w.sql", "README.md", "4913"];
    for name in others {
        fs::write(folder.join("views").join(name), "this is no SQL").unwrap();
    }
    let bundle = read(&folder, "sql", "app").unwrap();
    assert_eq!(bundle.files.keys().collect::<Vec<_>>(), ["views/v.sql"]);
}

#[test]
fn a_written_bundle_says_the_same_when_it_is_read() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("written");
    let _ = fs::remove_dir_all(&folder);
    let bundle = good(&project());
    bundle.write(&folder).unwrap();
    let manifest: Manifest =
        serde_json::from_str(&fs::read_to_string(folder.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest, bundle.manifest);
    for (path, text) in &bundle.files {
        assert_eq!(&fs::read_to_string(folder.join("files").join(path)).unwrap(), text);
    }
}

#[test]
fn the_example_has_ten_views_in_tiers() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/kidney-genetics/sql");
    let manifest = read(&folder, "sql", "kidney-genetics").unwrap().manifest;
    let views = manifest.objects.iter().filter(|object| object.words == "view");
    assert_eq!(views.count(), 10);
    assert_eq!(manifest.migrations.len(), 8);
    let last = manifest.objects.iter().max_by_key(|object| object.tier).unwrap();
    assert!(last.tier >= 4, "{} is in tier {}", last.name, last.tier);
}

/// Prints how long 5000 files take; `cargo test --release -- --nocapture thousand` for a number that means something.
#[test]
fn five_thousand_files_are_read_into_their_tiers() {
    let files: Vec<Source> = (0..5000)
        .map(|i| {
            let below = if i > 10 { format!("join v{} using (id)", i - 10) } else { String::new() };
            let text = format!(
                "-- the view number {i}\ncreate view v{i} as\nwith t as (select id, max(score) as score from genes group by id)\n\
                 select t.id,\n       t.score,\n       case when t.score > {i} then 'high' else 'low' end as class\n\
                 from t\n{below};\ncomment on view v{i} is 'number {i}';\n"
            );
            source(&format!("views/{}/v{i}.sql", i % 50), &text)
        })
        .collect();
    let start = std::time::Instant::now();
    let bundle = good(&files);
    println!(
        "5000 files, {} bytes: {:?}",
        files.iter().map(|f| f.text.len()).sum::<usize>(),
        start.elapsed()
    );
    assert_eq!(bundle.manifest.objects.last().map(|object| object.tier), Some(500));
}

#[test]
fn a_name_means_a_table_of_an_earlier_schema_of_the_path() {
    let bundle = good(&[
        source("viewkeeper.toml", "name = \"app\"\nschema = \"app\"\npath = [\"sa\"]\n"),
        source("migrations/V1__users.sql", "create schema sa;\ncreate table app.users (id int);\n"),
        source("views/users.sql", "create view sa.users as select id from users;\n"),
        source(
            "views/two.sql",
            "create view sa.two as select u.id from users u join sa.users v using (id);\n",
        ),
    ]);
    let needs = |name: &str| {
        let object = bundle.manifest.objects.iter().find(|object| object.name == name);
        object.unwrap().needs.iter().map(|&need| called(&bundle.manifest.objects[need])).collect::<Vec<_>>()
    };
    assert_eq!((needs("users"), needs("two")), (Vec::new(), vec!["users".to_owned()]));
}
