//! Operators, functions and types with the names that our own SQL uses.

use std::collections::BTreeSet;
use std::fmt::Write;
use viewkeeper::refresh::Views;
use viewkeeper::schema::Schemas;

use viewkeeper::__private::{statement, statements};
use viewkeeper::report::Outcome;

use super::Neighbour;
use crate::support::cli::Cli;
use crate::support::folder::Folder;
use crate::support::proxy::Proxy;
use crate::support::{Case, Files, project};

/// The types of what the catalog holds and of what our SQL makes of it.
const TYPES: [&str; 16] = [
    "oid",
    "regclass",
    "regproc",
    "regtype",
    "name",
    "text",
    "\"char\"",
    "bool",
    "int2",
    "int4",
    "int8",
    "xid",
    "oidvector",
    "text[]",
    "oid[]",
    "jsonb",
];

/// The operators of our SQL, those that stand behind words such as LIKE among them, with what they give.
const OPERATORS: [(&str, &[&str]); 3] = [
    ("bool", &["=", "<>", "<", ">", "<=", ">=", "~", "!~", "~~", "!~~", "@>", "&&"]),
    ("text", &["||", "->", "->>"]),
    ("int8", &["+", "-", "*", "/", "&", "<<", "|"]),
];

/// What functions take.
const SIGNATURES: [&str; 22] = [
    "",
    "text",
    "name",
    "oid",
    "int4",
    "int8",
    "bool",
    "json",
    "jsonb",
    "regclass",
    "anyelement",
    "text, text",
    "oid, text",
    "oid, bool",
    "oid, oid",
    "text, bool",
    "text, int4",
    "text, text, text",
    "text, text, bool",
    "variadic text[]",
    "variadic oid[]",
    "variadic anyarray",
];

/// The words of every statement that we send.
fn words() -> BTreeSet<String> {
    let names = statements();
    let parts = names
        .iter()
        .map(|name| statement(name))
        .flat_map(|text| text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')));
    parts.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

impl Neighbour {
    /// Makes namesakes of everything that our SQL names, in a schema.
    fn makes_namesakes(&self, case: &mut Case, schema: &str) {
        let words: Vec<String> = words().iter().map(|word| format!("'{word}'")).collect();
        let words = words.join(", ");
        let functions = case.column(&format!(
            "select distinct proname from pg_catalog.pg_proc where pronamespace = 'pg_catalog'::regnamespace and proname in ({words})"
        ));
        assert!(functions.len() > 90, "{functions:?}");
        let function = |name: &str, arguments: &str, gives: &str| {
            let gives = if arguments.contains("any") && gives == "anyelement" { "anyelement" } else { gives };
            let harm = self.harm();
            format!(
                "create function {schema}.{name}({arguments}) returns pg_catalog.{gives} language plpgsql as $$ begin {harm} return null; end $$;\n"
            )
        };
        let mut text = format!("set role {};\nset local search_path to pg_catalog;\n", self.role);
        for left in TYPES {
            for right in TYPES {
                let (l, r) = (format!("pg_catalog.{left}"), format!("pg_catalog.{right}"));
                for (gives, operators) in OPERATORS {
                    text.push_str(&function(&format!("evil_{gives}"), &format!("{l}, {r}"), gives));
                    for operator in operators {
                        let _ = writeln!(
                            text,
                            "create operator {schema}.{operator} (leftarg = {l}, rightarg = {r}, function = {schema}.evil_{gives});"
                        );
                    }
                }
            }
        }
        for name in &functions {
            for arguments in SIGNATURES {
                text.push_str(&function(&format!("\"{name}\""), arguments, "text"));
            }
        }
        text.push_str(&function("evil_value", "pg_catalog.text", "bool"));
        for name in TYPES.iter().filter(|name| !name.ends_with("[]")) {
            let _ = writeln!(
                text,
                "create domain {schema}.{name} as pg_catalog.{name} check ({schema}.evil_value('x'));"
            );
        }
        // Each by itself: one transaction has not the locks for all.
        for part in text.split_inclusive(";\n") {
            case.damage(part);
        }
        case.damage("reset role");
    }

    /// Takes them away again, so that what the laws ask by themselves finds PostgreSQL's.
    fn takes_them_back(&self, case: &mut Case, schema: &str) {
        for (kind, catalog, name) in [
            ("domain", "pg_type t", "t.oid::pg_catalog.regtype"),
            ("function", "pg_proc t", "t.oid::pg_catalog.regprocedure"),
        ] {
            let prefix = if kind == "domain" { "typ" } else { "pro" };
            let all = case.column(&format!(
                "select {name} from pg_catalog.{catalog} where t.{prefix}owner operator(pg_catalog.=) '{}'::pg_catalog.regrole::pg_catalog.oid \
                 and t.{prefix}namespace operator(pg_catalog.=) '{schema}'::pg_catalog.regnamespace::pg_catalog.oid",
                self.role
            ));
            for one in all.iter().filter(|one| !one.ends_with("[]")) {
                case.damage(&format!("drop {kind} {one} cascade"));
            }
        }
    }
}

fn genes() -> Files {
    project("genes")
        .file("viewkeeper.toml", "name = \"genes\"\nschema = \"app\"\n")
        .file(
            "migrations/V1__genes.sql",
            "create table app.genes (id int primary key, symbol text, score int, tags text[]);\n\
             insert into app.genes values (1, 'PKD1', 3, '{a}');\n",
        )
        .file("functions/shout.sql", "create function shout(word text) returns text language sql as 'select upper($1)';\n")
        .file(
            "views/gene.sql",
            "create view gene as select id, shout(symbol) as symbol, score from genes;\ncomment on view gene is 'all';\n\
             grant select on gene to public;\n",
        )
        .file("views/scored.sql", "create view scored as select id, score from gene;\n")
        .file(
            "views/ranking.sql",
            "create materialized view ranking as select id, score from scored;\ncreate unique index ranking_id on ranking (id);\n",
        )
        .file("checks/some.sql", "select id from genes limit 0;\n")
}

/// The column that views read gets another type, past them; the first statement has a path of its own.
fn wider() -> Files {
    genes()
        .file(
            "migrations/V2__score.sql",
            "set search_path to app, public, pg_catalog;\nalter table app.genes alter column score type bigint;\n",
        )
        .file("migrations/V3__slow.sql", "-- viewkeeper: no-transaction\ncreate index concurrently genes_score on app.genes (score);\n")
        .file(
            "views/gene.sql",
            "create view gene as select id, symbol, score from genes;\ncomment on view gene is 'wider';\n",
        )
}

/// In a session whose own path has the neighbour's schema first, and temporary tables with the names of the catalog's.
#[test]
fn what_our_sql_names_is_postgresqls_in_every_session() {
    let mut case = Case::new();
    let neighbour = Neighbour::beside(&mut case, &["create on schema public", "usage on schema public"]);
    case.damage("create schema app");
    let role = neighbour.role.clone();
    case.damage(&format!("grant usage, create on schema app to {role}"));
    for schema in ["public", "app"] {
        neighbour.makes_namesakes(&mut case, schema);
    }
    let database = case.column("select pg_catalog.current_database()").remove(0);
    case.damage(&format!("alter database \"{database}\" set search_path to public, app, pg_catalog"));
    case.client = case.database.connect().unwrap();
    let words: Vec<String> = words().iter().map(|word| format!("'{word}'")).collect();
    case.damage("set search_path to pg_catalog");
    let relations = case.column(&format!(
        "select format('%I (%s)', c.relname, string_agg(format('%I %s', a.attname, \
                  case a.atttypid when 'anyarray'::regtype then 'text' else format_type(a.atttypid, null) end), ', ')) \
           from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped \
          where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind in ('r', 'v') and c.relname in ({}) group by c.oid, c.relname",
        words.join(", ")
    ));
    assert!(relations.len() > 40, "{relations:?}");
    for relation in &relations {
        case.damage(&format!("create temporary table {relation}"));
    }
    case.damage("reset search_path");

    let first = genes();
    case.run(&first);
    neighbour.came_to_nothing(&mut case);
    // A first run and one that heals.
    case.damage("drop materialized view app.ranking; create or replace view app.scored as select 1 as id, score from app.gene");
    assert_eq!(case.run(&first).outcome, Outcome::Healed);
    neighbour.came_to_nothing(&mut case);
    case.damage("create view app.mine as select id from app.genes where tags operator(pg_catalog.=) array[symbol] and score operator(pg_catalog.>) 1");
    every_command(&case, &first);
    neighbour.came_to_nothing(&mut case);

    // Past views, the one that is in no file among them.
    let newer = wider();
    newer.migrator().plan(&mut case.client).unwrap();
    newer.migrator().rehearse(&mut case.client).unwrap();
    case.run(&newer);
    neighbour.came_to_nothing(&mut case);
    newer.migrator().refresh(&mut case.client, &Views::All).unwrap();
    newer.migrator().rollback(&mut case.client, "previous").unwrap();
    neighbour.came_to_nothing(&mut case);

    case.damage("drop view app.mine");
    case.damage(&format!("alter database \"{database}\" reset search_path"));
    case.client = case.database.connect().unwrap();
    for schema in ["public", "app"] {
        neighbour.takes_them_back(&mut case, schema);
    }
    case.damage(&format!("revoke all on schema app from {role}; revoke all on schema public from {role}"));
    // Built after the rollback.
    let newest =
        wider().file("views/scored.sql", "create view scored as select id, score, symbol from gene;\n");
    case.run(&newest);
    case.obeys_the_laws(&newest);
}

/// Every command of the command line, each in a session of its own.
fn every_command(case: &Case, project: &Files) {
    let folder = Folder::new(project);
    let cli = Cli::new(&folder, &case.database);
    for command in [
        &["apply"][..],
        &["plan"],
        &["plan", "--script"],
        &["check"],
        &["status"],
        &["refresh"],
        &["history"],
        &["history", "gene"],
        &["discover"],
        &["graph"],
        &["validate"],
        &["export", "--script"],
        &["rollback", "--to", "previous", "--plan"],
    ] {
        let output = cli.output(command);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        let code = output.status.code();
        // What the neighbour made is a difference, and before the second release there is none to go back to.
        let fine = code == Some(0) || matches!(command[0], "validate" | "rollback") && !error.contains("(42");
        assert!(fine, "{command:?}: {code:?} {error}");
    }
}

/// An operator that fits two of the catalog's types better than PostgreSQL's own, and one that makes a third ambiguous.
#[test]
fn an_operator_in_public_neither_runs_nor_stops_a_run() {
    let mut case = Case::new();
    let neighbour = Neighbour::beside(&mut case, &["create on schema public"]);
    let (role, harm) = (neighbour.role.clone(), neighbour.harm());
    let mut made = Vec::new();
    for (left, right) in [("oid", "regclass"), ("regproc", "int8"), ("text[]", "text[]"), ("name", "text")] {
        case.damage(&format!(
            "set role {role}; create function public.evil({left}, {right}) returns bool language plpgsql as $$ begin {harm} return true; end $$; \
             create operator public.= (leftarg = {left}, rightarg = {right}, function = public.evil); reset role"
        ));
        made.push(format!("drop function public.evil({left}, {right}) cascade"));
    }
    let first = genes();
    case.run(&first);
    case.damage(
        "drop view app.scored cascade; create view app.mine as select id from app.gene where score > 0",
    );
    case.run(&first);
    let newer = wider();
    case.run(&newer);
    neighbour.came_to_nothing(&mut case);
    case.damage("drop view app.mine");
    case.damage(&made.join("; "));
    case.damage(&format!("revoke all on schema public from {role}"));
    case.run(&newer);
    case.obeys_the_laws(&newer);
}

/// Whatever opens a transaction, of one message or of many, sets our search_path before anything else; what is others' alone
/// stands outside of transactions of ours.
#[test]
fn every_transaction_begins_under_our_search_path() {
    let mut case = Case::new();
    let proxy = Proxy::start(&case.database).unwrap();
    let mut client = proxy.connect().unwrap();
    proxy.reset();
    let (first, newer) = (genes(), wider());
    first.migrator().run(&mut client).unwrap();
    case.damage(
        "create view app.mine as select id from app.gene where score > 0; drop view app.scored cascade",
    );
    for project in [&first, &newer] {
        let migrator = project.migrator();
        migrator.plan(&mut client).unwrap();
        migrator.rehearse(&mut client).unwrap();
        migrator.run(&mut client).unwrap();
        migrator.check(&mut client).unwrap();
        migrator.status(&mut client).unwrap();
        migrator.refresh(&mut client, &Views::All).unwrap();
        migrator.history(&mut client, None).unwrap();
        migrator.discover(&mut client, &Schemas::All).unwrap();
    }
    let messages = proxy.traffic().sql.clone();
    let ours = "set local search_path to pg_catalog, pg_temp;\n";
    // What goes alone, outside of a transaction: the migration's own statement, and the settings under which it runs.
    let theirs = ["set search_path to app", "set lock_timeout to ", "create index concurrently genes_score"];
    let mut open = false;
    for message in &messages {
        let begins = message.starts_with("begin");
        if begins || !open {
            let before = message.split(ours).next().unwrap();
            let code: String = before.lines().filter(|line| !line.starts_with("--")).collect();
            let path = "select pg_catalog.current_setting('search_path');";
            let fine =
                code.is_empty() || code == path || begins && code.contains("pg_catalog.json_build_object");
            let alone = theirs.iter().any(|text| without_comments(message).starts_with(text));
            assert!(message.contains(ours) && fine || alone, "{message}");
        }
        open = (open || begins) && !message.ends_with("commit") && !message.ends_with("rollback");
    }
    assert!(messages.len() > 60, "{}", messages.len());
    case.damage("drop view app.mine");
    case.obeys_the_laws(&newer);
}

fn without_comments(message: &str) -> &str {
    let comment = message.lines().take_while(|line| line.starts_with("--")).map(|line| line.len() + 1).sum();
    &message[comment..]
}
