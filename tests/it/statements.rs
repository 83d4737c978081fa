//! Each of our statements, as the server reads it: it is prepared and run as it is sent, and its head says the parameters and the columns
//! that the server finds. Those are taken from where the library takes them: a new one is among them, or this fails.

mod pieces;
mod values;

use std::fs;
use std::process::Command;

use postgres::{Client, SimpleQueryMessage};
use viewkeeper::__private::{Head, bind, part, statement, statements};

use crate::support::{Case, major, server};
use pieces::{pieces, without_comments};
use values::{Given, values};

/// Ends a name in a text that stands for a parameter.
const MARK: char = '\u{1}';

/// The whole statements, with their heads.
fn whole() -> Vec<(String, Head)> {
    let names = statements().into_iter().filter(|name| !name.contains('/'));
    names
        .map(|name| {
            let head = Head::read(&name, statement(&name)).unwrap();
            (name, head)
        })
        .collect()
}

/// A database with a ledger, a migration history and a materialized view.
fn world() -> Case {
    let mut case = Case::new();
    let ledger = [("ledger", viewkeeper::__private::Value::Text("viewkeeper"))];
    let made = ["ledger_schema", "ledger", "ledger_kept"].map(|name| bind(name, &ledger));
    case.damage(&made.join(";\n"));
    // Something of a role that is not trusted, so that nothing is left out because there is none.
    let stranger = case.role("stranger", &["create, usage on schema public"]);
    case.damage(&format!(
        "set role {stranger}; create function public.odd(int) returns int language sql as 'select 1'; \
         create domain public.few as int check (public.odd(value) > 0); create type public.pair as (a public.few, b int); reset role"
    ));
    case.damage(
        "create table public.refinery_schema_history (version int4 primary key, name text, applied_on text, checksum text);\
         create materialized view public.m as select 1 as one",
    );
    case
}

/// What is to be so before a statement, beside the world.
fn before(name: &str) -> String {
    let drop = "drop schema viewkeeper cascade".to_owned();
    let ledger = [("ledger", viewkeeper::__private::Value::Text("viewkeeper"))];
    match name {
        "ledger_schema" => drop,
        "ledger" => drop + ";create schema viewkeeper",
        "ledger_kept" => drop + ";create schema viewkeeper;" + &bind("ledger", &ledger),
        "ledger_from_1" => drop + ";" + include_str!("format_1/ledger.sql"),
        "stale_settled" => "select set_config('viewkeeper.stale', '{}', true)".to_owned(),
        _ => "select".to_owned(),
    }
}

/// A statement with these values; the texts by their names between marks, where `marked`.
fn bound(name: &str, values: &[(String, Given)], marked: bool) -> String {
    let texts = |name: &str, given: &Given| match given {
        Given::Text(_) if marked => Given::Text(format!("{MARK}{name}{MARK}")),
        given => given.clone(),
    };
    let values: Vec<_> = values.iter().map(|(name, given)| (name, texts(name, given))).collect();
    let values: Vec<_> = values.iter().map(|(name, given)| (name.as_str(), given.value())).collect();
    bind(name, &values)
}

/// A marked statement with numbers in the place of its texts, and the names for these.
fn numbered(piece: &str, values: &[(String, Given)]) -> (String, Vec<String>) {
    let (mut text, mut names) = (String::new(), Vec::new());
    let mut rest = piece;
    while let Some(at) = rest.find(MARK) {
        let quote = rest[..at].chars().next_back().unwrap();
        let name = rest[at + 1..].split(MARK).next().unwrap();
        let end = at + name.len() + 2;
        assert!(rest[end..].starts_with(quote), "{name} in {piece}");
        text.push_str(&rest[..at - 1]);
        match values.iter().find(|(known, _)| known == name) {
            Some((_, Given::Text(value))) if quote == '"' => text.push_str(&format!("\"{value}\"")),
            _ => {
                names.push(name.to_owned());
                text.push_str(&format!("${}", names.len()));
            }
        }
        rest = &rest[end + 1..];
    }
    text.push_str(rest);
    (text, names)
}

/// Whether a parameter of this meaning may be of a type that the server finds.
fn fits(meaning: &str, found: &str) -> bool {
    match meaning.split([':', ',', ' ']).next().unwrap_or_default() {
        "JSON" => ["json", "jsonb"].contains(&found),
        "text[]" => ["_text", "_name", "_regclass"].contains(&found),
        "bigint[]" => found == "_int8",
        "oid[]" => found == "_oid",
        "bigint" => found == "int8",
        _ => !found.starts_with('_') && !found.starts_with("json"),
    }
}

#[test]
fn each_is_prepared_and_run_as_its_head_says() {
    let mut case = world();
    let database = case.database.name().to_owned();
    let pid = case.column("select pg_backend_pid()")[0].parse().unwrap();
    let mut wrong = Vec::new();
    for (name, head) in whole() {
        if !head.versions.contains(&major()) {
            continue;
        }
        let values = values(&name, &head, &database, pid);
        let in_transaction = name != "ledger_vacuum";
        let set = "set local search_path to pg_catalog, pg_temp";
        let begin = format!("begin; {}; {set}", before(&name));
        if in_transaction {
            case.damage(&begin);
        }
        if let Err(error) = prepared_and_run(&mut case.client, &name, &head, &values) {
            wrong.push(format!("{name}: {error}"));
        }
        case.damage("rollback");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn prepared_and_run(
    client: &mut Client,
    name: &str,
    head: &Head,
    values: &[(String, Given)],
) -> Result<(), String> {
    let sent = pieces(&bound(name, values, false));
    let marked = pieces(&bound(name, values, true));
    assert_eq!(sent.len(), marked.len(), "{name}");
    let (mut columns, mut found): (Vec<String>, Vec<(String, String)>) = (Vec::new(), Vec::new());
    for (sent, marked) in sent.iter().zip(&marked) {
        let shown = |error: postgres::Error, text: &str| {
            let db = error.as_db_error().map(|error| format!("{} {:?}", error, error.position()));
            format!("{}\n{text}", db.unwrap_or_else(|| error.to_string()))
        };
        // What stands in a block is prepared where it runs, and what is no query is only read.
        let (text, names) = numbered(marked, values);
        if is_query(&text) {
            let prepared = client.prepare(&text).map_err(|error| shown(error, &text))?;
            let types = prepared.params().iter().map(|found| found.name().to_owned());
            assert_eq!(types.len(), names.len(), "{name}");
            found.extend(names.into_iter().zip(types));
        }
        let messages = client.simple_query(sent).map_err(|error| shown(error, sent))?;
        for message in messages {
            if let SimpleQueryMessage::RowDescription(found) = message {
                columns.extend(found.iter().map(|column| column.name().to_owned()));
            }
        }
    }
    for parameter in &head.parameters {
        let mut types = found.iter().filter(|(name, _)| *name == parameter.name).peekable();
        if types.peek().is_some() && !types.any(|(_, found)| fits(&parameter.meaning, found)) {
            return Err(format!(
                "{} is said to be {:?}, and is none: {found:?}",
                parameter.name, parameter.meaning
            ));
        }
    }
    columns.dedup();
    let said = head.columns.clone().unwrap_or_default();
    (columns == said)
        .then_some(())
        .ok_or_else(|| format!("its columns are {columns:?}, and it says {said:?}"))
}

/// Whether it is one of those that are analysed when they are prepared.
fn is_query(piece: &str) -> bool {
    let begun = without_comments(piece);
    ["select", "with", "insert", "update", "delete"].iter().any(|word| begun.starts_with(word))
}

#[test]
fn each_part_that_is_a_query_is_prepared() {
    let mut case = world();
    let mut wrong = Vec::new();
    let mut count = 0;
    case.damage("set search_path to pg_catalog, pg_temp");
    for name in statements() {
        let (Some((whole, _)), text) = (name.split_once('/'), statement(&name)) else { continue };
        let head = Head::read(&name, text).unwrap();
        let said: String = text.split(": ").next().unwrap().replace("\n-- ", " ");
        if !said.contains(", a query") || !head.versions.contains(&major()) {
            continue;
        }
        let whole = Head::read(whole, statement(whole)).unwrap();
        let values = values(name.split('/').next().unwrap(), &whole, "", 0);
        let values: Vec<_> = values.iter().map(|(name, given)| (name.as_str(), given.value())).collect();
        // The block writes the history there.
        let text = part(&name, &values).replace("from %s", "from public.refinery_schema_history");
        count += 1;
        if let Err(error) = case.client.prepare(&text) {
            wrong.push(format!(
                "{name}: {}\n{text}",
                error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(count, 8);
}

/// Whether psql can run it: it knows no variable within a dollar quote, and a folder of parts has names of its own.
fn by_hand(name: &str) -> bool {
    let folder = format!("{name}/");
    !statements().iter().any(|file| file.starts_with(&folder)) && !statement(name).contains("$viewkeeper$")
}

fn psql(case: &Case) -> Command {
    let program = server().bin("psql").unwrap_or_else(|| "psql".into());
    let mut command = Command::new(program);
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", case.database.url()]);
    command
}

#[test]
fn each_without_a_block_can_be_run_by_hand() {
    let case = world();
    let database = case.database.name().to_owned();
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (name, head) in whole() {
        if !head.versions.contains(&major()) || !by_hand(&name) {
            continue;
        }
        let mut command = psql(&case);
        for (parameter, given) in values(&name, &head, &database, 0) {
            let value = match given {
                Given::Text(text) | Given::Sql(text) => text,
                Given::File(file) => statement(file).to_owned(),
            };
            command.args(["-v", &format!("{parameter}={value}")]);
        }
        if name != "ledger_vacuum" {
            command.args([
                "-c",
                &format!("begin; {}; set local search_path to pg_catalog, pg_temp", before(&name)),
            ]);
        }
        let output =
            command.args(["-f", "sql/by_hand.psql", "-f", &format!("sql/{name}.sql")]).output().unwrap();
        count += 1;
        if !output.status.success() {
            wrong.push(format!("{name}: {}", String::from_utf8_lossy(&output.stderr)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 70, "{count}");
}

#[test]
fn by_hand_names_every_shared_part() {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/by_hand.psql")).unwrap();
    let parts = statements().into_iter().filter_map(|name| name.strip_prefix("parts/").map(str::to_owned));
    let lines: Vec<_> = parts.map(|part| format!("\\set {part} `cat sql/parts/{part}.sql`")).collect();
    assert_eq!(text.lines().skip(1).collect::<Vec<_>>(), lines);
}

#[test]
fn what_the_architecture_says_of_psql_can_be_run() {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/ARCHITECTURE.md")).unwrap();
    let commands: Vec<&str> = text.split('`').filter(|piece| piece.starts_with("psql -")).collect();
    assert!(!commands.is_empty());
    let case = world();
    for command in commands {
        let mut psql = psql(&case);
        let output = psql.args(command.split_whitespace().skip(1)).output().unwrap();
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8_lossy(&output.stdout).contains("(1 row)"), "{command}: {output:?}");
    }
}
