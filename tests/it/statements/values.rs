//! A value for each parameter of our statements, as a run could give it.

use viewkeeper::__private::{Head, Reached, Trust, Value, statement, statements};

/// A value of a parameter.
#[derive(Clone, Debug)]
pub enum Given {
    Text(String),
    Sql(String),
    File(&'static str),
}

impl Given {
    pub fn value(&self) -> Value<'_> {
        match self {
            Given::Text(text) => Value::Text(text),
            Given::Sql(sql) => Value::Sql(sql),
            Given::File(file) => Value::File(file),
        }
    }
}

/// The texts that no head describes as JSON or as an array.
const TEXTS: [(&str, &str); 28] = [
    ("checksum", "0"),
    ("detail", "view v depends on table t"),
    ("found", "public"),
    ("history", "refinery_schema_history"),
    ("history_oid", "1259"),
    ("history_elsewhere:path", "public, pg_catalog"),
    ("identity", "public.m"),
    ("kept", "{}"),
    ("ledger", "viewkeeper"),
    ("ledger_table", "viewkeeper.object"),
    ("milliseconds", "100"),
    ("name", "m"),
    ("project", "app"),
    ("record:history", "public.refinery_schema_history"),
    ("refreshed:name", "public.m"),
    ("rests", "[]"),
    ("schema", "public"),
    ("schemas", "{public}"),
    ("setting_back:name", "work_mem"),
    ("setting_back:value", "4MB"),
    ("since", "0"),
    ("snapshot:histories", "{}"),
    ("histories", "[]"),
    ("statement", "drop table t"),
    ("text", "table t"),
    ("versions", "{}"),
    ("viewkeeper", "0"),
    ("first_rights:history", ""),
];

/// What stands in a statement as it is.
const SQL: [(&str, &str); 20] = [
    ("built", "0"),
    ("every", "true"),
    ("keep_history", "false"),
    ("key", "1"),
    ("ledger_key", "2"),
    ("local", "true"),
    ("lost", "false"),
    ("milliseconds", "100"),
    ("path", "pg_catalog, pg_temp"),
    ("pid", "0"),
    ("probe:table", "%s"),
    ("query", "select 1 as answer"),
    ("reset", "set local search_path to pg_catalog, pg_temp"),
    ("setting", "work_mem"),
    ("record:routines", "'{}'::json"),
    ("schema_key", "3"),
    ("types", "true"),
    ("version", "1"),
    ("which", "n.nspname = 'viewkeeper'"),
    ("with_roots", "true"),
];

/// Values for the parameters that the head of a statement names. The files that stand for a parameter are those of `files`.
pub fn values(name: &str, head: &Head, database: &str, pid: i32) -> Vec<(String, Given)> {
    let given = |list: &[(&str, &str)], parameter: &str| {
        let family = name.split('_').next().unwrap_or(name);
        let keys = [format!("{name}:{parameter}"), format!("{family}:{parameter}"), parameter.to_owned()];
        let found = keys.iter().find_map(|key| list.iter().find(|(listed, _)| listed == key));
        found.map(|(_, value)| (*value).to_owned())
    };
    let trust = Trust::default();
    let reached =
        Reached::new("'select 1'", "'{public}'::pg_catalog.text[]", "'{select}'::pg_catalog.name[]");
    let mut values = Vec::new();
    for parameter in &head.parameters {
        let called = parameter.name.as_str();
        let as_it_is = text_has(name, &format!(":{called}")) || (name, called) == ("probe", "table");
        let value = match (name, called) {
            ("same_session", "pid") => Given::Sql(pid.to_string()),
            ("scratch_open", "name") => Given::Text(database.to_owned()),
            ("found_routines", "routines") => {
                values.push(("identities".to_owned(), Given::Text("{}".to_owned())));
                Given::File("routines")
            }
            (_, "table") if name != "probe" => Given::Sql(match name {
                "history_table" => "public.made".to_owned(),
                _ => "public.refinery_schema_history".to_owned(),
            }),
            (_, "width") => Given::Sql("int4".to_owned()),
            ("uses", "reached") => {
                values.extend(reached.values().into_iter().filter(|(name, _)| *name != "reached").map(owned));
                values.push(("called".to_owned(), Given::Text("{}".to_owned())));
                Given::File("uses/reached")
            }
            ("recorded", "ledger_objects") => Given::File("parts/objects_here"),
            ("uses", "caller") => Given::Text("public.i".to_owned()),
            (_, "relid" | "body_means") => {
                let trust = trust.values().into_iter().find(|(name, _)| *name == called);
                owned(trust.unwrap()).1
            }
            _ if as_it_is => {
                Given::Sql(given(&SQL, called).unwrap_or_else(|| panic!("{name}: a value for :{called}")))
            }
            _ => Given::Text(given(&TEXTS, called).or_else(|| empty(&parameter.meaning)).unwrap_or_else(
                || panic!("{name}: a value for :'{called}', in tests/it/statements/values.rs"),
            )),
        };
        values.push((called.to_owned(), value));
    }
    values
}

fn owned((name, value): (&'static str, Value<'_>)) -> (String, Given) {
    let value = match value {
        Value::Text(text) => Given::Text(text.to_owned()),
        Value::Sql(sql) => Given::Sql(sql.to_owned()),
        Value::File(_) => unreachable!("{name}"),
    };
    (name.to_owned(), value)
}

/// What holds nothing, of the type that is said.
fn empty(meaning: &str) -> Option<String> {
    let empty = match meaning {
        _ if meaning.starts_with("JSON: {") => "{}",
        _ if meaning.starts_with("JSON") => "[]",
        _ if meaning.contains("[]") && meaning.split([':', ',']).next()?.ends_with("[]") => "{}",
        _ => return None,
    };
    Some(empty.to_owned())
}

/// Whether a statement, or a part of it, has this with nothing behind it.
fn text_has(name: &str, parameter: &str) -> bool {
    let folder = format!("{name}/");
    let files = statements().into_iter().filter(|file| file == name || file.starts_with(&folder));
    files.map(|file| statement(&file)).any(|text| {
        text.lines().filter(|line| !line.starts_with("--")).any(|line| {
            line.match_indices(parameter).any(|(at, _)| {
                let after = line[at + parameter.len()..].chars().next();
                !line[..at].ends_with(':') && !after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
            })
        })
    })
}
