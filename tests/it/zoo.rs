//! The zoo: one view that carries everything a view can carry, none of it stated in its file, and a dependent of every
//! kind that PostgreSQL allows. Whatever its file does to its columns, all is there again afterwards.

use std::collections::BTreeMap;

use viewkeeper::ErrorKind;
use viewkeeper::report::Verb;

use crate::support::{Case, Files, laws, project, server};

const ROLES: &str = include_str!("zoo/roles.sql");
const PROPERTIES: &str = include_str!("zoo/properties.sql");
const DEPENDENTS: &str = include_str!("zoo/dependents.sql");

const VIEW: &str = "views/gene_scores.sql";
const SELECT: &str = "select id, \"order\", word, score from \"My Schema\".genes where score >= 0;\n";

/// The project with this query in its one view.
fn zoo(select: &str) -> Files {
    project("zoo")
        .file(
            "migrations/V1__genes.sql",
            "create schema \"My Schema\";\n\
             create table \"My Schema\".genes (id int primary key, \"order\" text, word varchar(20), score numeric);\n",
        )
        .file(VIEW, &view(select))
}

fn view(select: &str) -> String {
    format!("create view \"My Schema\".\"Gene Scores\" as {select}")
}

/// A database in which the project was applied and the zoo moved in.
fn inhabited() -> Case {
    let mut case = Case::applied(&zoo(SELECT));
    case.damage(ROLES);
    case.by_hand(PROPERTIES);
    case.by_hand(DEPENDENTS);
    case
}

/// Runs the project with this file over the zoo. Nothing differs afterwards but these lines of the dump, and nothing of
/// what a dump does not tell.
fn changes_only(path: &str, text: &str, gone: &[&str], come: &[&str]) {
    let mut case = inhabited();
    let changed = &zoo(SELECT).file(path, text);
    case.damage(
        "insert into \"My Schema\".genes values (1, 'a', 'b', 3); refresh materialized view bi.filled",
    );
    let (schema, untold) = (laws::schema(&case.database), untold(&mut case));
    let report = case.run(changed);
    // The discovery, which stands in for pg_dump, has a whole definition in one line.
    if server().bin("pg_dump").is_some() {
        let after = laws::schema(&case.database);
        let (before, after) = (counted(&schema), counted(&after));
        assert_eq!(
            (only_in(&before, &after), only_in(&after, &before)),
            (owned(gone), owned(come)),
            "{report}"
        );
    }
    similar_asserts::assert_eq!(untold, self::untold(&mut case), "{report}");
    case.obeys_the_laws(changed);
}

/// What a dump of the schema does not tell: whether a materialized view is filled, members of extensions, whose right a
/// grant is.
fn untold(case: &mut Case) -> Vec<String> {
    case.column(
        "select format('%s filled: %s', oid::regclass, relispopulated) from pg_class where relkind = 'm' \
         union all select format('bi.filled holds %s', f) from bi.filled f \
         union all select pg_describe_object(classid, objid, 0) || ' ' || deptype::text from pg_depend \
          where deptype in ('e', 'x') and objid >= 16384 \
         union all select format('%s: %s', c.oid::regclass, x) from pg_class c, unnest(coalesce(c.relacl, acldefault('r', c.relowner))) x \
          where c.relkind in ('v', 'm') and c.oid >= 16384 \
         union all select format('%s: %s', p.oid::regprocedure, x) from pg_proc p, unnest(coalesce(p.proacl, acldefault('f', p.proowner))) x where p.oid >= 16384 \
         union all select format('%s.%s: %s', attrelid::regclass, attname, attacl) from pg_attribute \
          where attrelid >= 16384 and attacl is not null and not attisdropped \
         order by 1",
    )
}

/// The lines of a dump, and how often each stands in it. Since 16 the server names the table of a column only where
/// there are several.
fn counted(dump: &str) -> BTreeMap<String, usize> {
    let mut lines = BTreeMap::new();
    for line in dump.lines() {
        *lines.entry(line.trim().replace("genes.", "")).or_default() += 1;
    }
    lines
}

/// What stands in the one more often than in the other.
fn only_in(one: &BTreeMap<String, usize>, other: &BTreeMap<String, usize>) -> Vec<String> {
    let more = |(line, count): &(&String, &usize)| other.get(*line).is_none_or(|there| there < *count);
    one.iter().filter(more).map(|(line, _)| line.clone()).collect()
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|&line| line.to_owned()).collect()
}

#[test]
fn a_rebuild_for_another_type_changes_nothing_else() {
    changes_only(
        VIEW,
        &view("select id::bigint as id, \"order\", word, score from \"My Schema\".genes where score >= 0;\n"),
        &["SELECT id,"],
        &["SELECT (id)::bigint AS id,"],
    );
}

#[test]
fn a_rebuild_for_a_column_less_changes_nothing_else() {
    changes_only(
        VIEW,
        &view("select id, \"order\", word from \"My Schema\".genes where score >= 0;\n"),
        &["score", "word,"],
        &["word"],
    );
}

#[test]
fn a_rebuild_for_another_name_changes_nothing_else() {
    changes_only(
        VIEW,
        &view("select id, \"order\", word, score as points from \"My Schema\".genes where score >= 0;\n"),
        &["score"],
        &["score AS points"],
    );
}

#[test]
fn a_rebuild_for_another_order_changes_nothing_else() {
    changes_only(
        VIEW,
        &view("select word, \"order\", id, score from \"My Schema\".genes where score >= 0;\n"),
        &["SELECT id,", "word,"],
        &["SELECT word,", "id,"],
    );
}

#[test]
fn a_column_of_the_table_may_change_its_type_below_everything() {
    changes_only(
        "migrations/V2__wider.sql",
        "alter table \"My Schema\".genes alter id type bigint, alter word type text;\n",
        &["id integer NOT NULL,", "word character varying(20),"],
        &["id bigint NOT NULL,", "word text,"],
    );
}

#[test]
fn what_cannot_come_back_is_named_and_nothing_is_changed() {
    let mut case = inhabited();
    case.by_hand(
        "create table keeps (scores \"My Schema\".\"Gene Scores\", many bi.second[]); \
         create type pair as (k int, v bi.second); \
         create domain scores as \"My Schema\".\"Gene Scores\"; \
         create function bi.splits(int) returns int immutable begin atomic select $1 where (null::bi.second) is null; end; \
         create table divided (id int) partition by range (bi.splits(id))",
    );
    let changed =
        zoo("select id::bigint as id, \"order\", word, score from \"My Schema\".genes where score >= 0;\n");
    let error = case.refused(&changed);
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let told = error.to_string();
    for part in [
        "column \"scores\" of table public.keeps is of type \"My Schema\".\"Gene Scores\", and its data cannot be put back",
        "column \"many\" of table public.keeps is of type bi.second[], and its data cannot be put back",
        "attribute \"v\" of type public.pair is of type bi.second",
        "type public.scores: viewkeeper cannot create a domain anew",
        "table public.divided: the partition key of table public.divided uses it",
        "5 objects of no file of this project",
    ] {
        assert!(told.contains(part), "{part} is in\n{told}");
    }
    case.run(&zoo(SELECT));
    case.obeys_the_laws(&zoo(SELECT));
}

#[test]
fn a_replacement_in_place_touches_none_of_it() {
    let mut case = inhabited();
    let changed =
        zoo("select id, \"order\", word, score, 1 as more from \"My Schema\".genes where score >= 0;\n");
    let report = case.run(&changed);
    assert_eq!(report.objects.len(), 1, "{report}");
    assert_eq!((report.objects[0].verb, report.foreign.len()), (Verb::Replace, 0), "{report}");
    case.obeys_the_laws(&changed);
}
